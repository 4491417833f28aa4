-- Nothing is recorded of who, where and when beyond what messages themselves need.
-- What configuration cannot: there is no module that makes stored data anonymous, and Prosody's log names accounts and,
-- at level info, addresses of connections: log less (PROSODY_LOG_LEVEL=warn) or for a shorter time.
-- Change it never; leave the name out of PROSODY_DATA_GOVERNANCE instead.

lastlog_ip_address = stack.force(false)  -- when somebody was here, not from where
log_auth_ips = stack.force "failure"     -- addresses of failures alone
muc_log_presences = stack.force(false)   -- not who was in which room
disco_expose_admins = stack.force(false)
hide_os_type = stack.force(true)
push_notification_with_body = stack.force(false)
push_notification_with_sender = stack.force(false)

modules_disabled = stack.force(stack.append {
	"lastactivity";  -- contacts do not see when somebody was last here
	"lastlog";       -- keeps addresses
	"ipcheck";       -- clients need not be told theirs
	"webpresence";   -- presence is not for web pages
	"stanza_debug";  -- whole messages in the log
})
stack.each("pubsub", { expose_publisher = stack.force(false) })
