-- Baseline, and more care than comfort: for organisations, and servers that are attacked.
-- PLAIN goes where Prosody itself keeps the passwords (SCRAM does all it did); a directory or an OAuth server needs it.
-- Passwords set from now on cost an attacker five times as much to guess; those set before stay as they are.
-- Change it never; choose another policy instead, with PROSODY_SECURITY_LEVEL.

c2s_require_encryption = stack.force(true)  -- passwords and messages never in the clear
s2s_require_encryption = stack.force(true)
s2s_secure_auth = stack.force(true)                   -- peers prove their name with a certificate
s2s_insecure_domains = stack.force(stack.replace {})  -- … without exception
allow_unencrypted_plain_auth = stack.force(false)
tls_profile = stack.one_of { "intermediate", "modern" }  -- TLS 1.2 at least, forward secrecy

if authentication == "internal_hashed" then
	disable_sasl_mechanisms = stack.force(stack.append { "DIGEST-MD5", "PLAIN", "LOGIN" })
	default_iteration_count = stack.at_least(50000)
end

allow_registration = stack.force(false)  -- administrators make the accounts,
registration_invite_only = stack.force(true)
allow_user_invites = stack.force(false)  -- … and the invitations

c2s_stanza_size_limit = stack.at_most(262144)  -- bytes; less memory for one stranger to occupy
s2s_stanza_size_limit = stack.at_most(524288)
hide_os_type = stack.force(true)
disco_expose_admins = stack.force(false)

modules_enabled = stack.force(stack.append {
	"blocklist";                                       -- people can block
	"limits";                                          -- one connection cannot starve the others
	"mimicking";                                       -- no account that looks like another's
	"tombstones";                                      -- no deleted account's name for someone else
	stack.available "log_auth" and "log_auth" or nil;  -- the address behind a failed login, for fail2ban; prosody-modules
})
log_auth_ips = stack.force "failure"  -- … of failures alone

modules_disabled = stack.force(stack.append {
	"legacyauth";    -- XEP-0078 sends passwords as they are
	"admin_telnet";  -- anyone on the machine could administer the server
})
-- What is forced on is not switched off either.
modules_disabled = stack.force(stack.remove { "blocklist", "limits", "mimicking", "tombstones" })
