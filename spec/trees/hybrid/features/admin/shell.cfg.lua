-- Admin shell access
modules_enabled = { "admin_shell" }
