local asking = require "spec.asking";
local support = require "spec.support";

local has, lacks, in_order = support.has, support.lacks, asking.in_order;

describe("prosodyctl mod_stackloader modules", function ()
	local environment, tree, config;
	setup(function ()
		environment = select(2, support.install());
		tree = support.tree {
			["certs/README"] = "";
			["prosody.cfg.lua"] = asking.layered..'VirtualHost "late.example"\n\tmodules_enabled = { "late_module" }\n';
			["core/a.cfg.lua"] = 'plugin_paths = { "%plugins%" }\nmodules_enabled = { "roster", "tls", "disco", "hello", "no_such_module", "odd\\27name" }\n';
			["local/b.cfg.lua"] = 'modules_enabled = stack.remove { "disco" }\nmodules_disabled = { "offline" }\n';
			["domains/m.cfg.lua"] = [[
VirtualHost "one.example"
	modules_enabled = stack.remove { "tls" }
VirtualHost "two.example"
	modules_enabled = { "mam" }
Component "rooms.example" "muc"
]];
			["plugins/mod_hello.lua"] = 'module:depends("http");\n';
		};
		config = tree.."/prosody.cfg.lua";
		support.write(tree.."/core/a.cfg.lua", (support.read(tree.."/core/a.cfg.lua"):gsub("%%plugins%%", tree.."/plugins")));
	end);
	teardown(support.clean);

	for _, prosody in ipairs(support.prosodies()) do
		describe("on Prosody "..prosody.name, function ()
			local ask, ask_json, by_name;
			setup(function ()
				ask, ask_json = asking.with(prosody, environment);
				by_name = {};
				for _, module in ipairs((ask_json("modules", config))) do
					by_name[module.name] = module;
				end
			end);

			it("tells which layer enabled each, and on how many hosts it loads", function ()
				local roster = by_name.roster;
				assert.same({ { scope = "*", layer = "core/a", path = tree.."/core/a.cfg.lua", line = 2 } }, roster.enabled);
				assert.equal(3, roster.hosts);
				assert.same({ { scope = "two.example", layer = "domains/m", path = tree.."/domains/m.cfg.lua", line = 4 } }, by_name.mam.enabled);
				assert.equal(1, by_name.mam.hosts);
				assert.truthy(roster.path:find("/prosody/modules/mod_roster.lua$"));
				assert.equal("core", roster.origin);
			end);

			it("tells which layer removed or disabled each, for all or for one host", function ()
				assert.same({ { scope = "*", layer = "local/b", path = tree.."/local/b.cfg.lua", line = 1 } }, by_name.disco.removed);
				assert.same({}, by_name.disco.enabled);
				assert.equal(2, by_name.offline.disabled[1].line);
				assert.equal(0, by_name.offline.hosts);
				assert.is_true(by_name.offline.automatic);
				assert.same({ { scope = "one.example", layer = "domains/m", path = tree.."/domains/m.cfg.lua", line = 2 } }, by_name.tls.disabled);
				assert.equal(3, by_name.tls.hosts);
			end);

			it("tells modules of components, Prosody's own, and those that others need", function ()
				assert.equal("rooms.example", by_name.muc.component[1].scope);
				assert.equal(1, by_name.muc.hosts);
				assert.is_true(by_name.presence.automatic);
				assert.equal(4, by_name.iq.hosts);
				assert.equal("hello", by_name.http.needed_by);
				assert.equal(tree.."/plugins/mod_hello.lua", by_name.hello.path);
				assert.equal("site", by_name.hello.origin);
				assert.equal(tree.."/prosody.cfg.lua", by_name.late_module.enabled[1].path);
			end);

			it("says the same as text, names what is missing, and leaves control characters out", function ()
				local output, code = ask("modules", config);
				assert.equal(0, code, output);
				assert.truthy(output:find("\nroster +| 3 hosts +| core +| enabled at "..tree:gsub("%p", "%%%0").."/core/a.cfg.lua:2\n"), output);
				assert.truthy(output:find("\ndisco +| %S+[^\n]*| removed at "..tree:gsub("%p", "%%%0").."/local/b.cfg.lua:1\n"), output);
				assert.truthy(output:find("\nhttp +| with it +| core +| mod_hello needs it\n"), output);
				has(output, "Prosody finds no such module: late_module, no_such_module, odd?name\n");
				lacks(output, "\27");
			end);

			it("tells of one host what it loads", function ()
				local output, code = ask("modules ONE.example", config);
				assert.equal(0, code, output);
				assert.truthy(output:find("\nroster +| yes "), output);
				assert.truthy(output:find("\ntls +| no "), output);
				in_order(output, "\ntls", "| disabled in one.example at "..tree.."/domains/m.cfg.lua:2\n");
				lacks(output, "\nmam");
				output, code = ask("modules three.example", config);
				assert.equal(2, code, output);
				has(output, "There is no host three.example");
			end);

			it("tells what can be known of a tree that does not load, and of a plain configuration", function ()
				local broken = support.tree {
					["certs/README"] = "";
					["prosody.cfg.lua"] = asking.layered;
					["core/a.cfg.lua"] = 'modules_enabled = { "roster" }\nVirtualHost "one.example"\n';
					["core/b.cfg.lua"] = "x = = 1\n";
				};
				local output, code = ask("modules", broken.."/prosody.cfg.lua");
				assert.equal(0, code, output);
				in_order(output, "does not load", "roster ", "enabled at "..broken.."/core/a.cfg.lua:1\n");
				local plain = support.tree {
					["certs/README"] = "";
					["prosody.cfg.lua"] = ('plugin_paths = { %q }\nmodules_enabled = { "roster" }\nVirtualHost "localhost"\n')
						:format(environment:match("LUA_PATH_5_4='(.-)/share/").."/lib/prosody/modules");
				};
				output, code = ask("modules", plain.."/prosody.cfg.lua");
				assert.equal(0, code, output);
				in_order(output, "roster ", "| everywhere ", "enabled at "..plain.."/prosody.cfg.lua:2\n");
			end);
		end);
	end
end);
