--- What `check` says of plain files as administrators write them: real mistakes, and what only looks like one. Each case is a file; `--! SL101`
--- behind a line is a finding expected there, `--! SL101@13` or `SL101@13.0.6` one with that series or version alone. Nothing else may be found.
local inside = require "spec.inside";
local support = require "spec.support";

local prosodies = support.prosodies();

local mistakes, alarms = {}, {};

-- `says` are pieces that the findings' texts have to hold, a list by version where they differ; `only` is the version that the case is for,
-- `since` and `before` are versions such as "13.0.6";
-- `files` are other files beside the main one.
local function add(list, name, text, details)
	local case = details or {};
	case.name, case.text = name, text;
	list[#list + 1] = case;
end

local function mistake(...)
	add(mistakes, ...);
end

local function alarm(...)
	add(alarms, ...);
end

local head = 'modules_enabled = { "roster", "saslauth", "tls", "disco" }\n';

-- Deprecated options: what they say depends on their value.
mistake("deprecated options that are on", [[
modules_enabled = { "roster", "saslauth", "tls", "disco" }
use_libevent = true --! SL109
disallow_s2s = true --! SL109
VirtualHost "example.org"
VirtualHost "guests.example.org"
	anonymous_login = true --! SL109
]], { says = { 'write network_backend = "event"', 'write modules_disabled = { "s2s" }', 'write authentication = "anonymous"' } });
mistake("a module and a boolean without quotes or misspelt", [[
modules_enabled = { "roster", "saslauth", "tls", disco } --! SL123
c2s_require_encryption = ture --! SL123
s2s_secure_auth = Yes --! SL123
admins = { admin_name } --! SL123
authentication = internal_hashed --! SL123
storage = { accounts = fast } --! SL123
VirtualHost "example.org"
	enabled = yes --! SL123
]], { says = { 'name disco has no value', 'write "disco", in quotes, for the module', "ture has no value", "write true",
	'write "fast", in quotes' } });
alarm("names that have a value, or are only asked for", [[
local base = { "roster", "saslauth", "tls", "disco" }
modules_enabled = base
local function host(name, secure) return { name, secure } end
if DEBUG then
	log = { debug = "*console" }
end
http_host = NOTHING or "example.org"
admins = { ENV_ADMIN }
data_path = ENV_DATA_PATH
authentication = "internal_hashed"
for _, name in ipairs { "example.org" } do
	VirtualHost(name)
		admins = { host(name, true)[1], "a@example.org" }
end
]]);
mistake("options and modules of later versions", [[
modules_enabled = { "roster", "saslauth", "tls", "disco" }
tls_profile_version = "6.0" --! SL112@0.12 SL112@13.0.1 SL112@13.0.6
VirtualHost "example.org"
Component "rooms.example.org" "muc"
	modules_enabled = { "muc_mav" } --! SL201@0.12 SL201@13.0.1
]], { later = { ["13.0.1"] = { "tls_profile_version is read only by Prosody 13.0.7 and its modules, and this is 13.0.1",
	'no module "muc_mav": Debian packages it for Prosody 13.0.6 and later, and not for this one' } } });
mistake("deprecated options that are off", [[
modules_enabled = { "roster", "saslauth", "tls", "disco" }
use_libevent = false --! SL109
disallow_s2s = false --! SL109
require_encryption = true --! SL109
VirtualHost "example.org"
	anonymous_login = false --! SL109
]], { says = { "take it out: it is so without it" }, lacks = { "anonymous\"", "modules_disabled", "network_backend" } });
mistake("require_encryption = false, which concerns clients alone", head..[[
require_encryption = false --! SL109
VirtualHost "example.org"
]], { says = { "write c2s_require_encryption with the same value" } });
mistake("daemonize, whose flag depends on the value", head..[[
daemonize = false --! SL109
VirtualHost "example.org"
]], { says = { "--foreground" }, lacks = { "--daemonize" } });
mistake("the port of a SOCKS5 proxy as it was written long ago", head..[[
VirtualHost "example.org"
Component "proxy.example.org" "proxy65"
	proxy65_port = 5000 --! SL109
]], { says = { "write proxy65_ports = { 5000 } above every VirtualHost and Component" } });

-- Modules that are not there, and their options.
mistake("a module that is not installed, and its option", head..[[
VirtualHost "example.org"
	modules_enabled = {
		"alias"; --! SL201
	}
	aliases = { ["info@example.org"] = "jim@example.org" }
]], { says = { "prosodyctl install --server=https://modules.prosody.im/rocks/ mod_alias" } });
mistake("a backend for accounts that is not installed, and its options", head..[[
VirtualHost "example.org"
	authentication = "imap" --! SL302
	imap_auth_host = "localhost"
	auth_imap_realm = "example.org"
]], { says = { "installed are", "mod_auth_imap.lua into a folder of plugin_paths" }, lacks = { "did you mean" } });
mistake("a module with its words in another order", head..[[
VirtualHost "example.org"
Component "rooms.example.org" "muc"
	modules_enabled = { "mam_muc" } --! SL201
]], { says = { "did you mean muc_mam?" } });
mistake("a community module that Debian packages for 13", head..[[
VirtualHost "example.org"
	modules_enabled = { "password_policy" } --! SL201
]], { only = "0.12", says = { "Debian packages it for Prosody 13" }, lacks = { "only in", "stack." } });
mistake("a module that is part of 13", head..[[
VirtualHost "example.org"
	modules_enabled = { "account_activity" } --! SL202
]], { only = "0.12", says = { "is part of Prosody 13 alone" }, lacks = { "stack." } });
mistake("modules that have a successor, and still work", [[
modules_enabled = {
	"roster"; "saslauth"; "tls"; "disco";
	"admin_telnet"; --! SL210
	"turncredentials"; --! SL210
}
turncredentials_secret = "CpgmBJx3Hs5e"
VirtualHost "example.org"
]], { says = { "has a successor", "admin_shell", "turn_external" }, lacks = { "does nothing" } });
mistake("an upload service that 13 does not have", head..[[
VirtualHost "example.org"
Component "upload.example.org" "http_upload" --! SL301
	http_upload_file_size_limit = 1024 * 1024
]], { only = "13", says = { "http_file_share" } });
mistake("modules for accounts in a room service", head..[[
VirtualHost "example.org"
Component "rooms.example.org" "muc"
	modules_enabled = { "carbons" } --! SL212
]]);
mistake("the archive of accounts in a room service", head..[[
VirtualHost "example.org"
Component "rooms.example.org" "muc"
	modules_enabled = { "mam" } --! SL212
]], { before = "13.0.6", says = { "muc_mam" } });
alarm("the archive of accounts in a room service that takes it over", head..[[
VirtualHost "example.org"
Component "rooms.example.org" "muc"
	modules_enabled = { "mam" }
]], { since = "13.0.6" });

-- Where an option stands.
mistake("options of hosts below a component", head..[[
VirtualHost "example.org"
	modules_enabled = { "mam", "register" }
Component "rooms.example.org" "muc"
	authentication = "internal_hashed" --! SL113
	c2s_require_encryption = true --! SL113
	archive_expires_after = "1w" --! SL113
	allow_registration = false --! SL113
]], { says = { 'Component "rooms.example.org" in line 4', "move it above line 4", "muc_log_expires_after" } });
mistake("global options below a component", head..[[
VirtualHost "example.org"
Component "rooms.example.org" "muc"
	name = "Rooms"
Component "proxy.example.org" "proxy65"
	log = { info = "/var/log/prosody/prosody.log" } --! SL107
]], { says = { "move it above every VirtualHost and Component" }, lacks = { "layer" } });
mistake("what only the global section can say of other servers", head..[[
VirtualHost "example.org"
	s2s_secure_auth = false --! SL107
	s2s_require_encryption = false --! SL107
	tls_profile = "old" --! SL107
]], { says = { "s2s_require_encryption: mod_s2s decides by the global section alone, and here it only reaches mod_s2s_bidi, mod_tls; move it above",
	"tls_profile: it has an effect only in the global section; move it above" } });
mistake("a component with its module in brackets", head..[[
VirtualHost "example.org"
Component("rooms.example.org", "muc") --! SL303
]], { says = { 'Component "rooms.example.org" "muc"' } });
mistake("a component with a computed name and its module in brackets", head..[[
local domain = "example.org"
VirtualHost(domain)
Component("rooms."..domain, "muc") --! SL303
]], { says = { 'Component("rooms."..domain, "muc"): Prosody', 'write Component("rooms."..domain) "muc"' } });
mistake("an Include below a host", head..[[
VirtualHost "example.org"
Include "more.cfg.lua" --! SL117
]], { files = { ["more.cfg.lua"] = 'c2s_require_encryption = true\n' }, says = { "c2s_require_encryption" } });
mistake("a global value behind the host that has its own", head..[[
VirtualHost "example.org"
	allow_registration = true --! SL102
Include "more.cfg.lua" --! SL117
]], { files = { ["more.cfg.lua"] = "-- for all\nallow_registration = false\n" }, expected = "SL044:2", says = { "set it in the host" } });
mistake("an option that nothing reads", head..[[
c2s_timout = 300 --! SL101
VirtualHost "example.org"
]], { says = { "did you mean c2s_timeout", "correct it, or take it out" }, lacks = { "local" } });

-- Values.
mistake("yes where the default is true", head..[[
c2s_require_encryption = "yes" --! SL103
VirtualHost "example.org"
]], { says = { "takes it as false", "write true" } });
mistake("yes where only false counts", head..[[
VirtualHost "example.org"
Component "rooms.example.org" "muc"
	muc_vcard = "yes" --! SL103
]], { only = "13", says = { "expects true or false", "write true" }, lacks = { "takes it as false" } });
mistake("a number of seconds in quotes", head..[[
c2s_timeout = "90" --! SL106
VirtualHost "example.org"
]], { only = "13", says = { "takes 90 seconds; write 90" } });
mistake("a month or a minute", head..[[
c2s_timeout = "1m" --! SL106
VirtualHost "example.org"
]], { only = "13", says = { "expects 1 month or 1 minute", 'write "1mo" or "1min"' } });
mistake("a unit that 0.12 does not know", [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "mam" }
archive_expires_after = "12h" --! SL106
VirtualHost "example.org"
]], { only = "0.12", says = { "takes 12 seconds" } });
mistake("a number below its limit", head..[[
c2s_stanza_size_limit = 100 --! SL105
VirtualHost "example.org"
]], { only = "13", says = { "a number not below 10000", "takes 10000" } });
mistake("a fraction where a whole number is read", [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "smacks" }
smacks_max_queue_size = 1.5 --! SL103
VirtualHost "example.org"
]], { only = "13", says = { "takes 1" } });
mistake("a word that is none of an enumeration", head..[[
password_hash = "MD5" --! SL104
VirtualHost "example.org"
]], { only = "13", says = { '"SHA-1", "SHA-256"', "logs an error and takes it all the same" };
	later = { ["13.0.6"] = { 'logs an error and takes "SHA-1"' }, ["13.0.7"] = { 'logs an error and takes "SHA-1"' } } });
mistake("all mistakes in one table of limits", [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "limits" }
limits = {
	c2c = { rate = "10kb/s" }; --! SL104
	c2s = {
		rate = "fast"; --! SL103
		bursts = "2s"; --! SL104
	};
	s2sin = { rate = 5000 }; --! SL103
}
VirtualHost "example.org"
]]);
mistake("what mod_limits reads from 13.0.6 on", [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "limits" }
limits = {
	c2s = {
		rate = "10kb/s";
		max_connections_per_ip = 10; --! SL104@0.12 SL104@13.0.1
	};
	s2s = { rate = "30kb/s" }; --! SL104@0.12 SL104@13.0.1
	s2sout = {
		rate = "30kb/s";
		max_connections_per_ip = "10"; --! SL104@0.12 SL104@13.0.1 SL103@13.0.6 SL103@13.0.7
	};
}
VirtualHost "example.org"
]], { later = { ["13.0.1"] = { 'no kind of session "s2s" (from Prosody 13.0.6 on)' },
	["13.0.7"] = { "does not load where max_connections_per_ip" } } });
mistake("settings of TLS that nothing reads", [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "http" }
ssl = {
	certificate = "certs/a.crt", key = "certs/a.key";
	protocols = "tlsv1_2+"; --! SL104
}
https_ssl = {
	[5281] = { cipher = "HIGH" }; --! SL104
	["127.0.0.1"] = { ciphers = "HIGH" };
}
VirtualHost "example.org"
	c2s_ssl = { no_tlsv1 = true } --! SL104
]], { says = { "setting protocols of TLS (did you mean protocol?)", "setting cipher of TLS (did you mean ciphers" } });
mistake("the old name of direct TLS's ports beside the new one", head..[[
c2s_direct_tls_ports = { 5223 }
legacy_ssl_ports = { 5223 } --! SL109 SL116
VirtualHost "example.org"
]], { says = { "take it out, as the other one is its new name" } });
mistake("options that a missing module may read", head..[[
app_id = "chat" --! SL101
c2s_timout = 30 --! SL101
VirtualHost "example.org"
	authentication = "token" --! SL302
	modules_enabled = { "speakerstats" } --! SL201
	main_muc = "rooms.example.org" --! SL101
]], { says = { 'authentication: there is no backend "token"; installed are', "a module that is missing may (auth_token, speakerstats): install that",
	"c2s_timout: nothing reads an option of this name (did you mean c2s_timeout" }, lacks = { "(secret)" } });
mistake("an option that an installed module does not read, beside a missing module", [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "smacks", "no_such_thing" } --! SL201
smacks_remembered_sessions = 10 --! SL101
VirtualHost "example.org"
]], { says = { "mod_smacks neither; correct it, or take it out" }, lacks = { "a module that is missing may" } });
mistake("modules that Prosody's own have replaced", [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "bidi", "extdisco" } --! SL210 SL210
VirtualHost "example.org"
]], { says = { "enable s2s_bidi in place of it", "enable external_services in place of it" } });
mistake("names of services that are no items", head..[[
VirtualHost "example.org"
	disco_items = {
		{ "rooms.example.org", "Rooms" };
		"proxy.example.org"; --! SL103
	}
]], { says = { "drops the whole list", 'write { { "proxy.example.org", "its name" } }' } });
mistake("a log without levels", head..[[
log = {
	"*syslog"; --! SL114
	"/var/log/prosody/prosody.log"; --! SL114
	warn = "*sylog"; --! SL104
}
VirtualHost "example.org"
]], { says = { 'write log = { info = "*syslog" }', "is ignored", "did you mean syslog?" } });
mistake("the whole log to a sink without a level", head..[[
log = "*syslog" --! SL114
VirtualHost "example.org"
]], { says = { "from debug on" } });
mistake("one port in two services", head..[[
c2s_ports = { 5222 }
s2s_ports = { 5269, 5222 } --! SL116
VirtualHost "example.org"
]], { says = { "5222", "c2s", "s2s" } });
mistake("a port that another service has by default", head..[[
c2s_direct_tls_ports = { 5223, 5269 } --! SL116
VirtualHost "example.org"
]], { says = { "5269" } });
mistake("an editing call in place of a value", head..[[
modules_enabled = modules_enabled:append { "ping" } --! SL115
VirtualHost "example.org"
]], { only = "13", says = { "write modules_enabled:append { … } alone" } });
mistake("an option that is copied to another one", head..[[
admins = { "root@example.org" }
unlimited_jids = admins --! SL115
VirtualHost "example.org"
]], { only = "13" });
mistake("an editing call in place of a value, in an included file", head..[[
admins = { "root@example.org" }
Include "more.cfg.lua"
VirtualHost "example.org"
]], { only = "13", files = { ["more.cfg.lua"] = '\n\nadmins = admins:append { "romeo@example.org" }\n' }, expected = "SL115:3" });

-- What is right, and was once taken for a mistake.
alarm("paths and names of HTTP that a host has for itself", [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "bosh" }
VirtualHost "example.org"
	http_paths = { bosh = "/http-bind" }
	http_host = "xmpp.example.org"
	http_external_url = "https://xmpp.example.org/"
]]);
alarm("what prosodyctl reads", head..[[
plugin_server = "https://modules.prosody.im/rocks/"
prosodyctl_service_warnings = false
prosodyctl_timeout = 10
VirtualHost "example.org"
]]);
alarm("what the getters of 0.12 do not limit", head.."c2s_stanza_size_limit = 5000\nVirtualHost \"example.org\"\n", { only = "0.12" });
alarm("an upload service on 0.12", head..[[
VirtualHost "example.org"
Component "upload.example.org" "http_upload"
	http_upload_file_size_limit = 1024 * 1024
	http_upload_expire_after = 60 * 60 * 24 * 7
]], { only = "0.12" });
alarm("a log with levels", head..[[
log = {
	info = "/var/log/prosody/prosody.log";
	error = "*syslog";
	{ levels = { min = "warn" }, to = "console" };
}
VirtualHost "example.org"
]]);
alarm("one file for the log", head..'log = "/var/log/prosody/prosody.log"\nVirtualHost "example.org"\n');
alarm("services as items with and without a name", head..[[
VirtualHost "example.org"
	disco_items = { { "rooms.example.net" }, { "proxy.example.net", "Proxy" } }
]]);
alarm("rooms with an archive of their own", head..[[
VirtualHost "example.org"
Component "rooms.example.org" "muc"
	modules_enabled = { "muc_mam" }
	muc_log_expires_after = "1y"
	muc_log_by_default = true
	restrict_room_creation = "local"
	admins = { "root@example.org" }
]]);
alarm("the archive of a room service by the name that accounts have for theirs", head..[[
VirtualHost "example.org"
Component "rooms.example.org" "muc"
	modules_enabled = { "mam" }
]], { since = "13.0.6" });
alarm("what a component may say for itself", head..[[
VirtualHost "example.org"
Component "files.example.org" "http_file_share"
	http_file_share_size_limit = 1024 * 1024
	http_file_share_expires_after = 60 * 60 * 24 * 7
	http_host = "files.example.org"
	http_paths = { file_share = "/" }
	ssl = { certificate = "certs/files.crt", key = "certs/files.key" }
	name = "Files"
	storage = "internal"
]]);
alarm("an external component", head..[[
VirtualHost "example.org"
Component "gateway.example.org"
	component_secret = "tLTR0KUWbMGBWnkz"
	name = "Gateway"
	component_ports = nil
]]);
alarm("a Component with brackets as it may be written", head..[[
VirtualHost "example.org"
Component ("rooms.example.org") ("muc")
Component("pubsub.example.org")("pubsub")
]]);
alarm("words that Prosody takes for booleans", head..[[
c2s_require_encryption = "true"
s2s_secure_auth = 1
use_ipv6 = false
VirtualHost "example.org"
]]);
alarm("lengths of time as 13 takes them", [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "mam", "smacks" }
archive_expires_after = "2 weeks"
smacks_hibernation_time = "10 min"
c2s_timeout = 300
s2s_timeout = "90s"
VirtualHost "example.org"
]], { only = "13" });
alarm("lengths of time as 0.12 takes them", [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "mam" }
archive_expires_after = "1y"
c2s_timeout = "300"
VirtualHost "example.org"
]], { only = "0.12" });
alarm("limits as they are written", [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "limits" }
limits = {
	c2s = { rate = "10kb/s", burst = "2s" };
	s2sin = { rate = "30 kb/s", burst = 3 };
	s2sout = { rate = "1mb/s" };
}
VirtualHost "example.org"
]]);
alarm("one port on two addresses", head..[[
c2s_ports = { 5222 }
c2s_interfaces = { "127.0.0.1" }
s2s_ports = { 5222 }
s2s_interfaces = { "127.0.0.2" }
VirtualHost "example.org"
]]);
alarm("ports of a service that is not there", head..[[
c2s_direct_tls_ports = { 5223 }
proxy65_ports = { 5223 }
VirtualHost "example.org"
Component "bridge.example.org"
	component_secret = "tLTR0KUWbMGBWnkz"
]], { lacks = { "SL116" }, expected = "SL102:3" });
alarm("editing as 13 has it", head..[[
modules_enabled:append { "ping" }
modules_enabled { "time" }
VirtualHost "example.org"
]], { only = "13" });
alarm("an Include below a host that speaks of hosts alone", head..[[
VirtualHost "example.org"
Include "hosts.cfg.lua"
]], { files = { ["hosts.cfg.lua"] = 'VirtualHost "example.net"\n\tname = "Net"\n' } });
alarm("an Include above all hosts", head..[[
Include "more.cfg.lua"
VirtualHost "example.org"
]], { files = { ["more.cfg.lua"] = "c2s_require_encryption = true\n" } });
alarm("ports in the global section", [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "bosh", "websocket" }
c2s_direct_tls_ports = { 5223 }
http_ports = { 5280 }
http_interfaces = { "127.0.0.1" }
https_ports = {}
https_certificate = "certs/example.org.crt"
VirtualHost "example.org"
]]);
alarm("a port of somebody else's server", head..[[
turn_external_host = "turn.example.org"
turn_external_port = 3478
turn_external_secret = "tLTR0KUWbMGBWnkz"
VirtualHost "example.org"
	modules_enabled = { "turn_external" }
]]);
alarm("modules that hosts disable", head..[[
VirtualHost "example.org"
	modules_disabled = { "s2s" }
VirtualHost "guests.example.org"
	authentication = "anonymous"
	modules_disabled = { "s2s", "register", "offline" }
]]);
alarm("posix on 0.12, as in its own example", 'modules_enabled = { "roster", "saslauth", "tls", "disco", "posix" }\nVirtualHost "example.org"\n',
	{ only = "0.12" });
alarm("certificates of services", head..[[
c2s_direct_tls_ports = { 5223 }
c2s_direct_tls_certificate = "/etc/prosody/certs/example.org.crt"
s2s_direct_tls_ports = { 5270 }
VirtualHost "example.org"
	c2s_ssl = { protocol = "tlsv1_2+" }
	s2s_ssl = { protocol = "tlsv1_2+" }
]]);
alarm("a secret of a systemd credential, which only the service has", head..[[
VirtualHost "example.org"
Component "gateway.example.org"
	component_secret = Credential "gateway" --! SL017
]], { only = "13", severity = "warning" });
alarm("storage of one kind for each store", [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "mam" }
default_storage = "internal"
storage = { archive = "sql", roster = "internal" }
sql = { driver = "SQLite3", database = "prosody.sqlite" }
VirtualHost "example.org"
]]);
alarm("names that only help the file", head..[[
local domain = "example.org"
spare = "5222"
c2s_ports = { tonumber(spare) }
VirtualHost(domain)
	admins = { "root@"..domain }
]], { only = "0.12" });
alarm("statistics and metrics", [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "http_openmetrics" }
statistics = "internal"
statistics_interval = "manual"
openmetrics_allow_ips = { "127.0.0.1" }
VirtualHost "example.org"
]]);
alarm("settings of the network", head..[[
network_backend = "epoll"
network_settings = { read_timeout = 840 }
interfaces = { "*", "::" }
VirtualHost "example.org"
]]);
alarm("registration by invitation", [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "register", "invites", "invites_register" }
allow_registration = true
registration_invite_only = true
invite_expiry = 86400
VirtualHost "example.org"
]]);

local judge = [[
package.path = project.."/lua/?.lua;"..package.path
local validator = require "stackloader.validator";
local catalogue = require "stackloader.catalogue".new();
local list = {};
for _, name in ipairs(names) do
	local ok, _, problem = load(name.."/prosody.cfg.lua");
	assert(ok, name..": "..tostring(problem));
	local stack = stackloader.load(nil, { root = root.."/"..name, axes = { { name = "main", files = { "prosody.cfg.lua" } } } });
	list[name] = validator.all(stack, catalogue);
end
return list;
]]

-- May the case be tried on this Prosody?
local function applies(case, prosody)
	return (not case.only or case.only == prosody.name) and (not case.since or support.is_at_least(prosody, case.since))
		and not (case.before and support.is_at_least(prosody, case.before));
end

local function write_cases(list, prosody)
	local root, names = support.folder(), {};
	for i, case in ipairs(list) do
		if applies(case, prosody) then
			names[#names + 1] = ("%q"):format("case"..i);
			for path, text in pairs(case.files or {}) do
				support.write(("%s/case%d/%s"):format(root, i, path), text);
			end
			support.write(("%s/case%d/prosody.cfg.lua"):format(root, i), (case.text:gsub("[ \t]*%-%-! [^\n]*", "")));
		end
	end
	return root, names;
end

local function findings(list, prosody)
	local root, names = write_cases(list, prosody);
	local head_of_code = ("local project, names = %q, { %s }\n"):format(support.project, table.concat(names, ", "));
	local result, message = inside(prosody, root, head_of_code..judge);
	return assert(result, message);
end

-- "CODE:line" for each that the text expects, sorted.
local function expected(case, prosody)
	local list, number = { case.expected }, 0;
	for line in case.text:gmatch("([^\n]*)\n") do
		number = number + 1;
		for code, only in (line:match("%-%-! (.*)") or ""):gmatch("(SL%d+)@?([%d.]*)") do
			list[#list + 1] = (only == "" or only == prosody.name or only == prosody.version) and ("%s:%d"):format(code, number) or nil;
		end
	end
	table.sort(list);
	return table.concat(list, " ");
end

local function told(found)
	local list, texts = {}, {};
	for i, finding in ipairs(found) do
		list[i] = ("%s:%s"):format(finding.code, finding.line or "?");
		texts[i] = list[i].." "..finding.text;
	end
	table.sort(list);
	return table.concat(list, " "), table.concat(texts, "\n");
end

local function assert_case(case, found, prosody)
	local list, texts = told(found);
	assert.equal(expected(case, prosody), list, texts);
	for _, finding in ipairs(case.severity and found or {}) do
		assert.equal(case.severity, finding.severity);
	end
	for _, piece in ipairs(case.later and case.later[prosody.version] or case.says or {}) do
		support.has(texts, piece);
	end
	for _, piece in ipairs(case.lacks or {}) do
		support.lacks(texts, piece);
	end
	support.lacks(texts, "stack.");
	for _, finding in ipairs(found) do
		support.has_place(finding);
	end
end

for _, prosody in ipairs(prosodies) do
	describe("check of plain files with Prosody "..prosody.name, function ()
		local found, alarmed;

		setup(function ()
			found, alarmed = findings(mistakes, prosody), findings(alarms, prosody);
		end);

		teardown(support.clean);

		for i, case in ipairs(mistakes) do
			if applies(case, prosody) then
				it("finds "..case.name, function ()
					assert_case(case, found["case"..i], prosody);
				end);
			end
		end

		for i, case in ipairs(alarms) do
			if applies(case, prosody) then
				it("finds nothing wrong with "..case.name, function ()
					assert_case(case, alarmed["case"..i], prosody);
				end);
			end
		end
	end);
end

describe("the table of plain files", function ()
	it("has at least thirty mistakes and thirty false alarms", function ()
		assert.is_true(#mistakes >= 30, #mistakes.." mistakes");
		assert.is_true(#alarms >= 30, #alarms.." alarms");
	end);
end);
