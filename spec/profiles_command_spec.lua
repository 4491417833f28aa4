-- prosodyctl mod_stackloader profiles: whom each is for, how large it is, and what one brings over the smallest.
local asking = require "spec.asking";
local support = require "spec.support";

local function sample(more)
	local files = {
		["certs/README"] = "";
		["prosody.cfg.lua"] = asking.layered;
		["core/server.cfg.lua"] = 'modules_enabled = { "disco", "roster", "saslauth" }\n';
		["profiles/small.cfg.lua"] = 'profile_info = { name = "Small", description = "For two", target_users = "2", features = {} }\n';
		["profiles/large/profile.cfg.lua"] = 'profile_info = { description = "For many", target_users = 1000, features = { "messaging/history" } }\n';
		["profiles/large/more.cfg.lua"] = 'modules_enabled = { "blocklist" }\n';
		["features/messaging/history.cfg.lua"] = 'feature_info = { description = "An archive" }\nmodules_enabled = { "mam" }\n';
		["domains/a.cfg.lua"] = 'VirtualHost "example.org"\n';
	};
	for path, text in pairs(more or {}) do
		files[path] = text or nil;
	end
	return support.tree(files).."/prosody.cfg.lua";
end

asking.on_each("prosodyctl mod_stackloader profiles", function (prosody, environment)
	local text, json = asking.with(prosody, environment);

	it("lists each with its users, features, layers and modules, and marks the chosen one", function ()
		local output, code = text("profiles", sample(), "PROSODY_PROFILE=small");
		assert.equal(0, code, output);
		assert.truthy(output:find "\nlarge +| 1000 +| +1 | +5 | +5 | For many\n", output);
		assert.truthy(output:find "\nsmall %* +| 2 +| +0 | +3 | +3 | For two\n", output);
	end);

	it("tells what one brings over the smallest", function ()
		local output, code = text("profiles large", sample());
		assert.equal(0, code, output);
		support.has(output, "large: For many (for 1000)\nOver small it brings:\n  messaging/history            An archive\n");
		support.has(output, "Global modules that come with it: blocklist, mam\n");
		support.has(output, "`diff --profile=small --profile=large` shows every option that differs.");
		support.has((text("profiles small", sample())), "It is the smallest profile of this tree.");
	end);

	it("gives the same as JSON", function ()
		local list, code = json("profiles", sample());
		assert.equal(0, code);
		assert.same({ "large", { "messaging/history" }, "small" }, { list[1].name, list[1].added, list[1].over });
		assert.same({ "mam", "blocklist" }, { json("profiles large", sample()).modules[5], json("profiles large", sample()).modules[4] });
	end);

	it("refuses a name that is not there, a tree without profiles, and one that does not load", function ()
		local output, code = text("profiles larg", sample());
		assert.equal(2, code, output);
		support.has(output, "There is no profile larg (did you mean large?). There are: large, small");
		output, code = text("profiles", support.tree { ["prosody.cfg.lua"] = asking.layered, ["certs/README"] = "" }.."/prosody.cfg.lua");
		assert.equal(2, code, output);
		support.has(output, "This tree has no profiles");
		local broken = sample { ["profiles/large/more.cfg.lua"] = "not Lua\n" };
		output, code = text("profiles large", broken);
		assert.equal(2, code, output);
		support.has(output, "With the profile large the configuration does not load: ");
		support.has(output, "profiles/large/more.cfg.lua:1: ");
		support.has((text("profiles", broken)), "small");
	end);
end);
