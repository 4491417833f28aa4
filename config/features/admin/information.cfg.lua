-- What the server says about itself to those who ask.
-- XEP-0092 (version), XEP-0202 (time), XEP-0012 (uptime), XEP-0157 (contact; with PROSODY_ADMIN_EMAIL, see core/server).
-- Change it (switch it off) to say nothing; operators of other servers then cannot tell you of abuse.

feature_info = { description = "Version, time and contact for those who ask" }

modules_enabled = {
	"version";
	"time";
	"uptime";
	stack.env.string "PROSODY_ADMIN_EMAIL" and "server_contact_info" or nil;
}
