-- Dino, Linux. It keeps the whole history at home, and calls.
-- Change the number down where archives are slow.

client_info = {
	name = "Dino",
	description = "Linux; keeps the whole history at home, and calls",
	features = {
		"messaging/carbons", "messaging/archive", "messaging/encryption", "presence/avatars", "collaboration/bookmarks",
		"groupchat/muc", "mobile/smacks", "web/upload", "media/jingle", "security/blocking",
	},
	modules = { "carbons", "mam", "pep", "bookmarks", "smacks", "vcard_legacy", "blocklist", "external_services" },
}

max_archive_query_results = 100  -- messages a page: it fetches everything at its first login
