-- Stream encryption requirements
c2s_require_encryption = true
s2s_require_encryption = true
