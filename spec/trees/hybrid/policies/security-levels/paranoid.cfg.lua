-- Maximum security (high-risk)
tls_profile = "modern"
