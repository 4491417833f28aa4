local running = require "spec.running";
local support = require "spec.support";

local has, lacks = support.has, support.lacks;

-- What mod_stackloader says in a log, a line each.
local function said(log)
	local lines = {};
	for line in log:gmatch "mod_stackloader\t([^\n]*)" do
		lines[#lines + 1] = line;
	end
	return lines;
end

for _, prosody in ipairs(support.prosodies()) do
	describe("The log of a running Prosody "..prosody.name, function ()
		local up;
		local main = support.main_file;

		setup(function ()
			up = running.prepare(prosody, nil, nil, running.small_tree());
			up:start();
		end);

		teardown(running.clean);

		local function path(layer)
			return up.folder.."/config/"..layer;
		end

		-- Reloads with these files, false for one that is not there.
		local function reload(files)
			for layer, content in pairs(files) do
				if content then
					up:write(layer, content);
				else
					up:remove(layer);
				end
			end
			local position = #up:log();
			up:reload " ms; ";
			return said(up:told(position));
		end

		-- From one state to another; what the second reload says, and all of it as one text.
		local function change(before, after)
			reload(before);
			local lines = reload(after);
			return lines, table.concat(lines, "\n");
		end

		it("says on load, in one line, what the configuration is made of", function ()
			local lines = {};
			for _, line in ipairs(said(up:log())) do
				lines[#lines + 1] = line:find "loaded in %d+%.%d ms$" and line or nil;
			end
			assert.equal(1, #lines, up:log());
			assert.truthy(lines[1]:find "^info\t%d+ layers, %d+ options, loaded in ", lines[1]);
		end);

		it("says in one line that a reload changed nothing", function ()
			local layer = { ["local/same.cfg.lua"] = 'same_text = "Same"\nsame_map = { a = { 1, 2 } }\nsame_function = function () end\n' };
			local lines, text = change(layer, layer);
			assert.equal(1, #lines, text);
			assert.truthy(lines[1]:find "^info\t%d+ layers, %d+ options, loaded in %d+%.%d ms; nothing changed; paused %d+ ms: [^\n]+$", text);
		end);

		it("names each changed option with both values and the line that set it", function ()
			local lines, text = change({
				["local/a.cfg.lua"] = 'motd_text = "Before"\nc2s_timeout = 30\nannounced = true\n';
			}, {
				["local/a.cfg.lua"] = '\nmotd_text = "After"\nc2s_timeout = 30\nwelcomed = false\n';
			});
			assert.equal(4, #lines, text);
			has(lines[1], "; 3 changes");
			has(text, ('motd_text: "Before" -> "After" (%s:2)'):format(path "local/a.cfg.lua"));
			has(text, ('announced: true -> not set (no layer sets it any more, %s:3 did)'):format(path "local/a.cfg.lua"));
			has(text, ('welcomed: not set -> false (%s:4)'):format(path "local/a.cfg.lua"));
		end);

		it("names the layer whose value is in force, not a later one that lost against it", function ()
			local _, text = change({
				["local/a.cfg.lua"] = 'limit_of_it = stack.force(1)\n', ["local/b.cfg.lua"] = 'limit_of_it = 3\n';
			}, {
				["local/a.cfg.lua"] = 'limit_of_it = stack.force(2)\n';
			});
			has(text, ('limit_of_it: 1 -> 2 (%s:1)'):format(path "local/a.cfg.lua"));
			reload { ["local/b.cfg.lua"] = false };
		end);

		it("tells of lists and maps element by element, each with its own line", function ()
			local _, text = change({
				["local/a.cfg.lua"] = 'admins = { "a@example.org", "b@example.org" }\ndeep = { x = { y = 1 }, z = true }\n';
			}, {
				["local/a.cfg.lua"] = 'admins = { "a@example.org" }\ndeep = { x = { y = 2 }, z = true }\n';
				["local/c.cfg.lua"] = '\nadmins = { "c@example.org" }\n';
			});
			has(text, ('admins: + "c@example.org" (%s:2), - "b@example.org" (was %s:1)'):format(path "local/c.cfg.lua", path "local/a.cfg.lua"));
			has(text, ('deep: + x.y = 2 (%s:2), - x.y = 1 (was %s:2)'):format(path "local/a.cfg.lua", path "local/a.cfg.lua"));
			has(text, "layer "..path "local/c.cfg.lua".." is new");
			lacks(text, "z = true");
			has(table.concat(reload { ["local/c.cfg.lua"] = false }, "\n"), "layer "..path "local/c.cfg.lua".." is gone");
		end);

		it("names the host whose option changed, and hosts that came or went", function ()
			local _, text = change({
				["local/a.cfg.lua"] = 'VirtualHost "example.org"\nmotd_text = "Old"\nVirtualHost "old.example"\n';
			}, {
				["local/a.cfg.lua"] = 'VirtualHost "example.org"\nmotd_text = "New"\nComponent "rooms.example" "muc"\n';
			});
			has(text, ('example.org: motd_text: "Old" -> "New" (%s:2)'):format(path "local/a.cfg.lua"));
			has(text, ("host old.example is gone (it was opened by %s:3)"):format(path "local/a.cfg.lua"));
			has(text, ("host rooms.example is new (%s:3)"):format(path "local/a.cfg.lua"));
			reload { ["local/a.cfg.lua"] = false };
		end);

		it("says of ports, modules, hosts and the process that they change only when Prosody starts again", function ()
			local waits = "takes effect only when Prosody starts again";
			local applied = waits..", or at a reload with stackloader_apply_modules";
			local before = { ["local/a.cfg.lua"] = 'VirtualHost "example.org"\nVirtualHost "old.example"\n' };
			local lines, text = change(before, {
				["local/a.cfg.lua"] = [[
modules_enabled = { "ping" }
c2s_ports = { 5999 }
local_interfaces = "127.0.0.9"
c2s_interfaces = "127.0.0.8"
umask = "077"
motd_text = "At once"
turn_external_port = 3479
VirtualHost "example.org"
	authentication = "internal_hashed"
	modules_enabled = { "time" }
	c2s_ports = { 5998 }
VirtualHost "new.example"
]];
			});
			local expected = {
				["^modules_enabled: "] = applied, ["^c2s_ports: "] = waits, ["^local_interfaces: "] = waits, ["^c2s_interfaces: "] = waits;
				["^umask: "] = waits, ["^motd_text: "] = false, ["^turn_external_port: "] = false, ["^example.org: authentication: "] = waits;
				["^example.org: modules_enabled: "] = applied, ["^example.org: c2s_ports: "] = false, ["^host new.example is new"] = applied;
				["^host old.example is gone"] = applied;
			};
			local waiting, found = 0, 0;
			for _, line in ipairs(lines) do
				line = line:gsub("^info\t", "");
				for pattern, note in pairs(expected) do
					if line:find(pattern) then
						found = found + 1;
						waiting = waiting + (note and 1 or 0);
						assert.equal(note, line:match "; (takes effect.*)$" or false, line);
					end
				end
			end
			assert.equal(12, found, text);
			has(lines[1], ("; 12 changes, %d of them at the next start"):format(waiting));
			reload(before);
		end);

		it("does not say so of modules and hosts where a reload applies them", function ()
			reload { ["local/a.cfg.lua"] = 'stackloader_apply_modules = true\n' };
			local _, text = change({ ["local/a.cfg.lua"] = 'stackloader_apply_modules = true\n' }, {
				["local/a.cfg.lua"] = 'stackloader_apply_modules = true\nmodules_enabled = { "ping" }\numask = "077"\nVirtualHost "new.example"\n';
			});
			has(text, "3 changes, 1 of them at the next start");
			assert.truthy(text:find 'umask: [^\n]*; takes effect only when Prosody starts again\n' or text:find "umask: [^\n]*starts again$", text);
			for _, what in ipairs { "modules_enabled: ", "host new.example is new" } do
				assert.is_nil(text:match(what:gsub("%.", "%%.").."([^\n]*)"):find "takes effect", text);
			end
			reload { ["local/a.cfg.lua"] = false };
		end);

		it("never holds a secret, neither the old nor the new one", function ()
			local position = #up:log();
			local _, text = change({
				[".env"] = "PROSODY_TEST_SECRET=oldpassword\n";
				["local/a.cfg.lua"] = 'mail = { password = stack.env.secret "PROSODY_TEST_SECRET" }\nwhole = stack.env.secret "PROSODY_TEST_SECRET"\n';
			}, {
				[".env"] = "PROSODY_TEST_SECRET=newpassword\n";
			});
			has(text, ('whole: "(secret)" -> "(secret)" (%s:2)'):format(path "local/a.cfg.lua"));
			has(text, "mail: ");
			local log = up:log():sub(position + 1);
			lacks(log, "oldpassword");
			lacks(log, "newpassword");
			reload { [".env"] = false, ["local/a.cfg.lua"] = false };
		end);

		it("warns of what the main file sets after the stack, and says so of its changes", function ()
			local position = #up:log();
			local _, text = change({ ["local/a.cfg.lua"] = 'motd_text = "Layers"\n', ["prosody.cfg.lua"] = main }, {
				["prosody.cfg.lua"] = main..'motd_text = "Main"\n';
			});
			has(text, 'motd_text: "Layers" -> "Main" (set outside the layers, by the main file after stackloader.load)');
			up:logged("warn\tmotd_text was set after stackloader.load", position);
			reload { ["prosody.cfg.lua"] = main };
		end);

		it("has the reason of a failed reload once, with every broken line", function ()
			reload { ["local/a.cfg.lua"] = 'motd_text = "Good"\n' };
			up:write("local/a.cfg.lua", "-- broken\nmotd_text = = 1\n");
			up:write("local/b.cfg.lua", "motd_text = error \"cannot be\"\n");
			local places = { path "local/a.cfg.lua"..":2", path "local/b.cfg.lua"..":1" };
			local log = up:refuse(table.unpack(places));
			for _, place in ipairs(places) do
				lacks(log:sub((log:find(place, 1, true)) + 1), place);
			end
			-- From 13.0.6 on it also says that the earlier configuration stays in force.
			for _, line in ipairs(said(log)) do
				has(line, "the reload was refused for the reasons above");
			end
			assert.truthy(up:shell 'config:get("*", "motd_text")':find("Good", 1, true));
			local lines = reload { ["local/a.cfg.lua"] = 'motd_text = "Mended"\n', ["local/b.cfg.lua"] = false };
			has(table.concat(lines, "\n"), '"Good" -> "Mended"');
		end);

		it("says that there are no layers where the configuration is plain", function ()
			local tree = {
				["prosody.cfg.lua"] = [[
modules_enabled = { "saslauth", "tls", "disco", "admin_shell", "stackloader" }
modules_disabled = { "s2s" }
certificates = "certs"
data_path = ENV_PROSODY_DATA_PATH
pidfile = ENV_PROSODY_PIDFILE
interfaces = { "127.0.0.1" }
c2s_ports = { ENV_PROSODY_C2S_LISTEN }
plugin_paths = { ENV_PLUGINS }
log = { info = ENV_LOG }
VirtualHost "example.org"
]];
			};
			local other = running.prepare(prosody, nil, nil, tree);
			other.variables = { PLUGINS = other.folder.."/lua/mod_stackloader", LOG = other.folder.."/prosody.log" };
			other:start();
			finally(function () other:stop(); end);
			has(other:log(), "mod_stackloader\tinfo\tthis configuration has no layers");
			other:write("prosody.cfg.lua", tree["prosody.cfg.lua"]..'motd_text = "Plain"\n');
			has(other:reload "motd_text", 'example.org: motd_text: not set -> "Plain" (set outside the layers');
		end);
	end);
end
