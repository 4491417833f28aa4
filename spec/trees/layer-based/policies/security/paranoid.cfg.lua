-- Maximum security settings
tls_profile = "modern"
