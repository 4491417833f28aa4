-- Testing configuration
storage = "memory"
