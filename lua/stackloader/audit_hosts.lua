--- The audit of hosts and components: logins, encryption, registration, administrators, limits of components.
local effective = require "stackloader.effective";
local guessable = require "stackloader.guessable";
local jid = require "util.jid";
local values = require "stackloader.values";

local audit_hosts = {};

--- The options by which hosts are told apart here.
audit_hosts.relevant = {
	"allow_unencrypted_plain_auth", "insecure_sasl_mechanisms", "c2s_require_encryption", "s2s_require_encryption", "require_encryption",
	"s2s_secure_auth", "s2s_insecure_domains", "allow_anonymous_s2s", "registration_invite_only", "allowlist_registration_only",
	"component_secret", "http_file_share_global_quota", "http_upload_quota", "restrict_room_creation", "muc_max_rooms", "proxy65_open_access", "ssl",
	"c2s_ssl", "s2s_ssl", "proxy_secure", "proxy_secure_in",
};

local function secret_class(secret)
	if type(secret) ~= "string" or secret == "" then
		return "missing";
	end
	return (#secret < 16 or guessable(secret)) and "weak" or "good";
end

-- Certificates and secrets differ from host to host; what counts of them does not.
local function without_files(ssl)
	local list = {};
	for key, value in pairs(type(ssl) == "table" and ssl or {}) do
		if key ~= "certificate" and key ~= "key" and key ~= "password" then
			list[#list + 1] = tostring(key).."="..values.line(value);
		end
	end
	table.sort(list);
	return table.concat(list, "\1");
end

audit_hosts.digests = { component_secret = secret_class, ssl = without_files, c2s_ssl = without_files, s2s_ssl = without_files };

local function value(a, group, option)
	return (a.inv:value(group, option));
end

-- Prosody's own names before the deprecated one that meant both.
local function requires_encryption(a, group, option)
	local own = value(a, group, option);
	if own ~= nil then
		return own ~= false, option;
	elseif option == "c2s_require_encryption" and value(a, group, "require_encryption") ~= nil then
		return value(a, group, "require_encryption") ~= false, "require_encryption";
	end
	return true, option;
end

-- Loopback alone is for development: nobody listens in.
local function severity(reach, public)
	return reach == "public" and public or reach == "internal" and (public == "high" and "medium" or public) or "low";
end

local function check_logins(a, group)
	if not group.modules.saslauth and not group.modules.legacyauth then
		return;
	end
	local required, option = requires_encryption(a, group, "c2s_require_encryption");
	if not required then
		a:add_for(group, { code = "SL404", severity = severity(a.c2s, "high"), option = option;
			text = option.." = false lets people log in and write without encryption", advice = "set it to true there, or take the line out" });
	end
	if value(a, group, "allow_unencrypted_plain_auth") == true then
		a:add_for(group, { code = "SL403", severity = required and "medium" or severity(a.c2s, "high"), option = "allow_unencrypted_plain_auth";
			text = "allow_unencrypted_plain_auth = true takes passwords as plain text over connections without encryption"
				..(required and "; only c2s_require_encryption stands before it" or ""), advice = "set it to false there, or take the line out" });
	end
	local insecure = value(a, group, "insecure_sasl_mechanisms");
	if type(insecure) == "table" and not values.holds(insecure, "PLAIN") then
		a:add_for(group, { code = "SL403", severity = required and "medium" or severity(a.c2s, "high"), option = "insecure_sasl_mechanisms";
			text = "insecure_sasl_mechanisms without PLAIN takes passwords as plain text over connections without encryption";
			advice = "add \"PLAIN\" to the list" });
	end
end

local function check_accounts(a, group)
	local authentication = value(a, group, "authentication");
	if authentication == "insecure" then
		a:add_for(group, { code = "SL401", severity = "high", option = "authentication", text = "authentication = \"insecure\" takes any password";
			advice = "choose internal_hashed; this one is for tests" });
	elseif authentication == "internal_plain" then
		a:add_for(group, { code = "SL402", severity = "medium", option = "authentication";
			text = "authentication = \"internal_plain\" keeps passwords as they are, for anyone who gets at the files or a backup";
			advice = "choose internal_hashed, which takes the accounts over one by one as they log in" });
	elseif authentication == "anonymous" and value(a, group, "allow_anonymous_s2s") == true and group.modules.s2s then
		a:add_for(group, { code = "SL410", severity = "high", option = "allow_anonymous_s2s";
			text = "allow_anonymous_s2s = true lets anybody, without an account, write to all servers";
			advice = "set it to false there: anonymous people then reach this server's own services alone" });
	end
end

-- A module that is missing: the place is where it was disabled, if it was.
local function add_missing(a, group, name, finding)
	finding.option, finding.element = "modules_disabled", name;
	if values.holds(rawget(group.own, "modules_disabled"), name) then
		a:add_for(group, finding);
	elseif values.holds(rawget(a.inv.global, "modules_disabled"), name) then
		a:add_shared(group, finding);
	else
		finding.option, finding.element = nil, nil;
		a:add_shared(group, finding);
	end
end

local function check_modules(a, group)
	if not group.modules.tls and (group.modules.saslauth or group.modules.s2s) then
		add_missing(a, group, "tls", { code = "SL405", severity = severity(a.c2s, "medium");
			text = "mod_tls is not enabled, so no connection can be encrypted by STARTTLS", advice = "add \"tls\" to modules_enabled" });
	end
	if group.modules.legacyauth then
		local required = requires_encryption(a, group, "c2s_require_encryption");
		a:add_for_module(group, "legacyauth", { code = "SL409", severity = required and "medium" or severity(a.c2s, "high");
			text = "mod_legacyauth logs in by XEP-0078, which sends the password as it is", advice = "take it out; every client of today uses SASL" });
	end
end

-- Like add_for, of an option that mod_s2s reads from the global section alone.
local function add_globally(a, group, finding)
	a:add_shared(group, finding, a.inv:place(finding.option, "*", finding.element));
end

-- mod_s2s is one for all hosts, so only what is set globally counts; a host's own word can but ask for more, by mod_tls.
local function check_servers(a, group)
	if not group.modules.s2s or a.s2s == "none" then
		return;
	end
	local global = a.inv.global;
	local secure = rawget(global, "s2s_secure_auth") == true;
	if rawget(global, "s2s_require_encryption") == false and rawget(group.own, "s2s_require_encryption") ~= true then
		add_globally(a, group, { code = "SL406", severity = secure and "medium" or severity(a.s2s, "high"), option = "s2s_require_encryption";
			text = "s2s_require_encryption = false lets messages travel between servers without encryption";
			advice = "set it to true there, or take the line out" });
	end
	if not secure then
		add_globally(a, group, { code = "SL407", severity = severity(a.s2s, "medium"), option = "s2s_secure_auth";
			text = "s2s_secure_auth is not on: another server only has to control a DNS answer to be taken for the one it names";
			advice = "set s2s_secure_auth = true in the global section, so that servers prove their name with a certificate" });
	end
	local insecure = rawget(global, "s2s_insecure_domains");
	if secure and type(insecure) == "table" and insecure[1] ~= nil then
		add_globally(a, group, { code = "SL408", severity = "low", option = "s2s_insecure_domains", element = insecure[1];
			text = "s2s_insecure_domains believes "..effective.some(insecure).." without a certificate", advice = "take them out once they have one" });
	end
end

-- Registration

local function is_invite_only(a, group)
	return group.modules.invites_register and value(a, group, "registration_invite_only") ~= false;
end

local function check_registration(a, group)
	local listed = group.modules.register_ibr and group.modules.register_ibr.how == "listed";
	local open = listed or group.modules.register and value(a, group, "allow_registration") == true;
	if open and not is_invite_only(a, group) and value(a, group, "allowlist_registration_only") ~= true then
		local finding = { code = "SL421", severity = severity(a.c2s, "high");
			text = "anybody can register an account from a client: such servers are full of spammers within days";
			advice = "enable invites_register with registration_invite_only = true, or set allow_registration = false" };
		if listed then
			finding.text = "mod_register_ibr lets anybody register an account, whatever allow_registration says: spammers find such servers within days";
			finding.advice = "take register_ibr out, or enable invites_register with registration_invite_only = true";
			a:add_for_module(group, "register_ibr", finding);
		else
			finding.option = "allow_registration";
			a:add_for(group, finding);
		end
	end
	for _, name in ipairs { "register_web", "register_json" } do
		if group.modules[name] then
			a:add_for_module(group, name, { code = "SL422", severity = "medium", text = "mod_"..name.." lets anybody create accounts over HTTP";
				advice = "take it out, or use invites_register_web, which wants an invitation" });
		end
	end
end

-- Administrators

local function admin_problem(a, admin)
	if type(admin) ~= "string" then
		return "SL452", ("admins holds %s, which is no address"):format(a:shown(admin));
	end
	local prepared = jid.prep(admin);
	local node, host, resource = jid.split(prepared);
	if not prepared or not host then
		return "SL452", ("the administrator %s is no valid address"):format(a:shown(admin));
	elseif not node then
		return "SL452", ("the administrator %s is no account, but a whole server"):format(a:shown(admin));
	elseif resource then
		return "SL452", ("the administrator %s names one device: nobody is compared with that"):format(a:shown(admin));
	elseif not a.inv.group_of[host] then
		return "SL451", ("the administrator %s has no account here: %s is no host of this server, and who has that server has this one"):format(
			a:shown(admin), a:shown(host));
	elseif a.inv.group_of[host].component then
		return "SL451", ("the administrator %s has no account here: %s is a component"):format(a:shown(admin), a:shown(host));
	end
end

local function check_admins(a, admins, scope)
	for _, admin in ipairs(type(admins) == "table" and admins or type(admins) == "string" and { admins } or {}) do
		local code, text = admin_problem(a, admin);
		if code then
			local host = scope ~= "*" and scope or nil;
			a:add({ code = code, severity = "medium", option = "admins", text = text, host = host, hosts = host and { host };
				advice = "name an account of one of this server's hosts, or take it out" },
				a.inv:place("admins", scope, type(admins) == "table" and admin or nil));
		end
	end
end

-- Components

local function check_external(a, group)
	local class = secret_class(value(a, group, "component_secret"));
	if class == "missing" then
		a:add_for_component(group, { code = "SL461", severity = "low", text = "an external component without component_secret: nobody can connect as it";
			advice = "set component_secret there, or name its module if it is none of its own" });
	elseif class == "weak" then
		a:add_for(group, { code = "SL462", severity = a.component == "public" and "high" or "medium", option = "component_secret";
			text = "component_secret is short or can be guessed: whoever knows it speaks for the whole component";
			advice = "take at least 16 random characters, for instance from `openssl rand -hex 24`" });
	end
end

-- A limit that is a number; "unlimited" in Prosody is none or infinity.
local function is_limit(limit)
	return type(limit) == "number" and limit < math.huge or type(limit) == "string" and limit ~= "";
end

local quotas = {
	http_file_share = { option = "http_file_share_global_quota", text = "the uploads of all users together have no limit (%s): they can fill the disk" };
	http_upload = { option = "http_upload_quota", text = "what one user uploads has no limit (%s): it can fill the disk" };
};

local function check_uploads(a, group)
	for _, name in ipairs { "http_file_share", "http_upload" } do
		local quota = quotas[name];
		local option = quota.option;
		if group.modules[name] and not is_limit(value(a, group, option)) then
			local finding = { code = "SL463", severity = "medium", text = quota.text:format(option);
				advice = ("set %s, in bytes"):format(option), option = option };
			local _, scope = a.inv:value(group, option);
			if scope then
				a:add_for(group, finding);
			elseif group.component == name then
				a:add_for_component(group, finding);
			else
				a:add_for_module(group, name, finding);
			end
		end
	end
end

local function check_rooms(a, group)
	local restricted = value(a, group, "restrict_room_creation");
	if group.component == "muc" and (restricted == nil or restricted == false) and not is_limit(value(a, group, "muc_max_rooms")) then
		local finding = { code = "SL464", severity = "low", option = "restrict_room_creation";
			text = "anybody of any server can create rooms, any number of them", advice = "set restrict_room_creation = \"local\", or muc_max_rooms" };
		local _, scope = a.inv:value(group, "restrict_room_creation");
		if scope then
			a:add_for(group, finding);
		else
			a:add_for_component(group, finding);
		end
	end
end

-- net_proxy takes connections of proxies that it trusts. With these options, read from prosody-modules of 2026 on, it also takes their word.
local function check_proxied(a, group)
	local option = value(a, group, "proxy_secure") and "proxy_secure" or value(a, group, "proxy_secure_in") and "proxy_secure_in";
	if option and group.modules.net_proxy and #a.inv.catalogue:option(option) > 0 then
		a:add_for(group, { code = "SL440", severity = "medium", option = option;
			text = ("%s counts servers that come through the proxy as encrypted and their certificates as valid: whoever reaches the proxy speaks for any "
				.."domain"):format(option);
			advice = "take it out, unless the proxy itself checks certificates; let proxy_trusted_proxies name that proxy alone" });
	end
end

local function check_component(a, group)
	if group.component == "component" then
		check_external(a, group);
	end
	if group.modules.proxy65 and value(a, group, "proxy65_open_access") == true then
		a:add_for(group, { code = "SL465", severity = "medium", option = "proxy65_open_access";
			text = "proxy65_open_access = true lets people of all servers send their files through this one";
			advice = "take it out; this server's own people, and those in proxy65_acl, may do so anyway" });
	end
	check_rooms(a, group);
end

--- Checks all hosts and components; `a` collects the findings and knows the reach of services (c2s, s2s, component).
function audit_hosts.check(a)
	for _, group in ipairs(a.inv.groups) do
		check_servers(a, group);
		check_uploads(a, group);
		check_proxied(a, group);
		if group.component then
			check_component(a, group);
		else
			check_logins(a, group);
			check_accounts(a, group);
			check_modules(a, group);
			check_registration(a, group);
		end
	end
	check_admins(a, rawget(a.inv.global, "admins"), "*");
	for host in pairs(a.inv.group_of) do
		local own = effective.data(host);
		check_admins(a, rawget(own or {}, "admins"), host);
	end
end

return audit_hosts;
