local running = require "spec.running";
local support = require "spec.support";

local domain, run = running.domain, running.run;

local function motd(text)
	return "modules_enabled = { \"motd\", \"reload_modules\" }\nreload_modules = { \"motd\" }\nmotd_text = "..text.."\n";
end

local function count(text, part)
	local _, n = text:gsub(part:gsub("%p", "%%%0"), "");
	return n;
end

local function is_told_of_refusal(prosody)
	return support.read(prosody.source.."/util/startup.lua"):find("config-reload-failed", 1, true) ~= nil;
end

for _, prosody in ipairs(support.prosodies()) do
	describe("A Prosody "..prosody.name.." with the shipped tree", function ()
		local up;

		setup(function ()
			up = running.prepare(prosody);
			up:add_accounts();
			up:start();
		end);

		teardown(running.clean);

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
			up = running.prepare(prosody, { [motd_layer] = motd "\"Before\"" });
			up:add_accounts();
			up:start();
		end);

		after_each(running.clean);

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
				-- Older versions tell nobody that a reload was refused.
				if is_told_of_refusal(prosody) then
					up:logged("the reload was refused for the reasons above; the configuration loaded on 20", position);
				end
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
			up = running.prepare(prosody, { ["local/weaker.cfg.lua"] = "-- weaker than the policy\nc2s_require_encryption = false\n" });
			up:start();
		end);

		teardown(running.clean);

		it("stands in the log as a configuration warning with both places, and has no effect", function ()
			local log = up:logged("Configuration warning", 0);
			local line = log:match "[^\n]*Configuration warning[^\n]*";
			assert.truthy(line:find("c2s_require_encryption", 1, true), line);
			assert.truthy(line:find("local/weaker.cfg.lua:2", 1, true), line);
			assert.truthy(line:find("rules/encryption.lua:", 1, true), line);
			assert.truthy(up:shell(("config:get(%q, \"c2s_require_encryption\")"):format(domain)):find("true", 1, true));
		end);
	end);
end
