-- Baseline, and more care than comfort: for organisations, and servers that are attacked.
-- PLAIN is offered no more where Prosody itself keeps the passwords (SCRAM does all it did); a directory or an OAuth server
-- needs it. Inside TLS, the SASL2 of prosody-modules still takes it from a client that insists; paranoid goes without SASL2.
-- Passwords set from now on cost an attacker five times as much to guess; those set before stay as they are.
-- Change it never; choose another policy instead, with PROSODY_SECURITY_LEVEL.

Include "baseline.cfg.lua"

s2s_insecure_domains = stack.force(stack.replace {})  -- no peer without a valid certificate

if authentication == "internal_hashed" then
	disable_sasl_mechanisms = stack.force(stack.append { "DIGEST-MD5", "PLAIN", "LOGIN" })
	default_iteration_count = stack.at_least(50000)
end

allow_user_invites = stack.force(false)  -- administrators make the invitations

c2s_stanza_size_limit = stack.at_most(262144)  -- bytes; less memory for one stranger to occupy
s2s_stanza_size_limit = stack.at_most(524288)
hide_os_type = stack.force(true)
disco_expose_admins = stack.force(false)

modules_enabled = stack.force(stack.append { "mimicking", "tombstones" })  -- nobody's name in another's hands

if stack.available "log_auth" then  -- from prosody-modules
	modules_enabled = stack.force(stack.append { "log_auth" })  -- the address behind a failed login, for fail2ban
end
log_auth_ips = stack.force "failure"  -- … of failures alone
