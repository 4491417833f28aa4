--- What the benchmark measured, as tables of text.
local figures = require "spec.bench.figures";

local report = {};

local function number(value, format, factor)
	return value and format:format(value * (factor or 1)) or "";
end

--- Rows of texts, the first being the titles, as lines with aligned columns; the first `left` columns to the left.
local function align(rows, left)
	local widths, lines = {}, {};
	for _, row in ipairs(rows) do
		for i, text in ipairs(row) do
			widths[i] = math.max(widths[i] or 0, utf8.len(text));
		end
	end
	for i, row in ipairs(rows) do
		local parts = {};
		for k, text in ipairs(row) do
			local space = (" "):rep(widths[k] - utf8.len(text));
			parts[k] = k <= left and text..space or space..text;
		end
		lines[i] = ("  "..table.concat(parts, "  ")):gsub("%s+$", "");
	end
	return table.concat(lines, "\n").."\n";
end

local step_names = { cold = "cold"; same = "reload, nothing changed"; one = "reload, one file changed"; percent = "reload, 1% changed";
	["explain first"] = "explain, first"; ["explain next"] = "explain, next" };
local step_order = { "cold", "same", "one", "percent", "explain first", "explain next" };

local function row_of(tree, contender, step)
	local found = contender.steps[step];
	local compared = figures.include(tree, step, "cpu", contender.collector);
	return { step_names[step], contender.what, contender.version, contender.collector, number(found.wall, "%.3f", 1000), number(found.cpu, "%.3f", 1000),
		number(figures.ratio(found.cpu, compared), "%.3f"), number(found.peak, "%.1f", 1 / 1024), number(found.calls, "%.0f"),
		number(found.allocations, "%.0f"), number(found.allocated, "%.0f", 1 / 1024) };
end

function report.tree(tree)
	local rows = { { "step", "what", "Prosody", "collector", "wall ms", "cpu ms", "of Include", "peak MB", "calls", "allocations", "KB" } };
	for _, step in ipairs(step_order) do
		for _, contender in ipairs(tree.contenders) do
			if contender.steps and contender.steps[step] then
				rows[#rows + 1] = row_of(tree, contender, step);
			end
		end
	end
	for _, level in ipairs { "list", "read", "compile" } do
		local found = tree.floor[level];
		rows[#rows + 1] = { "floor: "..(level == "list" and "list and stat" or "and "..level), "", "", "", number(found.wall, "%.3f", 1000),
			number(found.cpu, "%.3f", 1000), number(figures.ratio(found.cpu, figures.include(tree, "cold")), "%.3f"), "", "", "", "" };
	end
	return ("%s: %d files, %d hosts\n"):format(tree.name, tree.files, tree.hosts)..align(rows, 4);
end

function report.merge(merge)
	local rows, by_case, titles = {}, {}, { "merge, cpu µs" };
	for _, entry in ipairs(merge) do
		local id = entry.shape.." of "..entry.size;
		if not by_case[id] then
			by_case[id] = { id };
			rows[#rows + 1] = by_case[id];
		end
		table.insert(by_case[id], number(entry.cpu, "%.2f", 1e6));
		if #rows == 1 then
			titles[#titles + 1] = entry.contender;
		end
	end
	table.insert(rows, 1, titles);
	return align(rows, 1);
end

function report.fold(fold)
	local rows = { { "fold, cpu ms", "layers", "elements of each", "" } };
	for _, entry in ipairs(fold) do
		rows[#rows + 1] = { entry.contender, tostring(entry.layers), tostring(entry.elements), number(entry.cpu, "%.3f", 1000) };
	end
	return align(rows, 1);
end

function report.goals(goals)
	local rows = { { "goal", "", "figure", "" } };
	for _, goal in ipairs(goals) do
		rows[#rows + 1] = { goal.text, ("at %s %.2f"):format(goal.at, goal.goal), number(goal.figure, "%.3f"),
			goal.figure == nil and "not measured" or goal.held and "held" or "NOT held" };
	end
	return align(rows, 2);
end

return report;
