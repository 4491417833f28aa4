-- What encryption from person to person needs from a server: a place for the keys. XEP-0384 (OMEMO), XEP-0373 (OpenPGP).
-- The rest is the clients' business, and the server cannot read what they encrypt.
-- Change it (switch it off) where messages must stay readable for the organisation; clients then cannot offer it.

feature_info = {
	description = "Clients can publish the keys of OMEMO and OpenPGP",
	depends = { "collaboration/pep" },
}
