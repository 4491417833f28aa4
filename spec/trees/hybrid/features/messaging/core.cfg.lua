-- Basic messaging (RFC 6121)
default_archive_policy = true
