-- What a stream offers before it is used: how servers know each other, and who may get an account.
-- XEP-0220 (dialback), XEP-0288 (bidirectional streams), XEP-0077 (registration), XEP-0401 and XEP-0445 (invitations).
-- Registration is closed: accounts come from `prosodyctl adduser`, or by an invitation
-- (`prosodyctl mod_invites generate HOST`, or the command in an administrator's client).
-- Change it when you really want to run a public server.

modules_enabled = {
	"dialback";          -- checks a peer's name by DNS, where certificates are not asked for
	"s2s_bidi";          -- one connection between two servers instead of two
	"invites";           -- makes invitations
	"invites_adhoc";     -- … from a chat client
	"invites_register";  -- … and lets those who were invited create their account
}

allow_registration = false
registration_invite_only = true  -- the registration form opens only to an invitation
allow_user_invites = false       -- administrators invite new people
