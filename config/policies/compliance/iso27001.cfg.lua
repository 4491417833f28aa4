-- ISO 27001, management of information security: its annex's controls as far as a chat server can carry them.
-- What configuration does: encryption on every way (A.8.24), certificates of peers, accounts by administrators alone
-- (A.5.16), failed logins logged (A.8.15), figures for monitoring (A.8.16), little said to strangers (A.8.9).
-- What it cannot: the management system itself; backups and their tests, reviews of rights, clocks, the log's safety.
-- Change it never; leave the name out of PROSODY_COMPLIANCE instead.

c2s_require_encryption = stack.force(true)
s2s_require_encryption = stack.force(true)
s2s_secure_auth = stack.force(true)
tls_profile = stack.one_of { "intermediate", "modern" }
allow_unencrypted_plain_auth = stack.force(false)
allow_registration = stack.force(false)
allow_user_invites = stack.force(false)
hide_os_type = stack.force(true)
disco_expose_admins = stack.force(false)
http_errors_detailed = stack.force(false)

modules_enabled = stack.force(stack.append { "limits", "tombstones", "watchregistrations" })
modules_disabled = stack.force(stack.append { "admin_telnet", "legacyauth" })
statistics = stack.one_of { "internal" }  -- counted; the feature admin/metrics shows them

if stack.available "log_auth" then
	modules_enabled = stack.force(stack.append { "log_auth" })
end
log_auth_ips = stack.force "failure"
