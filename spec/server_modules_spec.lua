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
		local up, client, answers, position;

		local function reload()
			position = #up:log();
			up:reload " ms; ";
		end

		local function configure(text)
			up:write(layer, "stackloader_apply_modules = true\n"..text);
			reload();
		end

		-- The log says so since the last reload, now or soon.
		local function says(text)
			return up:logged(text, position);
		end

		local function loaded(module, host)
			return up:shell(("module:list(%q)"):format(host or domain)):find("    "..module.."\n", 1, true) ~= nil;
		end

		local function features()
			local read = #support.read(answers);
			client:write "again\n";
			client:flush();
			return eventually(function ()
				return support.read(answers):sub(read + 1):match "^([^\n]*)\n";
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
			running.clean();
		end);

		it("shows a connected client what a layer enables and disables, and leaves all as it is where a file is broken", function ()
			configure "";
			lacks(features(), "urn:xmpp:ping");

			configure 'modules_enabled = { "ping", "carbons" }\n';
			says("mod_stackloader\tinfo\tloaded mod_ping on "..domain.."\n");
			local seen = features();
			has(seen, "features ");
			has(seen, "urn:xmpp:ping");
			has(seen, "urn:xmpp:carbons:2");

			up:write(layer, "stackloader_apply_modules = true\nmodules_enabled = = {}\n");
			up:refuse(up.folder.."/config/"..layer..":2");
			has(features(), "urn:xmpp:ping");

			configure 'modules_enabled = { "carbons" }\n';
			says("mod_stackloader\tinfo\tunloaded mod_ping from "..domain.."\n");
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
			configure 'modules_enabled = { "twig" }\n';
			says(("mod_leaf stays loaded on %s: mod_twig depends on it"):format(domain));
			assert.True(loaded "leaf" and loaded "twig");
			configure "";
			says("unloaded mod_twig from "..domain);
			says("unloaded mod_leaf from "..domain);
			assert.False(loaded "leaf" or loaded "twig");
		end);

		it("unloads a module that has commands of the shell", function ()
			configure 'modules_enabled = { "announce", "leaf" }\n';
			assert.True(loaded "announce" and loaded "leaf");
			configure "";
			says("unloaded mod_announce from "..domain);
			says("unloaded mod_leaf from "..domain);
			assert.False(loaded "announce" or loaded "leaf");
		end);

		it("leaves alone what somebody loaded by hand, what came as a dependency, and itself", function ()
			configure "";
			up:shell(("module:load(\"twig\", %q)"):format(domain));
			assert.True(loaded "leaf" and loaded "twig");
			configure 'modules_enabled = { "ping" }\n';
			configure 'modules_disabled = { "stackloader" }\n';
			assert.True(loaded "leaf" and loaded "twig");
			configure "";
			says("modules_disabled: - \"stackloader\"");
			up:shell(("module:unload(\"twig\", %q)"):format(domain));
			up:shell(("module:unload(\"leaf\", %q)"):format(domain));
		end);

		it("says why a module cannot be loaded, and goes on with the rest", function ()
			configure "";
			configure 'modules_enabled = { "bad", "leaf", "nowhere" }\n';
			has(says "mod_bad could not be loaded":match "mod_stackloader\t(error\tmod_bad could not be loaded on [^\n]*)", "cannot work today");
			says(("mod_stackloader\terror\tmod_nowhere could not be loaded on %s: "):format(domain));
			says("loaded mod_leaf on "..domain);
			configure "";
		end);

		it("loads a global module once, and unloads it when no host wants it any more", function ()
			configure 'modules_enabled = { "shared" }\nVirtualHost "second.example"\n';
			assert.True(loaded "shared" and loaded("shared", "second.example"));
			configure 'VirtualHost "second.example"\nmodules_enabled = { "shared" }\n';
			says("unloaded mod_shared from "..domain);
			lacks(says "mod_stackloader", "unloaded mod_shared globally");
			assert.False(loaded "shared");
			assert.True(loaded("shared", "second.example"));
			configure 'VirtualHost "second.example"\n';
			says("unloaded mod_shared globally");
			assert.False(loaded("shared", "second.example"));
		end);

		it("activates new hosts and components and deactivates those that left", function ()
			local function hosts()
				return up:shell "host:list()";
			end
			configure "";
			configure 'VirtualHost "new.example"\nComponent "rooms.example" "rooms"\n';
			says("activating new.example");
			has(hosts(), "new.example");
			assert.True(loaded("rooms", "rooms.example"));
			assert.False(loaded("rooms", "new.example"));

			configure 'VirtualHost "new.example"\nVirtualHost "rooms.example"\n';
			says("deactivating rooms.example: it was a component of rooms and is a virtual host now");
			assert.False(loaded("rooms", "rooms.example"));
			assert.True(loaded("roster", "rooms.example"));

			configure 'VirtualHost "new.example"\nenabled = false\n';
			says("deactivating new.example");
			says("deactivating rooms.example");
			local left = hosts();
			lacks(left, "new.example");
			lacks(left, "rooms.example");
			has(left, domain);
		end);

		it("is off by default", function ()
			configure "";
			up:write(layer, 'modules_enabled = { "leaf" }\nVirtualHost "other.example"\n');
			reload();
			says 'modules_enabled: + "leaf"';
			assert.False(loaded "leaf");
			lacks(up:shell "host:list()", "other.example");
		end);
	end);
end
