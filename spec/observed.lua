--- Runs a server of its own for one configuration until it has started, and tells what it did: which modules it has where, and which options its
-- modules asked for.
--
--   local seen = observed(prosody, folder, text)
--
-- prosody is one of support.prosodies(), the text is that of prosody.cfg.lua, which comes to be in the folder; it opens no port. `seen` is
-- { modules = { host = { name = true } } ("*": the global ones), reads = { { module, host, kind, option, default (as
-- text at that time), getter (the file) } … }, log = the log's
-- text }. The process ends by itself once it has started.
local support = require "spec.support";

local quote = support.quote;

-- Wraps what modules ask for options with, from before the first module runs, and looks at what there is when everything has started.
local driver = [[
local program, output = arg[1], arg[2];
arg = { [0] = program, table.unpack(arg, 3) };
local reads, depth, wrapped = {}, 0, false;

local function show(value)
	if type(value) == "string" then
		return ("%q"):format(value);
	elseif type(value) == "table" and getmetatable(value) then
		return '"table"';   -- with a behaviour of its own
	elseif type(value) ~= "table" then
		return (type(value) == "number" or type(value) == "boolean" or value == nil) and tostring(value) or ("%q"):format(type(value));
	end
	local parts = {};
	for key, inner in next, value do
		parts[#parts + 1] = "["..show(key).."]="..show(inner);
	end
	return "{"..table.concat(parts, ",").."}";
end

local function leave(...)
	depth = depth - 1;
	return ...;
end

local function wrap(api)
	for name, original in pairs(api) do
		local kind = type(name) == "string" and name:match "^get_option_?(.*)$";
		if kind then
			api[name] = function (module, option, ...)
				if depth == 0 then
					reads[#reads + 1] = { module = module.name, host = module.host, kind = kind == "" and "any" or kind, option = option,
						default = show((...)), getter = debug.getinfo(2, "S").source };
				end
				depth = depth + 1;
				return leave(original(module, option, ...));
			end
		end
	end
end

local function tell()
	local manager = require "core.modulemanager";
	local modules = {};
	local function add(host)
		modules[host] = {};
		for name in pairs(manager.get_modules(host) or {}) do
			modules[host][name] = true;
		end
	end
	add "*";
	for host in pairs(prosody.hosts) do
		add(host);
	end
	local file = assert(io.open(output, "wb"));
	file:write("return ", show { modules = modules, reads = reads });
	file:close();
	os.exit(0);
end

local original = require;
function require(name)
	local found = original(name);
	if not wrapped and name:find "core%.moduleapi$" then
		wrapped = true;
		wrap(found);
		prosody.events.add_handler("server-started", function ()
			original "util.timer".add_task(0, tell);
		end, -1000000);
	end
	return found;
end

dofile(program);
]];

local function read_log(path)
	local ok, text = pcall(support.read, path);
	return ok and text or "";
end

return function (prosody, folder, text)
	support.write(folder.."/driver.lua", driver);
	support.write(folder.."/data/README", "");
	support.write(folder.."/certs/README", "");
	support.write(folder.."/prosody.cfg.lua", ([[
run_as_root, daemonize = true, nil
data_path, certificates, pidfile = %q, "certs", %q
log = { debug = %q }
c2s_ports, s2s_ports, http_ports, https_ports, component_ports, proxy65_ports = {}, {}, {}, {}, {}, {}
c2s_direct_tls_ports, s2s_direct_tls_ports = {}, {}
]]):format(folder.."/data", folder.."/pid", folder.."/log")..text);
	local output, code = support.run(("cd / && timeout 120 lua5.4 %s %s %s --config %s -F"):format(quote(folder.."/driver.lua"), quote(prosody.prosody),
		quote(folder.."/seen"), quote(folder.."/prosody.cfg.lua")));
	local log = read_log(folder.."/log");
	assert(code == 0 and loadfile(folder.."/seen"), ("status %s\n%s\n%s"):format(code, output, log:sub(-4000)));
	local seen = loadfile(folder.."/seen", "t", {})();
	seen.log = log;
	return seen;
end
