-- What must hold on every server on the Internet. RFC 7590 (TLS in XMPP).
-- Forced and bounded: no later layer and no host weakens it; who tries gets a warning that names both places.
-- Change it never; choose another policy instead, with PROSODY_SECURITY_LEVEL.

c2s_require_encryption = stack.force(true)  -- passwords and messages never in the clear
s2s_require_encryption = stack.force(true)
s2s_secure_auth = stack.force(true)  -- peers prove their name with a certificate
allow_unencrypted_plain_auth = stack.force(false)
tls_profile = stack.one_of { "intermediate", "modern" }  -- TLS 1.2 at least, forward secrecy

allow_registration = stack.force(false)  -- open registration draws spammers within days
registration_invite_only = stack.force(true)

modules_enabled = stack.force(stack.append {
	"blocklist";  -- people can block
	"limits";     -- one connection cannot starve the others
})

modules_disabled = stack.force(stack.append {
	"legacyauth";    -- XEP-0078 sends passwords as they are
	"admin_telnet";  -- anyone on the machine could administer the server
})
-- What is forced on is not switched off either.
modules_disabled = stack.force(stack.remove { "blocklist", "limits" })
