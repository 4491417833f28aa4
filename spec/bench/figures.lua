--- Looks figures up in what the benchmark measured.
local figures = {};

local function pick(tree, what, step, metric, collector, better)
	local best;
	for _, contender in ipairs(tree and tree.contenders or {}) do
		local found = contender.what == what and contender.collector == collector and contender.steps and contender.steps[step];
		local value = found and found[metric];
		if value and (not best or better(value, best)) then
			best = value;
		end
	end
	return best;
end

--- Of the faster (or smaller) of the two versions' Include.
function figures.include(tree, step, metric, collector)
	return pick(tree, "include", step, metric or "cpu", collector or "prosody", function (value, best) return value < best; end);
end

--- Of the module, in the version where it does worse.
function figures.module(tree, step, metric, collector)
	return pick(tree, "module", step, metric or "cpu", collector or "prosody", function (value, best) return value > best; end);
end

--- One figure by another; nil where one is missing.
function figures.ratio(value, by)
	return value and by and by > 0 and value / by or nil;
end

return figures;
