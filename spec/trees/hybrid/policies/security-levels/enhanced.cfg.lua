-- Enhanced security (enterprises)
password_hash = "SHA-256"
