--- What Prosody's core expects inside the options that are tables: limits, log, gc.
local values = require "stackloader.values";

local structured = {};

local function list_of(set)
	return table.concat(values.keys(set), ", ");
end

local sessions = { c2s = true, s2sin = true, s2sout = true };

local function is_rate(text)
	local unit = text:match("^%d+ ?([^/]+)/s$");
	return unit ~= nil and unit:lower():find("^[bkmgt]") ~= nil;
end

local function limit_problem(kind, limit)
	if not sessions[kind] then
		return ("there is no kind of session %s; there are %s"):format(values.line(kind), list_of(sessions)), "SL104", { kind };
	elseif type(limit) ~= "table" then
		return ("%s has to be a table such as { rate = \"10kb/s\", burst = \"2s\" }"):format(kind), "SL103", { kind };
	end
	local rate, burst = limit.rate, limit.burst;
	if rate ~= nil and not (type(rate) == "string" and is_rate(rate)) then
		return ("the rate %s is none such as \"10kb/s\""):format(values.line(rate)), "SL103", { kind, "rate" };
	elseif burst ~= nil and not tonumber(type(burst) == "string" and (burst:match("^(%d+) ?s$") or burst) or burst) then
		return ("the burst %s is none such as \"2s\""):format(values.line(burst)), "SL103", { kind, "burst" };
	end
end

local checks = {};

function checks.limits(value)
	for _, kind in ipairs(values.keys(value)) do
		local text, code, key = limit_problem(kind, value[kind]);
		if text then
			return text, code, key;
		end
	end
end

local levels = { debug = true, info = true, warn = true, error = true };

-- The level in one entry of the list that does not exist.
local function wrong_level(entry)
	for key, level in pairs(type(entry.levels) == "table" and entry.levels or { entry.levels }) do
		if not levels[level] and (math.type(key) == "integer" or key == "min" or key == "max") then
			return level;
		end
	end
end

function checks.log(value)
	for _, key in ipairs(values.keys(value)) do
		local wrong;
		if type(key) == "string" then
			wrong = not levels[key] and key or nil;
		elseif type(value[key]) == "table" then
			wrong = wrong_level(value[key]);
		end
		if wrong ~= nil then
			return ("there is no level %s; there are %s"):format(values.line(wrong), list_of(levels)), "SL104",
				type(key) == "string" and { key } or nil, type(key) ~= "string" and wrong or nil;
		end
	end
end

local collectors = {
	incremental = { mode = true, threshold = true, speed = true, step_size = true };
	generational = { mode = true, minor_threshold = true, major_threshold = true };
};

function checks.gc(value)
	local mode = value.mode or "incremental";
	if not collectors[mode] then
		return ("there is no mode %s; there are %s"):format(values.line(mode), list_of(collectors)), "SL104", { "mode" };
	end
	for _, key in ipairs(values.keys(value)) do
		if not collectors[mode][key] then
			return ("the mode %q has %s, and %s is none of them"):format(mode, list_of(collectors[mode]), values.line(key)), "SL104", { key };
		elseif key ~= "mode" and type(value[key]) ~= "number" then
			return ("%s has to be a number, and this is %s"):format(key, values.line(value[key])), "SL103", { key };
		end
	end
end

--- What is wrong inside the value: text, code, the path of keys or the element.
function structured.problem(name, value)
	if checks[name] and type(value) == "table" then
		return checks[name](value);
	end
end

return structured;
