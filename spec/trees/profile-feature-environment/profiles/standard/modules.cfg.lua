-- Core + essential community
modules_enabled = { "time", "version", "uptime" }
