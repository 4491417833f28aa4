--- The options that `prosodyctl check config` of the installed Prosody calls obsolete, deprecated or global.
-- They are constants within its code, so the code is read, not run. Where a list is not found there, ours of that version stands in.
local tokens = require "stackloader.tokens";
local words = require "stackloader.words";

local check_lists = {};

-- Found in both versions' lists, as of 0.12.3 and 13.0.1.
local obsolete = "archive_cleanup_interval dns_timeout muc_log_cleanup_interval s2s_dns_resolvers setgid setuid";
local cross_domain = "cross_domain_bosh cross_domain_websocket";

local deprecated = [[
anonymous_login blacklist_on_registration_throttle_overload cross_domain_bosh cross_domain_websocket daemonize disallow_s2s no_daemonize
registration_blacklist registration_whitelist require_encryption use_libevent vcard_compatibility whitelist_registration_only]];

local global = [[
access_control_allow_credentials access_control_allow_headers access_control_allow_methods access_control_max_age admin_socket
body_size_limit bosh_max_inactivity bosh_max_polling bosh_max_wait buffer_size_limit c2s_close_timeout c2s_stanza_size_limit
c2s_tcp_keepalives c2s_timeout component_stanza_size_limit component_tcp_keepalives consider_bosh_secure consider_websocket_secure
console_banner console_prettyprint_settings daemonize gc http_default_host http_errors_always_show http_errors_default_message
http_errors_detailed http_errors_messages http_max_buffer_size http_max_content_size installer_plugin_path limits limits_resolution log
multiplex_buffer_size network_backend network_default_read_size network_settings openmetrics_allow_cidr openmetrics_allow_ips pidfile
plugin_paths plugin_server prosodyctl_timeout prosody_group prosody_user run_as_root s2s_close_timeout s2s_insecure_domains
s2s_require_encryption s2s_secure_auth s2s_secure_domains s2s_stanza_size_limit s2s_tcp_keepalives s2s_timeout statistics
statistics_config statistics_interval tcp_keepalives tls_profile trusted_proxies umask use_dane use_ipv4 use_ipv6
websocket_frame_buffer_limit websocket_frame_fragment_limit websocket_get_response_body websocket_get_response_text]];

-- The place behind `local NAME = … {`, or nil.
local function behind_brace(list, name)
	for i, token in ipairs(list) do
		if token.text == name and token.kind == "name" and list[i - 1] and list[i - 1].text == "local" then
			for j = i + 1, math.min(i + 8, #list) do
				if list[j].text == "{" and list[j].kind == "symbol" then
					return j + 1;
				end
			end
		end
	end
end

-- The texts of the tokens between the braces of `local NAME = … { … }` that are wanted: a set, or nil without any.
local function set_within(list, name, is_wanted)
	local at = behind_brace(list, name);
	local set = {};
	while at and list[at] and list[at].text ~= "}" do
		if is_wanted(list[at], list[at + 1]) then
			set[list[at].text] = true;
		end
		at = at + 1;
	end
	return next(set) and set or nil;
end

-- The strings of `local NAME = set.new({ "a", "b" })`
local function is_string(token)
	return token.kind == "string";
end

-- The keys of `local NAME = { key = …; }`
local function is_key(token, behind)
	return token.kind == "name" and behind.text == "=";
end

-- The ports' old names, which the list's code puts together: bosh_port and the like.
local function add_old_ports(set)
	for _, old in ipairs { "bosh", "legacy_ssl" } do
		for _, suffix in ipairs { "port", "ports", "interface", "interfaces", "ssl" } do
			set[old.."_"..suffix] = true;
		end
	end
	return set;
end

local function own_obsolete(version)
	return words.set(version == "13" and obsolete or obsolete.." "..cross_domain);
end

--- The lists in the source of util/prosodyctl/check: { obsolete, deprecated, global }, each a set; those that are not found are missing.
function check_lists.read(text)
	local list = tokens.read(text);
	return {
		obsolete = set_within(list, "obsolete", is_string);
		deprecated = set_within(list, "deprecated_replacements", is_key);
		global = set_within(list, "known_global_options", is_string);
	};
end

--- { obsolete, deprecated, global }, each a set, from what check_lists.read found in the source of this version ("0.12" or "13").
function check_lists.of(found, version)
	local result = { obsolete = found.obsolete or own_obsolete(version), global = found.global or words.set(global), deprecated = {} };
	for name in pairs(found.deprecated or words.set(deprecated)) do
		result.deprecated[name] = true;
	end
	add_old_ports(result.deprecated);
	for name in pairs(result.obsolete) do
		result.deprecated[name] = nil;
	end
	return result;
end

local per_host = { external_service_port = true, turn_external_port = true, c2s_ssl = true, s2s_ssl = true };

--- Does the name say that an option is a port's, which no host has for itself?
function check_lists.is_port_option(name)
	return not per_host[name] and (name:find("^interfaces?") or name:find("_ports?$") or name:find("_interfaces?$") or name:find("_ssl$")) ~= nil;
end

return check_lists;
