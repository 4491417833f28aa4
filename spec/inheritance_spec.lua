--- Which modules of the global list a component takes over: read from the installed Prosody, and of each component's module.
local support = require "spec.support";
local catalogue = require "stackloader.catalogue";

-- Components, and what each takes over besides.
local plugins = {
	["mod_plain.lua"] = "module:set_global();\n";
	["mod_heir.lua"] = "--% inherit_modules: ping, version\n--% conflicts: nothing\n";
	["mod_twice.lua"] = "--% inherit_modules: ping\n--% inherit_modules: uptime\n";
	["mod_short.lua"] = "--% inherit_modules: ping";
	["mod_late/mod_late.lua"] = "local x = 1\n--%inherit_modules:ping version  \r\nreturn x\n";
};

local asked = { "admin_shell", "carbons", "iq", "mam", "muc_mam", "ping", "s2s", "server_contact_info", "tls", "uptime", "version" };
local common = { "iq", "s2s", "server_contact_info", "tls" };

local function quoted(names)
	local list = {};
	for i, name in ipairs(names) do
		list[i] = ("%q"):format(name);
	end
	return table.concat(list, ", ");
end

-- A module that is forced on globally leaves the modules_disabled of the components that take it over.
local function taken_over(source, folder, component)
	local globals = { CFG_SOURCEDIR = source, CFG_PLUGINDIR = source and source.."/modules/" or nil };
	local files = {
		["core/a.cfg.lua"] = ("plugin_paths = { %q }\nmodules_enabled = stack.force(stack.append { %s })\n"):format(folder, quoted(asked));
		["core/b.cfg.lua"] = ("Component \"c.example\" %s\nmodules_disabled = { %s }\n"):format(quoted { component }, quoted(asked));
	};
	local disabled = {};
	for _, name in ipairs(support.with_globals(globals, {}, function ()
		return support.load(files):options "c.example";
	end).modules_disabled or {}) do
		disabled[name] = true;
	end
	local list = {};
	for _, name in ipairs(asked) do
		list[#list + 1] = not disabled[name] and name or nil;
	end
	return list;
end

local function known(source, folder)
	return catalogue.new(nil, { source = source, plugins = { folder, source.."/modules" } });
end

local function with(names, more)
	local list = table.move(names, 1, #names, 1, {});
	table.move(more, 1, #more, #list + 1, list);
	table.sort(list);
	return list;
end

for _, prosody in ipairs(support.prosodies()) do
	describe("A forced module, with the source of Prosody "..prosody.version..",", function ()
		local folder;
		local later = prosody.name == "13" and tonumber(prosody.version:match "^13%.0%.(%d+)") >= 6;
		local all = later and with(common, { "admin_shell" }) or common;
		setup(function ()
			folder = support.tree(plugins);
		end);
		teardown(support.clean);

		it("reaches a component that takes it over by the list for all components", function ()
			assert.same(all, taken_over(prosody.source, folder, "plain"));
			assert.same(all, taken_over(prosody.source, folder, nil));
			assert.same(all, taken_over(prosody.source, folder, "no_such_module"));
		end);

		it("reaches a component whose module takes it over by its header, where Prosody has that", function ()
			assert.same(later and with(all, { "ping", "version" }) or all, taken_over(prosody.source, folder, "heir"));
			assert.same(later and with(all, { "uptime" }) or all, taken_over(prosody.source, folder, "twice"));
			assert.same(all, taken_over(prosody.source, folder, "short"));
			assert.same(later and with(all, { "ping", "version" }) or all, taken_over(prosody.source, folder, "late"));
			assert.same(later and with(all, { "mam" }) or all, taken_over(prosody.source, folder, "muc"));
		end);

		it("reaches a component by the same list as the catalogue has", function ()
			for _, component in ipairs { "plain", "heir", "twice", "short", "late", "muc", "pubsub", "no_such_module", false } do
				local set = known(prosody.source, folder):inheritable(component or nil);
				local list = {};
				for _, name in ipairs(asked) do
					list[#list + 1] = set[name] and name or nil;
				end
				assert.same(list, taken_over(prosody.source, folder, component or nil), component or "external");
			end
		end);

		it("reaches every component where the list is not found in Prosody's source", function ()
			local text = support.read(prosody.source.."/core/modulemanager.lua");
			local changed = text:gsub("component_inheritable_modules", "component_heirlooms");
			assert.not_equal(text, changed);
			local source = support.tree { ["core/modulemanager.lua"] = changed };
			assert.same(asked, taken_over(source, folder, "plain"));
			assert.same(asked, taken_over(folder, folder, "plain"));
		end);
	end);
end

describe("A forced module outside Prosody", function ()
	teardown(support.clean);

	it("reaches the components that Prosody 13.0.7 lets take it over", function ()
		local folder = support.tree(plugins);
		assert.same(with(common, { "admin_shell" }), taken_over(nil, folder, "heir"));
	end);
end);
