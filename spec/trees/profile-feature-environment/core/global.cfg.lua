-- Global settings
admins = { "admin@example.org" }
modules_enabled = { "roster", "saslauth", "tls", "disco", "ping" }
