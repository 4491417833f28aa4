-- What encryption from person to person needs from a server: a place for the keys. XEP-0384 (OMEMO), XEP-0373 (OpenPGP).
-- The rest is the clients' business, and the server cannot read what they encrypt.
-- The keys live in collaboration/pep, which pictures and bookmarks need as well. Switching this off changes nothing while
-- another feature brings that. No option keeps clients from encrypting.
-- Change nothing here; change features/collaboration/pep.

feature_info = {
	description = "Clients can publish the keys of OMEMO and OpenPGP",
	depends = { "collaboration/pep" },
}
