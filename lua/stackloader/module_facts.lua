--- What no installed file says of modules: which version has them, which do not go together, what took their place.
-- As of Prosody 0.12.3 and 13.0.1 with the community modules that Debian packages for each.
local words = require "stackloader.words".set;

local module_facts = {};

-- Prosody's own, then the community's.
local only = {
	["0.12"] = { core = {}, community = words "muc_log muc_log_http require_otr vcard_muc http_upload" };
	["13"] = {
		core = words "account_activity cloud_notify debug_reset flags http_altconnect s2s_auth_dane_in server_info";
		community = words [[
			adhoc_oauth2_client admin_web anti_spam cloud_notify_encrypted cloud_notify_extensions cloud_notify_filters
			cloud_notify_priority_tag dnsbl http_oauth2 invites_tracking muc_activity muc_limits muc_restrict_avatars muc_restrict_nick
			muc_restrict_rooms muc_search net_proxy password_policy password_reset proctitle pubsub_forgejo pubsub_serverinfo report_forward
			rest sasl_ssdp spam_reporting]];
	};
};

--- The other version, if only that one has the module: "Prosody 13", "the community modules for Prosody 13"; else nil.
function module_facts.other_version(name, version)
	local other = version == "13" and "0.12" or "13";
	if only[other].core[name] then
		return "Prosody "..other;
	elseif only[other].community[name] then
		return "the community modules for Prosody "..other;
	end
end

-- Modules that are gone, or that only refer to others; what to do in place of them.
local replaced = {
	both = {
		admin_telnet = "enable admin_shell in place of it and use `prosodyctl shell`";
		bookmarks2 = "enable bookmarks in place of it";
		compression = "take it out: Prosody has no stream compression any more";
		console = "enable admin_shell in place of it and use `prosodyctl shell`";
		httpserver = "enable http in place of it";
		pep_plus = "enable pep in place of it";
		privacy = "enable blocklist in place of it";
		turncredentials = "enable turn_external in place of it, with the options turn_external_host and turn_external_secret";
	};
	["0.12"] = {};
	["13"] = {
		posix = "take it out: in Prosody 13 the core does what it did";
		vcard_muc = "take it out: the module muc has room avatars built in";
		s2s_smacks_timeout = "take it out: the module s2s does this by itself in Prosody 13";
		http_upload = "open a Component with the module http_file_share in place of it";
		muc_log = "enable muc_mam in the component in place of it";
		muc_log_http = "enable http_muc_log in place of it, and muc_mam in the component";
	};
};

--- What to do in place of the module, where it is gone or does nothing but refer to another.
function module_facts.replacement(name, version)
	return replaced.both[name] or replaced[version][name];
end

local conflicts = {
	{ "vcard", "vcard_legacy", "vcard_legacy does what vcard did; Prosody drops vcard" };
	{ "pep", "pep_simple", "both answer for personal eventing; keep pep" };
	{ "csi_simple", "csi_battery_saver", "both hold back the same stanzas; keep one" };
	{ "blocklist", "blocking", "both answer for blocking; keep blocklist" };
	{ "blocklist", "privacy_lists", "each hides what the other blocks; keep blocklist" };
	{ "turn_external", "turncredentials", "both offer the TURN server; keep turn_external" };
	{ "http_file_share", "http_upload", "a host has one upload service; keep http_file_share" };
	{ "http_file_share", "http_upload_external", "a host has one upload service; keep one" };
	{ "http_upload", "http_upload_external", "a host has one upload service; keep one" };
};

--- Calls f(one, other, why) for each pair that does not go together.
function module_facts.each_conflict(f)
	for _, pair in ipairs(conflicts) do
		f(pair[1], pair[2], pair[3]);
	end
end

return module_facts;
