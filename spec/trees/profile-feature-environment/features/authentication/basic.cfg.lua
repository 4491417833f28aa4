-- Standard SASL mechanisms
authentication = "internal_hashed"
