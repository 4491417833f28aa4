-- Message Archive Management
modules_enabled = { "mam" }
