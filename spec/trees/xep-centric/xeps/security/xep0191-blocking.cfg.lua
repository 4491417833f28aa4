-- Blocking Command
modules_enabled = { "blocklist" }
