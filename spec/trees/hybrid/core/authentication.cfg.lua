-- Core authentication mechanisms
authentication = "internal_hashed"
modules_enabled = { "saslauth", "roster", "disco" }
