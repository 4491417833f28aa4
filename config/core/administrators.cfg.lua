-- Who administers the server, and by which means.
-- XEP-0133 (service administration), XEP-0050 (ad-hoc commands).
-- Change it to make someone an administrator (or set PROSODY_ADMINS) or to take an entrance away.

admins = stack.env.list("PROSODY_ADMINS", {})  -- full addresses; the accounts are created separately

modules_enabled = {
	"admin_adhoc";  -- administration from a chat client, for administrators alone
	"admin_shell";  -- `prosodyctl shell`, over a socket that only the prosody user (and root) can open
}
