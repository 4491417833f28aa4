-- prosodyctl mod_stackloader xeps: XEPs with the layers that serve them, and the levels of the Compliance Suites.
local asking = require "spec.asking";
local support = require "spec.support";

-- Everything that the suites ask of a server, less what the caller leaves out.
local function complete(without)
	local files = {
		["certs/README"] = "", ["prosody.cfg.lua"] = asking.layered;
		["core/server.cfg.lua"] = [[
modules_enabled = {
	"disco", "roster", "saslauth", "tls", "pep", "websocket", "bosh", "vcard_legacy", "carbons", "blocklist";
	"bookmarks", "private", "smacks", "mam", "csi_simple", "cloud_notify", "turn_external";
}
]];
		["stack/01-transport/ports.cfg.lua"] = "\nc2s_direct_tls_ports = { 5223 }\ns2s_direct_tls_ports = { 5270 }\n";
		["stack/05-services/calls.cfg.lua"] = "turn_external_secret = 'correct horse battery staple'\n";
		["stack/05-services/rooms.cfg.lua"] = 'stack.each("muc", {\n\tmodules_enabled = { "muc_mam" };\n})\n';
		["domains/a.cfg.lua"] = 'VirtualHost "example.org"\n';
		["domains/rooms.cfg.lua"] = '\nComponent "rooms.example.org" "muc"\n';
		["domains/upload.cfg.lua"] = 'Component "upload.example.org" "http_file_share"\n';
	};
	for path, text in pairs(without or {}) do
		files[path] = text or nil;
	end
	return support.tree(files);
end

local function by_number(answer)
	local map = {};
	for _, entry in ipairs(answer.xeps) do
		map[entry.xep] = entry;
	end
	return map;
end

local function provider(entry, module)
	for _, candidate in ipairs(entry.providers) do
		if candidate.module == module or candidate.option == module then
			return candidate;
		end
	end
end

local function category(answer, name)
	for _, candidate in ipairs(answer.suites[1].categories) do
		if candidate.name == name then
			return candidate;
		end
	end
end

-- What a category misses, by the features' names.
local function missing(answer, name)
	local list = {};
	for i, requirement in ipairs(category(answer, name).missing) do
		list[i] = requirement.feature;
	end
	return list;
end

asking.on_each("prosodyctl mod_stackloader xeps", function (prosody, environment, prefix)
	local text, json = asking.with(prosody, environment);

	it("tells of each XEP of Prosody's own list which module serves it, and the layer that enabled it", function ()
		local root = complete();
		local answer, code = json("xeps", root.."/prosody.cfg.lua");
		assert.equal(0, code);
		support.has(answer.doap, "doap.xml");
		local xeps = by_number(answer);
		assert.equal("served", xeps["0280"].state);
		assert.equal("Message Carbons", xeps["0280"].name);
		local carbons = provider(xeps["0280"], "carbons");
		assert.equal(root.."/core/server.cfg.lua", carbons.path);
		assert.equal("core/server", carbons.layer);
		assert.equal(1, carbons.line);
		assert.equal(root.."/domains/rooms.cfg.lua", provider(xeps["0045"], "muc").path);
		assert.equal(2, provider(xeps["0045"], "muc").line);
		assert.equal(root.."/stack/05-services/rooms.cfg.lua", provider(xeps["0313"], "muc_mam").path);
		assert.equal(2, provider(xeps["0368"], "c2s_direct_tls_ports").line);
		assert.same({}, xeps["0060"].providers);
		assert.equal("available", xeps["0060"].state);
		assert.same({ "pubsub" }, xeps["0060"].available);
		assert.equal("gone", xeps["0016"].state);
		assert.equal("built in", xeps["0082"].state);
		assert.equal("served", xeps["0357"].state);
	end);

	it("tells of modules that others bring along, and of those that Prosody loads by itself", function ()
		local answer = json("xeps", complete().."/prosody.cfg.lua");
		local xeps = by_number(answer);
		assert.equal("mod_turn_external loads it", provider(xeps["0215"], "external_services").why);
		assert.equal("Prosody loads it by itself", provider(xeps["0160"], "offline").why);
		assert.is_nil(provider(xeps["0160"], "offline").path);
		-- PEP is what the note "via XEP-0163" means.
		assert.truthy(provider(xeps["0107"], "pep"));
	end);

	it("reaches the highest level of every category where all is there", function ()
		local answer = json("xeps", complete().."/prosody.cfg.lua");
		local levels = {};
		for i, one in ipairs(answer.suites[1].categories) do
			levels[i] = one.name.." "..one.level;
		end
		assert.same({ "Core advanced", "Web advanced", "IM advanced", "Mobile advanced", "A/V Calling advanced" }, levels);
	end);

	it("names for each category what is missing for the next level", function ()
		local root = complete {
			["stack/05-services/calls.cfg.lua"] = "";
			["stack/01-transport/ports.cfg.lua"] = "c2s_direct_tls_ports = { 5223 }\n";
			["domains/rooms.cfg.lua"] = false;
			["local/site.cfg.lua"] = 'modules_enabled = stack.remove { "csi_simple", "bosh" }\n';
		};
		local answer = json("xeps", root.."/prosody.cfg.lua");
		assert.equal("core", category(answer, "Core").level);
		assert.same({ "Direct TLS" }, missing(answer, "Core"));
		assert.equal("set s2s_direct_tls_ports", category(answer, "Core").missing[1].missing[1].advice);
		assert.equal("none", category(answer, "Web").level);
		assert.same({ "Web Connection Mechanisms" }, missing(answer, "Web"));
		assert.same({ "Group Chat" }, missing(answer, "IM"));
		assert.same({ "Client State Indication" }, missing(answer, "Mobile"));
		assert.same({ "STUN/TURN server discovery" }, missing(answer, "A/V Calling"));
		local output = text("xeps", root.."/prosody.cfg.lua");
		support.has(output, "Core         Core, missing for Advanced:\n    Direct TLS (XEP-0368): set s2s_direct_tls_ports\n");
		support.has(output, "Mobile       none, missing for Core:\n    Client State Indication (XEP-0352): enable mod_csi_simple");
		support.has(output, "STUN/TURN server discovery (XEP-0215): name a service");
	end);

	it("holds a category at none where the core category is not met, and counts components that clients find", function ()
		local root = complete {
			["local/site.cfg.lua"] = 'modules_enabled = stack.remove { "tls" }\n';
			["domains/rooms.cfg.lua"] = 'Component "rooms.example.net" "muc"\n';
		};
		local answer = json("xeps", root.."/prosody.cfg.lua");
		assert.equal("none", category(answer, "Mobile").level);
		assert.same({ "TLS" }, missing(answer, "Mobile"));
		assert.same({ "Group Chat", "TLS" }, missing(answer, "IM"));
		support.write(root.."/local/rooms.cfg.lua", 'VirtualHost "example.org"\n\tdisco_items = { { "rooms.example.net" } }\n');
		assert.same({ "TLS" }, missing(json("xeps", root.."/prosody.cfg.lua"), "IM"));
	end);

	it("tells hosts apart that differ, and one alone where it is asked for", function ()
		local root = complete { ["domains/b.cfg.lua"] = 'VirtualHost "example.com"\nmodules_disabled = { "smacks" }\nVirtualHost "example.net"\n' };
		local answer = json("xeps", root.."/prosody.cfg.lua");
		assert.equal(3, #answer.suites);
		assert.same({ "example.org" }, answer.suites[1].hosts);
		local one = json("xeps example.com", root.."/prosody.cfg.lua");
		assert.equal("available", by_number(one)["0198"].state);
		assert.equal(1, #one.suites);
		local output, code = text("xeps exampl.com", root.."/prosody.cfg.lua");
		assert.equal(2, code);
		support.has(output, "There is no host exampl.com");
	end);

	it("says that there is no DOAP file, and lets the modules tell themselves", function ()
		local root = complete();
		local output, code = text("xeps --doap=/nowhere/doap.xml", root.."/prosody.cfg.lua");
		assert.equal(0, code, output);
		support.has(output, "/nowhere/doap.xml cannot be read: No such file or directory");
		local xeps = by_number(json("xeps --doap=/nowhere/doap.xml", root.."/prosody.cfg.lua"));
		assert.equal("served", xeps["0280"].state);
		assert.truthy(provider(xeps["0045"], "muc"));
		support.write(root.."/list.xml", "<doap");
		support.has(text("xeps --doap="..root.."/list.xml", root.."/prosody.cfg.lua"), "/list.xml cannot be read: ");
	end);

	it("works on a configuration that does not load, and on one without layers", function ()
		local root = complete { ["core/broken.cfg.lua"] = "x = = 1\n" };
		local broken = json("xeps", root.."/prosody.cfg.lua");
		assert.equal("served", by_number(broken)["0280"].state);
		local plain = support.tree { ["certs/README"] = "";
			["prosody.cfg.lua"] = ("plugin_paths = { %q }\nmodules_enabled = { 'carbons' }\nVirtualHost 'example.org'\n"):format(
				prefix.."/lib/prosody/modules") };
		local carbons = provider(by_number(json("xeps", plain.."/prosody.cfg.lua"))["0280"], "carbons");
		assert.equal(plain.."/prosody.cfg.lua", carbons.path);
		assert.equal(2, carbons.line);
	end);
end);
