-- A server that automatic tests start, use and throw away: nothing is kept, nobody is reached, nothing is slow.
-- Accounts, too, are gone when it ends: make them in the running server, by the line that README.md has.
-- What the security policy promises holds here too.
-- Change it where a test is about storage, or about the limits themselves.

storage = "memory"

log = { [stack.env.string("PROSODY_LOG_LEVEL", "debug")] = "*console" }

local contained = stack.platform == "docker" or stack.platform == "kubernetes"  -- there, published ports decide
local here = { "127.0.0.1", stack.env.boolean("PROSODY_IPV6", true) and "::1" or nil }
interfaces = stack.env.list("PROSODY_INTERFACES", not contained and here or nil)
modules_disabled = { "s2s", "s2s_auth_certs", "s2s_bidi", "dialback", "cloud_notify" }  -- nothing to the outside

limits = { c2s = { rate = "10mb/s" }, s2sin = { rate = "10mb/s" } }  -- tests are in a hurry
default_iteration_count = 4096                                       -- the least there is: quick to log in
