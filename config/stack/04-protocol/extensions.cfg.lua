-- What the extensions that features bring need to know.
-- XEP-0215 (calls), XEP-0292, XEP-0054 (profiles), XEP-0402, XEP-0048 (bookmarks).
-- Calls through firewalls need a TURN server such as coturn: PROSODY_TURN_HOST names it, PROSODY_TURN_SECRET is the
-- `static-auth-secret` that both share. One without the other is an error; without both, calls work where networks let them.
-- Change it for a TURN server that listens on other ports.

local turn = stack.env.string "PROSODY_TURN_HOST"

if turn then
	turn_external_host = turn
	turn_external_secret = stack.env.secret "PROSODY_TURN_SECRET"
	turn_external_port = stack.env.integer("PROSODY_TURN_PORT", 3478)
	turn_external_tls_port = stack.env.integer "PROSODY_TURN_TLS_PORT"  -- none unless set
	turn_external_tcp = stack.env.boolean("PROSODY_TURN_TCP", true)     -- where a network lets no UDP through
	turn_external_ttl = 86400                                           -- seconds that a password for it is good
elseif stack.env.secret("PROSODY_TURN_SECRET", "") ~= "" then
	error("PROSODY_TURN_SECRET is set, but not PROSODY_TURN_HOST: name the TURN server, or unset the secret")
end

tombstone_cache_size = 1024  -- names of deleted accounts that are remembered in memory
