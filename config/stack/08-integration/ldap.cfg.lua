-- A directory that knows the passwords: PROSODY_LDAP_SERVER and PROSODY_LDAP_BASE, and it takes over the login.
-- Prosody asks as PROSODY_LDAP_BIND_DN with PROSODY_LDAP_PASSWORD, both or neither, and then logs in as the person, for which
-- clients send the password (PLAIN, inside TLS). Needs lualdap. A half-set group of these variables is an error.
-- Accounts made before in Prosody's own storage cannot log in any more; their contacts and messages stay.
-- Change the filter where people log in by another attribute than uid.

local server, base = stack.env.string "PROSODY_LDAP_SERVER", stack.env.string "PROSODY_LDAP_BASE"
local dn, filter = stack.env.string "PROSODY_LDAP_BIND_DN", stack.env.string "PROSODY_LDAP_FILTER"
local password = stack.env.secret("PROSODY_LDAP_PASSWORD", "")

if server and not base then
	error("PROSODY_LDAP_SERVER is set, but not PROSODY_LDAP_BASE: where in the directory are the people?")
elseif not server and (base or dn or filter or password ~= "") then
	error("a PROSODY_LDAP_… variable is set, but not PROSODY_LDAP_SERVER: name the directory, or unset it")
elseif not dn and password ~= "" then
	error("PROSODY_LDAP_PASSWORD is set, but not PROSODY_LDAP_BIND_DN: whose password is it?")
end

if server then
	authentication = "ldap"
	ldap_server = server
	ldap_base = base
	ldap_rootdn = dn
	ldap_password = dn and stack.env.secret "PROSODY_LDAP_PASSWORD"
	ldap_tls = stack.env.boolean("PROSODY_LDAP_TLS", true)  -- STARTTLS; false only on this machine
	ldap_filter = filter or "(uid=$user)"
	ldap_scope = "subtree"
	ldap_mode = "bind"  -- the directory checks the password; "getpasswd" would need it readable
end
