-- Security policies
modules_enabled = { "tls" }
c2s_require_encryption = true
s2s_require_encryption = true
