--- What running servers load where layers, the main file, a variable, hosts, components and tenants speak against a forced module.
local running = require "spec.running";
local support = require "spec.support";

local domain = running.domain;

local main = [[
modules_disabled = { "ping" }
VirtualHost "main.example"
	modules_disabled = { "ping" }
	modules_enabled = { "uptime" }
local stackloader = (Lua or _G).require "stackloader"
stackloader.load(_ENV, { restrict = { ["domains/tenants"] = {
	modules = { "ping", "version", "uptime" }, options = { "modules_enabled", "modules_disabled" },
} } })
]];

local layers = {
	["prosody.cfg.lua"] = main;
	["policies/security/baseline.cfg.lua"] = [[
modules_enabled = stack.force(stack.append { "ping", "blocklist", "tls" })
modules_disabled = stack.force(stack.append { "version", "uptime" })
stack.each("muc", { modules_enabled = stack.force(stack.append { "muc_mam" }) })
]];
	["domains/early.cfg.lua"] = [[
modules_disabled = { "blocklist" }
modules_enabled = { "version" }
VirtualHost "early.example"
	modules_disabled = { "ping" }
]];
	["domains/tenants/tenant.example.cfg.lua"] = [[
VirtualHost "tenant.example"
	modules_disabled = { "ping" }
	modules_enabled = { "version" }
]];
	["local/site.cfg.lua"] = [[
modules_disabled = { "ping", "blocklist" }
modules_enabled = { "uptime" }
stack.each("host", { modules_disabled = { "blocklist" }, modules_enabled = { "version" } })
Component "rooms.example.org" "muc"
	modules_disabled = { "tls", "muc_mam" }
	modules_enabled = { "uptime" }
VirtualHost "remover.example"
	modules_enabled = stack.remove { "ping" }
]];
};

for _, prosody in ipairs(support.prosodies()) do
	describe("A running Prosody "..prosody.name, function ()
		local up;

		local function loaded(module, host)
			return up:shell(("module:list(%q)"):format(host)):find("    "..module.."\n", 1, true) ~= nil;
		end

		setup(function ()
			local tree = running.small_tree();
			for path, content in pairs(layers) do
				tree[path] = content;
			end
			up = running.prepare(prosody, {}, { PROSODY_OPTION_MODULES_DISABLED = "ping,blocklist", PROSODY_OPTION_MODULES_ENABLED = "uptime" }, tree);
			up:start();
		end);
		teardown(running.clean);

		for _, host in ipairs { domain, "main.example", "early.example", "tenant.example", "remover.example" } do
			it("loads what is forced on in "..host.." and nothing that is forced off", function ()
				for _, module in ipairs { "ping", "blocklist", "tls" } do
					assert.is_true(loaded(module, host), module);
				end
				for _, module in ipairs { "version", "uptime" } do
					assert.is_false(loaded(module, host), module);
				end
			end);
		end

		it("loads in a component what is forced there and what it takes over, and nothing that is forced off", function ()
			assert.is_true(loaded("muc_mam", "rooms.example.org"));
			assert.is_true(loaded("tls", "rooms.example.org"));
			assert.is_false(loaded("uptime", "rooms.example.org"));
			assert.is_false(loaded("ping", "rooms.example.org"));
		end);

		it("names both places of what loses in prosodyctl check config", function ()
			local output = up:prosodyctl "check config";
			local policy = up.folder.."/config/policies/security/baseline.cfg.lua:1, which keeps it on";
			support.has(output, 'tenant.example.cfg.lua:2: modules_disabled in tenant.example: "ping" loses against the force at '..policy);
			support.has(output, 'early.cfg.lua:1: modules_disabled: "blocklist" loses against the force at '..policy);
			support.has(output, 'local/site.cfg.lua:5: modules_disabled in rooms.example.org: "tls" loses against the force at '..policy);
		end);
	end);
end
