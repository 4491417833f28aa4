-- SOX, accounts of American companies: what was said about the books stays, and who got in is known.
-- What configuration does: archives on and kept seven years, no account without an administrator, failed logins logged,
-- deleted names not given again, new accounts reported.
-- What it cannot: prove that nobody with root changed the files (the log belongs on another machine, by syslog), separate
-- duties, or keep messages that clients encrypt readable. People can still ask their archive to skip a contact.
-- Change it never; leave the name out of PROSODY_COMPLIANCE instead.

archive_expires_after = stack.at_least "7y"
muc_log_expires_after = stack.at_least "7y"
default_archive_policy = stack.force(true)
muc_log_all_rooms = stack.force(true)
storage_archive_item_limit = stack.at_least(1000000000)  -- plain files would stop at 10000 messages
allow_registration = stack.force(false)
allow_user_invites = stack.force(false)

modules_enabled = stack.force(stack.append { "mam", "tombstones", "watchregistrations" })
modules_disabled = stack.force(stack.append { "admin_telnet" })
stack.each("muc", { modules_enabled = stack.force(stack.append { "muc_mam" }) })

if stack.available "log_auth" then
	modules_enabled = stack.force(stack.append { "log_auth" })
end
log_auth_ips = stack.force "failure"
