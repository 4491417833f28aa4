-- Storage backend configuration
storage = "internal"
