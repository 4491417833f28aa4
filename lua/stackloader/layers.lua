--- prosodyctl mod_stackloader layers: what was loaded, in order.
local effective = require "stackloader.effective";
local human_io = require "util.human.io";
local values = require "stackloader.values";

local columns = {
	{ title = "#", key = "number", align = "right" };
	{ title = "Axis", key = "axis" };
	{ title = "Layer", key = "id" };
	{ title = "Time", key = "time", align = "right" };
	{ title = "Chosen because", key = "why" };
};

-- File names and versions may hold anything; a terminal should not act on it.
local function printable(text)
	return (tostring(text):gsub("%c", "?"));
end

local function row(number, layer)
	return {
		number = number;
		axis = printable(layer.axis);
		id = printable(layer.version and layer.id.." ("..tostring(layer.version)..")" or layer.id);
		time = ("%.2f ms"):format(layer.seconds * 1000);
		why = printable(layer.broken and "broken" or layer.why or "");
	};
end

local function show_table(rows, out)
	local specs = {};
	local total = 0;
	for i, column in ipairs(columns) do
		local width = #column.title + 1;
		for _, cells in ipairs(rows) do
			width = math.max(width, #tostring(cells[column.key]));
		end
		specs[i] = { title = column.title, key = column.key, align = column.align, width = width };
		total = total + width + #" | ";
	end
	local line = human_io.table(specs, total);
	out.print(out.style("bold", (line():gsub("%s+$", ""))));
	for _, cells in ipairs(rows) do
		out.print((line(cells):gsub("%s+$", "")));
	end
end

local function run(opts, out)
	local stack, code = effective.stack(out);
	if not stack then
		return code;
	elseif opts.format == "json" then
		out.print(values.json(stack:layers()));
		return 0;
	end
	local rows = {};
	local seconds = 0;
	for number, layer in ipairs(stack:layers()) do
		rows[number] = row(number, layer);
		seconds = seconds + layer.seconds;
	end
	show_table(rows, out);
	out.print(("%d layers in %.2f ms"):format(#rows, seconds * 1000));
	return 0;
end

return {
	usage = "layers";
	summary = "the layers in the order they were loaded, why each was chosen and how long it took";
	arguments = { least = 0, most = 0 };
	run = run;
};
