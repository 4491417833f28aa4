--- prosodyctl mod_stackloader check: all that is wrong with the configuration, or will be.
local again = require "stackloader.again";
local codes = require "stackloader.codes";
local effective = require "stackloader.effective";
local findings = require "stackloader.findings";
local output = require "stackloader.output";
local prosodies = require "stackloader.prosodies";
local validator = require "stackloader.validator";

local function show_json(found, out)
	local list = {};
	for i, finding in ipairs(found) do
		list[i] = { severity = finding.severity, code = finding.code, path = finding.path, line = finding.line, text = finding.text,
			layer = finding.layer, option = finding.option, host = finding.host, meaning = (codes[finding.code] or {}).text };
	end
	out.json(list);
end

local function show(stack, list, opts, out)
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

local function of_installed(stack, opts, out)
	return show(stack, validator.all(stack), opts, out);
end

-- What the layers and the main file come to where they load for another Prosody; the installed one runs the main file.
local function of_other(opts, out)
	local prosody, problem = prosodies.find(opts.prosody);
	if not prosody then
		return effective.refuse(out, "mod_stackloader check: "..problem);
	end
	local code;
	local assumed = prosodies.assumed(prosody, effective.known_stack());
	local results, refusal = again.load { { flags = again.words(), assumed = assumed, look = function (result)
		if result.stack then
			local known = prosodies.catalogue(prosody, result.stack);
			local list = validator.all(result.stack, known);
			prosodies.warn_of_unreadable(known, out);
			code = show(result.stack, list, opts, output.without_secrets(out, result.stack));
		end
	end } };
	if not results then
		return effective.refuse(out, "mod_stackloader check: "..refusal..". Ask prosodyctl mod_stackloader check --prosody");
	end
	return code or effective.refuse(out, ("mod_stackloader check: nothing can be said for %s: %s"):format(prosody.name, results[1].problem));
end

local function run(opts, out)
	return (opts.prosody and of_other or effective.with_stack(of_installed))(opts, out);
end

return {
	usage = "check";
	summary = "all findings: mistakes in options, modules, hosts and layers, each with file and line";
	details = [[
Judges the configuration by the sources of the installed Prosody and its modules; with --prosody by what is known of another one. Each
finding has a code, which doc/findings.md explains; a layer accepts one by a comment on that line: -- stackloader: accept SL101 and the reason.
The exit code is 2 where there are errors, 1 where there are warnings and --strict is given, else 0.]];
	arguments = { least = 0, most = 0 };
	flags = {
		strict = "warnings make the exit code 1";
		prosody = { value = "VERSION", text = "judge for a Prosody that is not installed: "..prosodies.offered };
		layer = { value = "ID", text = "only this layer's findings; the id may be shortened" };
	};
	run = run;
};
