local support = require "spec.support";
local tree = require "spec.tree";
local assembly = require "spec.assembly";
local boots = require "spec.boots";
local stackloader = require "stackloader";

local prosodies = support.prosodies();

-- What some features ask for: without it they are an error.
local needs = {
	["web/cors"] = { PROSODY_WEB_ORIGINS = "https://chat.example.org" };
	["integrations/ldap"] = { PROSODY_LDAP_SERVER = "ldap.example.org"; PROSODY_LDAP_BASE = "dc=example,dc=org" };
	["integrations/external-auth"] = { PROSODY_LDAP_SERVER = "ldap.example.org"; PROSODY_LDAP_BASE = "dc=example,dc=org" };
	["integrations/webhooks"] = { PROSODY_WEBHOOK_URL = "http://127.0.0.1:9/" };
	["performance/clustering"] = { PROSODY_DIALBACK_SECRET = "secret" };
	["integrations/components"] = { PROSODY_COMPONENTS = "irc"; PROSODY_COMPONENT_SECRET = "secret" };
};

-- Of no consequence, and not ours to change: admin_web asks Prosody 13 the way it did 0.12; nobody listens for the webhook.
local harmless = {
	"Usage of legacy is_admin() API", "See https://prosody.im/doc/developers/permissions", "Could not connect to callback URL",
};

local function features(profile)
	return support.discover(tree.folder, {
		profile = profile, variables = { PROSODY_DEPLOYMENT_TYPE = "manual" },
	}).features;
end

local function info(name)
	return stackloader.info(tree.folder.."/features/"..name..".cfg.lua").feature_info;
end

local function toggle(name)
	return "PROSODY_FEATURES_"..name:upper():gsub("[/-]", "_");
end

--- Switches a feature off, with all that needs it.
local function off(name, list, variables)
	variables[toggle(name)] = "false";
	for _, other in ipairs(list) do
		for _, needed in ipairs(other.on and info(other.name).depends or {}) do
			if needed == name and variables[toggle(other.name)] == nil then
				off(other.name, list, variables);
			end
		end
	end
	return variables;
end

describe("A feature of the shipped tree", function ()
	teardown(support.clean);

	local all = {};
	for _, feature in ipairs(features "minimal") do
		if not info(feature.name).alias then
			all[#all + 1] = feature.name;
		end
	end

	--- Each feature over the profile minimal, with what it asks for.
	local function over_minimal()
		local sets = {};
		for i, name in ipairs(all) do
			local variables = { PROSODY_PROFILE = "minimal"; PROSODY_DEPLOYMENT_TYPE = "manual"; [toggle(name)] = "true" };
			for variable, value in pairs(needs[name] or {}) do
				variables[variable] = value;
			end
			sets[i] = { name = name.." over minimal", variables = variables };
		end
		return sets;
	end

	--- The profile enterprise without each of its features.
	local function without_each()
		local sets, list = {}, features "enterprise";
		for _, feature in ipairs(list) do
			if feature.on and not info(feature.name).alias then
				local variables = off(feature.name, list, { PROSODY_PROFILE = "enterprise"; PROSODY_DEPLOYMENT_TYPE = "manual" });
				sets[#sets + 1] = { name = "enterprise without "..feature.name, variables = variables };
			end
		end
		return sets;
	end

	local function assembles(prosody, sets)
		local variables = {};
		for i, set in ipairs(sets) do
			variables[i] = set.variables;
		end
		assert.same({}, assembly.problems(prosody, variables));
	end

	local function boots_cleanly(prosody, sets)
		local wrong, through = boots.all(prosody, sets, harmless);
		assert.same({}, wrong);
		assert.equal(#sets, through);
	end

	for _, prosody in ipairs(prosodies) do
		it("assembles over minimal, each alone, and without each from enterprise, on Prosody "..prosody.name, function ()
			assembles(prosody, over_minimal());
			assembles(prosody, without_each());
		end);

		it("is silent in check config and starts without a complaint over minimal, each alone, on Prosody "..prosody.name.." #install", function ()
			boots_cleanly(prosody, over_minimal());
		end);

		it("can be missing from enterprise, each alone, in check config and a server of Prosody "..prosody.name.." #install", function ()
			boots_cleanly(prosody, without_each());
		end);
	end

	it("is the same under its other name, switched on over minimal and off from enterprise", function ()
		local list, count = features "enterprise", 0;
		local function layers(profile, toggles, other, name)
			local variables = { PROSODY_DEPLOYMENT_TYPE = "manual" };
			for variable, value in pairs(toggles) do
				variables[variable == toggle(name) and toggle(other) or variable] = value;
			end
			return support.ids(support.discover(tree.folder, { profile = profile, variables = variables }));
		end
		for _, feature in ipairs(list) do
			local name = info(feature.name).alias;
			if name then
				count = count + 1;
				local on = layers("minimal", { [toggle(name)] = "true" }, name, name);
				assert.is_true(support.contains(on, "features/"..name), name);
				assert.same(on, layers("minimal", { [toggle(name)] = "true" }, feature.name, name));
				local without = layers("enterprise", off(name, list, {}), name, name);
				assert.is_false(support.contains(without, "features/"..name), name);
				assert.same(without, layers("enterprise", off(name, list, {}), feature.name, name));
			end
		end
		assert.is_true(count > 10);
	end);

	it("that others need is not switched off alone: the error names them", function ()
		local message = support.refusal(tree.folder, { profile = "enterprise", variables = {
			PROSODY_FEATURES_COLLABORATION_PEP = "false", PROSODY_DEPLOYMENT_TYPE = "manual",
		} });
		support.has(message, "collaboration/pep");
		support.has(message, "presence/avatars");
	end);

	it("takes away what it brought", function ()
		local function modules(variables)
			local found = {};
			for _, module in ipairs(stackloader.load(nil, { root = tree.folder, variables = variables }):options "*".modules_enabled) do
				found[module] = true;
			end
			return found;
		end
		for _, name in ipairs { "messaging/carbons", "web/bosh", "security/tombstones", "admin/shell", "mobile/csi", "media/jingle" } do
			local with = modules { PROSODY_PROFILE = "standard", PROSODY_DEPLOYMENT_TYPE = "manual" };
			local without = modules { PROSODY_PROFILE = "standard", PROSODY_DEPLOYMENT_TYPE = "manual", [toggle(name)] = "false" };
			local alone = {};
			for module in support.read(tree.folder.."/features/"..name..".cfg.lua"):match("modules_enabled = (%b{})"):gmatch '"([%w_]+)"' do
				alone[#alone + 1] = module;
			end
			assert.is_true(with[alone[1]], name);
			for _, module in ipairs(alone) do
				assert.is_nil(without[module], name);
			end
		end
	end);
end);
