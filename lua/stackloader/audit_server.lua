--- The audit of the server as a whole: TLS, services that listen, limits, the process, the log.
local dh_bits = require "stackloader.dh_parameters";
local exposure = require "stackloader.exposure";
local values = require "stackloader.values";

local audit_server = {};

local function any_group(a, name)
	for _, group in ipairs(a.inv.groups) do
		if group.modules[name] then
			return group;
		end
	end
end

-- TLS

local function check_profile(a)
	local profile = rawget(a.inv.global, "tls_profile");
	if profile == "old" or profile == "legacy" then
		a:add { code = "SL411", severity = "medium", option = "tls_profile", advice = "choose \"intermediate\", which every client of today speaks";
			text = ("tls_profile = \"%s\" still speaks TLS 1.0, which can be broken into"):format(profile) };
	end
	if rawget(a.inv.global, "ssl_compression") == true then
		a:add { code = "SL414", severity = "medium", option = "ssl_compression", advice = "take it out";
			text = "ssl_compression = true lets an observer guess passwords from the length of what is sent (CRIME)" };
	end
end

local function protocol_problem(protocol)
	if type(protocol) ~= "string" then
		return nil;
	elseif protocol:find("^sslv[23]$") or protocol == "sslv2+" or protocol == "sslv3+" then
		return "high", ("protocol = \"%s\" is broken: anybody on the way can read along"):format(protocol);
	elseif protocol:find("^tlsv1%+?$") or protocol:find("^tlsv1_1%+?$") or protocol == "sslv23" then
		return "medium", ("protocol = \"%s\" still speaks versions before TLS 1.2, which can be broken into"):format(protocol);
	end
end

local weak_ciphers = { "^[eE]?NULL", "^aNULL", "^ADH", "^AECDH", "^EXP", "RC4", "^LOW$", "DES%-CBC%-", "^DES$", "^3DES$", "DES%-CBC3", "MD5", "^ALL$",
	"^COMPLEMENTOFALL$" };

local function weak_cipher(ciphers)
	local words = type(ciphers) == "table" and ciphers or { tostring(ciphers or "") };
	for _, item in ipairs(words) do
		for word in tostring(item):gmatch("[^:, ]+") do
			for _, pattern in ipairs(word:find("^[!%-]") and {} or weak_ciphers) do
				if word:find(pattern) then
					return word;
				end
			end
		end
	end
end

-- LuaSec's options as a list, or as a map of names to true.
local function has_option(options, name)
	if type(options) ~= "table" then
		return options == name;
	elseif options[name] == true then
		return true;
	end
	return values.holds(options, name);
end

local function ssl_problems(ssl, report)
	local severity, text = protocol_problem(ssl.protocol);
	if severity then
		report("SL412", severity, "protocol", text, "take the line out, or write \"tlsv1_2+\"");
	end
	local cipher = weak_cipher(ssl.ciphers);
	if cipher then
		text = ("ciphers allows %s, which can be broken or proves nothing"):format(cipher);
		report("SL413", "high", "ciphers", text, "take it out, or the whole line");
	end
	local bits = type(ssl.dhparam) == "string" and dh_bits(ssl.dhparam, _G.prosody.paths.config or ".");
	if bits and bits < 2048 then
		text = ("dhparam has only %d bits, which those who record the traffic may break"):format(bits);
		report("SL416", "medium", "dhparam", text, "make new ones (`openssl dhparam -out FILE 2048`), or take the line out");
	end
	local only_new = has_option(ssl.options, "no_tlsv1") and has_option(ssl.options, "no_tlsv1_1");
	for _, name in ipairs { "no_tlsv1_3", "no_tlsv1_2" } do
		if has_option(ssl.options, name) and not only_new then
			report("SL412", "medium", "options", ("options has %s, which leaves the older versions"):format(name), "take it out");
		end
	end
	if type(ssl.options) == "table" and ssl.options.no_compression == false then
		text = "no_compression = false lets an observer guess passwords from the length of what is sent (CRIME)";
		report("SL414", "medium", "options", text, "take it out");
	end
end

-- ssl is read everywhere, SERVICE_ssl globally, c2s_ssl and s2s_ssl on hosts too.
local function check_global_ssl(a)
	for _, option in ipairs(values.keys(a.inv.global)) do
		local ssl = rawget(a.inv.global, option);
		if type(option) == "string" and type(ssl) == "table" and (option == "ssl" or option:find("_ssl$")) then
			ssl_problems(ssl, function (code, severity, key, text, advice)
				a:add { code = code, severity = severity, option = option, element = key, text = option..": "..text, advice = advice };
			end);
		end
	end
end

local function check_host_ssl(a, group)
	for _, option in ipairs { "ssl", "c2s_ssl", "s2s_ssl" } do
		local ssl = rawget(group.own, option);
		if type(ssl) == "table" then
			ssl_problems(ssl, function (code, severity, key, text, advice)
				a:add_for(group, { code = code, severity = severity, option = option, element = key, text = option..": "..text, advice = advice });
			end);
		end
	end
end

-- Services

local function place_of_reach(a, option, address)
	return option and a.inv:place(option, "*", type(rawget(a.inv.global, option)) == "table" and address or nil) or nil;
end

local reach_words = { public = "from anywhere", internal = "from the private network" };

local function lower(severity, reach)
	return reach == "public" and severity or severity == "high" and "medium" or "low";
end

-- A finding about a service that others than this machine can reach.
local function check_service(a, service, finding)
	local reach, option, address = exposure.service(a.inv.global, service);
	if reach == "public" or reach == "internal" then
		finding.severity, finding.option = lower(finding.severity, reach), option;
		finding.text = finding.text:format(reach_words[reach]);
		local group = not option and finding.module and any_group(a, finding.module);
		local place = place_of_reach(a, option, address);
		if group then
			local _, where = a.inv:why(group, finding.module);
			place = where;
		end
		a:add(finding, place or {});
		return true;
	end
end

local function check_console(a)
	local group = any_group(a, "admin_telnet");
	local advice = "take admin_telnet out; admin_shell does the same over a socket";
	if group and not check_service(a, { name = "console", private = true }, { code = "SL431", severity = "high", module = "admin_telnet";
		text = "mod_admin_telnet can be reached %s, and asks nobody for a password", advice = advice }) then
		a:add_for_module(group, "admin_telnet", { code = "SL431", severity = "medium", advice = advice;
			text = "mod_admin_telnet lets every user of this machine administer the server" });
	end
	local socket = rawget(a.inv.global, "admin_socket");
	if type(socket) == "string" and (socket:find("^/tmp/") or socket:find("^/var/tmp/") or socket:find("^/dev/shm/")) then
		a:add { code = "SL439", severity = "medium", option = "admin_socket";
			text = "admin_socket is in a folder where every user of this machine can put a socket of their own", advice = "take the line out" };
	end
end

local function check_http(a)
	if not any_group(a, "http") then
		return;
	end
	local reach = exposure.service(a.inv.global, { name = "http", private = true });
	local login;
	for _, name in ipairs { "bosh", "websocket" } do
		local option = "consider_"..name.."_secure";
		if (reach == "public" or reach == "internal") and any_group(a, name) and rawget(a.inv.global, option) == true then
			login = true;
			a:add { code = "SL434", severity = lower("high", reach), option = option;
				text = ("%s = true, and plain HTTP can be reached %s: passwords travel without encryption"):format(option, reach_words[reach]);
				advice = "let plain HTTP listen where only the proxy can reach it (http_interfaces), or take the line out" };
		end
	end
	if not login then
		check_service(a, { name = "http", private = true }, { code = "SL433", severity = "medium", text = "plain HTTP can be reached %s";
			advice = "leave http_interfaces out: loopback is the default, for a proxy on this machine; HTTPS is for the others" });
	end
end

-- "0.0.0.0/0" and other networks that are no private ones.
local function is_open_network(cidr)
	local address, bits = tostring(cidr):match("^%s*([%x:.]+)/(%d+)%s*$");
	if not address then
		return exposure.address(tostring(cidr)) == "public";
	end
	local private = exposure.address(address) ~= "public";
	return not private or tonumber(bits) < (address:find(":") and 7 or 8);
end

local function each_of(value)
	return ipairs(type(value) == "table" and value or { value });
end

local function check_metrics(a)
	if not any_group(a, "http_openmetrics") then
		return;
	end
	for _, cidr in each_of(rawget(a.inv.global, "openmetrics_allow_cidr")) do
		if is_open_network(cidr) then
			a:add { code = "SL435", severity = "medium", option = "openmetrics_allow_cidr", advice = "name the network of your own collector";
				text = ("the metrics are open to %s: names of hosts, numbers of users, when they are online"):format(tostring(cidr)) };
		end
	end
end

local function check_proxies(a)
	for _, address in each_of(rawget(a.inv.global, "trusted_proxies")) do
		local bits = tostring(address):match("/(%d+)$");
		if bits and tonumber(bits) < 8 then
			a:add { code = "SL438", severity = "medium", option = "trusted_proxies", element = address, advice = "name the addresses of your own proxies";
				text = ("trusted_proxies believes everybody (%s): whoever asks over HTTP can claim any address"):format(tostring(address)) };
		end
	end
end

local function check_services(a)
	check_console(a);
	if any_group(a, "component") then
		check_service(a, { name = "component", private = true }, { code = "SL432", severity = "medium";
			text = "the port for external components can be reached %s, without encryption";
			advice = "let it listen on loopback (the default) or on a network of your own, by component_interfaces" });
	end
	check_http(a);
	check_metrics(a);
	check_proxies(a);
	if any_group(a, "pubsub_mqtt") then
		check_service(a, { name = "pubsub_mqtt" }, { code = "SL436", severity = "medium", module = "pubsub_mqtt";
			text = "mod_pubsub_mqtt can be reached %s: MQTT without encryption, and without a login";
			advice = "set pubsub_mqtt_interfaces = { \"127.0.0.1\" }, or a network of your own" });
	end
	if any_group(a, "net_dovecotauth") then
		check_service(a, { name = "dovecotauth", default = "loopback" }, { code = "SL437", severity = "high", module = "net_dovecotauth";
			text = "mod_net_dovecotauth can be reached %s: anybody can try passwords there, as fast as they like";
			advice = "let it listen on loopback, by dovecotauth_interfaces" });
	end
end

-- Limits

local function check_limits(a)
	if not any_group(a, "limits") and a.c2s ~= "none" then
		local disabled = has_option(rawget(a.inv.global, "modules_disabled"), "limits");
		a:add({ code = "SL471", severity = lower("medium", a.c2s);
			text = "nothing limits how fast a connection may send: one client can keep the server busy";
			advice = "enable limits, and set limits = { c2s = { rate = \"10kb/s\" }, s2sin = { rate = \"30kb/s\" } }" },
			disabled and a.inv:place("modules_disabled", "*", "limits") or {});
	end
	for _, option in ipairs { "c2s_stanza_size_limit", "s2s_stanza_size_limit", "component_stanza_size_limit" } do
		local limit = rawget(a.inv.global, option);
		if type(limit) == "number" and limit > 10485760 then
			a:add { code = "SL472", severity = "low", option = option, advice = "a quarter of a MiB is the default for clients, half of one for servers";
				text = ("%s = %s lets strangers fill the memory with few stanzas"):format(option, values.line(limit)) };
		end
	end
end

-- The process and its log

local function check_process(a)
	if rawget(a.inv.global, "run_as_root") == true then
		a:add { code = "SL481", severity = "high", option = "run_as_root", advice = "take it out and let Prosody run as a user of its own";
			text = "run_as_root = true: a mistake in the server, or in any module, is one with all rights" };
	end
	local umask = rawget(a.inv.global, "umask");
	local others = type(umask) == "string" and tonumber(umask, 8) or type(umask) == "number" and tonumber(tostring(math.tointeger(umask)), 8);
	if others and others & 4 == 0 then
		a:add { code = "SL442", severity = "medium", option = "umask", advice = "write \"027\", the default";
			text = ("umask = %s: every user of this machine can read accounts and messages"):format(values.line(umask)) };
	end
end

-- A sink that is named without a level gets everything.
local function is_debug(entry)
	if type(entry) ~= "table" then
		return type(entry) == "string" and entry:find("^%*.") ~= nil;
	end
	local levels = entry.levels;
	if type(levels) == "table" then
		return levels.min == "debug" or has_option(levels, "debug");
	end
	return levels == "debug" or entry.min == "debug";
end

local function debug_key(log)
	if type(log) ~= "table" then
		return nil;
	elseif log.debug ~= nil then
		return "debug";
	end
	for i, entry in ipairs(log) do
		if is_debug(entry) then
			return i;
		end
	end
end

local function check_log(a)
	local option = rawget(a.inv.global, "debug") == true and "debug" or "log";
	local log = rawget(a.inv.global, "log");
	local key = debug_key(log);
	if option == "debug" or key ~= nil or is_debug(log) then
		a:add { code = "SL492", severity = "low", option = option, element = option == "log" and key == "debug" and key or nil;
			text = "the log holds everything that the level debug tells: addresses, who talks to whom, parts of what is sent";
			advice = "log from info on, and debug only while you look for something" };
	end
	local group = any_group(a, "stanza_debug");
	if group then
		a:add_for_module(group, "stanza_debug", { code = "SL491", severity = key ~= nil and "medium" or "low";
			text = "mod_stanza_debug writes whole stanzas into the log: messages, and logins with their passwords";
			advice = "take it out of a server that people use" });
	end
end

-- certmanager and mod_tls answer a reload with equal priority, in an order that varies from start to start. server_reload takes certificates first.
local function check_reload(a)
	if not any_group(a, "stackloader") then
		a:add { code = "SL417", severity = "low", option = "modules_enabled";
			text = "after a reload, Prosody may still offer the old certificate where the file of the new one was added: it reads certificates and "
				.."makes TLS contexts in an order that varies from start to start";
			advice = "add \"stackloader\" to modules_enabled, which makes one reload enough, or reload twice after a renewal" };
	end
end

--- Checks the server; `a` collects the findings and knows the reach of services (c2s, s2s, component).
function audit_server.check(a)
	check_profile(a);
	check_global_ssl(a);
	for _, group in ipairs(a.inv.groups) do
		check_host_ssl(a, group);
	end
	check_services(a);
	check_limits(a);
	check_process(a);
	check_log(a);
	check_reload(a);
end

return audit_server;
