--- What no installed file says of modules: which do not go together, what took their place.
-- As of Prosody 0.12.3 and 13.0.1 with the community modules that Debian packages for each.
local words = require "stackloader.words".set;

local module_facts = {};

--- How to get a module that is not there.
function module_facts.installing(name)
	return ("install it (`prosodyctl install --server=https://modules.prosody.im/rocks/ mod_%s`, or put mod_%s.lua into a folder of "
		.."plugin_paths)"):format(name, name);
end

-- Modules that are gone, or that only refer to others; what to do in place of them.
local replaced = {
	both = {
		admin_telnet = "enable admin_shell in place of it and use `prosodyctl shell`";
		bidi = "enable s2s_bidi in place of it";
		bookmarks2 = "enable bookmarks in place of it";
		compression = "take it out: Prosody has no stream compression any more";
		console = "enable admin_shell in place of it and use `prosodyctl shell`";
		extdisco = "enable external_services in place of it, which reads the same option external_services";
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

--- What to do in place of the module, where it is gone, does nothing any more, or has a successor.
function module_facts.replacement(name, version)
	return replaced.both[name] or replaced[version][name];
end

-- These do nothing but load their successor, or nothing at all; the others above still work where they are installed.
local empty = { both = words "pep_plus", ["0.12"] = {}, ["13"] = words "posix" };

--- Does the module, where it is installed, do nothing of its own?
function module_facts.is_empty(name, version)
	return empty.both[name] or empty[version][name] or false;
end

-- Words that many modules have in their names say nothing of which one an option is for.
local common = words [[
	admin archive auth block c2s cache client component data default disco file filter host http invites limit limits list log mod module muc
	offline presence pubsub register registration roster s2s send server service session stanza storage store track user users vcard web
]];

--- Does the word name a module that other modules' options often begin with?
function module_facts.is_common(word)
	return common[word] or false;
end

-- The significant words of a name, each also as the singular that it may be the plural of.
local function stems(name)
	local set = {};
	for word in name:gmatch("[^_]+") do
		local stem = word:gsub("s$", "");
		if #word > 3 and not common[word] and not common[stem] then
			set[word], set[stem], set[word:gsub("es$", "")] = true, true, true;
		end
	end
	return set;
end

--- Is the option, which nothing reads, likely to be one of this module, which is not there? By its name: aliases of alias, imap_auth_host of
-- auth_imap.
function module_facts.is_option_of(option, module)
	if option == module or option:sub(1, #module + 1) == module.."_" then
		return true;
	end
	local of_module = stems(module);
	for stem in pairs(stems(option)) do
		if of_module[stem] then
			return true;
		end
	end
	return false;
end

-- Modules that serve accounts, which a component has none of.
local of_accounts = words [[
	account_activity blocklist bookmarks carbons cloud_notify csi csi_battery_saver csi_simple lastactivity mam motd offline pep pep_simple private
	register register_ibr roster user_account_management vcard vcard4 vcard_legacy welcome
]];

--- Does the module serve accounts alone?
function module_facts.is_of_accounts(name)
	return of_accounts[name] or false;
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
