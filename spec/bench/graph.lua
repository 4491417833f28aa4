--- A graph (SVG) of processor time against the number of domains, both axes logarithmic.
local figures = require "spec.bench.figures";

local width, height, left, right, top, bottom = 960, 600, 90, 290, 50, 70;

local series = {
	{ name = "Prosody's Include, cold", kind = "data", what = "include", step = "cold", color = "#b22222" };
	{ name = "Include, reload", kind = "data", what = "include", step = "same", color = "#b22222", dash = "6 4" };
	{ name = "Include, files that need Lua, cold", kind = "lua", what = "include", step = "cold", color = "#d2691e" };
	{ name = "stackloader, files that need Lua, cold", kind = "lua", what = "module", step = "cold", color = "#6a3d9a" };
	{ name = "files that need Lua, reload", kind = "lua", what = "module", step = "same", color = "#6a3d9a", dash = "6 4" };
	{ name = "stackloader, data files, cold", kind = "data", what = "module", step = "cold", color = "#1f5fb4" };
	{ name = "data files, reload, 1% changed", kind = "data", what = "module", step = "percent", color = "#1f5fb4", dash = "2 3" };
	{ name = "data files, reload, nothing changed", kind = "data", what = "module", step = "same", color = "#1f5fb4", dash = "6 4" };
	{ name = "floor: list, stat, read, compile", kind = "data", floor = "compile", color = "#444444" };
	{ name = "floor: list, stat, read", kind = "data", floor = "read", color = "#888888" };
	{ name = "floor: list, stat", kind = "data", floor = "list", color = "#bbbbbb" };
};

local function escape(text)
	return (text:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }));
end

local function seconds(tree, line)
	if line.floor then
		return tree.floor[line.floor].cpu;
	end
	return figures[line.what](tree, line.step);
end

--- What there is to draw: { line, points }, each point { size, seconds }.
local function collect(trees, sizes)
	local drawn = {};
	for _, line in ipairs(series) do
		local points = {};
		for _, size in ipairs(sizes) do
			local tree = trees[line.kind.."-"..size];
			local value = tree and seconds(tree, line);
			if value and value > 0 then
				points[#points + 1] = { size, value };
			end
		end
		if #points > 0 then
			drawn[#drawn + 1] = { line = line, points = points };
		end
	end
	return drawn;
end

local function decades(drawn, which)
	local low, high = math.huge, -math.huge;
	for _, each in ipairs(drawn) do
		for _, point in ipairs(each.points) do
			local value = math.log(point[which], 10);
			low, high = math.min(low, value), math.max(high, value);
		end
	end
	low, high = math.floor(low + 1e-9), math.ceil(high - 1e-9);
	return low, math.max(high, low + 1);
end

local function label(exponent)
	if exponent >= 0 then
		return ("%d s"):format(10 ^ exponent);
	elseif exponent >= -3 then
		return ("%d ms"):format(10 ^ (exponent + 3));
	end
	return ("%g ms"):format(10 ^ (exponent + 3));
end

return function (trees, sizes)
	local drawn = collect(trees, sizes);
	local first_x, last_x = decades(drawn, 1);
	local first_y, last_y = decades(drawn, 2);
	local lines = {};
	local function add(...)
		lines[#lines + 1] = string.format(...);
	end
	local function x(size)
		return left + (math.log(size, 10) - first_x) / (last_x - first_x) * (width - left - right);
	end
	local function y(value)
		return height - bottom - (math.log(value, 10) - first_y) / (last_y - first_y) * (height - top - bottom);
	end

	add('<?xml version="1.0" encoding="UTF-8"?>');
	add('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">', width, height);
	add('<rect width="%d" height="%d" fill="white"/>', width, height);
	add('<text x="%d" y="28" font-size="17">Processor time of a load against the number of domain files</text>', left);
	for exponent = first_x, last_x do
		local at = x(10 ^ exponent);
		add('<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="#e0e0e0"/>', at, top, at, height - bottom);
		add('<text x="%.1f" y="%d" text-anchor="middle">%d</text>', at, height - bottom + 20, 10 ^ exponent);
	end
	for exponent = first_y, last_y do
		local at = y(10 ^ exponent);
		add('<line x1="%d" y1="%.1f" x2="%d" y2="%.1f" stroke="#e0e0e0"/>', left, at, width - right, at);
		add('<text x="%d" y="%.1f" text-anchor="end">%s</text>', left - 8, at + 4, label(exponent));
	end
	add('<text x="%.1f" y="%d" text-anchor="middle">domain files</text>', (left + width - right) / 2, height - 20);
	for i, each in ipairs(drawn) do
		local line, points = each.line, {};
		local dash = line.dash and (' stroke-dasharray="%s"'):format(line.dash) or "";
		for k, point in ipairs(each.points) do
			points[k] = ("%.1f,%.1f"):format(x(point[1]), y(point[2]));
			add('<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>', x(point[1]), y(point[2]), line.color);
		end
		add('<polyline points="%s" fill="none" stroke="%s" stroke-width="2"%s/>', table.concat(points, " "), line.color, dash);
		local at = top + i * 22;
		add('<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s" stroke-width="2"%s/>', width - right + 14, at, width - right + 40, at, line.color, dash);
		add('<text x="%d" y="%d" font-size="12">%s</text>', width - right + 46, at + 4, escape(line.name));
	end
	add("</svg>");
	return table.concat(lines, "\n").."\n";
end
