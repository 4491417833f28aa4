--- What specs of the shipped tree share: copies of it, `prosodyctl check config` on a copy, a server booted from one.
local socket = require "socket";
local lfs = require "lfs";
local processes = require "spec.processes";
local support = require "spec.support";

local quote = support.quote;

local tree = { folder = support.project.."/config", run = processes.run, listens = processes.listens };

--- What `prosodyctl check config` prints where it has nothing to say, the number of layers and the list of files aside.
tree.silence = [[
Checking the layers...
0 errors, 0 warnings, 0 notes

Checking config...
    The following configuration files have been loaded:
Done.

All checks passed, congratulations!
]];

local function lines_of(command)
	local list = {};
	for line in tree.run(command):gmatch "[^\n]+" do
		list[#list + 1] = line;
	end
	return list;
end

--- The layer files of the tree, relative to it and without what no axis reads.
function tree.layers()
	local list = lines_of("cd "..quote(tree.folder)
		.." && find . -mindepth 2 -name '*.cfg.lua' -not -path './local/*' -printf '%P\\n'");
	table.sort(list);
	return list;
end

--- The folders of the tree.
function tree.folders(depth)
	return lines_of("find "..quote(tree.folder).." -maxdepth "..depth.." -type d");
end

function tree.copy()
	local folder = support.folder();
	tree.run("cp -R "..quote(tree.folder).."/. "..quote(folder).." && rm -f "..folder.."/.env "..folder.."/local/*.lua");
	tree.run("chmod -R a+rX "..quote(folder));
	return folder;
end

--- Writes the .env of a copy, as it should be: nobody but its owner and Prosody reads the secrets in it.
function tree.write_env(folder, text)
	local path = quote(folder.."/.env");
	support.write(folder.."/.env", text);
	tree.run("chgrp prosody "..path.." && chmod 640 "..path.." || chmod 600 "..path);
end

--- All variables of a process that is to have these and no others, as NAME=value. What the machine would be taken for is no part of a spec,
--- unless the spec says so.
function tree.variables(variables, cpath)
	local all = {
		LUA_CPATH = (cpath or support.build).."/?.so;;";
		LUA_PATH = support.project.."/lua/?.lua;;";
		PATH = os.getenv "PATH";
		PROSODY_DEPLOYMENT_TYPE = "manual";
	};
	for name, value in pairs(variables or {}) do
		all[name] = value;
	end
	local words = processes.sanitizers();
	for name, value in pairs(all) do
		words[#words + 1] = name.."="..value;
	end
	return words;
end

--- The words before a command that has these variables and no others.
function tree.environment(variables, cpath)
	local words = { "env -i" };
	for _, word in ipairs(tree.variables(variables, cpath)) do
		words[#words + 1] = quote(word);
	end
	return table.concat(words, " ");
end

--- What `prosodyctl check config` printed of a copy of the tree, without the number of layers and the list of files; and that list with paths
--- relative to the copy.
function tree.said(output, folder)
	local files = {};
	output = output:gsub("      %-  ([^\n]*)\n", function (path)
		files[#files + 1] = path:sub(1, #folder + 1) == folder.."/" and path:sub(#folder + 2) or path;
		return "";
	end);
	output = output:gsub("%d+ layers %b(), %d+ options in [%d.]+ ms\n", "");
	return output, files;
end

--- Runs `prosodyctl check config` on a copy of the tree. Returns what it printed without the number of layers and the list of files, the exit
--- code, and that list with paths relative to the copy.
function tree.check(prosody, variables, folder)
	folder = folder or tree.copy();
	-- A server that once ran on this machine may have left its choices in the usual folder, and these would be compared.
	local all = { PROSODY_DATA_PATH = folder.."/data" };
	for name, value in pairs(variables or {}) do
		all[name] = value;
	end
	lfs.mkdir(folder.."/data");
	local output, code = tree.run(tree.environment(all).." "..prosody.prosodyctl
		.." --config "..folder.."/prosody.cfg.lua check config");
	local silence, files = tree.said(output, folder);
	return silence, code, files;
end

tree.ports = {
	"C2S", "C2S_TLS", "S2S", "S2S_TLS", "HTTP", "HTTPS", "PROXY", "COMPONENT", "PROXY_C2S", "PROXY_S2S";
};

--- Ports that nobody uses, as variables of the tree.
function tree.free_ports()
	local variables = {};
	for name, port in pairs(processes.free_ports(tree.ports)) do
		variables["PROSODY_"..name.."_LISTEN"] = tostring(port);
	end
	return variables;
end

--- Runs a command beside the specs, what it prints in the file `output`. Returns an object: output() is what it has printed so far;
-- becomes(try) calls try until it gives something true, nil when the command ended or patience runs out; stop() ends it by its process id.
function tree.spawn(command, output)
	local pid = processes.start(command, output);
	local process = {};

	function process.output()
		return support.read(output);
	end

	function process.becomes(try)
		local result = processes.eventually(function ()
			return not processes.alive(pid) and "ended" or try();
		end);
		return result ~= "ended" and result or nil;
	end

	function process.stop(signal)
		if pid then
			processes.stop(pid, signal);
		end
		pid = nil;
	end

	return process;
end

--- What a client of that domain says first.
function tree.greeting(domain)
	return "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
		.." version='1.0' to='"..domain.."'>";
end

--- Does a server speak on this port? It does once everything is loaded and signals are handled, not as soon as it listens.
local function greets(port, domain)
	local connection = socket.connect("127.0.0.1", port);
	if not connection then
		return false;
	end
	connection:settimeout(processes.patience);
	connection:send(tree.greeting(domain));
	local answer = connection:receive(1);
	connection:close();
	return answer ~= nil;
end

local certificate = {}; -- made once: path and key's path

local function write_certificate(folder, domain)
	if not certificate[domain] then
		local names = { "DNS:"..domain };
		for _, label in ipairs { "conference", "upload", "proxy", "pubsub", "rest" } do
			names[#names + 1] = "DNS:"..label.."."..domain;
		end
		local made = support.folder();
		support.certificate(made.."/crt", made.."/key", names);
		certificate[domain] = { support.read(made.."/crt"), support.read(made.."/key") };
	end
	support.write(folder.."/certs/"..domain..".crt", certificate[domain][1]);
	support.write(folder.."/certs/"..domain..".key", certificate[domain][2]);
end

--- Makes a copy of the tree ready for servers of that version, which run as Debian's user for it where root runs the specs. Returns the
--- variables by which they stay on loopback, and the words before their command line.
function tree.prepare(prosody, folder, domain)
	local as_prosody = processes.as_prosody(prosody);
	write_certificate(folder, domain);
	tree.run("cp "..quote(support.build.."/stackloader.so").." "..quote(folder).."; chmod -R u+rwX,go+rX "..quote(folder));
	if as_prosody then
		tree.run("chown -R prosody: "..quote(folder));
	end
	return {
		PROSODY_DOMAIN = domain;
		PROSODY_INTERFACES = "127.0.0.1";
		PROSODY_HTTP_INTERFACES = "127.0.0.1";
		PROSODY_IPV6 = "false";
		PROSODY_OPTION_RUN_AS_ROOT = processes.is_root() and not as_prosody and "true" or nil;
	}, as_prosody or "";
end

-- The servers that run.
local started = {};

--- Starts a server from a copy of the tree. Returns an object: the variables it runs with, its folder, and the methods log, prosodyctl and stop.
function tree.start(prosody, variables, folder)
	folder = folder or tree.copy();
	local domain = (variables or {}).PROSODY_DOMAIN or "example.org";
	lfs.mkdir(folder.."/data");
	support.write(folder.."/prosody.log", "");
	local all, before = tree.prepare(prosody, folder, domain);
	all.PROSODY_DATA_PATH = folder.."/data";
	all.PROSODY_PIDFILE = folder.."/data/prosody.pid";
	all.PROSODY_OPTION_LOG = "{ debug = \""..folder.."/prosody.log\" }";
	for _, set in ipairs { tree.free_ports(), variables or {} } do
		for name, value in pairs(set) do
			all[name] = value;
		end
	end

	local server = { variables = all, folder = folder };
	local words = tree.environment(all, folder);

	function server.log()
		return support.read(folder.."/prosody.log");
	end

	--- Under another command, where one is given: `env` with other variables.
	function server.prosodyctl(arguments, under)
		return tree.run(words.." "..(under or "").." "..prosody.prosodyctl.." --config "..folder.."/prosody.cfg.lua "..arguments);
	end

	local command = before..words.." "..prosody.prosody.." -F --config "..folder.."/prosody.cfg.lua";
	local process = tree.spawn(command, folder.."/output");
	started[server] = true;

	function server.stop()
		started[server] = nil;
		process.stop();
	end

	local up = process.becomes(function ()
		return greets(all.PROSODY_C2S_LISTEN, domain);
	end);
	if not up then
		server.stop();
		error("Prosody does not start: "..process.output()..server.log());
	end
	return server;
end

--- Ends all servers that are left.
function tree.stop()
	for server in pairs(started) do
		server.stop();
	end
end

--- Ends all servers that are left, and removes what they had.
function tree.clean()
	tree.stop();
	support.clean();
end

--- The lines of a log that are warnings or errors.
function tree.warnings(log)
	local list = {};
	for line in log:gmatch "[^\n]+" do
		if (line:match "\twarn\t" or line:match "\terror\t") and not line:find("Received SIGTERM", 1, true) then
			list[#list + 1] = line:match "^%a+ %d+ [%d:]+ (.*)$" or line;
		end
	end
	return list;
end

--- Starts a server and ends it again. Returns the lines of its log that are warnings or errors.
function tree.complaints(prosody, variables, folder)
	local server = tree.start(prosody, variables, folder);
	server.stop();
	return tree.warnings(server.log());
end

return tree;
