-- When an account was last used: for contacts (XEP-0012), and for the administrator who looks for forgotten accounts
-- (`prosodyctl mod_account_activity` on Prosody 13, `prosodyctl mod_lastlog2` with prosody-modules).
-- Change it (switch it off) where the time of somebody's last login is nobody's business.

feature_info = { description = "When accounts were last used" }

modules_enabled = {
	"lastactivity";
	stack.available "account_activity" and "account_activity" or stack.available "lastlog2" and "lastlog2" or nil;
}
