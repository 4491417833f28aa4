-- Somebody else checks the passwords: a directory (PROSODY_LDAP_…) or an OAuth server (PROSODY_OAUTH_…). Their
-- variables do it alone (stack/08-integration); this feature makes one of them a duty, so that a server which means to
-- use them does not quietly start with accounts of its own.
-- Change it (switch it on) when accounts come from elsewhere.

feature_info = { description = "A directory or an OAuth server checks the passwords", extra = true }

if not stack.env.string "PROSODY_LDAP_SERVER" and not stack.env.string "PROSODY_OAUTH_URL" then
	error("The feature integrations/external-auth is on, but neither PROSODY_LDAP_SERVER nor PROSODY_OAUTH_URL is set:"
		.. " name who checks the passwords, or switch it off", 0)
end
