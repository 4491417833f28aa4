--- prosodyctl mod_stackloader check: all that is wrong with the configuration, or will be.
local codes = require "stackloader.codes";
local effective = require "stackloader.effective";
local validator = require "stackloader.validator";
local values = require "stackloader.values";

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

local function printable(text)
	return (text:gsub("%c", function (c) return c == "\n" and "\n      " or "?"; end));
end

local function grouped(findings)
	local groups = {};
	for _, severity in ipairs(severities) do
		groups[severity.name] = {};
	end
	for _, finding in ipairs(findings) do
		table.insert(groups[finding.severity], finding);
	end
	return groups;
end

local function counted(number, name)
	return ("%d %s%s"):format(number, name, number == 1 and "" or "s");
end

local function show(groups, out)
	local counts = {};
	for i, severity in ipairs(severities) do
		local group = groups[severity.name];
		counts[i] = counted(#group, severity.name);
		if #group > 0 then
			out.print(out.style(severity.style, severity.title..":"));
		end
		for _, finding in ipairs(group) do
			out.print("  "..printable(("%s%s [%s]"):format(place(finding), finding.text, finding.code)));
		end
	end
	out.print(table.concat(counts, ", "));
end

local function show_json(findings, out)
	local list = {};
	for i, finding in ipairs(findings) do
		list[i] = { severity = finding.severity, code = finding.code, path = finding.path, line = finding.line, text = finding.text,
			layer = finding.layer, option = finding.option, host = finding.host, meaning = (codes[finding.code] or {}).text };
	end
	out.print(values.json(list));
end

-- Without the numbers that put folders in order: 01-transport is transport too.
local function bare(id)
	return (("/"..id):gsub("/%d+%-", "/"));
end

-- The layers whose id is the word, or has it as some of its folders and names.
local function layers_like(stack, word)
	local found, ids = {}, {};
	for i, layer in ipairs(stack:layers()) do
		ids[i] = layer.id;
		if ("/"..layer.id.."/"):find("/"..word.."/", 1, true) or (bare(layer.id).."/"):find(bare(word).."/", 1, true) then
			found[layer.id] = layer;
		end
	end
	return found, ids;
end

local function of_layers(findings, layers)
	local paths, list = {}, {};
	for _, layer in pairs(layers) do
		paths[layer.path or ""] = true;
	end
	for _, finding in ipairs(findings) do
		if layers[finding.layer or ""] or paths[finding.path or ""] then
			list[#list + 1] = finding;
		end
	end
	return list;
end

local function run(opts, out)
	local stack, code = effective.stack(out);
	if not stack then
		return code;
	end
	local findings = validator.all(stack);
	if opts.layer then
		local layers, ids = layers_like(stack, opts.layer);
		if not next(layers) then
			return effective.refuse(out, ("There is no layer %s%s. The layers are: %s"):format(opts.layer, effective.suggestion(opts.layer, ids),
				effective.some(ids)));
		end
		findings = of_layers(findings, layers);
	end
	local groups = grouped(findings);
	if opts.format == "json" then
		show_json(findings, out);
	else
		show(groups, out);
	end
	return #groups.error > 0 and 2 or opts.strict and #groups.warning > 0 and 1 or 0;
end

return {
	usage = "check";
	summary = "all findings: mistakes in options, modules, hosts and layers, each with file and line";
	details = [[
Judges the configuration by the sources of the installed Prosody and its modules. Each finding has a code, which README explains; a layer
accepts one by a comment on that line: -- stackloader: accept SL101 and the reason.
The exit code is 2 where there are errors, 1 where there are warnings and --strict is given, else 0.]];
	arguments = { least = 0, most = 0 };
	flags = {
		strict = "warnings make the exit code 1";
		layer = { value = "ID", text = "only this layer's findings; the id may be shortened" };
	};
	run = run;
};
