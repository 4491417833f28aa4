-- Baseline security policies
tls_profile = "intermediate"
