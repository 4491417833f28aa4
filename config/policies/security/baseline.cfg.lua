-- What must hold on every server on the Internet. RFC 7590 (TLS in XMPP).
-- Forced and bounded: no later layer and no host weakens it; who tries gets a warning that names both places.
-- Change it never; choose another policy instead, with PROSODY_SECURITY_LEVEL.

Include "minimal.cfg.lua"

s2s_secure_auth = stack.force(true)  -- peers prove their name with a certificate
tls_profile = stack.one_of { "intermediate", "modern" }  -- TLS 1.2 at least, forward secrecy
-- What a site writes into these comes on top of the profile; the old versions stay out there as well.
local floor = { options = { no_tlsv1 = stack.force(true), no_tlsv1_1 = stack.force(true) } }
ssl, c2s_ssl, s2s_ssl, https_ssl = floor, floor, floor, floor
c2s_direct_tls_ssl, s2s_direct_tls_ssl = floor, floor

allow_registration = stack.force(false)  -- open registration draws spammers within days
registration_invite_only = stack.force(true)

modules_enabled = stack.force(stack.append { "blocklist" })  -- people can block
