--- What `prosodyctl check config` says of the main file's lines behind stackloader.load. They run after the section about the layers was printed, so
-- this comes behind Prosody's own checks, with the exit code.
local findings = require "stackloader.findings";
local output = require "stackloader.output";
local stackloader = require "stackloader";
local validator = require "stackloader.validator";

local later = {};

local codes = { SL050 = true, SL051 = true };

-- Prints what was set later, and returns how many errors are among it.
local function show()
	local stack = stackloader.current();
	local list = {};
	for _, finding in ipairs(stack and validator.all(stack) or {}) do
		if codes[finding.code] then
			list[#list + 1] = finding;
		end
	end
	if #list == 0 then
		return 0;
	end
	local out = output.without_secrets(output.terminal(), stack);
	local groups = findings.grouped(list);
	out.print("");
	out.print(out.style("bold", "Checking what the main file sets after stackloader.load..."));
	findings.show(groups, out);
	return #groups.error;
end

-- Prosody's own module with a check that goes on with ours.
local function extended(module)
	local copy = {};
	for name, value in pairs(module) do
		copy[name] = value;
	end
	function copy.check(...)
		local code = module.check(...);
		return show() > 0 and math.max(code or 0, 2) or code;
	end
	return copy;
end

--- Has the checks of prosodyctl, which are read in when the configuration was loaded, end with this.
function later.follow()
	for _, name in ipairs { "util.prosodyctl.check", "prosody.util.prosodyctl.check" } do
		package.preload[name] = function ()
			package.preload[name] = nil;
			return extended(require(name));
		end;
	end
end

return later;
