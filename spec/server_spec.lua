local socket = require "socket";
local lfs = require "lfs";
local support = require "spec.support";

local quote = support.quote;
local domain = "example.org";
local patience = 20; -- seconds
local clients = support.project.."/spec/clients";
local as_prosody = "setpriv --reuid=prosody --regid=prosody --init-groups ";

-- A build with sanitizers needs their library in the processes that load it, and in no other. What Prosody and the
-- libraries below it still hold when they end is not looked at.
local preload = os.getenv "LD_PRELOAD";

local function run(command)
	return support.run("unset LD_PRELOAD; "..command);
end

local function is_root()
	return (run "id -u"):match "%d+" == "0";
end

--- Six ports that nobody uses: bound all at once so that they differ, then released.
local function free_ports()
	local held, ports = {}, {};
	for _, name in ipairs { "C2S", "C2S_TLS", "S2S", "S2S_TLS", "HTTP", "HTTPS" } do
		local listener = assert(socket.bind("127.0.0.1", 0));
		held[#held + 1] = listener;
		ports[name] = select(2, listener:getsockname());
	end
	for _, listener in ipairs(held) do
		listener:close();
	end
	return ports;
end

--- Tries until it gives something true; nil when patience runs out.
local function eventually(try)
	local deadline = socket.gettime() + patience;
	repeat
		local result = try();
		if result then
			return result;
		end
		socket.sleep(0.05);
	until socket.gettime() > deadline;
end

local function answers(port)
	local connection = socket.connect("127.0.0.1", port);
	if connection then
		connection:close();
	end
	return connection ~= nil;
end

local function alive(pid)
	local status = io.open("/proc/"..pid.."/stat");
	if not status then
		return false;
	end
	local state = status:read("a"):match "^.*%) (%a)";
	status:close();
	return state ~= "Z";
end

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
	};
	if preload then
		words[#words + 1] = "LD_PRELOAD="..preload;
		words[#words + 1] = "ASAN_OPTIONS=detect_leaks=0";
	end
	for name, port in pairs(self.ports) do
		words[#words + 1] = "PROSODY_"..name.."_LISTEN="..port;
	end
	if not self.unprivileged and is_root() then
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
	run("chmod -R a+rX "..quote(self.folder.."/config"));
end

function server:log()
	return support.read(self.folder.."/prosody.log");
end

--- What is in the log since `position`, once it has `text`; fails where it never comes.
function server:logged(text, position)
	local found = eventually(function ()
		answers(self.ports.HTTP); -- a signal that comes just before Prosody 0.12 sleeps waits for the next event
		local log = self:log():sub(position + 1);
		return log:find(text, 1, true) and log;
	end);
	return found or error("not in the log: "..text.."\n"..self:log():sub(position + 1), 2);
end

function server:client(name, ...)
	local words = { clients.."/"..name..".py", "127.0.0.1", self.ports.C2S, self.certificate, ... };
	for i, word in ipairs(words) do
		words[i] = quote(word);
	end
	return run("PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "..table.concat(words, " "));
end

function server:start()
	local command = self:environment().." "..self.prosody.prosody
		.." -F --config "..self.folder.."/config/prosody.cfg.lua";
	if self.unprivileged then
		command = as_prosody..command;
	end
	local output = self.folder.."/output";
	self.pid = run("cd / && { "..command.." >"..output.." 2>&1 </dev/null & } && echo $!"):match "%d+";
	local up = eventually(function ()
		if not alive(self.pid) then
			error("Prosody ended: "..support.read(output)..self:log());
		end
		return answers(self.ports.C2S) and lfs.attributes(self.folder.."/data/prosody.sock");
	end);
	-- Prosody listens before it handles signals: SIGHUP would still end it. Once it answers, it handles them too.
	assert(up and self:shell "server:version()":find("OK", 1, true), "Prosody does not answer");
end

function server:stop()
	if self.pid and alive(self.pid) then
		run("kill "..self.pid);
		if not eventually(function () return not alive(self.pid); end) then
			run("kill -KILL "..self.pid);
		end
	end
	self.pid = nil;
end

local function certificate(path, key)
	local names = ("DNS:%s,DNS:conference.%s,DNS:upload.%s"):format(domain, domain, domain);
	local output, code = run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
		.." -subj /CN="..domain.." -addext subjectAltName="..names.." -keyout "..quote(key).." -out "..quote(path));
	assert(code == 0, output);
end

--- A copy of the shipped tree in a fresh folder, with a certificate, two accounts and the given further layers; not yet
--- running. As root, the server runs as Debian's user for it, where that user can reach the build at all.
local function prepare(prosody, layers, variables)
	local folder = support.folder();
	local self = { prosody = prosody, folder = folder, ports = free_ports(), variables = variables };
	setmetatable(self, server);
	self.unprivileged = is_root() and select(2, run(as_prosody.."test -r "..quote(prosody.prosody))) == 0;
	self.certificate = folder.."/config/certs/"..domain..".crt";
	run("cp -R "..quote(support.project.."/config").." "..quote(support.build.."/stackloader.so").." "..quote(folder));
	run("rm -f "..folder.."/config/.env "..folder.."/config/local/*.lua");
	certificate(self.certificate, folder.."/config/certs/"..domain..".key");
	lfs.mkdir(folder.."/data");
	support.write(folder.."/prosody.log", "");
	support.write(folder.."/shell.cfg.lua", ("data_path = %q\nrun_as_root = %s\nVirtualHost %q\n")
		:format(folder.."/data", is_root() and not self.unprivileged, domain));
	for layer, content in pairs(layers or {}) do
		self:write(layer, content);
	end
	run("chmod -R u+rwX,go+rX "..quote(folder));
	if self.unprivileged then
		run("chown -R prosody: "..quote(folder));
	end
	for name, password in pairs { alice = "wonderland", bob = "builder" } do
		local output, code = self:prosodyctl("register "..name.." "..domain.." "..password);
		assert(code == 0, output);
	end
	return self;
end

local function motd(text)
	return "modules_enabled = { \"motd\", \"reload_modules\" }\nreload_modules = { \"motd\" }\nmotd_text = "..text.."\n";
end

local function count(text, part)
	local _, n = text:gsub(part:gsub("%p", "%%%0"), "");
	return n;
end

for _, prosody in ipairs(support.prosodies()) do
	describe("A Prosody "..prosody.name.." with the shipped tree", function ()
		local up;

		setup(function ()
			up = prepare(prosody);
			up:start();
		end);

		teardown(function ()
			if up then
				up:stop();
			end
			support.clean();
		end);

		it("starts without a warning or an error in its log", function ()
			for line in up:log():gmatch "[^\n]+" do
				assert.is_nil(line:match "\twarn\t.*" or line:match "\terror\t.*", line);
			end
		end);

		it("lets two clients log in over TLS and exchange a message", function ()
			local output, code = up:client("message", "alice@"..domain, "wonderland", "bob@"..domain, "builder", "Curiouser");
			assert.equal(0, code, output);
			assert.truthy(output:find("logged in alice@"..domain.." TLSv1.3 SCRAM-SHA-256", 1, true), output);
			assert.truthy(output:find("logged in bob@"..domain.." TLSv1.3 SCRAM-SHA-256", 1, true), output);
			assert.truthy(output:find("received alice@"..domain.." Curiouser", 1, true), output);
		end);

		it("refuses a wrong password", function ()
			local output, code = up:client("greeting", "alice@"..domain, "guess");
			assert.equal(1, code, output);
			assert.truthy(output:find("login refused", 1, true), output);
		end);

		it("has every module running that the layers enabled for it", function ()
			local modules = up:shell "module:list()";
			for _, name in ipairs { "admin_shell", "smacks", "mam", "pep", "websocket", "muc_mam", "http_file_share" } do
				assert.truthy(modules:find("    "..name.."\n", 1, true), name.." in "..modules);
			end
		end);
	end);

	describe("A reload of Prosody "..prosody.name, function ()
		local up;
		local motd_layer = "local/motd.cfg.lua";

		before_each(function ()
			up = prepare(prosody, { [motd_layer] = motd "\"Before\"" });
			up:start();
		end);

		after_each(function ()
			if up then
				up:stop();
			end
			support.clean();
		end);

		local function greeting()
			return (up:client("greeting", "alice@"..domain, "wonderland"));
		end

		local function files()
			return up:shell "> table.concat(require \"core.configmanager\".files(), \" \")";
		end

		it("puts a changed layer in force", function ()
			assert.truthy(greeting():find "greeting Before");
			up:write(motd_layer, motd "\"After\"");
			local position = #up:log();
			local output, code = up:prosodyctl "reload";
			assert.equal(0, code, output);
			up:logged("Reloading configuration file", position);
			assert.truthy(up:shell(("config:get(%q, \"motd_text\")"):format(domain)):find("After", 1, true));
			assert.truthy(greeting():find "greeting After");
		end);

		for name, broken in pairs {
			["cannot be parsed"] = "modules_enabled = { \"motd\" }\nmotd_text = = \"Broken\"\n";
			["raises an error"] = "motd_text = \"Broken\"\nmotd_text.missing.field = 1\n";
		} do
			it("keeps the old state where a layer "..name..", and names the line", function ()
				up:write(motd_layer, broken);
				local place = up.folder.."/config/"..motd_layer..":2";
				local output, code = up:prosodyctl "check config";
				assert.not_equal(0, code);
				assert.truthy(output:find(place, 1, true), output);

				local position = #up:log();
				run("kill -HUP "..up.pid);
				local log = up:logged("error parsing the configuration file", position);
				assert.truthy(log:find(place, 1, true), log);
				assert.truthy(up:shell(("config:get(%q, \"motd_text\")"):format(domain)):find("Before", 1, true));
				assert.truthy(up:shell("> require \"stackloader\".current():options(\"*\").motd_text"):find("Before", 1, true));
				assert.truthy(greeting():find "greeting Before");

				up:write(motd_layer, motd "\"Mended\"");
				position = #up:log();
				output, code = up:prosodyctl "reload";
				assert.equal(0, code, output);
				up:logged("Reloading configuration file", position);
				assert.truthy(greeting():find "greeting Mended");
			end);
		end

		it("lists every layer file once, and no longer the one that left", function ()
			local path = up.folder.."/config/"..motd_layer;
			up:write("local/more.cfg.lua", "welcome_message = \"Hello\"\n");
			local position = #up:log();
			assert.equal(0, select(2, up:prosodyctl "reload"));
			up:logged("Reloading configuration file", position);
			local list = files();
			assert.equal(1, count(list, path), list);
			assert.equal(1, count(list, up.folder.."/config/local/more.cfg.lua"), list);
			assert.equal(1, count(list, up.folder.."/config/stack/01-transport/tls.cfg.lua"), list);

			os.remove(path);
			position = #up:log();
			assert.equal(0, select(2, up:prosodyctl "reload"));
			up:logged("Reloading configuration file", position);
			list = files();
			assert.equal(0, count(list, path), list);
			assert.equal(1, count(list, up.folder.."/config/local/more.cfg.lua"), list);
		end);
	end);

	describe("What a layer does wrong on Prosody "..prosody.name, function ()
		local up;

		setup(function ()
			up = prepare(prosody, { ["local/weaker.cfg.lua"] = "-- weaker than the policy\nc2s_require_encryption = false\n" });
			up:start();
		end);

		teardown(function ()
			if up then
				up:stop();
			end
			support.clean();
		end);

		it("stands in the log as a configuration warning with both places, and has no effect", function ()
			local log = up:logged("Configuration warning", 0);
			local line = log:match "[^\n]*Configuration warning[^\n]*";
			assert.truthy(line:find("c2s_require_encryption", 1, true), line);
			assert.truthy(line:find("local/weaker.cfg.lua:2", 1, true), line);
			assert.truthy(line:find("policies/security/baseline.cfg.lua:", 1, true), line);
			assert.truthy(up:shell(("config:get(%q, \"c2s_require_encryption\")"):format(domain)):find("true", 1, true));
		end);
	end);
end
