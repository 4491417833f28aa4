-- Gajim, Linux and Windows. It shows nearly everything that XMPP has: commands, service discovery, many rooms.
-- Change the number down where archives are slow.

client_info = {
	name = "Gajim",
	description = "Linux and Windows; shows nearly everything that XMPP has",
	features = {
		"messaging/carbons", "messaging/archive", "messaging/encryption", "presence/avatars", "collaboration/bookmarks",
		"groupchat/muc", "mobile/smacks", "web/upload", "admin/adhoc", "security/blocking",
	},
	modules = { "carbons", "mam", "pep", "bookmarks", "private", "smacks", "vcard4", "vcard_legacy", "blocklist", "admin_adhoc" },
}

max_archive_query_results = 100  -- messages a page: it fetches whole conversations
pep_max_items = 1000             -- per node: its people are in many rooms, each a bookmark
