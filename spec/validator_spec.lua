local inside = require "spec.inside";
local lfs = require "lfs";
local support = require "spec.support";

local prosodies = support.prosodies();

-- A tree without a mistake; each case adds layers. HERE marks the line of the finding.
local base = {
	["prosody.cfg.lua"] = 'local stackloader = (Lua or _G).require "stackloader"\nstackloader.load(_ENV)\n';
	["core/base.cfg.lua"] = [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "smacks", "carbons" }
c2s_require_encryption = true
]];
	["domains/main.cfg.lua"] = [[
VirtualHost "example.org"
Component "rooms.example.org" "muc"
	name = "Rooms"
]];
};

local cases = {};

-- A mistake in the layer stack/10-case/case, found once: the text, or files by path. `only` is the version that has it.
local function mistake(code, name, files, only, variables)
	if type(files) == "string" then
		files = { ["stack/10-case/case.cfg.lua"] = files };
	end
	cases[#cases + 1] = { code = code, name = name, files = files, only = only, variables = variables };
end

mistake("SL101", "a misspelt option", 'c2s_timout = 300 -- HERE\n');
mistake("SL101", "a misspelt option of a host", '\nVirtualHost "example.org"\n\tdisco_itemz = {} -- HERE\n');
mistake("SL101", "a misspelt option of a component", 'Component "rooms.example.org"\n\tmuc_room_lokking = false -- HERE\n');
mistake("SL101", "a misspelt option in a host's table", '\nVirtualHost "example.org" {\n\tadmnis = { "me@example.org" }; -- HERE\n}\n');
mistake("SL101", "a misspelt option of every host", 'stack.each("host", {\n\tdisco_itemz = {}; -- HERE\n})\n');
mistake("SL101", "a misspelt option over several lines", 'limitz = { -- HERE\n\tc2s = { rate = "10kb/s" };\n}\n');
mistake("SL101", "a misspelt option that is edited in place", 'limitz = {} -- HERE\nlimitz.c2s = { rate = "10kb/s" }\n');
mistake("SL101", "a function that nothing calls", 'function my_helper() return 1 end -- HERE\n');
mistake("SL101", "a misspelt option that two layers set", {
	["stack/10-case/one.cfg.lua"] = "c2s_timout = 300\n";
	["local/two.cfg.lua"] = "\nc2s_timout = 200 -- HERE\n";
});
mistake("SL101", "a name that only a local of another file has", {
	["stack/10-case/one.cfg.lua"] = "my_ports = { 1 } -- HERE\n";
	["stack/10-case/two.cfg.lua"] = "local my_ports = { 5222 }\nc2s_ports = my_ports\n";
});
mistake("SL101", "a misspelt option in a variable", {}, nil, { PROSODY_OPTION_C2S_TIMOUT = "300" });

mistake("SL102", "an option of a module that is not enabled", 'turn_external_host = "turn.example.org" -- HERE\n');
mistake("SL102", "the site's own word to a module that only another choice enables", {
	["local/case.cfg.lua"] = 'turn_external_host = "turn.example.org" -- HERE\n';
	["features/media/calls.cfg.lua"] = 'feature_info = { extra = true }\nmodules_enabled = { "turn_external" }\n';
});
mistake("SL102", "an option of a component's module on a host", 'VirtualHost "example.org"\n\tmuc_room_locking = 1 -- HERE\n');
mistake("SL102", "an option of a module that another host enables",
	'VirtualHost "example.net"\n\tmodules_enabled = { "mam" }\nVirtualHost "example.org"\n\tmax_archive_query_results = 10 -- HERE\n');

mistake("SL103", "a text for a number", 'c2s_timeout = "soon" -- HERE\n', "0.12");
mistake("SL106", "a text for a length of time", 'c2s_timeout = "soon" -- HERE\n', "13");
mistake("SL103", "a boolean for a number", '\n\nc2s_stanza_size_limit = true -- HERE\n');
mistake("SL103", "yes for true", 'c2s_require_encryption = "yes" -- HERE\n');
mistake("SL103", "a number other than 0 and 1 for a boolean", 'allow_unencrypted_plain_auth = 2 -- HERE\n');
mistake("SL103", "a boolean for a text", 'modules_enabled = { "motd" }\nmotd_text = true -- HERE\n');
mistake("SL103", "a list for a number", 'smacks_max_queue_size = { 100, 200 } -- HERE\n');
mistake("SL103", "a map for a text", 'authentication = { "internal_hashed", "internal_plain" } -- HERE\n');
mistake("SL103", "a text for a map", 'network_settings = "fast" -- HERE\n');
mistake("SL103", "a port that is none", 'c2s_ports = {\n\t5222;\n\t"http"; -- HERE\n}\n');
mistake("SL103", "a port out of range", 'c2s_ports = { 70000 } -- HERE\n');
mistake("SL103", "keys in a list", 'c2s_timeout = 300\ntrusted_proxies = {\n\tfirst = "127.0.0.1"; -- HERE\n}\nmodules_enabled = { "http" }\n');
mistake("SL103", "a rate that is none", 'modules_enabled = { "limits" }\nlimits = {\n\tc2s = {\n\t\trate = "fast"; -- HERE\n\t};\n}\n');
mistake("SL103", "a text among the collector's numbers", 'gc = {\n\tmode = "incremental";\n\tspeed = "high"; -- HERE\n}\n');
mistake("SL103", "a fraction for a whole number", 'smacks_max_queue_size = 1.5 -- HERE\n', "13");
mistake("SL103", "a value that a host has for itself", 'VirtualHost "example.org"\n\tsmacks_max_queue_size = "many" -- HERE\n');

mistake("SL104", "a profile of TLS that does not exist", 'tls_profile = "modem" -- HERE\n');
mistake("SL104", "a network backend that does not exist", 'network_backend = "epol" -- HERE\n');
mistake("SL104", "a kind of session that does not exist", 'modules_enabled = { "limits" }\nlimits = {\n\tc2c = { rate = "10kb/s" }; -- HERE\n}\n');
mistake("SL104", "a level that does not exist", 'log = {\n\tdebugg = "/tmp/log"; -- HERE\n}\n');
mistake("SL104", "a level in a list that does not exist", 'log = {\n\t{ to = "console",\n\t\tlevels = { "eror" } }; -- HERE\n}\n');
mistake("SL104", "a mode of the collector that does not exist", 'gc = { mode = "fast" } -- HERE\n');
mistake("SL104", "a hash that does not exist", 'password_hash = "MD5" -- HERE\n', "13");
mistake("SL104", "who may create rooms", 'Component "rooms.example.org"\n\trestrict_room_creation = "everyone" -- HERE\n', "13");

mistake("SL105", "too few iterations", 'default_iteration_count = 100 -- HERE\n', "13");
mistake("SL105", "stanzas too small to log in with", '\nc2s_stanza_size_limit = 100 -- HERE\n', "13");

mistake("SL106", "months or minutes", 'c2s_timeout = "6m" -- HERE\n', "13");
mistake("SL106", "seconds as text", 'c2s_timeout = "300" -- HERE\n', "13");
mistake("SL106", "hours in 0.12", 'modules_enabled = { "mam" }\narchive_expires_after = "12h" -- HERE\n', "0.12");

mistake("SL107", "ports under a host", 'VirtualHost "example.org"\n\tc2s_ports = { 5222 } -- HERE\n');
mistake("SL107", "a TLS profile under a host", 'VirtualHost "example.org"\n\ttls_profile = "old" -- HERE\n');
mistake("SL107", "interfaces under a component", 'Component "rooms.example.org"\n\tinterfaces = { "127.0.0.1" } -- HERE\n');
mistake("SL107", "the log under a host", 'VirtualHost "example.org"\n\tlog = "*console" -- HERE\n');
mistake("SL107", "a file of the process under every host", 'stack.each("host", { pidfile = "/tmp/pid" }) -- HERE\n');
mistake("SL107", "ports of a component's module under the component",
	'Component "proxy.example.org" "proxy65"\n\tproxy65_ports = { 5000 } -- HERE\n');

mistake("SL108", "a component's module for all", 'component_module = "muc" -- HERE\n');
mistake("SL108", "what a component inherits for all", 'load_global_modules = false -- HERE\n');

mistake("SL109", "a deprecated option", 'require_encryption = true -- HERE\n');
mistake("SL109", "a deprecated option under a host", 'VirtualHost "example.org"\n\tanonymous_login = true -- HERE\n');
mistake("SL109", "the old name of a port", 'legacy_ssl_ports = { 5223 } -- HERE\n');
mistake("SL109", "an option of older web clients", 'cross_domain_bosh = true -- HERE\n', "13");
mistake("SL110", "an option of older web clients", 'cross_domain_bosh = true -- HERE\n', "0.12");
mistake("SL110", "an obsolete option", 'dns_timeout = 10 -- HERE\n');
mistake("SL110", "an obsolete option under a host", 'VirtualHost "example.org"\n\tsetuid = "nobody" -- HERE\n');
mistake("SL111", "default_storage beside storage", 'storage = "internal"\ndefault_storage = "memory" -- HERE\n');

mistake("SL201", "a misspelt module", 'modules_enabled = { "carbon" } -- HERE\n');
mistake("SL201", "a misspelt module over several lines", 'modules_enabled = {\n\t"ping"; -- "pingg"\n\t"pingg"; -- HERE\n\t"time";\n}\n');
mistake("SL201", "a misspelt module of a host", 'VirtualHost "example.org"\n\tmodules_enabled = {\n\t\t"blocklst" -- HERE\n\t}\n');
mistake("SL201", "a misspelt module of a component", 'stack.each("muc", {\n\tmodules_enabled = {\n\t\t"muc_nam" -- HERE\n\t}\n})\n');
mistake("SL201", "a misspelt module that is appended", 'modules_enabled = stack.append {\n\t"offlin" -- HERE\n}\n');
mistake("SL201", "a misspelt module and the options of the right one", 'modules_enabled = { "mamm" } -- HERE\nmax_archive_query_results = 30\n');
mistake("SL201", "a module that is not installed and its options",
	'modules_enabled = { "conversejs" } -- HERE\nconversejs_options = { debug = true }\n');
mistake("SL201", "a misspelt module that is to be disabled", 'modules_disabled = { "ofline" } -- HERE\n');
mistake("SL201", "a module that Debian packages for 13 alone",
	'modules_enabled = { "rest" } -- HERE\nrest_callback_url = "http://127.0.0.1/"\n', "0.12");
mistake("SL202", "a module of 13's core", 'modules_enabled = {\n\t"account_activity" -- HERE\n}\n', "0.12");
mistake("SL201", "a module that Debian packages for 0.12 alone", 'modules_enabled = { "require_otr" } -- HERE\n', "13");
mistake("SL203", "a module that comes by itself", 'modules_enabled = { "presence" } -- HERE\n');
mistake("SL203", "a module that comes by itself under a host", 'VirtualHost "example.org"\n\tmodules_enabled = { "offline" } -- HERE\n');
mistake("SL204", "both kinds of vCards", 'modules_enabled = {\n\t"vcard_legacy";\n\t"vcard"; -- HERE\n}\n');
mistake("SL204", "two optimizers, in two layers", {
	["stack/10-case/one.cfg.lua"] = 'modules_enabled = { "csi_simple" }\n';
	["stack/10-case/two.cfg.lua"] = '\nmodules_enabled = { "csi_battery_saver" } -- HERE\n';
});
mistake("SL204", "two kinds of blocking, global and of a host", {
	["stack/10-case/one.cfg.lua"] = 'modules_enabled = { "blocklist" }\n';
	["stack/10-case/two.cfg.lua"] = 'VirtualHost "example.org"\nmodules_enabled = { "privacy_lists" } -- HERE\n';
});
mistake("SL204", "both kinds of personal eventing",
	'modules_enabled = { "pep" }\nVirtualHost "example.org"\n\tmodules_enabled = { "pep_simple" } -- HERE\n');
mistake("SL205", "the prefix of modules", 'modules_enabled = { "mod_mam" } -- HERE\nmax_archive_query_results = 30\n');
mistake("SL206", "a backend for accounts among modules", 'modules_enabled = { "auth_internal_plain" } -- HERE\n');
mistake("SL206", "a backend for storage among modules", 'modules_enabled = {\n\t"ping",\n\t"storage_sql" -- HERE\n}\n');
mistake("SL207", "keys among modules", 'modules_enabled = {\n\t"time";\n\tping = true; -- HERE\n}\n');
mistake("SL207", "a number among modules", 'modules_disabled = { 5222 } -- HERE\n');
mistake("SL208", "a component's companion on a host", 'VirtualHost "example.org"\n\tmodules_enabled = { "muc_mam" } -- HERE\n');
mistake("SL208", "a component's companion for all hosts", 'modules_enabled = { "muc_mam" } -- HERE\n');
mistake("SL208", "a component's module for all hosts", 'modules_enabled = { "muc" } -- HERE\n');
mistake("SL209", "a component's module that hosts could have",
	'modules_enabled = {\n\t"pastebin" -- HERE\n}\nComponent "paste.example.org" "pastebin"\n');
mistake("SL210", "the telnet console", 'modules_enabled = { "admin_telnet" } -- HERE\n');
mistake("SL210", "compression", 'modules_enabled = { "compression" } -- HERE\n');
mistake("SL210", "posix in 13", 'modules_enabled = { "posix" } -- HERE\n', "13");
mistake("SL210", "avatars of rooms in 13", 'Component "rooms.example.org"\n\tmodules_enabled = { "vcard_muc" } -- HERE\n', "13");
mistake("SL211", "a module that needs a missing one", 'modules_enabled = { "bob" } -- HERE\n');
mistake("SL211", "a module that needs a disabled one", 'modules_enabled = { "websocket" } -- HERE\nmodules_disabled = { "c2s" }\n');
mistake("SL211", "a module of the global list that needs a disabled one on a host",
	'modules_enabled = { "websocket" }\nVirtualHost "example.org"\n\tmodules_disabled = { "http" } -- HERE\n');

mistake("SL301", "a misspelt module of a component", 'Component "pubsub.example.org" "pubsubb" -- HERE\n\tpubsub_max_items = 20\n');
mistake("SL301", "a component whose module is of 13", 'Component "flags.example.org" "server_info" -- HERE\n', "0.12");
mistake("SL301", "a component's module that is no name", '\nComponent "pubsub.example.org"\n\tcomponent_module = 5 -- HERE\n');
mistake("SL302", "a misspelt backend for accounts", 'authentication = "internl_hashed" -- HERE\n');
mistake("SL302", "a misspelt backend for a host's accounts",
	'VirtualHost "example.org"\n\tauthentication = "ldpa" -- HERE\n\tldap_base = "dc=org"\n');
mistake("SL302", "a misspelt backend for storage", 'storage = "sqll" -- HERE\n');
mistake("SL302", "a misspelt backend for one store", 'storage = {\n\taccounts = "internal";\n\tarchive = "slq"; -- HERE\n}\n');
mistake("SL302", "a misspelt backend for all other stores", 'default_storage = "memroy" -- HERE\n');
mistake("SL302", "a misspelt backend for roles", 'authorization = "internall" -- HERE\n');

mistake("SL311", "a layer that repeats an earlier one", {
	["stack/10-case/one.cfg.lua"] = 'c2s_timeout = 300\nmodules_enabled = { "ping" }\n';
	["stack/10-case/two.cfg.lua"] = '-- nothing new\nc2s_timeout = 300 -- HERE\nmodules_enabled = { "ping" }\n';
});
mistake("SL311", "a layer of comments", "-- HERE c2s_timeout = 300\n");
mistake("SL312", "a value that a later layer always replaces", {
	["stack/10-case/one.cfg.lua"] = "c2s_timeout = 300 -- HERE\n";
	["stack/20-case/two.cfg.lua"] = "c2s_timeout = 200\n";
});
mistake("SL314", "a removal of a misspelt module", 'modules_enabled = stack.remove { "rostr" } -- HERE\n');
mistake("SL314", "a removal of a misspelt module over several lines", 'modules_enabled = stack.remove {\n\t"carbons";\n\t"discoo"; -- HERE\n}\n');
mistake("SL314", "a host's removal of a misspelt module",
	'VirtualHost "example.org"\n\tmodules_enabled = stack.remove { "carbonz" } -- HERE\n');
mistake("SL314", "a removal by stack.each", 'stack.each("host", {\n\tmodules_enabled = stack.remove { "carbonz" } -- HERE\n})\n');
mistake("SL314", "a removal from modules_disabled", 'modules_disabled = stack.remove { "offlin" } -- HERE\n');
mistake("SL314", "a forced removal", 'modules_disabled = stack.force(stack.remove { "offlin" }) -- HERE\n');
mistake("SL314", "a removal of a misspelt administrator", {
	["core/admins.cfg.lua"] = 'admins = { "romeo@example.org", "juliet@example.org" }\n';
	["stack/10-case/case.cfg.lua"] = '\nadmins = stack.remove { "juilet@example.org" } -- HERE\n';
});
mistake("SL315", "nil for an option that an earlier layer sets", 'c2s_require_encryption = nil -- HERE\n');
mistake("SL315", "nil in the table of an option",
	'modules_enabled = { "limits" }\nlimits = {\n\tc2s = nil; -- HERE\n\ts2sin = { rate = "30kb/s" };\n}\n');
mistake("SL033", "a nil that takes back what the file says", 'c2s_timeout = 300\nc2s_timeout = nil -- HERE\n');
mistake("SL315", "nil in the table of a host", 'VirtualHost "example.org" {\n\tadmins = nil; -- HERE\n}\n');
mistake("SL315", "nil below another host than the one that sets it", [[
VirtualHost "example.org"
	admins = { "romeo@example.org" }
Component "rooms.example.org"
	admins = nil -- HERE
]]);
mistake("SL313", "a global value that no host sees", {
	["stack/10-case/one.cfg.lua"] = 'modules_enabled = { "motd" }\nmotd_text = "all" -- HERE\n';
	["stack/10-case/two.cfg.lua"] = 'VirtualHost "example.org"\n\tmotd_text = "ours"\n';
});

mistake("SL112", "an option of 13 among the site's own words",
	{ ["local/case.cfg.lua"] = "bounce_blocked_messages = true -- HERE\n" }, "0.12");
mistake("SL112", "an option of 0.12 among the site's own words",
	{ ["local/case.cfg.lua"] = "deny_user_invites_by_roles = { \"prosody:registered\" } -- HERE\n" }, "13");

mistake("SL121", "an accept without a reason", "c2s_timout = 300 -- stackloader: accept SL101 -- HERE\n");
mistake("SL122", "an accept that accepts nothing", "c2s_timeout = 300 -- stackloader: accept SL101 it is right now, HERE\n");
mistake("SL122", "an accept of a code that there is not", "c2s_timeout = 300 -- stackloader: accept SL999 because, HERE\n");
mistake("SL122", "an accept without a code", "c2s_timeout = 300 -- stackloader: accept HERE\n");

-- What is right, and looks like a mistake.
local right = {};

local function fine(name, files, only)
	if type(files) == "string" then
		files = { ["stack/10-case/case.cfg.lua"] = files };
	end
	right[#right + 1] = { name = name, files = files, only = only };
end

fine("numbers as text", 'c2s_stanza_size_limit = "300000"\nc2s_ports = { "5222" }\nsmacks_max_queue_size = "500"\n');
fine("a list of one as a single value, and the other way round", 'c2s_ports = 5222\nc2s_timeout = { 300 }\nadmins = "me@example.org"\n');
fine("0, 1, \"true\" as booleans", 's2s_require_encryption = 1\nuse_ipv6 = false\ns2s_secure_auth = "true"\n');
fine("lengths of time in 13", 'c2s_timeout = "5 minutes"\nsmacks_hibernation_time = "1 hour"\n', "13");
fine("never, and nothing at all", 'modules_enabled = { "mam" }\narchive_expires_after = "never"\nadmins = {}\n');
fine("a helper of another layer", {
	["stack/10-case/one.cfg.lua"] = 'spare_port = 5322\nfunction twice(x) return 2 * x end\n';
	["stack/10-case/two.cfg.lua"] = "c2s_ports = { 5222, spare_port }\nc2s_timeout = twice(150)\n";
});
fine("a helper of the same file", 'timeout_of_ours = 300\nc2s_timeout = timeout_of_ours\n');
fine("a helper that prosody.config.get reads", {
	["stack/10-case/one.cfg.lua"] = 'spare_port = 5322\n';
	["stack/10-case/two.cfg.lua"] = 'c2s_ports = { 5222, prosody.config.get("*", "spare_port") }\n';
});
fine("a helper that a template's validator reads", 'archive_quota = 5\nreturn { utilities = { validate_quota = function (config)\n'
	.."\treturn config.archive_quota < 10, 'too much'\nend } }\n");
fine("ports of every service",
	'c2s_direct_tls_ports = { 5223 }\ns2s_direct_tls_interfaces = { "127.0.0.1" }\nhttps_ssl = {}\nhttps_certificate = "a.crt"\n'
	..'component_ports = {}\nmodules_enabled = { "http", "component" }\n');
fine("options of hosts", 'VirtualHost "example.org"\n\tenabled = true\n\tname = "Home"\n\tdisco_items = {}\n\tc2s_require_encryption = true\n'
	..'\tssl = { protocol = "tlsv1_2+" }\n\tauthentication = "anonymous"\n\tstorage = { archive = "memory" }\n');
fine("an option of a module that only a component has", "muc_room_locking = true\n");
fine("an option of a module that another choice enables", {
	["stack/10-case/case.cfg.lua"] = 'turn_external_host = "turn.example.org"\n';
	["features/media/calls.cfg.lua"] = 'feature_info = { extra = true }\nmodules_enabled = { "turn_external" }\n';
});
fine("two features that enable the same module", {
	["features/media/calls.cfg.lua"] = 'modules_enabled = { "turn_external", "time" }\n';
	["features/media/times.cfg.lua"] = 'modules_enabled = { "time" }\n';
});
fine("an option that keeps something off that is not enabled", "allow_registration = false\n");
fine("a module that is disabled with what it needs",
	'modules_enabled = { "invites_register" }\nmodules_disabled = { "invites_register", "register_ibr" }\n');
fine("a global value that another choice shows", {
	["stack/10-case/one.cfg.lua"] = 'modules_enabled = { "motd" }\nmotd_text = "all"\n';
	["environments/production.cfg.lua"] = 'VirtualHost "example.org"\n\tmotd_text = "ours"\n';
});
fine("a layer that another environment changes", {
	["stack/10-case/one.cfg.lua"] = "c2s_timeout = 300\n";
	["stack/20-case/two.cfg.lua"] = 'c2s_timeout = stack.env.integer("TIMEOUT", 300)\n';
});
fine("options of another version, in a tree for both",
	'modules_enabled = { "blocklist" }\nbounce_blocked_messages = true\nc2s_unauthed_stanza_size_limit = 10000\n');
fine("options of an external component, in a tree that may get one", "component_ports = { 5347 }\n");
fine("an external component", 'Component "gateway.example.org"\n\tcomponent_secret = "secret"\n');
fine("removals of what is there, of modules that are not in the list, and of those of another version", [[
modules_enabled = stack.remove { "carbons", "mam", "admin_telnet", "account_activity" }
modules_disabled = stack.force(stack.remove { "roster" })
VirtualHost "example.org"
	modules_enabled = stack.remove { "smacks" }
]]);
fine("a removal of what only a later layer brings", {
	["stack/10-case/one.cfg.lua"] = 'admins = { "romeo@example.org" }\n';
	["stack/10-case/two.cfg.lua"] = 'admins = stack.remove { "nobody@elsewhere.example" }\n';
});
fine("a nil that is no option's", [[
local unused, other = nil, nil
local known = nil
known = nil
other = known
c2s_timeout = unused == nil and 300 or nil
local list = { a = nil, other = nil }
local function helper(value)
	value = nil
	return value
end
s2s_timeout = helper(list) or 90
]]);
fine("modules that nobody lists, disabled", 'modules_disabled = { "s2s", "offline" }\n');
fine("a choice replaced by the site's own word", {
	["stack/10-case/one.cfg.lua"] = "c2s_timeout = 300\n";
	["local/two.cfg.lua"] = "c2s_timeout = 200\n";
});
fine("a default that a later layer replaces", {
	["stack/10-case/one.cfg.lua"] = "c2s_timeout = stack.default(300)\n";
	["stack/20-case/two.cfg.lua"] = "c2s_timeout = 200\n";
});
fine("a layer whose conditions are not met", 'if stack.feature "web/http" then\n\thttp_ports = { 5280 }\nend\n');
fine("a layer that only returns something", "return { version = '1' }\n");
fine("a global value that some host sees", {
	["stack/10-case/one.cfg.lua"] = 'modules_enabled = { "motd" }\nmotd_text = "all"\nVirtualHost "example.net"\n';
	["stack/10-case/two.cfg.lua"] = 'VirtualHost "example.org"\n\tmotd_text = "ours"\n';
});
fine("a mistake that its line accepts", 'c2s_timout = 300 -- stackloader: accept SL101 our own plugin reads it\n');
fine("a mistake in a list that its element's line accepts",
	'modules_enabled = {\n\t"ping";\n\t"ours"; -- stackloader: accept SL201 comes next week\n}\n');
fine("a mistake in a list that the assignment's line accepts", 'modules_enabled = { -- stackloader: accept SL201 comes next week\n\t"ours";\n}\n');
fine("two mistakes on a line, accepted by one comment",
	'VirtualHost "example.org" modules_enabled = { "presence", "ours" } -- stackloader: accept SL203, SL201 they must stay\n');
fine("a layer of comments that says why", "-- stackloader: accept SL311 says what does not exist\n");
fine("an accept of the audit's", "c2s_timeout = 300 -- stackloader: accept SL401 the audit's own business\n");

local judge = [[
package.path = project.."/lua/?.lua;"..package.path
local validator = require "stackloader.validator";
local catalogue = require "stackloader.catalogue".new();
local list = {};
for _, name in ipairs(names) do
	local ok, _, problem = load(name.."/prosody.cfg.lua");
	assert(ok, name..": "..tostring(problem));
	list[name] = validator.all(stackloader.current(), catalogue);
end
return list;
]]

local function list_text(names)
	local quoted = {};
	for i, name in ipairs(names) do
		quoted[i] = ("%q"):format(name);
	end
	return "{ "..table.concat(quoted, ", ").." }";
end

-- The findings of all trees below the root, by the names of their folders.
local function findings(prosody, root, names, variables)
	local head = ("local project, names = %q, %s\n"):format(support.project, list_text(names));
	local result, message = inside(prosody, root, head..judge, { variables = variables });
	return assert(result, message);
end

local function write_case(folder, case)
	for _, files in ipairs { base, case.files } do
		for path, content in pairs(files) do
			support.write(folder.."/"..path, (content:gsub(" %-%- HERE", "")));
		end
	end
end

local function write_cases(root, list, version)
	local names = {};
	for i, case in ipairs(list) do
		if (not case.only or case.only == version) and not case.variables then
			names[#names + 1] = "case"..i;
			write_case(root.."/case"..i, case);
		end
	end
	return names;
end

-- Where a case expects its finding: path below its folder, and line.
local function expected_place(case)
	for path, content in pairs(case.files) do
		local line = 0;
		for text in content:gmatch("[^\n]*") do
			line = line + 1;
			if text:find("HERE", 1, true) then
				return path, line;
			end
		end
	end
end

local function told(list)
	local lines = {};
	for i, finding in ipairs(list) do
		lines[i] = ("%s %s:%s: %s"):format(finding.code, finding.path, finding.line, finding.text);
	end
	return table.concat(lines, "\n");
end

local function is_one(list, code, path, line)
	local found = list[1];
	return #list == 1 and found.code == code and found.path == path and found.line == line and #found.text > 0;
end

describe("the validator", function ()
	teardown(support.clean);

	for _, prosody in ipairs(prosodies) do
		describe("with Prosody "..prosody.name, function ()
			local root, fine_root, found, fine_found;

			setup(function ()
				root, fine_root = support.folder(), support.folder();
				found = findings(prosody, root, write_cases(root, cases, prosody.name));
				fine_found = findings(prosody, fine_root, write_cases(fine_root, right, prosody.name));
			end);

			for i, case in ipairs(cases) do
				if (not case.only or case.only == prosody.name) and not case.variables then
					it(("%s: %s is found, in its line, once"):format(case.code, case.name), function ()
						local path, line = expected_place(case);
						local list = found["case"..i];
						assert(is_one(list, case.code, root.."/case"..i.."/"..path, line), ("line %s expected: %s"):format(line, told(list)));
					end);
				elseif case.variables then
					it(("%s: %s is found, once"):format(case.code, case.name), function ()
						local folder = support.folder();
						write_case(folder.."/case", case);
						local list = findings(prosody, folder, { "case" }, case.variables).case;
						support.has_place(list[1]);
						assert(#list == 1 and list[1].code == case.code and list[1].layer == "variables", told(list));
					end);
				end
			end

			for i, case in ipairs(right) do
				if not case.only or case.only == prosody.name then
					it("no finding: "..case.name, function ()
						assert.equal("", told(fine_found["case"..i]));
					end);
				end
			end

			it("finds nothing in the shipped tree, whatever is chosen", function ()
				local folder = support.folder();
				support.run("cp -r "..support.quote(support.project.."/config").." "..support.quote(folder.."/tree"));
				-- This Prosody's folder of configuration is the one around it.
				support.run("cp -r "..support.quote(support.project.."/config/firewall").." "..support.quote(folder.."/firewall"));
				for _, variables in ipairs {
					{ PROSODY_PROFILE = "minimal", PROSODY_SECURITY_LEVEL = "paranoid" };
					{ PROSODY_PROFILE = "development", PROSODY_ENVIRONMENT = "development", PROSODY_DEPLOYMENT_TYPE = "manual" };
					{ PROSODY_PROFILE = "enterprise", PROSODY_SECURITY_LEVEL = "enhanced", PROSODY_PERFORMANCE_TIER = "large",
						PROSODY_COMPLIANCE = "gdpr" };
				} do
					local list = {};
					for _, finding in ipairs(findings(prosody, folder, { "tree" }, variables).tree) do
						list[#list + 1] = finding.code ~= "SL018" and finding or nil;
					end
					assert.equal("", told(list), variables.PROSODY_PROFILE);
				end
			end);

			it("finds nothing in the shipped tree", function ()
				local folder = support.folder();
				assert(lfs.attributes(support.project.."/config/prosody.cfg.lua"));
				support.run("cp -r "..support.quote(support.project.."/config").." "..support.quote(folder.."/tree"));
				local list = {};
				for _, finding in ipairs(findings(prosody, folder, { "tree" }).tree) do
					-- What a server chose that once ran on this machine is no matter of the tree.
					list[#list + 1] = finding.code ~= "SL018" and finding or nil;
				end
				assert.equal("", told(list));
			end);
		end);
	end
end);

describe("the codes of findings", function ()
	local codes = dofile(support.project.."/lua/stackloader/codes.lua");

	-- Code → { severity, meaning } from the table in doc/findings.md.
	local function documented()
		local page = support.read(support.project.."/doc/findings.md");
		local rows = {};
		for code, severity, meaning in page:gmatch("\n| `(SL%d+)` | (%a*) | ([^\n]-) |") do
			assert(not rows[code], code.." is documented twice");
			rows[code] = { severity = severity, text = meaning };
		end
		return rows;
	end

	it("are documented in doc/findings.md, with severity and meaning", function ()
		local rows = documented();
		for code, known in pairs(codes) do
			local row = assert(rows[code], code.." is not documented");
			assert.equal(known.severity or "", row.severity, code);
			assert.equal(known.text, row.text, code);
		end
	end);

	it("are all known to the code", function ()
		for code in pairs(documented()) do
			assert(codes[code] or code:find("^SL4"), code.." is documented, and nothing finds it");
		end
	end);

	it("of the core are the ones in its header", function ()
		local header = support.read(support.project.."/src/finding.h");
		for number in header:gmatch("SL_ON_[A-Z_]+ = (%d+)") do
			local code = ("SL%03d"):format(tonumber(number));
			assert(codes[code], code.." is not in codes.lua");
		end
	end);
end);
