-- Storage configuration
storage = "internal"
