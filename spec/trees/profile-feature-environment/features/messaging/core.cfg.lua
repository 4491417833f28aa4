-- Basic messaging (presence, message)
default_archive_policy = true
