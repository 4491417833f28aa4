-- What the log of a running server says after a reload of what only a restart changes.
local running = require "spec.running";
local support = require "spec.support";

local domain = running.domain;
local has, lacks = support.has, support.lacks;

for _, prosody in ipairs(support.prosodies()) do
	describe("The log after a reload of a running Prosody "..prosody.name, function ()
		local up;

		setup(function ()
			up = running.prepare(prosody, {
				["core/plugins.cfg.lua"] = 'plugin_paths = { stack.env.string "PLUGINS" }\n';
				["local/modules.cfg.lua"] = 'modules_enabled = { "hooked", "leaf" }\n';
				["local/hosts.cfg.lua"] = 'VirtualHost "leaving.example"\nComponent "rooms.leaving.example" "muc"\n';
			}, {}, running.small_tree());
			up.variables.PLUGINS = up.folder.."/plugins";
			support.write(up.folder.."/plugins/mod_leaf.lua", "");
			support.write(up.folder.."/plugins/mod_hooked.lua",
				'module:hook_global("config-reloaded", function () module:log("warn", "still hooked on %s", module.host); end)\nerror "fails behind its hook"\n');
			up:start();
		end);

		teardown(running.clean);

		-- What the reload has said when mod_stackloader had its turn.
		local function reload(layer, text)
			up:write(layer, text);
			local position = #up:log();
			up:reload " ms; ";
			return up:told(position);
		end

		it("names modules that failed to load, whose hooks are still there", function ()
			local log = reload("local/note.cfg.lua", 'our_note = "one"\n');
			has(log, "still hooked on "..domain);
			has(log, ("mod_stackloader\twarn\tmod_hooked failed to load on %s; what it had set up before it failed stays in force"):format(domain));
			lacks(log, "mod_leaf");
		end);

		it("names hosts that the configuration no longer has and that are still active", function ()
			local log = reload("local/hosts.cfg.lua", 'VirtualHost "new.example"\n');
			for _, host in ipairs { "leaving.example", "rooms.leaving.example" } do
				has(log, ("mod_stackloader\twarn\t%s is no longer in the configuration, and stays active until the next start"):format(host));
			end
			lacks(log, "new.example is no longer");
			log = reload("local/hosts.cfg.lua", 'VirtualHost "leaving.example"\nComponent "rooms.leaving.example" "muc"\n');
			lacks(log, "is no longer in the configuration");
		end);

		it("no longer speaks of a module that the configuration does not want", function ()
			lacks(reload("local/modules.cfg.lua", 'modules_enabled = { "leaf" }\n'), "mod_hooked failed");
		end);
	end);
end
