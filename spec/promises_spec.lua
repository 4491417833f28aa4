--- What each policy promises, and that nobody breaks it: no later axis, main file, site's layer, variable, host, component or customer.
local support = require "spec.support";
local tree = require "spec.tree";
local inside = require "spec.inside";

local prosodies = support.prosodies();

local long, short, wordy = "\"10y\"", "\"1d\"", "true";

-- What each policy promises: an option, what somebody writes to weaken it, and what has to come out all the same. The modules that it keeps on
-- and off stand beside; `refused` is what is not moved but refused, with what the message says; `codes` are what the audit never finds.
local all_tls = { "ssl", "c2s_ssl", "s2s_ssl", "https_ssl", "c2s_direct_tls_ssl", "s2s_direct_tls_ssl" };

local function tls(options)
	local promises = {};
	for index, option in ipairs(all_tls) do
		promises[index] = { option, "{ options = { no_tlsv1 = false, no_tlsv1_1 = false, no_tlsv1_2 = false, no_compression = false } }", options,
			within = "options", global = option:find("^https") or option:find "direct" };
	end
	return promises;
end

local function join(...)
	local joined = { on = {}, off = {}, rooms = {}, kept = {}, refused = {}, codes = {} };
	for _, part in ipairs { ... } do
		table.move(part, 1, #part, #joined + 1, joined);
		for _, kind in ipairs { "on", "off", "rooms", "kept", "refused", "codes" } do
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

-- config/policies/rules
local logins = { { "log_auth_ips", "\"all\"", "failure" }; on = { "log_auth" } };
local no_peers = {
	{ "s2s_ports", "{ 5269 }", {}, global = true };
	{ "s2s_direct_tls_ports", "{ 5270 }", {}, global = true };
	off = { "s2s", "s2s_auth_certs", "s2s_bidi", "dialback" };
	codes = { "SL406", "SL407", "SL408", "SL410" };
};
local encryption = {
	{ "c2s_require_encryption", "false", true };
	{ "allow_unencrypted_plain_auth", "true", false };
	{ "insecure_sasl_mechanisms", "{}", { "PLAIN", "LOGIN" }, holds = true };
	{ "consider_bosh_secure", "true", false };
	{ "consider_websocket_secure", "true", false };
	on = { "tls" }; off = { "legacyauth" };
	refused = {
		{ "authentication", "\"insecure\"", "any password would do" };
		{ "ssl", "{ ciphers = \"NULL\" }", "the ciphers NULL", brief = true };
		{ "c2s_ssl", "{ protocol = \"sslv3\" }", "protocol = \"sslv3\" is broken", brief = true };
		{ "https_ssl", "{ [5281] = { ciphers = { \"HIGH\", \"aNULL\" } } }", "the ciphers aNULL", brief = true };
		{ "s2s_ssl", "{ ciphers = \"HIGH;eNULL\" }", "the ciphers eNULL", brief = true };
		{ "ssl", "{ ciphers = \"AES+aNULL\" }", "the ciphers AES+aNULL", brief = true };
		{ "ssl", "{ ciphers = \"DEFAULT@SECLEVEL=0\" }", "the ciphers DEFAULT@SECLEVEL=0", brief = true };
		{ "ssl", "{ ciphers = \"COMPLEMENTOFDEFAULT\" }", "the ciphers COMPLEMENTOFDEFAULT", brief = true };
	};
	codes = { "SL401", "SL403", "SL404", "SL405", "SL409", "SL413", "SL434" };
};
local tls12 = join(tls { no_tlsv1 = true, no_tlsv1_1 = true, no_compression = true }, {
	{ "tls_profile", "\"old\"", { "intermediate", "modern" }, global = true };
	{ "ssl_compression", "true", false, global = true };
	refused = {
		{ "ssl", "{ protocol = \"tlsv1\" }", "protocol = \"tlsv1\" lets versions in before TLS 1.2" };
		{ "c2s_direct_tls_ssl", "{ [5223] = { options = { no_tlsv1 = false } } }", "the options let versions in before TLS 1.2", brief = true };
		{ "https_ssl", "{ [\"::\"] = { protocol = \"any\" } }", "protocol = \"any\" lets versions in", brief = true };
		{ "legacy_ssl_ssl", "{ options = { \"no_tlsv1_3\" } }", "the options leave versions before TLS 1.2", brief = true };
	};
	codes = { "SL411", "SL412", "SL414" };
});
local registration = {
	{ "allow_registration", "true", false };
	{ "registration_invite_only", "false", true };
	off = { "register_web", "register_json" }; unlisted = { "register_ibr" };
	codes = { "SL421", "SL422" };
};
local invitations = {
	{ "allow_user_invites", "true", false };
	refused = {
		{ "allow_user_invites_by_roles", "{ \"prosody:user\" }", "the role prosody:user would invite" };
		{ "add_permissions", "{ [\"prosody:registered\"] = { \"xmpp:invite-users\" } }", "the role prosody:registered would invite", brief = true };
		{ "custom_roles", "{ { name = \"guide\", allow = { \"xmpp:invite-users\" } } }", "the role guide would invite", brief = true };
	};
};
local accounts = {
	refused = {
		{ "authentication", "\"anonymous\"", "nobody may log in without an account" };
		{ "anonymous_login", "true", "nobody may log in without an account", brief = true };
	};
};
local passwords = {
	{ "disable_sasl_mechanisms", "{ \"DIGEST-MD5\" }", { "DIGEST-MD5", "PLAIN", "LOGIN" }, holds = true };
	refused = { { "authentication", "\"internal_plain\"", "passwords would be kept as they are" } };
	codes = { "SL402" };
};
local archives = {
	{ "storage_archive_item_limit", "10000", 1000000000 };
	{ "mam_smart_enable", "true", false };
	on = { "mam" }; rooms = { "muc_mam" };
	refused = {
		{ "storage", "\"memory\"", "the storage \"memory\" does not keep the store" };
		{ "default_storage", "\"none\"", "the storage", brief = true, before = "storage = {}" };
		{ "storage", "{ archive = \"null\", muc_log = \"null\" }", "the storage \"null\" does not keep the store", brief = true };
		{ "archive_store", "{ \"old\" }", "the storage \"memory\" does not keep the store old", brief = true, before = "storage = { old = \"memory\" }" };
		{ "sql", "{ driver = \"SQLite3\", database = \":memory:\" }", "a database in memory keeps nothing", brief = true, before = "storage = \"sql\"" };
	};
};
local short_lived = {
	{ "http_file_share_expires_after", "864000000", 2592000, most = true };
	{ "http_file_share_expires_after", "-1", 86400, least = true };
	{ "user_tombstone_expiry", "8640000000", 31536000 };
	on = { "user_account_management" }; off = { "http_upload" };
	refused = {
		{ "http_upload_expire_after", "864000000", "http_upload keeps files for ever", brief = true,
			before = "Component \"old.example.org\" \"http_upload\"" };
	};
};

local limits = {
	on = { "limits" };
	refused = {
		{ "limits", "{ c2s = { rate = \"1kb/s\", burst = \"9999s\" } }", "c2s may send for 9999s at once" };
		{ "limits", "{ c2s = { rate = \"1kb/s\", burst = 0 } }", "c2s may send for 0 at once", brief = true };
		{ "limits", "{ c2s = { rate = \"1gb/s\" } }", "c2s may send 1gb/s" };
		{ "limits", "{ s2sin = { rate = \"0kb/s\" } }", "s2sin may send 0kb/s, which is no limit", brief = true };
		{ "limits", "{ c2s = { rate = 100 } }", "mod_limits would not load with this limit of c2s", brief = true };
		{ "limits", "{ s2sout = 100 }", "mod_limits would not load with this limit of s2sout", brief = true };
		{ "limits", "\"10kb/s\"", "mod_limits would not load: write limits", brief = true };
	};
	codes = { "SL471" };
};
local minimal = join(encryption, limits, {
	{ "s2s_require_encryption", "false", true, global = true };
	{ "tls_profile", "\"legacy\"", { "intermediate", "modern" }, global = true };
	off = { "admin_telnet" };
	codes = { "SL406", "SL431" };
});
local baseline = join(minimal, tls12, registration, {
	{ "s2s_secure_auth", "false", true, global = true };
	on = { "blocklist" };
	codes = { "SL407" };
});
local enhanced = join(baseline, logins, invitations, passwords, {
	{ "s2s_insecure_domains", "{ \"peer.example\" }", {}, global = true };
	{ "default_iteration_count", "4096", 50000, least = true };
	{ "c2s_stanza_size_limit", "100000000", 262144, global = true };
	{ "s2s_stanza_size_limit", "100000000", 524288, global = true };
	{ "hide_os_type", "false", true };
	{ "disco_expose_admins", "true", false };
	on = { "mimicking", "tombstones" };
	codes = { "SL408" };
});
local paranoid = join(enhanced, accounts, quiet_push, no_peers,
	tls { no_tlsv1 = true, no_tlsv1_1 = true, no_tlsv1_2 = true, no_compression = true }, {
	{ "tls_profile", "\"intermediate\"", "modern", global = true };
	{ "http_ports", "{ 5280 }", {}, global = true };
	{ "disable_sasl_mechanisms", "{ \"DIGEST-MD5\" }", { "PLAIN", "LOGIN", "ANONYMOUS" }, holds = true };
	{ "default_iteration_count", "50000", 100000, least = true };
	{ "firewall_scripts", "{ \"local/mine.pfw\" }", { "firewall/strangers.pfw" }, holds = true };
	on = { "firewall" };
	off = { "register", "register_ibr", "invites_register", "invites_register_web", "version", "time", "uptime", "lastactivity",
		"sasl2", "sasl2_bind2", "sasl2_sm", "sasl2_fast", "net_multiplex" };
	refused = {
		{ "authentication", "\"ldap\"", "lets no password travel as it is" };
		{ "https_ssl", "{ [5281] = { options = { no_tlsv1_2 = false } } }", "the options let TLS 1.2 in", brief = true };
	};
	codes = { "SL433" };
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

local function kept_for(duration)
	return { { "archive_expires_after", short, duration }; { "muc_log_expires_after", short, duration } };
end

local everything = { { "default_archive_policy", "false", true }; { "muc_log_all_rooms", "false", true } };
local no_console = { off = { "admin_telnet" }, codes = { "SL431" } };

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
	{ "PROSODY_COMPLIANCE", "hipaa", join(encryption, tls12, registration, accounts, no_peers, archives, logins, kept_for "6y", everything,
		quiet_push, password) };
	{ "PROSODY_COMPLIANCE", "sox", join(registration, invitations, accounts, archives, logins, kept_for "7y", everything, no_console, {
		on = { "tombstones", "watchregistrations" };
	}) };
	{ "PROSODY_COMPLIANCE", "pci", join(encryption, tls12, registration, accounts, passwords, no_peers, logins, quiet_push, password, no_console, {
		{ "hide_os_type", "false", true };
		{ "cthrottler_logins_count", "1000", 10, most = true };
		{ "cthrottler_time", "1", 60, least = true };
		on = { "c2s_conn_throttle" }; off = { "sasl2", "sasl2_bind2", "sasl2_sm", "sasl2_fast" };
	}) };
	{ "PROSODY_COMPLIANCE", "iso27001", join(encryption, tls12, registration, invitations, accounts, logins, limits, no_console, {
		{ "s2s_require_encryption", "false", true, global = true };
		{ "s2s_secure_auth", "false", true, global = true };
		{ "hide_os_type", "false", true };
		{ "disco_expose_admins", "true", false };
		{ "http_errors_detailed", "true", false, global = true };
		{ "statistics", "false", "internal", global = true };
		on = { "limits", "tombstones", "watchregistrations" };
		codes = { "SL406", "SL407", "SL471" };
	}) };
	{ "PROSODY_COMPLIANCE", "audit", join(logins, { on = { "watchregistrations", "stanza_counter" } }) };
	{ "PROSODY_DATA_GOVERNANCE", "retention", join(archives, kept_for "1y", {
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
		codes = { "SL491" };
	}) };
	{ "PROSODY_DATA_GOVERNANCE", "export", {
		{ "mam_include_total", "false", true };
		{ "max_archive_query_results", "1", 30, least = true };
		{ "http_file_share_expires_after", "60", 86400, least = true };
		on = { "roster", "pep", "mam" };
		kept = { "roster", "private", "pep", "vcard4", "vcard_legacy", "bookmarks", "mam" };
	} };
	{ "PROSODY_DATA_GOVERNANCE", "deletion", join(short_lived, {
		{ "archive_expires_after", long, "90d" };
		{ "muc_log_expires_after", "\"never\"", "90d" };
		{ "muc_tombstone_expiry", "8640000000", 2678400 };
		{ "invite_expiry", "8640000000", 604800 };
	}) };
};

-- As shipped: customers' files are data.
local load_line = "stackloader.load(_ENV, { restrict = \"domains/tenants\" })\n";
local main = "local stackloader = (Lua or _G).require \"stackloader\"\n"..load_line;

-- Who tries to weaken a promise: what stands in which file. write() gives it, of a list of { option, value }.
local function statements(list, what)
	local lines = {};
	for index, one in ipairs(list) do
		lines[index] = (what or "%s = %s"):format(one[1], one[2]);
	end
	return table.concat(lines, "\n").."\n";
end

local function variables_file(list)
	local lines = {};
	for index, one in ipairs(list) do
		lines[index] = ("PROSODY_OPTION_%s='%s'"):format(one[1]:upper(), one[2]);
	end
	return table.concat(lines, "\n").."\n";
end

local function after(head, tail)
	return function (list)
		return head..statements(list)..(tail or "");
	end
end

local function each(list)
	local fields = statements(list, "%s = %s;");
	return ("stack.each(\"host\", { %s })\nstack.each(\"muc\", { %s })\n"):format(fields, fields);
end

local writers = {
	{ name = "a later axis", file = "policies/data-governance/zz-weaker.cfg.lua", write = after "" };
	{ name = "the main file", file = "prosody.cfg.lua", write = function (list) return statements(list)..main; end };
	{ name = "local/", file = "local/weaker.cfg.lua", write = after "" };
	{ name = "a variable", file = ".env", write = variables_file };
	{ name = "the domain", file = "local/weaker.cfg.lua", write = after "VirtualHost \"example.org\"\n", host = "example.org" };
	{ name = "the rooms", file = "local/weaker.cfg.lua", write = after "Component \"conference.example.org\"\n", host = "conference.example.org" };
	{ name = "stack.each", file = "local/weaker.cfg.lua", write = each, host = true };
};
local tenant = { name = "a customer", file = "domains/tenants/example.net.cfg.lua", write = after "VirtualHost \"example.net\"\n", host = true };
local replacing = { name = "stack.replace", file = "local/weaker.cfg.lua", write = function (list)
	return statements(list, "%s = stack.replace(%s)");
end };

local scopes = { "*", "example.org", "conference.example.org" };

local function module_list(names)
	local quoted = {};
	for index, name in ipairs(names) do
		quoted[index] = ("%q"):format(name);
	end
	return "{ "..table.concat(quoted, ", ").." }";
end

-- The files that a set may write, as they are otherwise.
local function untouched()
	return { ["prosody.cfg.lua"] = main, ["local/weaker.cfg.lua"] = "", [".env"] = "", ["policies/data-governance/zz-weaker.cfg.lua"] = "-- none",
		["policies/security/zz-none.cfg.lua"] = "-- none",
		["domains/tenants/example.net.cfg.lua"] = "VirtualHost \"example.net\"\n" };
end

--- What Prosody's configmanager has, of the scopes, for the options of a policy: a list, of each set of files { [path] = content } what loading
--- with it gives, or the error's text.
local function configured(prosody, folder, policy, sets)
	-- Alone: the security level that is the default must not keep another policy's promises.
	local variables = { PROSODY_DOMAIN = "example.org", PROSODY_DEPLOYMENT_TYPE = "manual", PROSODY_DATA_GOVERNANCE = "zz-weaker",
		PROSODY_SECURITY_LEVEL = "zz-none" };
	variables[policy[1]] = policy[1] == "PROSODY_DATA_GOVERNANCE" and policy[2]..",zz-weaker" or policy[2];
	local names = { '"modules_enabled"', '"modules_disabled"' };
	for _, promise in ipairs(policy[3]) do
		names[#names + 1] = ("%q"):format(promise[1]);
	end
	local contents = {};
	for index, files in ipairs(sets) do
		local parts = {};
		for path, content in pairs(untouched()) do
			parts[#parts + 1] = ("[%q] = %q"):format(path, files[path] or content);
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
	local found = not ok and tostring(text or err) or {};
	for _, scope in ipairs(ok and { SCOPES } or {}) do
		found[scope] = {};
		for _, option in ipairs { NAMES } do
			found[scope][option] = configmanager.get(scope, option);
		end
	end
	all[index] = found;
end
return all;
]]):gsub("%u%u%u+", {
		NAMES = table.concat(names, ", "), SETS = table.concat(contents, ", "), SCOPES = module_list(scopes):sub(2, -2);
	}), { variables = variables });
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

local function check_modules(promises, writer, found)
	local enabled, disabled = set_of(found["*"].modules_enabled), set_of(found["*"].modules_disabled);
	for _, name in ipairs(promises.on or {}) do
		assert.is_true(enabled[name], writer..": "..name);
	end
	for _, list in ipairs { promises.on or {}, promises.kept or {} } do
		for _, name in ipairs(list) do
			for _, scope in ipairs { "*", "example.org", "example.net" } do -- global modules do not reach components
				assert.is_nil(set_of(found[scope].modules_disabled)[name], ("%s: %s in %s"):format(writer, name, scope));
			end
		end
	end
	for _, name in ipairs(promises.off or {}) do
		assert.is_true(disabled[name], writer..": "..name);
	end
	-- where a host has no list of its own, configmanager answers with the global one, which modules_disabled beats
	for _, scope in ipairs { "example.org", "conference.example.org" } do
		local own = found[scope].modules_enabled;
		local inherited = #(own or {}) == #(found["*"].modules_enabled or {});
		for _, name in ipairs(not inherited and promises.off or {}) do
			assert.falsy(set_of(own)[name], ("%s: %s in %s"):format(writer, name, scope));
		end
		for _, name in ipairs(promises.unlisted or {}) do
			assert.falsy(set_of(own)[name] or enabled[name], ("%s: %s in %s"):format(writer, name, scope));
		end
	end
	for _, name in ipairs(promises.rooms or {}) do
		assert.is_true(set_of(found["conference.example.org"].modules_enabled)[name], writer..": "..name);
	end
end

local function check(policy, round, writer, found)
	assert.is_table(found, writer..": "..tostring(found));
	for option, promise in pairs(round) do
		for scope, values in pairs(found) do
			assert.is_true(meets(promise, values[option]), ("%s: %s in %s is %s"):format(writer, option, scope, tostring(values[option])));
		end
	end
	check_modules(policy[3], writer, found);
end

--- What somebody writes of a round: { option, value } of each promise, and the module lists the wrong way round.
local function attempts(policy, round, host)
	local promises, list = policy[3], {};
	local wanted = join({ on = promises.off }, { on = promises.unlisted }).on;
	local unwanted = join({ on = promises.on }, { on = promises.kept }).on;
	list[1] = { "modules_enabled", module_list(wanted) };
	list[2] = { "modules_disabled", module_list(unwanted) };
	for option, promise in pairs(round) do
		if not (host and promise.global) then
			list[#list + 1] = { option, promise[2] };
		end
	end
	table.sort(list, function (a, b) return a[1] < b[1]; end);
	return list;
end

--- Sets of files in which a promise is attacked that holds by moving the value, with what to check of each.
local function moved_sets(policy, version)
	local sets, told = {}, {};
	for _, round in ipairs(rounds(policy[3], version)) do
		for _, writer in ipairs { replacing, table.unpack(writers) } do
			sets[#sets + 1] = { [writer.file] = writer.write(attempts(policy, round, writer.host)) };
			told[#told + 1] = { round, writer.name };
		end
	end
	return sets, told;
end

--- The same of what is refused. One attempt of each kind is made from everywhere, the variations of it in local/ and in a host.
local function refused_sets(policy)
	local sets, told = {}, {};
	for _, attempt in ipairs(policy[3].refused or {}) do
		for _, writer in ipairs(writers) do
			if not attempt.brief or writer.name == "local/" or writer.name == "the domain" and not attempt.before then
				local text = writer.write { attempt };
				sets[#sets + 1] = { [writer.file] = (attempt.before and attempt.before.."\n" or "")..text };
				told[#told + 1] = { attempt, writer.name };
			end
		end
	end
	return sets, told;
end

local function check_refused(attempt, writer, message)
	assert.is_string(message, ("%s: %s = %s loads"):format(writer, attempt[1], attempt[2]));
	support.has(message, "breaks stack.require at");
	support.has(message, attempt[3]);
end

--- What a customer's file may not even say is refused; whatever is said of the rest holds.
local function tenant_sets(policy, version)
	local sets, told = {}, {};
	for _, round in ipairs(rounds(policy[3], version)) do
		for _, one in ipairs(attempts(policy, round, true)) do
			sets[#sets + 1], told[#told + 1] = { [tenant.file] = tenant.write { one } }, round;
		end
	end
	return sets, told;
end

--- The codes that the audit finds in the tree, with its configuration as it is on disk.
local function audited(prosody, folder, variables)
	variables.PROSODY_DOMAIN, variables.PROSODY_DEPLOYMENT_TYPE, variables.PROSODY_DATA_PATH = "example.org", "manual", folder.."/data";
	variables.PROSODY_PLUGIN_PATHS = support.project.."/lua";
	local output, code = tree.run(tree.environment(variables).." "..prosody.prosodyctl.." --config "..folder
		.."/prosody.cfg.lua mod_stackloader audit --format=json");
	assert(code == 0 or code == 2, output);
	local found = {};
	for name in output:gmatch '"code":"(SL4%d+)"' do
		found[name] = true;
	end
	assert(output:find '"counts"', output);
	return found, output;
end

-- What brings each of the codes about.
local weak = {
	[[
c2s_require_encryption, s2s_require_encryption, allow_unencrypted_plain_auth = false, false, true
s2s_secure_auth, tls_profile, ssl_compression, allow_registration, registration_invite_only = false, "old", true, true, false
ssl = { protocol = "tlsv1", ciphers = "NULL" }
consider_websocket_secure = true
http_interfaces = { "*" }
limits = nil
modules_enabled = { "legacyauth", "admin_telnet", "register_web", "register", "websocket", "stanza_debug", "http" }
modules_disabled = stack.replace { "limits", "tls" }
authentication = "insecure"
]], [[
s2s_insecure_domains = { "peer.example" }
http_interfaces = { "*" }
modules_enabled = { "http" }
authentication = "internal_plain"
]], [[
allow_anonymous_s2s = true
authentication = "anonymous"
]];
};

--- What a site's layer says of a list of { option, value } everywhere at once.
local function everywhere(list, host_list)
	return statements(list).."VirtualHost \"example.org\"\n"..statements(host_list).."Component \"conference.example.org\"\n"..statements(host_list);
end

for _, prosody in ipairs(prosodies) do
	describe("The audit on Prosody "..prosody.name, function ()
		local folder;
		setup(function ()
			folder = tree.copy();
			support.write(folder.."/prosody.cfg.lua", main);
		end);
		teardown(support.clean);

		for _, policy in ipairs(policies) do
			local codes = policy[3].codes or {};
			if #codes > 0 and policy[2] ~= "standard" then
				it("finds none of what "..policy[2].." rules out, whatever local/ says: "..table.concat(codes, " "), function ()
					for _, round in ipairs(rounds(policy[3], prosody.name)) do
						support.write(folder.."/local/weaker.cfg.lua", everywhere(attempts(policy, round), attempts(policy, round, true)));
						local found, output = audited(prosody, folder, { [policy[1]] = policy[2] });
						for _, code in ipairs(codes) do
							assert.is_nil(found[code], code.." "..output);
						end
					end
				end);
			end
		end

		it("finds all of it where there are no policies", function ()
			local bare, missing = tree.copy(), {};
			tree.run("rm -r "..bare.."/policies");
			support.write(bare.."/prosody.cfg.lua", main);
			for _, policy in ipairs(policies) do
				for _, code in ipairs(policy[3].codes or {}) do
					missing[code] = true;
				end
			end
			for _, list in ipairs(weak) do
				support.write(bare.."/local/weaker.cfg.lua", list);
				for code in pairs(audited(prosody, bare, {})) do
					missing[code] = nil;
				end
			end
			assert.same({}, missing);
		end);
	end);
end

--- Forces in local/ against the policy's: each is an error that names its option.
local function forced_sets(policy, version)
	local sets, told = {}, {};
	for _, round in ipairs(rounds(policy[3], version)) do
		local list, names = {}, {};
		for option, promise in pairs(round) do
			list[#list + 1], names[#names + 1] = { option, promise[2] }, option;
		end
		sets[#sets + 1], told[#told + 1] = { ["local/weaker.cfg.lua"] = statements(list, "%s = stack.force(stack.replace(%s))") }, names;
	end
	local promises = policy[3];
	for option, names in pairs { modules_enabled = promises.off or {}, modules_disabled = promises.on or {} } do
		if names[1] then
			sets[#sets + 1] = { ["local/weaker.cfg.lua"] = ("%s = stack.force(stack.append %s)\n"):format(option, module_list(names)) };
			told[#told + 1] = { option };
		end
	end
	return sets, told;
end

for _, prosody in ipairs(prosodies) do
	describe("On Prosody "..prosody.name.." a force in local/ is refused, and the error names the option, against", function ()
		local folder;
		setup(function ()
			folder = tree.copy();
		end);
		teardown(support.clean);

		for _, policy in ipairs(policies) do
			it(policy[2].." ("..policy[1]..")", function ()
				local sets, told = forced_sets(policy, prosody.name);
				for index, result in ipairs(configured(prosody, folder, policy, sets)) do
					for _, option in ipairs(told[index]) do
						assert.is_string(result, option);
						assert.truthy(result:find("local/weaker%.cfg%.lua:%d+: "..option) or result:find(option.."[^\n]* contradict each other"), option..": "..result);
					end
				end
			end);
		end
	end);

	describe("On Prosody "..prosody.name.." nobody breaks a promise of", function ()
		local folder;
		setup(function ()
			folder = tree.copy();
			table.insert(scopes, "example.net");
		end);
		teardown(function ()
			table.remove(scopes);
			support.clean();
		end);

		for _, policy in ipairs(policies) do
			it(policy[2].." ("..policy[1]..")", function ()
				local sets, told = moved_sets(policy, prosody.name);
				local refused, told_refused = refused_sets(policy);
				local customers, told_customers = tenant_sets(policy, prosody.name);
				local all = table.move(customers, 1, #customers, #sets + #refused + 1, table.move(refused, 1, #refused, #sets + 1, { table.unpack(sets) }));
				local results = configured(prosody, folder, policy, all);
				for index, one in ipairs(told) do
					check(policy, one[1], one[2], results[index]);
				end
				for index, one in ipairs(told_refused) do
					check_refused(one[1], one[2], results[#sets + index]);
				end
				for index, round in ipairs(told_customers) do
					local result = results[#sets + #refused + index];
					if type(result) == "table" then
						check(policy, round, tenant.name, result);
					else
						support.has(result, tenant.file..":2");
					end
				end
			end);
		end
	end);
end
