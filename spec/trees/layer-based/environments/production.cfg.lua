-- Production optimizations
s2s_secure_auth = true
