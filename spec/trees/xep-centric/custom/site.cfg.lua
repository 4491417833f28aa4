-- What is our own
admins = { "admin@example.org" }
