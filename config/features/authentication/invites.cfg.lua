-- New people come by invitation. XEP-0401 (invitations), XEP-0445 (registration with one), XEP-0379 (contacts).
-- Administrators invite with `prosodyctl mod_invites generate HOST` or from their client; whether everybody may is
-- `allow_user_invites` in stack/02-stream/negotiation.
-- Change it (switch it off) where accounts come from a directory or from `prosodyctl adduser` alone.

feature_info = { description = "Accounts and contacts by invitation" }

modules_enabled = {
	"invites";           -- makes invitations
	"invites_adhoc";     -- … from a chat client
	"invites_register";  -- … and lets those who were invited create their account
}
