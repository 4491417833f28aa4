-- Firewall rules and policies
modules_enabled = { "limits" }
