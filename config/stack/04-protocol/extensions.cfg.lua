-- The extensions that people miss when they are absent.
-- XEP-0402, XEP-0048 (bookmarks), XEP-0292, XEP-0054 (profiles), XEP-0153, XEP-0398 (avatars), XEP-0215 (calls).
-- Calls through firewalls need a TURN server such as coturn: PROSODY_TURN_HOST names it, PROSODY_TURN_SECRET is the
-- `static-auth-secret` that both share.
-- Change it to leave one out; what rests on personal eventing (bookmarks, profiles) needs stack/05-services/pubsub.

local turn = stack.env.string "PROSODY_TURN_HOST"

modules_enabled = {
	"bookmarks";                      -- the same rooms on every device, whichever way a client stores them
	"vcard4";                         -- profiles as today's clients write them
	"vcard_legacy";                   -- … and the same profiles and avatars for yesterday's
	"tombstones";                     -- nobody gets a deleted account's name, and with it its friends
	"external_services";              -- tells clients which servers help with calls; none unless named here
	turn and "turn_external" or nil;  -- … and gives them passwords for the TURN server
}

if turn then
	turn_external_host = turn
	turn_external_port = stack.env.integer("PROSODY_TURN_PORT", 3478)
	turn_external_secret = stack.env.secret "PROSODY_TURN_SECRET"
elseif stack.env.secret("PROSODY_TURN_SECRET", "") ~= "" then
	error("PROSODY_TURN_SECRET is set, but not PROSODY_TURN_HOST: name the TURN server, or unset the secret", 0)
end
