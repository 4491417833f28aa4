-- Message handling and storage
modules_enabled = { "mam" }
default_archive_policy = true
