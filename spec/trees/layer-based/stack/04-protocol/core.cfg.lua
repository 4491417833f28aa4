-- RFC 6120/6121 core features
modules_enabled = { "disco", "roster", "ping", "time", "version" }
