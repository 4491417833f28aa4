local support = require "spec.support";
local tree = require "spec.tree";
local stackloader = require "stackloader";

describe("Policies that cannot hold together", function ()
	teardown(support.clean);

	for _, pair in ipairs { { "gdpr", "retention" }, { "hipaa", "deletion" }, { "sox", "deletion" } } do
		it("are an error that names both: "..table.concat(pair, " and "), function ()
			local ok, message = pcall(stackloader.load, nil, { root = tree.folder, variables = {
				PROSODY_COMPLIANCE = pair[1], PROSODY_DATA_GOVERNANCE = pair[2], PROSODY_DEPLOYMENT_TYPE = "manual",
			} });
			assert.is_false(ok);
			support.has(message, "policies/compliance/"..pair[1]..".cfg.lua");
			support.has(message, "policies/data-governance/"..pair[2]..".cfg.lua");
			support.has(message, "archive_expires_after");
		end);
	end

	it("refuse editions of Mozilla's profiles with which the server would have no TLS", function ()
		local function load(level, edition, profile)
			return pcall(stackloader.load, nil, { root = tree.folder, variables = {
				PROSODY_SECURITY_LEVEL = level, PROSODY_DEPLOYMENT_TYPE = "manual", PROSODY_OPTION_TLS_PROFILE_VERSION = edition;
				PROSODY_OPTION_TLS_PROFILE = profile;
			} });
		end
		for _, edition in ipairs { "5.7", "5.8", "6.0", "latest", "6.1" } do
			assert.is_true((load("enhanced", edition)));
		end
		assert.is_true((load("minimal", "5.8", "old")));
		for _, level in ipairs { "minimal", "paranoid" } do
			local good, message = load(level, "newest");
			assert.is_false(good);
			support.has(message, 'tls_profile_version = "newest" leaves the server without TLS');
		end
		for _, edition in ipairs { "6.0", "latest" } do
			local good, message = load("minimal", edition, "old");
			assert.is_false(good);
			support.has(message, 'the profile "old" ended with edition 6.0');
		end
	end);

	it("are the compliance of two regimes, one short and one long", function ()
		local ok, message = pcall(stackloader.load, nil, { root = tree.folder, variables = {
			PROSODY_COMPLIANCE = "gdpr,sox", PROSODY_DEPLOYMENT_TYPE = "manual",
		} });
		assert.is_false(ok);
		support.has(message, "gdpr.cfg.lua");
		support.has(message, "sox.cfg.lua");
	end);

	it("hold together where the duty is short enough", function ()
		local stack = stackloader.load(nil, { root = tree.folder, variables = {
			PROSODY_COMPLIANCE = "gdpr", PROSODY_DATA_GOVERNANCE = "retention", PROSODY_RETENTION = "14d", PROSODY_DEPLOYMENT_TYPE = "manual",
		} });
		assert.equal("30d", stack:options "*".archive_expires_after);
	end);

	it("are the environment that keeps nothing and a policy that keeps messages", function ()
		for variable, name in pairs { PROSODY_COMPLIANCE = "sox", PROSODY_DATA_GOVERNANCE = "retention" } do
			local ok, message = pcall(stackloader.load, nil, { root = tree.folder, variables = {
				PROSODY_ENVIRONMENT = "testing", [variable] = name, PROSODY_DEPLOYMENT_TYPE = "manual",
			} });
			assert.is_false(ok);
			support.has(message, "environments/testing.cfg.lua");
			support.has(message, "rules/archives.lua");
			support.has(message, "the storage \"memory\" does not keep the store archive");
		end
	end);

	it("are paranoid and guests", function ()
		local ok, message = pcall(stackloader.load, nil, { root = tree.folder, variables = {
			PROSODY_SECURITY_LEVEL = "paranoid", PROSODY_USECASE = "customer-support/live-chat", PROSODY_DEPLOYMENT_TYPE = "manual",
		} });
		assert.is_false(ok);
		support.has(message, "live-chat");
		support.has(message, "nobody may log in without an account");
	end);

	it("are paranoid and a directory", function ()
		local ok, message = pcall(stackloader.load, nil, { root = tree.folder, variables = {
			PROSODY_SECURITY_LEVEL = "paranoid", PROSODY_LDAP_SERVER = "localhost", PROSODY_LDAP_BASE = "dc=x", PROSODY_DEPLOYMENT_TYPE = "manual",
		} });
		assert.is_false(ok);
		support.has(message, "paranoid");
		support.has(message, "ldap");
	end);
end);
