--- Findings as an administrator reads them, and those of some layers alone.
local findings = {};

local severities = {
	{ name = "error", title = "Errors", style = "red" };
	{ name = "warning", title = "Warnings", style = "yellow" };
	{ name = "note", title = "Notes", style = "bold" };
};

local function place(finding)
	if not finding.path then
		return finding.layer and finding.layer..": " or "";
	end
	return finding.line and ("%s:%d: "):format(finding.path, finding.line) or finding.path..": ";
end

-- A message may have several lines; a terminal should not act on anything else in it.
local function printable(text)
	return (text:gsub("%c", function (c) return c == "\n" and "\n      " or "?"; end));
end

--- The findings by the name of their severity.
function findings.grouped(list)
	local groups = {};
	for _, severity in ipairs(severities) do
		groups[severity.name] = {};
	end
	for _, finding in ipairs(list) do
		table.insert(groups[finding.severity], finding);
	end
	return groups;
end

local function counted(number, name)
	return ("%d %s%s"):format(number, name, number == 1 and "" or "s");
end

-- What thousands of hosts have alike is told of the first; JSON has them all.
local told_of_one_kind = 20;

local function show_group(group, out)
	local told, order = {}, {};
	for _, finding in ipairs(group) do
		local kind = finding.code..(finding.option and " ("..tostring(finding.option)..")" or "");
		if not told[kind] then
			told[kind] = 0;
			order[#order + 1] = kind;
		end
		told[kind] = told[kind] + 1;
		if told[kind] <= told_of_one_kind then
			out.print("  "..printable(("%s%s [%s]"):format(place(finding), finding.text, finding.code)));
		end
	end
	for _, kind in ipairs(order) do
		if told[kind] > told_of_one_kind then
			out.print(("  and %d more of %s; --format=json lists all"):format(told[kind] - told_of_one_kind, printable(kind)));
		end
	end
end

--- Prints groups, errors first, and how many there are of each.
function findings.show(groups, out)
	local counts = {};
	for i, severity in ipairs(severities) do
		local group = groups[severity.name];
		counts[i] = counted(#group, severity.name);
		if #group > 0 then
			out.print(out.style(severity.style, severity.title..":"));
		end
		show_group(group, out);
	end
	out.print(table.concat(counts, ", "));
end

-- Without the numbers that put folders in order: 01-transport is transport too.
local function bare(id)
	return (("/"..id):gsub("/%d+%-", "/"));
end

--- The layers whose id is the word, or has it as some of its folders and names: a set by id, and all ids. Where there is none, those that have it
-- without the numbers of folders.
function findings.layers_like(stack, word)
	local found, similar, ids = {}, {}, {};
	for i, layer in ipairs(stack:layers()) do
		ids[i] = layer.id;
		if ("/"..layer.id.."/"):find("/"..word.."/", 1, true) then
			found[layer.id] = layer;
		elseif (bare(layer.id).."/"):find(bare(word).."/", 1, true) then
			similar[layer.id] = layer;
		end
	end
	return next(found) and found or similar, ids;
end

--- The findings that speak of one of the layers.
function findings.of_layers(list, layers)
	local paths, kept = {}, {};
	for _, layer in pairs(layers) do
		paths[layer.path or ""] = true;
	end
	for _, finding in ipairs(list) do
		if layers[finding.layer or ""] or paths[finding.path or ""] then
			kept[#kept + 1] = finding;
		end
	end
	return kept;
end

return findings;
