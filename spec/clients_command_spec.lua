-- prosodyctl mod_stackloader clients: what each client preset needs, and whether the configuration serves it.
local asking = require "spec.asking";
local support = require "spec.support";

local function sample(more)
	local files = {
		["certs/README"] = "";
		["prosody.cfg.lua"] = asking.layered;
		[".env"] = "PROSODY_CLIENT_OPTS=mobile/patient\n";
		["core/server.cfg.lua"] = '\nmodules_enabled = { "disco", "roster", "saslauth", "carbons" }\n';
		["profiles/standard.cfg.lua"] = 'profile_info = { name = "standard", features = { "messaging/history" } }\n';
		["features/messaging/history.cfg.lua"] = 'modules_enabled = { "mam" }\n';
		["features/mobile/save-power.cfg.lua"] = '-- not "ping"\nmodules_enabled = {\n\t"smacks";\n\t"csi_simple";\n}\n';
		["clients/mobile/patient.cfg.lua"] = [[
client_info = {
	name = "Patient", description = "Waits for its messages",
	features = { "messaging/history" }, modules = { "carbons", "mam" }, xeps = { "0313", 280, "XEP-0030" },
}
]];
		["clients/mobile/hasty.cfg.lua"] = [[
client_info = {
	name = "Hasty", features = { "mobile/save-power" }, modules = { "carbons", "smacks", "ping", "muc", "no_such" }, xeps = { 198, 9999 },
}
modules_enabled = { "vcard_legacy" }
]];
		["clients/web/page/one.cfg.lua"] = 'modules_enabled = { "websocket", "bosh" }  -- "muc"\n';
		["clients/web/silent.cfg.lua"] = "c2s_timeout = 300\n";
		["domains/a.cfg.lua"] = 'VirtualHost "example.org"\n';
	};
	for path, text in pairs(more or {}) do
		files[path] = text;
	end
	return support.tree(files);
end

local function by_name(list)
	local map = {};
	for _, preset in ipairs(list) do
		map[preset.name] = preset;
	end
	return map;
end

local function need(preset, name, result)
	for _, candidate in ipairs(preset.results[result or 1].needs) do
		if candidate.name == name then
			return candidate;
		end
	end
end

asking.on_each("prosodyctl mod_stackloader clients", function (prosody, environment, prefix)
	local text, json = asking.with(prosody, environment);

	it("tells of each preset whether it is served, what is missing, and which feature would bring it", function ()
		local root = sample();
		local list, code = json("clients", root.."/prosody.cfg.lua");
		assert.equal(0, code);
		local presets = by_name(list);
		local patient, hasty = presets["mobile/patient"], presets["mobile/hasty"];
		assert.equal("served", patient.state);
		assert.is_true(patient.chosen);
		assert.equal("Patient", patient.title);
		assert.equal(root.."/core/server.cfg.lua", need(patient, "carbons").path);
		assert.equal(2, need(patient, "carbons").line);
		assert.equal(root.."/features/messaging/history.cfg.lua", need(patient, "0313").path);
		assert.equal("partly", hasty.state);
		assert.is_false(hasty.chosen);
		assert.is_true(need(hasty, "carbons").met);
		support.has(need(hasty, "mobile/save-power").advice, "PROSODY_FEATURES_MOBILE_SAVE_POWER=true");
		support.has(need(hasty, "smacks").advice, "switch on the feature mobile/save-power: PROSODY_FEATURES_MOBILE_SAVE_POWER=true");
		support.has(need(hasty, "0198").advice, "PROSODY_FEATURES_MOBILE_SAVE_POWER=true");
		assert.equal('enable it: modules_enabled = { "ping" }', need(hasty, "ping").advice);
		support.has(need(hasty, "muc").advice, 'Component "…" "muc"');
		support.has(need(hasty, "no_such").advice, "install mod_no_such");
		assert.equal("this Prosody does not implement it", need(hasty, "9999").advice);
	end);

	it("serves a preset once its feature is on", function ()
		local root = sample();
		local hasty = by_name(json("clients hasty", root.."/prosody.cfg.lua", "PROSODY_FEATURES_MOBILE_SAVE_POWER=true"))["mobile/hasty"];
		assert.is_true(need(hasty, "smacks").met);
		assert.equal(root.."/features/mobile/save-power.cfg.lua", need(hasty, "smacks").path);
		assert.is_true(need(hasty, "mobile/save-power").met);
		assert.is_true(need(hasty, "0198").met);
	end);

	it("takes what a preset without client_info enables for what it needs, or says that it declares nothing", function ()
		local presets = by_name(json("clients web", sample().."/prosody.cfg.lua"));
		assert.is_nil(presets["mobile/hasty"]);
		assert.same({ "websocket", "bosh" }, presets["web/page"].needs.modules);
		assert.equal("modules_enabled", presets["web/page"].declared);
		assert.equal("not", presets["web/page"].state);
		assert.equal("unknown", presets["web/silent"].state);
	end);

	it("prints what is missing, and all needs of a preset that is named", function ()
		local root = sample();
		local output = text("clients", root.."/prosody.cfg.lua");
		support.has(output, "mobile/patient (Patient): served, chosen\n");
		support.has(output, "mobile/hasty (Hasty): partly served\n");
		support.has(output, "    missing mod_ping: enable it");
		support.has(output, "web/silent: declares nothing\n");
		support.lacks(output, "has mod_carbons");
		local one = text("clients patient", root.."/prosody.cfg.lua");
		support.has(one, "Waits for its messages");
		support.has(one, "has mod_carbons: "..root.."/core/server.cfg.lua:2\n");
		local refusal, code = text("clients patent", root.."/prosody.cfg.lua");
		assert.equal(2, code);
		support.has(refusal, "There is no client preset patent");
		support.has(refusal, "mobile/patient");
	end);

	it("tells hosts apart that serve a preset differently", function ()
		local root = sample { ["domains/b.cfg.lua"] = 'VirtualHost "example.com"\nmodules_disabled = { "mam" }\nVirtualHost "example.net"\n' };
		local patient = json("clients patient", root.."/prosody.cfg.lua")[1];
		assert.equal("partly", patient.state);
		assert.same({ "example.org", "example.net" }, patient.results[1].hosts);
		assert.same({ "example.com" }, patient.results[2].hosts);
		assert.is_false(need(patient, "mam", 2).met);
	end);

	it("works where a layer is broken, where a table is not literal, and where there are no presets", function ()
		local root = sample { ["core/broken.cfg.lua"] = "x = = 1\n"; ["clients/web/odd.cfg.lua"] = "client_info = { name = who() }\n" };
		local presets = by_name(json("clients", root.."/prosody.cfg.lua"));
		assert.equal("served", presets["mobile/patient"].state);
		support.has(presets["web/odd"].problem, "client_info");
		local plain = support.tree { ["certs/README"] = ""; ["prosody.cfg.lua"] = ("plugin_paths = { %q }\nVirtualHost 'example.org'\n"):format(
			prefix.."/lib/prosody/modules") };
		local output, code = text("clients", plain.."/prosody.cfg.lua");
		assert.equal(0, code, output);
		support.has(output, "no client presets");
	end);
end);
