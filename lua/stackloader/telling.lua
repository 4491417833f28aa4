--- What several commands print alike: places, keys, tables.
local human_io = require "util.human.io";
local values = require "stackloader.values";

local telling = {};

--- File names, options and versions may hold anything; a terminal should not act on it.
function telling.printable(text)
	return (tostring(text):gsub("%c", "?"));
end

--- Where something was said: file and line, or what is known of that.
function telling.place(entry)
	local where = entry.path and (entry.line and entry.path..":"..entry.line or entry.path) or entry.layer or "the stack";
	return telling.printable(where);
end

--- A key, or a path of keys, as it would be written behind a table's name.
function telling.key(key)
	local text = "";
	for i, part in ipairs(type(key) == "table" and key or { key }) do
		text = text..(values.is_name(part) and (i > 1 and "."..part or part) or "["..values.line(part).."]");
	end
	return text;
end

--- The elements and keys of a table as one text each, in order, and as a set.
function telling.entries(container)
	local list, set = {}, {};
	local count = #container;
	for i = 1, count do
		list[i] = values.line(container[i]);
	end
	for _, key in ipairs(values.keys(container, count)) do
		list[#list + 1] = telling.key(key).." = "..values.line(container[key]);
	end
	for _, text in ipairs(list) do
		set[text] = true;
	end
	return list, set;
end

--- "1 host", "2 hosts".
function telling.count(number, word)
	return ("%d %s%s"):format(number, word, number == 1 and "" or "s");
end

local function width_of(column, rows)
	local width = #column.title + 1;
	for _, cells in ipairs(rows) do
		width = math.max(width, #tostring(cells[column.key]));
	end
	return width;
end

--- Prints rows below the titles of the columns, each { title, key, align }; no cell is cut.
function telling.table(columns, rows, out)
	local specs = {};
	local total = 0;
	for i, column in ipairs(columns) do
		specs[i] = { title = column.title, key = column.key, align = column.align, width = width_of(column, rows) };
		total = total + specs[i].width + #" | ";
	end
	local line = human_io.table(specs, total);
	out.print(out.style("bold", (line():gsub("%s+$", ""))));
	for _, cells in ipairs(rows) do
		out.print((line(cells):gsub("%s+$", "")));
	end
end

return telling;
