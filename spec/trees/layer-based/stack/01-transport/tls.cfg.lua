-- TLS/SSL configuration
modules_enabled = { "tls" }
tls_profile = "intermediate"
