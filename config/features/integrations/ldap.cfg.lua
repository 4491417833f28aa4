-- A directory checks the passwords. The variables PROSODY_LDAP_… do it alone (stack/08-integration/ldap); this feature
-- makes them a duty, so that a server which means to use the directory does not quietly start with accounts of its own.
-- Change it (switch it on) when the directory is the only source of accounts.

feature_info = { description = "A directory (LDAP) checks the passwords", extra = true }

if not stack.env.string "PROSODY_LDAP_SERVER" then
	error("The feature integrations/ldap is on, but PROSODY_LDAP_SERVER is not set: name the directory, or switch it off", 0)
end
