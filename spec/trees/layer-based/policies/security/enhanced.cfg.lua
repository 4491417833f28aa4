-- Enhanced security mode
password_hash = "SHA-256"
