-- Calls. XEP-0166 (Jingle), XEP-0167, XEP-0215. The talk flows from client to client; what passes no firewall goes
-- through a TURN server such as coturn: PROSODY_TURN_HOST and PROSODY_TURN_SECRET name it (stack/04-protocol/extensions).
-- Change it (switch it off) where nobody calls.

feature_info = { description = "Clients learn which servers help with calls" }

modules_enabled = {
	"external_services";  -- tells clients; none unless named
	stack.env.string "PROSODY_TURN_HOST" and "turn_external" or nil;
}
