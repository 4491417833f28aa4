-- Admin shell
modules_enabled = { "admin_shell" }
