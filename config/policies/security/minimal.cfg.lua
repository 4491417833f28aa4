-- The least that is defensible: nothing in the clear, and no login that gives the password away. For a developer's desk
-- and for closed networks; open registration is possible (the feature authentication/registration).
-- What the other layers set beyond that stays as they set it; this only does not insist.
-- Change it never; choose another policy instead, with PROSODY_SECURITY_LEVEL.

c2s_require_encryption = stack.force(true)  -- passwords and messages never in the clear
s2s_require_encryption = stack.force(true)
allow_unencrypted_plain_auth = stack.force(false)
tls_profile = stack.one_of { "intermediate", "modern", "old" }  -- not "legacy"

modules_enabled = stack.force(stack.append { "limits" })  -- one connection cannot starve the others
modules_disabled = stack.force(stack.append {
	"legacyauth";    -- XEP-0078 sends passwords as they are
	"admin_telnet";  -- anyone on the machine could administer the server
})
modules_disabled = stack.force(stack.remove { "tls" })  -- a host that has TLS keeps it
