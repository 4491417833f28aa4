-- A server that anybody joins. It takes PROSODY_FEATURES_AUTHENTICATION_REGISTRATION=true and PROSODY_SECURITY_LEVEL=minimal
-- beside this, since the other policies keep registration closed; and people who watch it.
-- Change the numbers down when the first wave of spammers comes, or take invite-only.

usecase_info = {
	name = "Open server",
	description = "Anybody joins",
	features = {
		"authentication/registration", "security/antispam", "security/firewall", "security/tombstones", "security/monitoring",
		"admin/information", "groupchat/moderation",
	},
}

Include "invite-only.cfg.lua"

registration_throttle_max = 2         -- accounts for one address …
registration_throttle_period = 86400  -- … in so many seconds: a day
s2s_secure_auth = true                -- the policy minimal does not insist
