-- Basic presence (RFC 6121)
ignore_presence_priority = false
