-- A closed server: TLS 1.3 alone, no other servers, no registration, no web server without TLS, nobody hears from
-- strangers, and the server says nothing about itself. Old clients stay outside.
-- Prosody itself must keep the passwords: a directory would need them as they are.
-- Change it never; choose another policy instead, with PROSODY_SECURITY_LEVEL.

Include "enhanced.cfg.lua"

if authentication ~= "internal_hashed" then
	error(("PROSODY_SECURITY_LEVEL=paranoid lets no password travel as it is, and authentication = %q needs just that:"
		.. " choose enhanced, or keep the accounts in Prosody"):format(tostring(authentication)), 0)
end

tls_profile = stack.one_of { "modern" }  -- TLS 1.3
local only = { options = { no_tlsv1 = stack.force(true), no_tlsv1_1 = stack.force(true), no_tlsv1_2 = stack.force(true) } }
ssl, c2s_ssl, s2s_ssl, https_ssl = only, only, only, only
c2s_direct_tls_ssl, s2s_direct_tls_ssl = only, only

disable_sasl_mechanisms = stack.force(stack.append { "ANONYMOUS" })
default_iteration_count = stack.at_least(100000)

s2s_ports = stack.force(stack.replace {})  -- no federation
s2s_direct_tls_ports = stack.force(stack.replace {})
http_ports = stack.force(stack.replace {})  -- HTTPS alone

push_notification_with_body = stack.force(false)
push_notification_with_sender = stack.force(false)

modules_disabled = stack.force(stack.append {
	"s2s", "s2s_auth_certs", "s2s_bidi", "dialback";                      -- no federation
	"register", "register_ibr", "invites_register";                       -- accounts come from `prosodyctl adduser`
	"invites_register_web", "register_web", "register_json";
	"version", "time", "uptime", "lastactivity";                          -- nothing about itself
	"sasl2", "sasl2_bind2", "sasl2_sm", "sasl2_fast";                     -- takes PLAIN from who insists, though it is disabled
})

if stack.available "firewall" then  -- from prosody-modules
	modules_enabled = stack.force(stack.append { "firewall" })
	firewall_scripts = stack.force(stack.append { "firewall/strangers.pfw" })
end
