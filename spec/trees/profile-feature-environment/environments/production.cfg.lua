-- Production hardening
s2s_secure_auth = true
