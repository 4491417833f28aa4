-- All modules for testing
modules_enabled = { "time" }
