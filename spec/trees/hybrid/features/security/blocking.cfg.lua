-- User blocking (XEP-0191)
modules_enabled = { "blocklist" }
