local running = require "spec.running";
local support = require "spec.support";

local domain, eventually = running.domain, running.eventually;
local has, lacks = support.has, support.lacks;

local layer = "local/modules.cfg.lua";

-- Plugins for these specs alone.
local plugins = {
	["mod_leaf.lua"] = "";
	["mod_twig.lua"] = 'module:depends "leaf";\n';
	["mod_bad.lua"] = 'error "cannot work today";\n';
	["mod_shared.lua"] = "module:set_global();\nfunction module.add_host() end\n";
	["mod_rooms.lua"] = "";
};

for _, prosody in ipairs(support.prosodies()) do
	describe("stackloader_apply_modules on Prosody "..prosody.name, function ()
		local up, client, answers;

		local function configure(text)
			up:write(layer, "stackloader_apply_modules = true\n"..text);
			return up:reload " ms; ";
		end

		local function loaded(module, host)
			return up:shell(("module:list(%q)"):format(host or domain)):find("    "..module.."\n", 1, true) ~= nil;
		end

		local function features()
			local position = #support.read(answers);
			client:write "again\n";
			client:flush();
			return eventually(function ()
				return support.read(answers):sub(position + 1):match "^([^\n]*)\n";
			end);
		end

		setup(function ()
			up = running.prepare(prosody, {
				[layer] = "stackloader_apply_modules = true\n";
				["core/plugins.cfg.lua"] = 'plugin_paths = { stack.env.string "PLUGINS" }\n';
			}, {}, running.small_tree());
			up.variables.PLUGINS = up.folder.."/plugins";
			for name, content in pairs(plugins) do
				support.write(up.folder.."/plugins/"..name, content);
			end
			up:add_accounts();
			up:start();
			answers = up.folder.."/answers";
			support.write(answers, "");
			client = io.popen(up:client_command("disco", "alice@"..domain, "wonderland").." >"..answers.." 2>&1", "w");
			assert(eventually(function ()
				return (support.read(answers)):find("logged in", 1, true);
			end), "the client cannot log in");
		end);

		teardown(function ()
			if client then
				client:close();
			end
			if up then
				up:stop();
			end
			support.clean();
		end);

		it("shows a connected client what a layer enables and disables, and leaves all as it is where a file is broken", function ()
			configure "";
			lacks(features(), "urn:xmpp:ping");

			local log = configure 'modules_enabled = { "ping", "carbons" }\n';
			has(log, "mod_stackloader\tinfo\tloaded mod_ping on "..domain.."\n");
			local seen = features();
			has(seen, "features ");
			has(seen, "urn:xmpp:ping");
			has(seen, "urn:xmpp:carbons:2");

			up:write(layer, "stackloader_apply_modules = true\nmodules_enabled = = {}\n");
			log = up:reload "error parsing the configuration file";
			has(log, up.folder.."/config/"..layer..":2");
			has(features(), "urn:xmpp:ping");

			log = configure 'modules_enabled = { "carbons" }\n';
			has(log, "mod_stackloader\tinfo\tunloaded mod_ping from "..domain.."\n");
			seen = features();
			has(seen, "features ");
			lacks(seen, "urn:xmpp:ping");
			has(seen, "urn:xmpp:carbons:2");
		end);

		it("takes modules_disabled into account as Prosody does", function ()
			configure 'modules_enabled = { "leaf" }\n';
			assert.True(loaded "leaf");
			configure('modules_enabled = { "leaf" }\nVirtualHost "'..domain..'"\nmodules_disabled = { "leaf" }\n');
			assert.False(loaded "leaf");
			configure 'modules_enabled = { "leaf" }\n';
			assert.True(loaded "leaf");
		end);

		it("keeps a module that another one needs, until that goes too", function ()
			configure 'modules_enabled = { "leaf", "twig" }\n';
			assert.True(loaded "leaf" and loaded "twig");
			has(configure 'modules_enabled = { "twig" }\n', ("mod_leaf stays loaded on %s: mod_twig depends on it"):format(domain));
			assert.True(loaded "leaf" and loaded "twig");
			local log = configure "";
			has(log, "unloaded mod_twig from "..domain);
			has(log, "unloaded mod_leaf from "..domain);
			assert.False(loaded "leaf" or loaded "twig");
		end);

		it("leaves alone what somebody loaded by hand, what came as a dependency, and itself", function ()
			configure "";
			up:shell(("module:load(\"twig\", %q)"):format(domain));
			assert.True(loaded "leaf" and loaded "twig");
			configure 'modules_enabled = { "ping" }\n';
			configure 'modules_disabled = { "stackloader" }\n';
			assert.True(loaded "leaf" and loaded "twig");
			has(configure "", "modules_disabled: - \"stackloader\"");
			up:shell(("module:unload(\"twig\", %q)"):format(domain));
			up:shell(("module:unload(\"leaf\", %q)"):format(domain));
		end);

		it("says why a module cannot be loaded, and goes on with the rest", function ()
			local log = configure 'modules_enabled = { "bad", "leaf", "nowhere" }\n';
			local line = log:match "mod_stackloader\t(error\tmod_bad could not be loaded on [^\n]*)";
			has(line or log, "cannot work today");
			has(log, ("mod_stackloader\terror\tmod_nowhere could not be loaded on %s: "):format(domain));
			has(log, "loaded mod_leaf on "..domain);
			configure "";
		end);

		it("loads a global module once, and unloads it when no host wants it any more", function ()
			configure 'modules_enabled = { "shared" }\nVirtualHost "second.example"\n';
			assert.True(loaded "shared" and loaded("shared", "second.example"));
			local log = configure 'VirtualHost "second.example"\nmodules_enabled = { "shared" }\n';
			has(log, "unloaded mod_shared from "..domain);
			lacks(log, "unloaded mod_shared globally");
			assert.False(loaded "shared");
			assert.True(loaded("shared", "second.example"));
			log = configure 'VirtualHost "second.example"\n';
			has(log, "unloaded mod_shared globally");
			assert.False(loaded("shared", "second.example"));
		end);

		it("activates new hosts and components and deactivates those that left", function ()
			local function hosts()
				return up:shell "host:list()";
			end
			configure "";
			local log = configure 'VirtualHost "new.example"\nComponent "rooms.example" "rooms"\n';
			has(log, "activating new.example");
			has(hosts(), "new.example");
			assert.True(loaded("rooms", "rooms.example"));
			assert.False(loaded("rooms", "new.example"));

			log = configure 'VirtualHost "new.example"\nVirtualHost "rooms.example"\n';
			has(log, "deactivating rooms.example: it was a component of rooms and is a virtual host now");
			assert.False(loaded("rooms", "rooms.example"));
			assert.True(loaded("roster", "rooms.example"));

			log = configure 'VirtualHost "new.example"\nenabled = false\n';
			has(log, "deactivating new.example");
			local left = hosts();
			lacks(left, "new.example");
			lacks(left, "rooms.example");
			has(left, domain);
		end);

		it("is off by default", function ()
			configure "";
			up:write(layer, 'modules_enabled = { "leaf" }\nVirtualHost "other.example"\n');
			has(up:reload " ms; ", 'modules_enabled: + "leaf"');
			assert.False(loaded "leaf");
			lacks(up:shell "host:list()", "other.example");
		end);
	end);
end
