local support = require "spec.support";
local tree = require "spec.tree";
local inside = require "spec.inside";
local stackloader = require "stackloader";

local prosodies = support.prosodies();

local long, short, wordy = "\"10y\"", "\"1d\"", "true";

-- What each policy promises: an option, what somebody writes to weaken it, and what has to come out all the same. The
-- modules that it keeps on and off stand beside. A policy that goes on from another names it.
local function retention(duration)
	return {
		{ "archive_expires_after", short, duration };
		{ "muc_log_expires_after", short, duration };
		{ "storage_archive_item_limit", "10000", 1000000000 };
		on = { "mam" }; rooms = { "muc_mam" };
	};
end

local all_tls = { "ssl", "c2s_ssl", "s2s_ssl", "https_ssl", "c2s_direct_tls_ssl", "s2s_direct_tls_ssl" };

local function tls(options)
	local promises = {};
	for index, option in ipairs(all_tls) do
		promises[index] = { option, "{ options = { no_tlsv1 = false, no_tlsv1_1 = false, no_tlsv1_2 = false } }", options,
			within = "options", global = option:find("^https") or option:find "direct" };
	end
	return promises;
end

local function join(...)
	local joined = { on = {}, off = {}, rooms = {} };
	for _, part in ipairs { ... } do
		table.move(part, 1, #part, #joined + 1, joined);
		for _, kind in ipairs { "on", "off", "rooms" } do
			local list = part[kind] or {};
			table.move(list, 1, #list, #joined[kind] + 1, joined[kind]);
		end
	end
	return joined;
end

local quiet_push = {
	{ "push_notification_with_body", wordy, false };
	{ "push_notification_with_sender", wordy, false };
};
local failures = { { "log_auth_ips", "\"all\"", "failure" }; on = { "log_auth" } };
local no_peers = {
	{ "s2s_ports", "{ 5269 }", {}, global = true };
	{ "s2s_direct_tls_ports", "{ 5270 }", {}, global = true };
	off = { "s2s", "s2s_auth_certs", "s2s_bidi", "dialback" };
};
local minimal = {
	{ "c2s_require_encryption", "false", true };
	{ "s2s_require_encryption", "false", true, global = true };
	{ "allow_unencrypted_plain_auth", "true", false };
	{ "tls_profile", "\"legacy\"", { "intermediate", "modern" }, global = true };
	on = { "limits" }; off = { "legacyauth", "admin_telnet" };
};
local baseline = join(minimal, tls { no_tlsv1 = true, no_tlsv1_1 = true }, {
	{ "s2s_secure_auth", "false", true, global = true };
	{ "tls_profile", "\"old\"", { "intermediate", "modern" }, global = true };
	{ "allow_registration", "true", false };
	{ "registration_invite_only", "false", true };
	on = { "blocklist" };
});
local enhanced = join(baseline, failures, {
	{ "s2s_insecure_domains", "{ \"peer.example\" }", {}, global = true };
	{ "disable_sasl_mechanisms", "{ \"DIGEST-MD5\" }", { "DIGEST-MD5", "PLAIN", "LOGIN" }, holds = true };
	{ "default_iteration_count", "4096", 50000, least = true };
	{ "allow_user_invites", "true", false };
	{ "c2s_stanza_size_limit", "10000000", 262144, global = true };
	{ "s2s_stanza_size_limit", "10000000", 524288, global = true };
	{ "hide_os_type", "false", true };
	{ "disco_expose_admins", "true", false };
	on = { "mimicking", "tombstones" };
});
local paranoid = join(enhanced, quiet_push, no_peers, tls { no_tlsv1 = true, no_tlsv1_1 = true, no_tlsv1_2 = true }, {
	{ "tls_profile", "\"intermediate\"", "modern", global = true };
	{ "http_ports", "{ 5280 }", {}, global = true };
	{ "disable_sasl_mechanisms", "{ \"DIGEST-MD5\" }", { "PLAIN", "LOGIN", "ANONYMOUS" }, holds = true };
	{ "default_iteration_count", "50000", 100000, least = true };
	{ "firewall_scripts", "{ \"local/mine.pfw\" }", { "firewall/strangers.pfw" }, holds = true };
	on = { "firewall" };
	off = { "register", "register_ibr", "invites_register", "version", "time", "uptime", "lastactivity",
		"sasl2", "sasl2_bind2", "sasl2_sm", "sasl2_fast" };
});

local function tier(c2s, s2s, queue, wait, page)
	return {
		{ "c2s_stanza_size_limit", "10000000", c2s, global = true };
		{ "s2s_stanza_size_limit", "10000000", s2s, global = true };
		{ "smacks_max_queue_size", "100000", queue, most = true };
		{ "smacks_hibernation_time", "864000", wait, most = true };
		{ "max_archive_query_results", "10000", page, most = true };
	};
end

-- packaged for Prosody 13 alone
local password = { { "password_policy", "{ length = 4 }", { length = 12 }, within = true, only = "13" } };
local short_lived = {
	{ "http_file_share_expires_after", "864000000", 2592000, most = true };
	{ "http_file_share_expires_after", "-1", 86400, least = true };
	{ "user_tombstone_expiry", "8640000000", 31536000 };
	on = { "user_account_management" };
};

local policies = {
	{ "PROSODY_SECURITY_LEVEL", "minimal", minimal };
	{ "PROSODY_SECURITY_LEVEL", "baseline", baseline };
	{ "PROSODY_SECURITY_LEVEL", "standard", baseline };
	{ "PROSODY_SECURITY_LEVEL", "enhanced", enhanced };
	{ "PROSODY_SECURITY_LEVEL", "paranoid", paranoid };
	{ "PROSODY_PERFORMANCE_TIER", "small", tier(262144, 524288, 500, 7200, 100) };
	{ "PROSODY_PERFORMANCE_TIER", "medium", tier(262144, 524288, 500, 7200, 100) };
	{ "PROSODY_PERFORMANCE_TIER", "large", tier(131072, 262144, 300, 900, 50) };
	{ "PROSODY_PERFORMANCE_TIER", "enterprise", tier(131072, 262144, 200, 600, 30) };
	{ "PROSODY_COMPLIANCE", "gdpr", join(short_lived, quiet_push, {
		{ "archive_expires_after", long, "30d" };
		{ "muc_log_expires_after", "\"never\"", "30d" };
		{ "default_archive_policy", "true", "roster" };
		{ "muc_log_presences", "true", false };
		{ "lastlog_ip_address", "true", false };
		{ "log_auth_ips", "\"all\"", "failure" };
	}) };
	{ "PROSODY_COMPLIANCE", "hipaa", join(retention "6y", quiet_push, no_peers, failures, password, {
		{ "c2s_require_encryption", "false", true };
		{ "tls_profile", "\"old\"", { "intermediate", "modern" }, global = true };
		{ "allow_registration", "true", false };
		{ "default_archive_policy", "false", true };
		{ "muc_log_all_rooms", "false", true };
	}) };
	{ "PROSODY_COMPLIANCE", "sox", join(retention "7y", failures, {
		{ "default_archive_policy", "false", true };
		{ "muc_log_all_rooms", "false", true };
		{ "allow_registration", "true", false };
		{ "allow_user_invites", "true", false };
		on = { "tombstones", "watchregistrations" }; off = { "admin_telnet" };
	}) };
	{ "PROSODY_COMPLIANCE", "pci", join(quiet_push, no_peers, failures, password, {
		{ "c2s_require_encryption", "false", true };
		{ "tls_profile", "\"old\"", { "intermediate", "modern" }, global = true };
		{ "allow_unencrypted_plain_auth", "true", false };
		{ "disable_sasl_mechanisms", "{}", { "PLAIN", "LOGIN", "DIGEST-MD5" }, holds = true };
		{ "allow_registration", "true", false };
		{ "hide_os_type", "false", true };
		{ "cthrottler_logins_count", "1000", 10, most = true };
		{ "cthrottler_time", "1", 60, least = true };
		on = { "c2s_conn_throttle" }; off = { "admin_telnet", "sasl2", "sasl2_bind2", "sasl2_sm", "sasl2_fast" };
	}) };
	{ "PROSODY_COMPLIANCE", "iso27001", join(failures, {
		{ "c2s_require_encryption", "false", true };
		{ "s2s_require_encryption", "false", true, global = true };
		{ "s2s_secure_auth", "false", true, global = true };
		{ "tls_profile", "\"old\"", { "intermediate", "modern" }, global = true };
		{ "allow_unencrypted_plain_auth", "true", false };
		{ "allow_registration", "true", false };
		{ "allow_user_invites", "true", false };
		{ "hide_os_type", "false", true };
		{ "disco_expose_admins", "true", false };
		{ "http_errors_detailed", "true", false, global = true };
		{ "statistics", "false", "internal", global = true };
		on = { "limits", "tombstones", "watchregistrations" }; off = { "admin_telnet", "legacyauth" };
	}) };
	{ "PROSODY_COMPLIANCE", "audit", join(failures, { on = { "watchregistrations", "stanza_counter" } }) };
	{ "PROSODY_DATA_GOVERNANCE", "retention", join(retention "1y", {
		{ "default_archive_policy", "false", true };
		{ "muc_log_by_default", "false", true };
	}) };
	{ "PROSODY_DATA_GOVERNANCE", "anonymization", join(quiet_push, {
		{ "lastlog_ip_address", "true", false };
		{ "log_auth_ips", "\"all\"", "failure" };
		{ "muc_log_presences", "true", false };
		{ "disco_expose_admins", "true", false };
		{ "hide_os_type", "false", true };
		off = { "lastactivity", "lastlog", "ipcheck", "webpresence", "stanza_debug" };
	}) };
	{ "PROSODY_DATA_GOVERNANCE", "export", {
		{ "mam_include_total", "false", true };
		{ "max_archive_query_results", "1", 30, least = true };
		{ "http_file_share_expires_after", "60", 86400, least = true };
		kept = { "roster", "private", "pep", "vcard4", "vcard_legacy", "bookmarks", "mam" };
	} };
	{ "PROSODY_DATA_GOVERNANCE", "deletion", join(short_lived, {
		{ "archive_expires_after", long, "90d" };
		{ "muc_log_expires_after", "\"never\"", "90d" };
		{ "muc_tombstone_expiry", "8640000000", 2678400 };
		{ "invite_expiry", "8640000000", 604800 };
	}) };
};

local main = support.main_file;

-- Who tries to weaken a promise: what stands in which file.
local writers = {
	{ name = "a later layer", file = "local/weaker.cfg.lua", head = "", tail = "" };
	{ name = "the main file", file = "prosody.cfg.lua", head = "", tail = main };
	{ name = "the domain", file = "local/weaker.cfg.lua", head = "VirtualHost \"example.org\"\n", tail = "", host = true };
	{ name = "the rooms", file = "local/weaker.cfg.lua", head = "Component \"conference.example.org\"\n", tail = "", host = true };
};

local function module_list(names)
	local quoted = {};
	for index, name in ipairs(names) do
		quoted[index] = ("%q"):format(name);
	end
	return "{ "..table.concat(quoted, ", ").." }";
end

--- What Prosody's configmanager has, of the global scope, the domain and the rooms, for the options of a policy: a list,
--- of each set of files { [path] = content } what loading with it gives.
local function configured(prosody, folder, policy, sets, variables)
	variables = variables or {};
	variables.PROSODY_DOMAIN, variables.PROSODY_DEPLOYMENT_TYPE = "example.org", "manual";
	variables[policy[1]] = policy[2];
	local names = { '"modules_enabled"', '"modules_disabled"' };
	for _, promise in ipairs(policy[3]) do
		names[#names + 1] = ("%q"):format(promise[1]);
	end
	local contents = {};
	for index, files in ipairs(sets) do
		local parts = {};
		for path, content in pairs(files) do
			parts[#parts + 1] = ("[%q] = %q"):format(path, content);
		end
		contents[index] = "{ "..table.concat(parts, ", ").." }";
	end
	local result, message = inside(prosody, folder, ([[
local all = {};
for index, files in ipairs { SETS } do
	for path, content in pairs(files) do
		local file = assert(io.open(root.."/"..path, "w"));
		file:write(content);
		file:close();
	end
	local ok, err, text = load();
	if not ok then error(tostring(text or err)); end
	local found = {};
	for _, scope in ipairs { "*", "example.org", "conference.example.org" } do
		found[scope] = {};
		for _, option in ipairs { NAMES } do
			found[scope][option] = configmanager.get(scope, option);
		end
	end
	all[index] = found;
end
return all;
]]):gsub("%u+", { NAMES = table.concat(names, ", "), SETS = table.concat(contents, ", ") }), { variables = variables });
	assert(result, message);
	return result;
end

local function set_of(list)
	local set = {};
	for _, name in ipairs(list or {}) do
		set[name] = true;
	end
	return set;
end

local function meets(promise, value)
	local _, weaker, expected = table.unpack(promise);
	if promise.within then
		for key, wanted in pairs(expected) do
			local inner = value or {};
			if promise.within ~= true then
				inner = inner[promise.within] or {};
			end
			if inner[key] ~= wanted then
				return false;
			end
		end
		return true;
	elseif promise.holds then
		local set = set_of(value);
		for _, element in ipairs(expected) do
			if not set[element] then
				return false;
			end
		end
		return true;
	elseif promise.least then
		return value >= expected;
	elseif promise.most then
		return value <= expected;
	elseif type(expected) == "table" and expected[1] and not weaker:find "^{" then
		return set_of(expected)[value] or false; -- one of them
	elseif type(expected) == "table" then
		return type(value) == "table" and next(value) == nil;
	end
	return value == expected;
end

--- The promises in rounds, in each of which an option occurs once: one policy may bound it from both sides.
local function rounds(promises, version)
	local list = {};
	for _, promise in ipairs(promises) do
		local round = 1;
		while list[round] and list[round][promise[1]] do
			round = round + 1;
		end
		list[round] = list[round] or {};
		list[round][promise[1]] = (not promise.only or promise.only == version) and promise or nil;
	end
	return list;
end

local function holds(policy, round, writer, found)
	local promises = policy[3];
	for option, promise in pairs(round) do
		for scope, values in pairs(found) do
			assert.is_true(meets(promise, values[option]), ("%s: %s in %s is %s"):format(writer, option, scope, tostring(values[option])));
		end
	end
	local enabled, disabled = set_of(found["*"].modules_enabled), set_of(found["*"].modules_disabled);
	local host = found["example.org"];
	for _, name in ipairs(promises.on or {}) do
		assert.is_true(enabled[name], writer..": "..name);
	end
	for _, list in ipairs { promises.on or {}, promises.kept or {} } do
		for _, name in ipairs(list) do
			assert.is_nil(disabled[name] or set_of(host.modules_disabled)[name], writer..": "..name);
		end
	end
	for _, name in ipairs(promises.off or {}) do
		assert.is_true(disabled[name], writer..": "..name);
		-- where the host has no list of its own, configmanager answers with the global one
		assert.falsy(writer == "the domain" and set_of(host.modules_enabled)[name], writer..": "..name);
		assert.falsy(writer == "the rooms" and set_of(found["conference.example.org"].modules_enabled)[name], writer..": "..name);
	end
	for _, name in ipairs(promises.rooms or {}) do
		assert.is_true(set_of(found["conference.example.org"].modules_enabled)[name], writer..": "..name);
	end
end

for _, prosody in ipairs(prosodies) do
	describe("On Prosody "..prosody.name.." no word to the contrary weakens what is promised by", function ()
		local folder;
		setup(function ()
			folder = tree.copy();
		end);
		teardown(support.clean);

		for _, policy in ipairs(policies) do
			it(policy[2].." ("..policy[1]..")", function ()
				local promises = policy[3];
				local sets, told, variables = {}, {}, {};
				for _, round in ipairs(rounds(promises, prosody.name)) do
					for _, writer in ipairs(writers) do
						local lines = {
							"modules_enabled = "..module_list(promises.off or {});
							"modules_disabled = "..module_list(join({ on = promises.on }, { on = promises.kept }).on);
						};
						for option, promise in pairs(round) do
							if not (writer.host and promise.global) then
								lines[#lines + 1] = option.." = "..promise[2];
							end
						end
						local files = { ["prosody.cfg.lua"] = main, ["local/weaker.cfg.lua"] = "" };
						files[writer.file] = writer.head..table.concat(lines, "\n").."\n"..writer.tail;
						sets[#sets + 1], told[#told + 1] = files, { round, writer.name };
					end
				end
				for index, found in ipairs(configured(prosody, folder, policy, sets)) do
					holds(policy, told[index][1], told[index][2], found);
				end
				for _, round in ipairs(rounds(promises, prosody.name)) do
					for option, promise in pairs(round) do
						variables["PROSODY_OPTION_"..option:upper()] = promise[2];
					end
					local plain = { { ["prosody.cfg.lua"] = main, ["local/weaker.cfg.lua"] = "" } };
					holds(policy, round, "a variable", configured(prosody, folder, policy, plain, variables)[1]);
				end
			end);
		end
	end);
end

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

	it("are paranoid and a directory", function ()
		local ok, message = pcall(stackloader.load, nil, { root = tree.folder, variables = {
			PROSODY_SECURITY_LEVEL = "paranoid", PROSODY_LDAP_SERVER = "localhost", PROSODY_LDAP_BASE = "dc=x", PROSODY_DEPLOYMENT_TYPE = "manual",
		} });
		assert.is_false(ok);
		support.has(message, "paranoid");
		support.has(message, "ldap");
	end);
end);
