-- Basic server configuration
admins = { "admin@example.org" }
