--- Whether rooms are archived in a running server with the shipped tree. From Prosody 13.0.6 on, rooms take over the global mam (and so muc_mam).
local observed = require "spec.observed";
local support = require "spec.support";

local quote = support.quote;
local rooms = "conference.example.org";

-- The modules of each host of a server with the tree, this layer and these variables.
local function started(prosody, layer, variables)
	local folder = support.folder();
	support.run(("cp -r %s %s"):format(quote(support.project.."/config"), quote(folder.."/tree")));
	support.write(folder.."/tree/local/rooms.cfg.lua", layer);
	local words = { 'PROSODY_DOMAIN = "example.org"' };
	for name, value in pairs(variables) do
		words[#words + 1] = ("%s = %q"):format(name, value);
	end
	return observed(prosody, folder, ([[
local lua = Lua or _G
lua.package.cpath = %q..lua.package.cpath
lua.require "stackloader".load(_ENV, { root = %q, variables = { %s } })
]]):format(support.build.."/?.so;", folder.."/tree", table.concat(words, ", "))).modules;
end

for _, prosody in ipairs(support.prosodies()) do
	describe("Rooms' archives with Prosody "..prosody.version, function ()
		local takes_over = prosody.name == "13" and tonumber(prosody.version:match "^13%.0%.(%d+)") >= 6;
		teardown(support.clean);

		it("are there with those of the accounts", function ()
			local modules = started(prosody, "", {});
			assert.is_true(modules["example.org"].mam);
			assert.is_true(modules[rooms].muc_mam);
			assert.equal(takes_over or nil, modules[rooms].mam);
		end);

		it("go where the rooms disable both mam and muc_mam", function ()
			local modules = started(prosody, ('Component %q\nmodules_disabled = { "mam", "muc_mam" }\n'):format(rooms), {});
			assert.is_true(modules["example.org"].mam);
			assert.is_true(modules[rooms].muc);
			assert.is_nil(modules[rooms].muc_mam);
			assert.is_nil(modules[rooms].mam);
		end);

		for _, choice in ipairs { { "PROSODY_DATA_GOVERNANCE", "retention" }, { "PROSODY_COMPLIANCE", "hipaa" }, { "PROSODY_COMPLIANCE", "sox" } } do
			it("stay with "..choice[1].."="..choice[2]..", whatever rooms, hosts and variables disable", function ()
				local modules = started(prosody, ([[
modules_disabled = { "mam" }
VirtualHost "example.org"
modules_disabled = { "mam" }
Component %q
modules_disabled = { "mam", "muc_mam" }
]]):format(rooms), { [choice[1]] = choice[2], PROSODY_OPTION_MODULES_DISABLED = "mam,muc_mam" });
				assert.is_true(modules["example.org"].mam);
				assert.is_true(modules[rooms].muc_mam);
			end);
		end
	end);
end
