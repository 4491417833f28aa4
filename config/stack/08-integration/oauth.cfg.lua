-- OAuth. XEP-0493 (login by OAuth), RFC 7628 (OAUTHBEARER).
-- An external server that knows the tokens: PROSODY_OAUTH_URL (with {{password}} where the token goes),
-- PROSODY_OAUTH_CLIENT_ID, PROSODY_OAUTH_CLIENT_SECRET, all three or none. Only Prosody 0.12 has what it takes; the module
-- auth_oauthbearer misreads what 13 hands it. On 13 Prosody is such a server itself (the feature integrations/oauth),
-- and the rest of this file says how.
-- Change the lifetimes where tokens are to die sooner.

local url, id = stack.env.string "PROSODY_OAUTH_URL", stack.env.string "PROSODY_OAUTH_CLIENT_ID"

if url and id then
	if not (stack.prosody_version or "0.12"):match "^0%.12" then
		error("PROSODY_OAUTH_URL is set, but only Prosody 0.12 can ask another OAuth server: unset it")
	elseif authentication == "ldap" then
		error("PROSODY_OAUTH_URL and PROSODY_LDAP_SERVER are set, but only one of them can check passwords")
	end
	authentication = "oauthbearer"
	oauth_url = url
	oauth_client_id = id
	oauth_client_secret = stack.env.secret "PROSODY_OAUTH_CLIENT_SECRET"
elseif url or id or stack.env.secret("PROSODY_OAUTH_CLIENT_SECRET", "") ~= "" then
	error(("a PROSODY_OAUTH_… variable is set, but not %s"):format(url and "PROSODY_OAUTH_CLIENT_ID" or "PROSODY_OAUTH_URL"))
end

oauth2_access_token_ttl = 900         -- seconds: a stolen one is soon worthless
oauth2_refresh_token_ttl = 604800     -- seconds, a week without use, then the person logs in again
oauth2_require_code_challenge = true  -- PKCE, against codes that are caught on their way

-- Programs register themselves only where this is set; without it administrators do it.
local key = stack.env.secret("PROSODY_OAUTH2_REGISTRATION_KEY", "")
oauth2_registration_key = key ~= "" and key or nil
