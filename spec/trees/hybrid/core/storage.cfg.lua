-- Basic storage configuration
storage = "internal"
