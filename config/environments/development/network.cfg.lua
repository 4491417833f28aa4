-- Nobody from outside, nothing to the outside: a test account must not write to real people.
-- Change it, or set PROSODY_INTERFACES, to let a phone on the desk in; leave the second part out to try federation.

local contained = stack.platform == "docker" or stack.platform == "kubernetes"  -- there, published ports decide
local here = { "127.0.0.1", stack.env.boolean("PROSODY_IPV6", true) and "::1" or nil }
interfaces = stack.env.list("PROSODY_INTERFACES", not contained and here or nil)

-- No federation. The modules that belong to `s2s` go with it.
modules_disabled = { "s2s", "s2s_auth_certs", "s2s_bidi", "dialback" }
