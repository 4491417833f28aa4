-- Local development overrides
interfaces = { "127.0.0.1" }
