-- Anybody may create an account. XEP-0077. Open registration draws spammers within days: see security/antispam.
-- The security policies baseline and above forbid it, so it takes PROSODY_SECURITY_LEVEL=minimal as well.
-- `prosodyctl check config` mentions it, as it does for every server that does so.
-- Change it (switch it on) for a public server with people who watch it; authentication/invites serves most others.

feature_info = { description = "Anybody may create an account", extra = true }

modules_enabled = {
	"register";            -- shows the form
	"register_limits";     -- … so many times for an address: stack/02-stream/negotiation
	"watchregistrations";  -- … and tells the administrators
}

allow_registration = true
registration_invite_only = false
