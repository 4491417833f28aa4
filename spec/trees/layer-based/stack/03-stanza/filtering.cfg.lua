-- Content filtering and firewall
modules_enabled = { "blocklist", "mimicking" }
