-- prosodyctl mod_stackloader usecases: what each use case needs, and what choosing it brings.
local asking = require "spec.asking";
local support = require "spec.support";

local function sample(more)
	local files = {
		["certs/README"] = "";
		["prosody.cfg.lua"] = asking.layered;
		["core/server.cfg.lua"] = 'modules_enabled = { "disco", "roster", "saslauth" }\n';
		["profiles/standard.cfg.lua"] = 'profile_info = { name = "standard", features = { "messaging/history" } }\n';
		["features/messaging/history.cfg.lua"] = 'modules_enabled = { "mam" }\n';
		["features/mobile/save-power.cfg.lua"] = 'modules_enabled = { "smacks" }\n';
		["usecases/team/chat.cfg.lua"] = [[
usecase_info = { name = "Chat", description = "People who write", features = { "messaging/history", "mobile/save-power" } }
]];
		["usecases/team/archive.cfg.lua"] = 'usecase_info = { name = "Archive", features = { "messaging/history" } }\n';
		["usecases/home/quiet.cfg.lua"] = "c2s_timeout = 300\n";
		["domains/a.cfg.lua"] = 'VirtualHost "example.org"\n';
	};
	for path, text in pairs(more or {}) do
		files[path] = text;
	end
	return support.tree(files).."/prosody.cfg.lua";
end

asking.on_each("prosodyctl mod_stackloader usecases", function (prosody, environment)
	local text, json = asking.with(prosody, environment);
	local chosen = "PROSODY_USECASE=team/chat";

	it("tells of each use case whether it is served, and that choosing it brings what is missing", function ()
		local output, code = text("usecases", sample());
		assert.equal(0, code, output);
		support.has(output, "team/archive (Archive): served\n");
		support.has(output, "team/chat (Chat): partly served\n");
		support.has(output, "    missing feature mobile/save-power: choose the use case: PROSODY_USECASE=team/chat\n");
		support.has(output, "home/quiet: declares nothing\n");
	end);

	it("serves one that is chosen, and tells what brought its features", function ()
		local output, code = text("usecases chat", sample(), chosen);
		assert.equal(0, code, output);
		support.has(output, "team/chat (Chat): served, chosen\n    People who write\n");
		support.has(output, "has feature mobile/save-power: needed by the use case team/chat\n");
		support.has(output, "has feature messaging/history: profile standard\n");
	end);

	it("gives the same as JSON", function ()
		local list, code = json("usecases team", sample(), chosen);
		assert.equal(0, code);
		assert.equal(2, #list);
		local chat = list[1].name == "team/chat" and list[1] or list[2];
		assert.is_true(chat.chosen);
		assert.equal("served", chat.state);
		assert.equal("usecase_info", chat.declared);
		assert.same({ "messaging/history", "mobile/save-power" }, chat.needs.features);
	end);

	it("names the use cases where there is none of that name, and says where they are where there are none", function ()
		local output, code = text("usecases chatt", sample());
		assert.equal(2, code, output);
		support.has(output, "There is no use case chatt");
		support.has(output, "team/chat");
		local plain = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = asking.layered, ["core/a.cfg.lua"] = "x = 1\n" };
		support.has(text("usecases", plain.."/prosody.cfg.lua"), "This configuration has no use cases: there is nothing below usecases/ in its roots.");
	end);

	it("agrees with features and diff about what a use case brings", function ()
		local main = sample();
		support.has(text("features", main, chosen), "needed by the use case team/chat");
		for _, feature in ipairs(json("features", main, chosen)) do
			assert.equal(feature.name == "mobile/save-power" and "needed by the use case team/chat" or "profile standard", feature.why);
		end
		local output = text("diff --usecase=team/chat", main);
		support.has(output, "smacks");
	end);
end);
