--- What to write in place of a deprecated option: what it says depends on its value, and on what the installed Prosody still makes of it.
-- Read in mod_s2s, mod_saslauth, mod_bosh, mod_register_limits, mod_posix, core/usermanager and net/server of 0.12.3 and 13.0.1.
local retired = {};

-- As Prosody's get_option_boolean reads it.
local function is_true(value)
	return value == true or value == "true" or value == 1;
end

-- core/usermanager and net/server ask only whether the option has a value.
local function is_there(value)
	return value ~= false and value ~= nil;
end

local function on(test, instead)
	return function (value)
		return test(value) and instead or "take it out: it is so without it";
	end
end

local function as(name)
	return function ()
		return ("write %s with the same value"):format(name);
	end
end

local function cross_domain(what)
	return function ()
		return ("take it out: it does nothing; %s allows every origin, and http_cors_override can limit that"):format(what);
	end
end

local function of_the_command_line(value)
	return is_true(value) and "start Prosody with --daemonize (-D)" or "start Prosody with --foreground (-F)";
end

local advice = {
	anonymous_login = on(is_there, "write authentication = \"anonymous\"");
	disallow_s2s = on(is_true, "write modules_disabled = { \"s2s\" }");
	use_libevent = on(is_there, "write network_backend = \"event\"");
	require_encryption = function (value)
		return is_true(value) and "take it out: it is so without it"
			or "write c2s_require_encryption with the same value; for other servers it means nothing";
	end;
	daemonize = of_the_command_line;
	no_daemonize = function (value) return of_the_command_line(not is_true(value)); end;
	vcard_compatibility = on(is_true, "it does nothing; take it out, or enable the community module compat_vcard");
	whitelist_registration_only = as "allowlist_registration_only";
	registration_whitelist = as "registration_allowlist";
	registration_blacklist = as "registration_blocklist";
	blacklist_on_registration_throttle_overload = as "blocklist_on_registration_throttle_overload";
	cross_domain_bosh = cross_domain "BOSH";
	cross_domain_websocket = cross_domain "WebSocket";
};

local old_services = { bosh = "http", legacy_ssl = "c2s_direct_tls" };
local suffixes = { port = "ports", ports = "ports", interface = "interfaces", interfaces = "interfaces", ssl = "ssl" };

-- bosh_ports and the like; an empty list opened no port, and nothing opens one now.
local function old_port(name, value)
	for old, new in pairs(old_services) do
		local suffix = suffixes[name:match("^"..old.."_(%l+)$")];
		if suffix then
			local is_empty = type(value) == "table" and next(value) == nil;
			return is_empty and "take it out: it is so without it" or ("write %s_%s"):format(new, suffix);
		end
	end
end

--- What to do about the deprecated option with this value.
function retired.advice(name, value)
	local own = advice[name];
	if own then
		return own(value);
	end
	return old_port(name, value) or "see https://prosody.im/doc/configure for what to use instead";
end

return retired;
