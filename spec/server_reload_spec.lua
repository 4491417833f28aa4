--- A reload of the running server makes only those TLS contexts anew whose sources changed.
local handshakes = require "spec.handshakes";
local running = require "spec.running";
local support = require "spec.support";

local has, lacks, quote = support.has, support.lacks, support.quote;

local hosts = { "one.example", "two.example", "three.example" };

-- Fails with an error, or returns a value, as its file says; counts handlers and tells of the collector.
local watcher = [[
module:set_global();
local events = prosody.events;
local function mode()
	local file = io.open(module:get_option_string("watcher_file"));
	local text = file and file:read "a";
	if file then file:close(); end
	return text;
end
module:hook("config-reloaded", function ()
	local wanted = mode();
	if wanted == "error" then
		error "of the watcher";
	elseif wanted == "value" then
		return true;
	elseif wanted == "tls" or wanted == "host" then
		local function core(name)
			return package.loaded["prosody.core."..name] or require("core."..name);
		end
		module:add_timer(0.05, function ()
			if wanted == "tls" then
				assert(core "modulemanager".reload("one.example", "tls"));
			else
				assert(core "hostmanager".deactivate("one.example"));
				assert(core "hostmanager".activate("one.example", core "configmanager".getconfig()["one.example"]));
			end
			module:log("info", "done: %s", wanted);
		end);
	elseif wanted == "memory" then
		module:add_timer(0.1, function ()
			collectgarbage();
			collectgarbage();
			module:log("info", "memory: %d kB at rest", math.floor(collectgarbage "count"));
		end);
	end
end, 500);
local function again()
	local pause = collectgarbage("setpause", 100);
	collectgarbage("setpause", pause);
	module:log("info", "watched: %d handlers, collector %s, pause %d", #events.get_handlers "config-reloaded",
		tostring(collectgarbage "isrunning"), pause);
	return 0.2;
end
module:hook("server-started", function () module:add_timer(0.2, again); end);
]];

local main = [[
modules_enabled = { "watcher" }
watcher_file = %q
plugin_paths = { %q }
c2s_direct_tls_ports = { %d }
c2s_direct_tls_interfaces = { "127.0.0.1" }
tls_profile = "old"
]];

for _, prosody in ipairs(support.prosodies()) do
	describe("A reload of a running Prosody "..prosody.version, function ()
		local up;

		local function certs(name)
			return up.folder.."/config/certs/"..name;
		end

		-- A new certificate for the host, as NAME.crt and NAME.key in the folder of certificates, or in another one.
		local function certify(host, name, folder)
			local path = (folder or certs "").."/"..(name or host);
			support.certificate(path..".crt", path..".key", { "DNS:"..host });
			support.run(("chmod a+r %s.*"):format(path));
		end

		-- What was written just now may change again within the tick of the file system's clock, and is read again at the next reload.
		local function settle()
			support.run "sleep 0.05";
		end

		setup(function ()
			up = running.prepare(prosody, nil, nil, running.small_tree());
			support.write(up.folder.."/plugins/mod_watcher.lua", watcher);
			up:write("stack/a.cfg.lua", main:format(up.folder.."/watched", up.folder.."/plugins", up.ports.C2S_TLS));
			for _, host in ipairs(hosts) do
				up:write("domains/"..host..".cfg.lua", ("VirtualHost %q\n"):format(host));
				certify(host);
			end
			support.run("chmod -R a+rX "..quote(up.folder));
			up:start();
			up:reload " ms; ";
		end);
		teardown(running.clean);

		local function reload()
			settle();
			local position = #up:log();
			up:reload " ms; ";
			return up:told(position);
		end

		local function assert_serves(host, name)
			local expected = handshakes.of_file(certs((name or host)..".crt"));
			for way, port in pairs { starttls = up.ports.C2S, direct = up.ports.C2S_TLS } do
				local seen = handshakes[way](port, host);
				assert.equal(expected, seen.certificate, way.." "..host.."\n"..seen.output);
			end
		end

		local function assert_renewed(number, log)
			has(log, ("TLS renewed for %d of %d hosts"):format(number, #hosts + 1));
		end

		it("makes no TLS context anew where nothing changed", function ()
			local log = reload();
			assert_renewed(0, log);
			assert.truthy(log:find "; nothing changed; paused %d+ ms: configuration %d+, handlers %d+; TLS renewed for 0 of 4 hosts\n", log);
			lacks(log, "Certificates reloaded");
			assert_serves "one.example";
		end);

		it("has a certificate that was renewed in place at once, for its host alone", function ()
			certify "one.example";
			assert_renewed(1, reload());
			assert_serves "one.example";
			assert_serves "two.example";
			assert_renewed(0, reload());
		end);

		it("has one that was renewed by rename, or by a changed link", function ()
			local live = up.folder.."/live";
			support.run(("mkdir %s && chmod a+rx %s"):format(live, live));
			local function link(number)
				certify("two.example", number, live);
				support.run(("ln -sfn %s/%s.crt %s"):format(live, number, certs "two.example.crt"));
				support.run(("ln -sfn %s/%s.key %s"):format(live, number, certs "two.example.key"));
			end
			link "1";
			assert_renewed(1, reload());
			link "2";
			assert_renewed(1, reload());
			assert_serves "two.example";
			certify("three.example", "new");
			support.run(("cd %s && mv new.crt three.example.crt && mv new.key three.example.key"):format(quote(certs "")));
			assert_renewed(1, reload());
			assert_serves "three.example";
			support.run("rm "..certs "two.example.*");
			certify "two.example";
			assert_renewed(1, reload());
			assert_serves "two.example";
		end);

		it("has a certificate whose file is new, and does without one that is gone", function ()
			support.run("rm "..quote(certs "two.example.crt").." "..quote(certs "two.example.key"));
			assert_renewed(1, reload());
			assert.is_nil(handshakes.starttls(up.ports.C2S, "two.example").certificate);
			certify("two.example", "added");
			assert_renewed(1, reload());
			assert_serves("two.example", "added");
			support.run(("cd %s && mv added.crt two.example.crt && mv added.key two.example.key"):format(quote(certs "")));
			reload();
			assert_serves "two.example";
		end);

		it("leaves out half a certificate, and names it", function ()
			support.write(certs "half.crt", support.read(certs "one.example.crt"):sub(1, 200));
			support.write(certs "half.key", "");
			certify "two.example";
			local log = reload();
			assert_renewed(1, log);
			has(log, certs "half.crt"..": this is no certificate that can be read");
			assert_serves "two.example";
			os.remove(certs "half.crt");
			os.remove(certs "half.key");
			assert_renewed(0, reload());
		end);

		it("takes up the TLS settings of one host for that host, and global ones for all", function ()
			up:write("local/host.cfg.lua", 'VirtualHost "one.example"\nssl = { protocol = "tlsv1_3" }\n');
			assert_renewed(1, reload());
			assert.is_nil(handshakes.starttls(up.ports.C2S, "one.example", "-tls1_2").certificate);
			assert.truthy(handshakes.starttls(up.ports.C2S, "two.example", "-tls1_2").certificate);
			up:write("local/host.cfg.lua", 'ssl = { protocol = "tlsv1_3" }\n');
			assert_renewed(4, reload());
			assert.is_nil(handshakes.starttls(up.ports.C2S, "two.example", "-tls1_2").certificate);
			up:remove "local/host.cfg.lua";
			assert_renewed(4, reload());
			assert.truthy(handshakes.starttls(up.ports.C2S, "one.example", "-tls1_2").certificate);
			assert_renewed(0, reload());
		end);

		for mode, text in pairs { error = "failed: ", value = "returned a value" } do
			it("names a handler that stops the others ("..mode.."), and renews certificates all the same", function ()
				support.write(up.folder.."/watched", mode);
				certify "three.example";
				local log = reload();
				os.remove(up.folder.."/watched");
				has(log, "mod_watcher.lua:");
				has(log, text);
				assert_renewed(1, log);
				assert_serves "three.example";
				assert_renewed(0, reload());
			end);
		end

		it("changes nothing of handlers and collector, a refused one neither", function ()
			local function watched()
				local position = #up:log();
				return up:logged("watched: ", position):match "watched: ([^\n]+)";
			end
			local before = watched();
			has(before, "collector true");
			reload();
			assert.equal(before, watched());
			up:write("local/broken.cfg.lua", "this is not Lua\n");
			up:refuse();
			up:remove "local/broken.cfg.lua";
			assert.equal(before, watched());
		end);

		for mode, text in pairs { tls = "mod_tls was reloaded", host = "its host was deactivated and activated" } do
			it("leaves nothing out where "..text.." since the last one", function ()
				support.write(up.folder.."/watched", mode);
				local position = #up:log();
				reload();
				up:logged("done: "..mode, position);
				os.remove(up.folder.."/watched");
				assert_serves "one.example";
				certify "one.example";
				reload();
				assert_serves "one.example";
				assert_serves "two.example";
				assert_renewed(0, reload());
			end);
		end

		it("holds no more memory after many reloads", function ()
			local function memory_after(reloads)
				for _ = 1, reloads - 1 do
					reload();
				end
				support.write(up.folder.."/watched", "memory");
				local position = #up:log();
				reload();
				os.remove(up.folder.."/watched");
				return tonumber(up:logged(" kB at rest", position):match "memory: (%d+) kB");
			end
			local early = memory_after(10);
			certify "one.example";
			local late = memory_after(tonumber(os.getenv "STACKLOADER_RELOADS") or 20);
			assert.is_true(late < early * 1.05, early.." kB, then "..late.." kB");
		end);

		it("makes everything anew with stackloader_reload_tls = \"all\"", function ()
			up:write("local/all.cfg.lua", 'stackloader_reload_tls = "all"\n');
			assert_renewed(4, reload());
			assert_renewed(4, reload());
			up:remove "local/all.cfg.lua";
			assert_renewed(4, reload());
			assert_renewed(0, reload());
		end);
	end);
end

for _, prosody in ipairs(support.prosodies()) do
	describe("prosodyctl mod_stackloader reload with Prosody "..prosody.version, function ()
		local up;
		setup(function ()
			up = running.prepare(prosody, nil, nil, running.small_tree());
		end);
		teardown(running.clean);

		local function reload(words)
			return up:prosodyctl("mod_stackloader reload "..(words or ""));
		end

		it("says that no server runs, with exit code 2", function ()
			local output, code = reload();
			has(output, "Prosody is not running");
			assert.equal(2, code);
		end);

		it("says that the configuration was taken, and what the pause went into", function ()
			up:start();
			local output, code = reload();
			assert.equal(0, code, output);
			assert.truthy(output:find "The configuration was taken: paused %d+ ms: configuration %d+, handlers %d+; TLS renewed for %d of 1 host\n", output);
			output, code = reload "--format=json";
			assert.equal(0, code, output);
			has(output, '"taken":true');
		end);

		if prosody.name == "13" then
			it("does it in the shell too", function ()
				has(up:shell "stackloader:reload()", "The configuration was taken: paused ");
			end);
		end

		it("says every reason why it was refused, with exit code 1", function ()
			up:write("local/a.cfg.lua", "not Lua\n");
			up:write("local/b.cfg.lua", "nor this\n");
			local output, code = reload();
			assert.equal(1, code, output);
			has(output, "The configuration was refused");
			has(output, "local/a.cfg.lua:1: ");
			has(output, "local/b.cfg.lua:1: ");
			up:remove "local/a.cfg.lua";
			up:remove "local/b.cfg.lua";
			assert.equal(0, select(2, reload()));
		end);
	end);
end
