-- SASL and auth mechanisms
modules_enabled = { "saslauth" }
authentication = "internal_hashed"
