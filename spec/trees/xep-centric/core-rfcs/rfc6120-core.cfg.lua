-- XMPP Core
modules_enabled = { "saslauth", "tls", "disco" }
