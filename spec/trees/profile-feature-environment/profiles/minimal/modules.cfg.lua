-- Core modules only
modules_enabled = { "roster", "saslauth" }
