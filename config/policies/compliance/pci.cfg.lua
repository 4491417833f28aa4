-- PCI DSS, card payments: strong encryption, nobody from outside, guessing is slow and seen.
-- What configuration does: TLS 1.2 at least, no federation, no password as it is where Prosody keeps them, few tries at
-- logging in, twelve characters (Prosody 13), failed logins logged, push services learn nothing.
-- What it cannot: keep card numbers out of messages (forbid them), a second factor, separate networks, scans, reviews.
-- Change it never; leave the name out of PROSODY_COMPLIANCE instead.

c2s_require_encryption = stack.force(true)
tls_profile = stack.one_of { "intermediate", "modern" }
allow_unencrypted_plain_auth = stack.force(false)
if authentication == "internal_hashed" then
	disable_sasl_mechanisms = stack.force(stack.append { "DIGEST-MD5", "PLAIN", "LOGIN" })
	-- from a client that insists, SASL2 takes PLAIN nevertheless
	modules_disabled = stack.force(stack.append { "sasl2", "sasl2_bind2", "sasl2_sm", "sasl2_fast" })
end
allow_registration = stack.force(false)
s2s_ports = stack.force(stack.replace {})
s2s_direct_tls_ports = stack.force(stack.replace {})
modules_disabled = stack.force(stack.append { "s2s", "s2s_auth_certs", "s2s_bidi", "dialback", "admin_telnet" })
hide_os_type = stack.force(true)
push_notification_with_body = stack.force(false)
push_notification_with_sender = stack.force(false)

if stack.available "c2s_conn_throttle" then
	modules_enabled = stack.force(stack.append { "c2s_conn_throttle" })
end
cthrottler_logins_count = stack.at_most(10)  -- new connections of one address …
cthrottler_time = stack.at_least(60)         -- … in so many seconds

if stack.available "log_auth" then
	modules_enabled = stack.force(stack.append { "log_auth" })
end
log_auth_ips = stack.force "failure"
if stack.available "password_policy" then
	modules_enabled = stack.force(stack.append { "password_policy" })
	password_policy = { length = stack.force(12) }
end
