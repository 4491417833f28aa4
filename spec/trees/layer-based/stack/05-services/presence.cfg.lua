-- Presence and roster management
modules_enabled = { "groups" }
