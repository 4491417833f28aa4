-- Message archiving (MAM)
archive_expires_after = "90d"
