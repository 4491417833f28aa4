local support = require "spec.support";
local lfs = require "lfs";
local socket = require "socket";

local has, quote = support.has, support.quote;

local function free_ports(count)
	local listening, ports = {}, {};
	for i = 1, count do
		listening[i] = assert(socket.bind("127.0.0.1", 0));
		ports[i] = select(2, listening[i]:getsockname());
	end
	for _, server in ipairs(listening) do
		server:close();
	end
	return ports;
end

-- Polls at most half a minute; a busy machine takes its time.
local function eventually(condition)
	for _ = 1, 150 do
		local result = condition();
		if result then
			return result;
		end
		socket.sleep(0.2);
	end
end

-- Compiling is what other specs are about; the sanitized build would only run the same scripts again.
describe("make run #install", function()
	local checkout, variables, port;

	setup(function()
		checkout = support.folder();
		support.run("cd "..quote(support.project).." && cp -a Makefile scripts lua src completion config man "..quote(checkout)
			.." && mkdir "..quote(checkout.."/build").." && cp -a build/*.o build/*.d build/stackloader.so build/downloads "..quote(checkout.."/build"));
		local ports = free_ports(6);
		port = ports[1];
		variables = ("PROSODY_C2S_LISTEN=%d PROSODY_C2S_TLS_LISTEN=%d PROSODY_S2S_LISTEN=%d PROSODY_S2S_TLS_LISTEN=%d "
			.."PROSODY_HTTP_LISTEN=%d PROSODY_HTTPS_LISTEN=%d"):format(table.unpack(ports));
	end);
	teardown(support.clean);

	local run = {};

	local function log()
		return support.read(checkout.."/log");
	end

	function run.start(choices)
		support.write(checkout.."/log", "");
		os.execute("cd "..quote(checkout).." && env "..variables.." "..choices.." make --no-print-directory run >log 2>&1 </dev/null &");
		assert(eventually(function()
			return socket.connect("127.0.0.1", port) or log():find("*** [", 1, true);
		end), "no server within half a minute");
		assert.falsy(log():find("*** [", 1, true), log());
	end

	local function process_id()
		local path = checkout.."/build/run/data/prosody.pid";
		return lfs.attributes(path) and support.read(path):match("%d+");
	end

	local function alive(id)
		return lfs.attributes("/proc/"..id, "mode");
	end

	function run.stop()
		local id = process_id();
		if not id then
			return;
		end
		support.run("kill -INT "..id);
		assert(eventually(function()
			return not alive(id);
		end), "SIGINT does not end it");
	end

	local function certificate_of(host)
		return (support.run("echo | openssl s_client -connect 127.0.0.1:"..port.." -starttls xmpp -xmpphost "..host
			.." -CAfile "..quote(checkout.."/build/run/certs/run.crt").." -verify_return_error -verify_hostname "..host));
	end

	local function prosodyctl(words)
		return support.run("printf 'secret\\nsecret\\n' | "..quote(checkout.."/build/run/prosodyctl").." "..words);
	end

	local versions = support.prosodies();
	local first, last = versions[1].version, versions[#versions].version;
	for _, case in ipairs {
		{ name = "on Prosody "..first, choices = "PROSODY="..first, version = first, host = "localhost", environment = "production" };
		{
			name = "on Prosody "..last..", for another domain and environment", version = last, host = "example.org", environment = "development";
			choices = "PROSODY="..last.." PROSODY_DOMAIN=example.org PROSODY_ENVIRONMENT=development";
		};
		{
			name = "a second time, on Prosody "..first, choices = "PROSODY="..first, version = first, host = "localhost", environment = "production",
			again = true;
		};
	} do
		it("starts the tree of config/ "..case.name..", on loopback, for accounts made as it says", function()
			finally(run.stop);
			run.start(case.choices);
			local printed = log();
			assert.truthy(printed:find("All checks passed", 1, true), printed);
			assert.truthy(printed:find("Prosody "..case.version.." with the layers of config/", 1, true), printed);
			assert.truthy(printed:find("port "..port, 1, true), printed);
			assert.truthy(printed:find("prosodyctl adduser me@"..case.host, 1, true), printed);
			assert.falsy(printed:find("Activated service '[%w_]+' on [^\n]*%[[^\n%]]*[^1%]]%]:"), printed);

			local handshake = certificate_of(case.host);
			assert.truthy(handshake:find("Verify return code: 0 (ok)", 1, true), handshake);

			local output = prosodyctl("adduser me@"..case.host);
			local folder = checkout.."/build/run/data/"..case.host:gsub("%.", "%%2e").."/accounts";
			assert.truthy(lfs.attributes(folder.."/me.dat"), output);
			-- "That user already exists" before 13.0.7, "User exists" there
			assert.equal(case.again or false, output:find("exists", 1, true) ~= nil, output);

			local layers = prosodyctl("mod_stackloader layers");
			assert.truthy(layers:find("environments/"..case.environment, 1, true), layers);
			assert.truthy(layers:find("local/run", 1, true), layers);

			local owner = lfs.attributes("/proc/"..process_id(), "uid");
			assert.not_equal(0, owner);
		end);
	end

	it("starts time after time in a folder that nobody else can enter", function()
		local function remove()
			support.run("cd "..quote(checkout)..' && rm -rf "$(readlink -f build/run)" build/run');
		end
		finally(function ()
			run.stop();
			support.run("chmod 755 "..quote(checkout));
			remove();
		end);
		remove();
		support.run("chmod 700 "..quote(checkout));
		for _ = 1, 2 do
			run.start "";
			has(log(), "All checks passed");
			has(prosodyctl "mod_stackloader layers", "local/run");
			run.stop();
		end
	end);

	it("says so where the port is taken, and starts nothing", function()
		local taken = socket.bind("127.0.0.1", port); -- nil where another process has taken it by now, which does as well
		local output, code = support.run("cd "..quote(checkout).." && env "..variables.." make run </dev/null");
		if taken then
			taken:close();
		end
		assert.not_equal(0, code);
		assert.truthy(output:find("Port "..port.." of 127.0.0.1 is taken", 1, true), output);
		assert.falsy(lfs.attributes(checkout.."/build/run/data/prosody.pid"));
	end);

	it("shows what is wrong with a tree that does not load", function()
		local path = checkout.."/config/core/broken.cfg.lua";
		support.write(path, "admins = {\n");
		local output, code = support.run("cd "..quote(checkout).." && env "..variables.." make run </dev/null");
		os.remove(path);
		assert.not_equal(0, code);
		assert.truthy(output:find("core/broken.cfg.lua", 1, true), output);
	end);
end);
