-- HIPAA, health data in the United States: protected on the way, only known people, a record that lasts.
-- What configuration does: encryption, no federation (another server is a partner without a contract), archives on and
-- kept six years, failed logins logged, longer passwords (Prosody 13), push services learn nothing.
-- What it cannot: encrypt the disk (the volume's business), close an idle screen, keep messages that clients encrypt
-- from person to person readable, or write the risk analysis. People can still ask their archive to skip a contact.
-- Change it never; leave the name out of PROSODY_COMPLIANCE instead.

c2s_require_encryption = stack.force(true)
tls_profile = stack.one_of { "intermediate", "modern" }
allow_registration = stack.force(false)
s2s_ports = stack.force(stack.replace {})
s2s_direct_tls_ports = stack.force(stack.replace {})
modules_disabled = stack.force(stack.append { "s2s", "s2s_auth_certs", "s2s_bidi", "dialback" })

archive_expires_after = stack.at_least "6y"
muc_log_expires_after = stack.at_least "6y"
default_archive_policy = stack.force(true)
muc_log_all_rooms = stack.force(true)
storage_archive_item_limit = stack.at_least(1000000000)  -- plain files would stop at 10000 messages
modules_enabled = stack.force(stack.append { "mam" })
stack.each("muc", { modules_enabled = stack.force(stack.append { "muc_mam" }) })

push_notification_with_body = stack.force(false)
push_notification_with_sender = stack.force(false)

if stack.available "log_auth" then
	modules_enabled = stack.force(stack.append { "log_auth" })
end
log_auth_ips = stack.force "failure"
if stack.available "password_policy" then
	modules_enabled = stack.force(stack.append { "password_policy" })
	password_policy = { length = stack.force(12) }
end
