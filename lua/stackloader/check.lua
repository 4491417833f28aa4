--- prosodyctl mod_stackloader check: all that is wrong with the configuration, or will be.
local codes = require "stackloader.codes";
local effective = require "stackloader.effective";
local findings = require "stackloader.findings";
local validator = require "stackloader.validator";

local function show_json(found, out)
	local list = {};
	for i, finding in ipairs(found) do
		list[i] = { severity = finding.severity, code = finding.code, path = finding.path, line = finding.line, text = finding.text,
			layer = finding.layer, option = finding.option, host = finding.host, meaning = (codes[finding.code] or {}).text };
	end
	out.json(list);
end

local function run(stack, opts, out)
	local list = validator.all(stack);
	if opts.layer then
		local layers, ids = findings.layers_like(stack, opts.layer);
		if not next(layers) then
			return effective.refuse(out, ("There is no layer %s%s. The layers are: %s"):format(opts.layer, effective.suggestion(opts.layer, ids),
				effective.some(ids)));
		end
		list = findings.of_layers(list, layers);
	end
	local groups = findings.grouped(list);
	if opts.format == "json" then
		show_json(list, out);
	else
		findings.show(groups, out);
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
	run = effective.with_stack(run);
};
