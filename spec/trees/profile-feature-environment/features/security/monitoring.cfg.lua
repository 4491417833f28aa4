-- Security monitoring
modules_enabled = { "watchregistrations" }
