-- Basic security (development)
s2s_secure_auth = false
