--- Loads configurations with Prosody's own loader in a process of its own, one after the other, and writes what each made.
--
--   lua5.4 -E proof_child.lua FILE
--
-- FILE is a request that proof.lua wrote with dump.lua; so is the answer on standard output.
local file = assert(io.open(arg[1], "rb"));
local text = file:read("a");
file:close();
local request = assert(load("return "..text, "=request", "t", {}))();

package.path, package.cpath = request.path, request.cpath;
-- What Prosody's own programs do first, so that the names of its libraries lead to one module each.
if not pcall(require, "prosody.loader") then
	pcall(require, "loader");
end
local dump = require "stackloader.dump";
local pposix = require "util.pposix";

-- As in prosodyctl, whose libraries expect these.
rawset(_G, "CFG_SOURCEDIR", request.paths.source);
rawset(_G, "CFG_CONFIGDIR", request.paths.config);
rawset(_G, "prosody", { process_type = "prosodyctl"; version = request.version; paths = request.paths; platform = "posix";
	config_loaded = false; config_file = request.config_file; hosts = {}; opts = {} });

local configmanager = require(request.manager);
if configmanager.set_credentials_directory and os.getenv("CREDENTIALS_DIRECTORY") then
	configmanager.set_credentials_directory(os.getenv("CREDENTIALS_DIRECTORY"));
elseif configmanager.set_credential_fallback_mode then
	configmanager.set_credential_fallback_mode("warn");
end

-- What programs need to run at all, whatever the configuration sees.
local kept = { PATH = true, HOME = true, LD_PRELOAD = true, ASAN_OPTIONS = true, UBSAN_OPTIONS = true, CREDENTIALS_DIRECTORY = true };

local function own_variables()
	local list = {};
	local environ = io.open("/proc/self/environ", "rb");
	for name, value in (environ and environ:read("a") or ""):gmatch("([^=%z]+)=([^%z]*)") do
		list[name] = value;
	end
	if environ then
		environ:close();
	end
	return list;
end

local original = own_variables();

local function set_variables(wanted)
	for name, value in pairs(original) do
		pposix.setenv(name, (not wanted.clear or kept[name]) and value or nil);
	end
	for name, value in pairs(wanted.variables or {}) do
		pposix.setenv(name, value or nil);
	end
	return function ()
		for name in pairs(wanted.variables or {}) do
			pposix.setenv(name, original[name]);
		end
	end
end

local function options_of(config)
	local scopes = {};
	for scope, options in next, config do
		local own = {};
		for name, value in next, options do
			own[name] = value;
		end
		scopes[scope] = own;
	end
	return scopes;
end

local function warnings_of(list)
	local warnings = {};
	for i, warning in ipairs(type(list) == "table" and list or {}) do
		warnings[i] = tostring(warning);
	end
	return warnings;
end

-- The stack of the last load that had errors. For the words of prosodyctl's commands such a load ends without an error of Prosody's, and with
-- nothing in it.
local function failed_stack()
	local loader = package.loaded["stackloader"];
	return type(loader) == "table" and loader.failed() or nil;
end

local function first_error(stack)
	for _, finding in ipairs(stack:findings()) do
		if finding.severity == "error" then
			return (finding.path and finding.path..(finding.line and ":"..finding.line or "")..": " or "")..finding.text;
		end
	end
	return "its layers have errors";
end

local function load_one(wanted)
	local back = set_variables(wanted);
	local failed = failed_stack();
	rawset(_G, "arg", wanted.words or {});
	rawget(_G, "prosody").config_file = wanted.file;
	local ok, loaded, where, problem = pcall(configmanager.load, wanted.file, "lua");
	back();
	if not ok or not loaded then
		return { problem = tostring(not ok and loaded or problem or where) };
	end
	local broken = failed_stack();
	if broken and broken ~= failed then
		return { problem = first_error(broken) };
	end
	return { scopes = options_of(configmanager.getconfig()), warnings = warnings_of(problem) };
end

-- The configuration may print, which must not spoil the answer.
local answer = io.stdout;
rawset(_G, "print", function () end);
io.output(io.stderr);

local results = {};
for i, wanted in ipairs(request.loads) do
	results[i] = load_one(wanted);
end
answer:write("\1answer\1", dump.write(results));
