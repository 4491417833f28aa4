-- MAM configuration
modules_enabled = { "mam" }
archive_expires_after = "90d"
