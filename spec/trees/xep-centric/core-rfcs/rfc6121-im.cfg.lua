-- Instant Messaging
modules_enabled = { "roster" }
