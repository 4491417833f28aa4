-- A server for this machine alone that keeps what it gets: for trying clients out, or a family of bots.
-- Unlike development it is quiet, and its modules stay as they are.
-- `prosodyctl cert generate localhost` makes a certificate.
-- Change it, or set PROSODY_INTERFACES, to let the local network in.

log = { [stack.env.string("PROSODY_LOG_LEVEL", "info")] = "*console" }

local contained = stack.platform == "docker" or stack.platform == "kubernetes"  -- there, published ports decide
local here = { "127.0.0.1", stack.env.boolean("PROSODY_IPV6", true) and "::1" or nil }
interfaces = stack.env.list("PROSODY_INTERFACES", not contained and here or nil)

-- No federation: nobody could reach this machine anyway. The modules that belong to `s2s` go with it.
modules_disabled = { "s2s", "s2s_auth_certs", "s2s_bidi", "dialback" }
