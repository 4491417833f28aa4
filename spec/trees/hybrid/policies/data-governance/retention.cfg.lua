-- Data retention policies
archive_expires_after = "30d"
