--- Runs Lua code in a process of its own, beside one Prosody version's configmanager as prosodyctl or the server has it.
--
--   local result, message = inside(prosody, root, code, options)
--
-- prosody is one of support.prosodies(). The code may use `root`, `configmanager`, `stackloader`, and load(name), which lets configmanager read a
-- file below the root and returns what configmanager.load does. What it returns comes back as `result`, tables included (functions as "function");
-- `message` is what it raised. options.process is "prosodyctl" (the default) or "prosody", options.variables are set for the process,
-- options.arguments are the words after `prosodyctl`, options.under is a command that runs the process, such as setpriv with its flags.
local support = require "spec.support";

local driver = [[
local source, build, root, version, process, code, output = table.unpack(arg, 1, 7);
package.path = source.."/?.lua;"..package.path;
package.cpath = build.."/?.so;"..source.."/?.so;"..package.cpath;
arg = { table.unpack(arg, 8) };
if not pcall(require, "prosody.loader") then
	pcall(require, "loader");
end
prosody = { process_type = process; version = version; paths = { source = source; config = root; data = root } };
CFG_SOURCEDIR, CFG_CONFIGDIR, CFG_DATADIR, CFG_PLUGINDIR = source, root, root, source.."/modules";
local configmanager = require(version == "13" and "prosody.core.configmanager" or "core.configmanager");
if configmanager.set_credentials_directory then
	configmanager.set_credentials_directory(os.getenv "CREDENTIALS_DIRECTORY");
	configmanager.set_credential_fallback_mode(process == "prosodyctl" and "warn" or "error");
end

local names = {
	root = root; configmanager = configmanager; stackloader = require "stackloader";
	load = function (name)
		prosody.config_file = root.."/"..(name or "prosody.cfg.lua");
		return configmanager.load(prosody.config_file);
	end;
};

local function show(value, met)
	if type(value) == "string" then
		return ("%q"):format(value);
	elseif type(value) ~= "table" then
		return (type(value) == "function" or type(value) == "userdata") and '"'..type(value)..'"' or tostring(value);
	end
	assert(not met[value], "a result contains itself");
	met[value] = true;
	local parts = {};
	for key, inner in next, value do
		parts[#parts + 1] = "["..show(key, met).."]="..show(inner, met);
	end
	met[value] = nil;
	return "{"..table.concat(parts, ",").."}";
end

local function run()
	return assert(loadfile(code, "t", setmetatable(names, { __index = _G })))();
end

local ok, result = xpcall(run, function (message) return tostring(message); end);
local file = assert(io.open(output, "wb"));
file:write("return ", tostring(ok), ", ", show(result, {}));
file:close();
]];

return function (prosody, root, code, options)
	options = options or {};
	local folder = support.folder();
	support.write(folder.."/driver.lua", driver);
	support.write(folder.."/code.lua", code);
	local words = { "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", table.unpack(options.under or {}) };
	words[#words + 1] = "env";
	for _, name in ipairs { "LD_PRELOAD", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS" } do
		if os.getenv(name) then
			words[#words + 1] = name.."="..os.getenv(name);
		end
	end
	for name, value in pairs(options.variables or {}) do
		words[#words + 1] = name.."="..value;
	end
	for _, word in ipairs { "lua5.4", folder.."/driver.lua", prosody.source, support.build, root, prosody.name,
			options.process or "prosodyctl", folder.."/code.lua", folder.."/output" } do
		words[#words + 1] = word;
	end
	for _, word in ipairs(options.arguments or {}) do
		words[#words + 1] = word;
	end
	for i, word in ipairs(words) do
		words[i] = support.quote(word);
	end
	local output, status = support.run("cd / && "..table.concat(words, " "));
	assert(status == 0, output);
	local ok, result = assert(loadfile(folder.."/output", "t", {}))();
	if ok then
		return result, nil, output;
	end
	return nil, result, output;
end
