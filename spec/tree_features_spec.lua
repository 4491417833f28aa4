local support = require "spec.support";
local tree = require "spec.tree";
local assembly = require "spec.assembly";
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
	local list = support.discover(tree.folder, {
		profile = profile, variables = { PROSODY_DEPLOYMENT_TYPE = "manual" },
	}).features;
	local by_name = {};
	for _, feature in ipairs(list) do
		by_name[feature.name] = feature;
	end
	return list, by_name;
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

local function serious(complaints)
	local list = {};
	for _, line in ipairs(complaints) do
		local ignored = false;
		for _, piece in ipairs(harmless) do
			ignored = ignored or line:find(piece, 1, true);
		end
		list[#list + 1] = not ignored and line or nil;
	end
	return list;
end

describe("A feature of the shipped tree", function ()
	teardown(support.clean);

	local all = {};
	for _, feature in ipairs((features "minimal")) do
		if not info(feature.name).alias then
			all[#all + 1] = feature.name;
		end
	end

	--- Assembles each set by itself, then starts a server with each batch.
	local function works(prosody, sets, batches)
		assert.same({}, assembly.problems(prosody, sets));
		for _, variables in ipairs(batches) do
			assert.same({}, serious(tree.complaints(prosody, variables)));
		end
	end

	for _, prosody in ipairs(prosodies) do
		it("works over minimal on Prosody "..prosody.name..", each alone, then several at once", function ()
			local sets, batches = {}, {};
			for index, name in ipairs(all) do
				local batch = index % 12 + 1;
				batches[batch] = batches[batch] or { PROSODY_PROFILE = "minimal" };
				sets[index] = { PROSODY_PROFILE = "minimal"; PROSODY_DEPLOYMENT_TYPE = "manual" };
				for _, variables in ipairs { sets[index], batches[batch] } do
					variables[toggle(name)] = "true";
					for variable, value in pairs(needs[name] or {}) do
						variables[variable] = value;
					end
				end
			end
			works(prosody, sets, batches);
		end);

		it("can be missing from enterprise on Prosody "..prosody.name..", each alone, then several at once", function ()
			local list = features "enterprise";
			local sets, batches, count = {}, {}, 0;
			for _, feature in ipairs(list) do
				if feature.on and not info(feature.name).alias then
					sets[#sets + 1] = off(feature.name, list, { PROSODY_PROFILE = "enterprise"; PROSODY_DEPLOYMENT_TYPE = "manual" });
					count = count + 1;
					local batch = count % 8 + 1;
					batches[batch] = off(feature.name, list, batches[batch] or { PROSODY_PROFILE = "enterprise" });
				end
			end
			works(prosody, sets, batches);
		end);
	end

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
