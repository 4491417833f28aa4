-- GDPR, the European data protection regulation: keep little, keep it short, let people leave.
-- What configuration does: archives end after 30 days and begin with contacts alone, files go after 30 days, addresses
-- of logins are not kept, push services learn neither text nor sender, people delete their account themselves.
-- What it cannot: a record of processing, contracts with hosters, answers to requests, deletion from backups, and what
-- other servers keep of messages that were sent there.
-- Change it never; leave the name out of PROSODY_COMPLIANCE instead.

archive_expires_after = stack.at_most "30d"
muc_log_expires_after = stack.at_most "30d"
default_archive_policy = stack.one_of { "roster", false }  -- people may ask for more
http_file_share_expires_after = stack.at_most(2592000)     -- seconds, 30 days …
http_file_share_expires_after = stack.at_least(86400)      -- … and no -1, which would be for ever
user_tombstone_expiry = stack.at_most(31536000)            -- seconds, a year: then even the name is forgotten
muc_log_presences = stack.force(false)                     -- who was in which room, and when

lastlog_ip_address = stack.force(false)
log_auth_ips = stack.force "failure"  -- needed against guessing
push_notification_with_body = stack.force(false)
push_notification_with_sender = stack.force(false)

modules_enabled = stack.force(stack.append { "user_account_management" })
