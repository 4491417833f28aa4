-- GDPR compliance settings
archive_expires_after = "30d"
