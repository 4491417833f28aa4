--- A Prosody in a fresh folder on free ports of loopback, for specs that talk to a running one.
local lfs = require "lfs";
local processes = require "spec.processes";
local support = require "spec.support";

local quote = support.quote;
local domain = "example.org";
local clients = support.project.."/spec/clients";
local run, eventually = processes.run, processes.eventually;

local running = { domain = domain, run = run, eventually = eventually };

local server = {};
server.__index = server;

--- The variables of every command of this server, as words for `env`.
function server:environment()
	local words = {
		"PROSODY_DOMAIN="..domain;
		"PROSODY_INTERFACES=127.0.0.1";
		"PROSODY_OPTION_USE_IPV6=false";
		"PROSODY_DATA_PATH="..self.folder.."/data";
		"PROSODY_PIDFILE="..self.folder.."/prosody.pid";
		"PROSODY_OPTION_LOG={ info = \""..self.folder.."/prosody.log\" }";
		"LUA_CPATH="..self.folder.."/?.so;;";
		"LUA_PATH="..self.folder.."/lua/?.lua;;";
	};
	for _, word in ipairs(processes.sanitizers()) do
		words[#words + 1] = word;
	end
	for name, port in pairs(self.ports) do
		words[#words + 1] = "PROSODY_"..name.."_LISTEN="..port;
	end
	if not self.as_prosody and processes.is_root() then
		words[#words + 1] = "PROSODY_OPTION_RUN_AS_ROOT=true";
	end
	for name, value in pairs(self.variables or {}) do
		words[#words + 1] = name.."="..value;
	end
	for i, word in ipairs(words) do
		words[i] = quote(word);
	end
	return "env -u PROSODY_ENV "..table.concat(words, " ");
end

function server:prosodyctl(words, config)
	return run(self:environment().." "..self.prosody.prosodyctl.." --config "
		..(config or self.folder.."/config/prosody.cfg.lua").." "..words);
end

--- One line for the running server's shell. Reads another configuration than the server's, which may be broken by then.
function server:shell(line)
	return (self:prosodyctl("shell "..quote(line), self.folder.."/shell.cfg.lua"));
end

function server:write(layer, content)
	support.write(self.folder.."/config/"..layer, content);
	local paths = {};
	for position in (layer.."/"):gmatch "()/" do
		paths[#paths + 1] = quote(self.folder.."/config/"..layer:sub(1, position - 1));
	end
	run("chmod a+rX "..table.concat(paths, " "));
end

function server:log()
	return support.read(self.folder.."/prosody.log");
end

--- What is in the log since `position`, once it has `text`; fails where it never comes.
function server:logged(text, position)
	local found = eventually(function ()
		processes.listens(self.ports.HTTP); -- a signal that comes just before Prosody 0.12 sleeps waits for the next event
		local log = self:log():sub(position + 1);
		return log:find(text, 1, true) and log;
	end);
	return found or error("not in the log: "..text.."\n"..self:log():sub(position + 1), 2);
end

--- Two accounts: alice with the password wonderland, bob with builder.
function server:add_accounts()
	for name, password in pairs { alice = "wonderland", bob = "builder" } do
		local output, code = self:prosodyctl("register "..name.." "..domain.." "..password);
		assert(code == 0, output);
	end
end

--- The command line of a client of spec/clients.
function server:client_command(name, ...)
	local words = { clients.."/"..name..".py", "127.0.0.1", self.ports.C2S, self.certificate, ... };
	for i, word in ipairs(words) do
		words[i] = quote(word);
	end
	return "unset LD_PRELOAD; PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "..table.concat(words, " ");
end

function server:client(...)
	return run(self:client_command(...));
end

--- What is in the log since `position`, once mod_stackloader has told there of a reload, the changes included that it counts in its first line.
function server:told(position)
	self:logged(" ms; ", position);
	return eventually(function ()
		local log = self:log():sub(position + 1);
		local rest = log:match " ms; .*";
		local count = rest:match "^ ms; one change[;,]" and 1 or tonumber(rest:match "^ ms; (%d+) changes[;,]" or 0);
		local lines = select(2, rest:gsub("\n[^\n]*mod_stackloader\tinfo\t", ""));
		return lines >= count and log;
	end);
end

--- Takes a layer away.
function server:remove(layer)
	os.remove(self.folder.."/config/"..layer);
end

--- Has the server load its configuration again, and returns what is in its log since, once `text` is.
function server:reload(text)
	local position = #self:log();
	run("kill -HUP "..self.pid);
	return self:logged(text, position);
end

--- Has the server load a configuration that it refuses, and returns what is in its log since, once it has these texts too. Prosody writes the last
-- line of a longer message after the others.
function server:refuse(...)
	local position = #self:log();
	local log = self:reload "error parsing the configuration file";
	for _, text in ipairs { ... } do
		log = self:logged(text, position);
	end
	return log;
end

function server:start()
	local command = self:environment().." "..self.prosody.prosody
		.." -F --config "..self.folder.."/config/prosody.cfg.lua";
	command = (self.as_prosody or "")..command;
	local output = self.folder.."/output";
	self.pid = processes.start(command, output);
	local up = eventually(function ()
		if not processes.alive(self.pid) then
			error("Prosody ended: "..support.read(output)..self:log());
		end
		return processes.listens(self.ports.C2S) and lfs.attributes(self.folder.."/data/prosody.sock");
	end);
	-- Prosody listens before it handles signals: SIGHUP would still end it. Once it answers, it handles them too.
	assert(up and self:shell "server:version()":find("OK", 1, true), "Prosody does not answer");
end

function server:stop()
	if self.pid then
		processes.stop(self.pid);
	end
	self.pid = nil;
end

local prepared = {};

--- Stops all servers that were prepared, and removes their folders. Call it from teardown().
function running.clean()
	for _, one in ipairs(prepared) do
		one:stop();
	end
	prepared = {};
	support.clean();
end

local function copy_tree(self, tree)
	if not tree then
		run("cp -R "..quote(support.project.."/config").." "..quote(self.folder));
		run("rm -f "..self.folder.."/config/.env "..self.folder.."/config/local/*.lua");
		return;
	end
	for path, content in pairs(tree) do
		support.write(self.folder.."/config/"..path, content);
	end
	lfs.mkdir(self.folder.."/config/certs");
end

-- The module, the plugin and its helpers, where the server's user can read them, laid out as after make install.
local function copy_build(self)
	run("cp "..quote(support.build.."/stackloader.so").." "..quote(self.folder));
	run("cp -R "..quote(support.project.."/lua").." "..quote(self.folder));
	lfs.mkdir(self.folder.."/lua/mod_stackloader");
	os.rename(self.folder.."/lua/mod_stackloader.lua", self.folder.."/lua/mod_stackloader/mod_stackloader.lua");
end

--- A Prosody in a fresh folder, not yet running, with a certificate. Its tree is a copy of the shipped one or the given files; then come
-- the given further layers. As root, the server runs as Debian's user for it, where that user can reach the build at all. The variables
-- stand in its environment.
function running.prepare(prosody, layers, variables, tree)
	local folder = support.folder();
	local self = { prosody = prosody, folder = folder, variables = variables };
	self.ports = processes.free_ports { "C2S", "C2S_TLS", "S2S", "S2S_TLS", "HTTP", "HTTPS" };
	prepared[#prepared + 1] = self;
	setmetatable(self, server);
	self.as_prosody = processes.as_prosody(prosody);
	self.certificate = folder.."/config/certs/"..domain..".crt";
	copy_build(self);
	copy_tree(self, tree);
	support.certificate(self.certificate, folder.."/config/certs/"..domain..".key",
		{ "DNS:"..domain, "DNS:conference."..domain, "DNS:upload."..domain });
	lfs.mkdir(folder.."/data");
	support.write(folder.."/prosody.log", "");
	support.write(folder.."/shell.cfg.lua", ("data_path = %q\nrun_as_root = %s\nVirtualHost %q\n")
		:format(folder.."/data", processes.is_root() and not self.as_prosody, domain));
	for layer, content in pairs(layers or {}) do
		self:write(layer, content);
	end
	run("chmod -R u+rwX,go+rX "..quote(folder));
	if self.as_prosody then
		run("chown -R prosody: "..quote(folder));
	end
	return self;
end

--- A small tree that serves the domain with little more than what a client needs to log in, and has the plugin in the server.
function running.small_tree()
	return {
		["prosody.cfg.lua"] = '(Lua or _G).require "stackloader".load(_ENV)\n';
		["core/server.cfg.lua"] = [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "admin_shell", "stackloader" }
modules_disabled = { "s2s", "offline" }
admin_socket = "prosody.sock"
authentication = "internal_hashed"
certificates = "certs"
data_path = stack.env.string "PROSODY_DATA_PATH"
pidfile = stack.env.string "PROSODY_PIDFILE"
interfaces = { "127.0.0.1" }
c2s_ports = { stack.env.integer "PROSODY_C2S_LISTEN" }
http_ports = { stack.env.integer "PROSODY_HTTP_LISTEN" }
https_ports = {}
]];
		["domains/main.cfg.lua"] = 'VirtualHost(stack.domain)\n';
	};
end

return running;
