-- Psi and Psi+, all desktops. Older ways beside the new ones: profiles and bookmarks as they were, transfers from client
-- to client, rooms whose past comes on joining and not from the archive.
-- Change the number down where rooms are busy: everybody who joins is sent so many lines.

client_info = {
	name = "Psi, Psi+",
	description = "All desktops; older ways beside the new ones",
	features = {
		"messaging/carbons", "messaging/archive", "presence/avatars", "collaboration/bookmarks", "groupchat/muc",
		"mobile/smacks", "media/file-transfer", "web/upload", "admin/adhoc", "presence/last-activity",
	},
	modules = { "carbons", "mam", "pep", "private", "vcard_legacy", "smacks", "proxy65", "lastactivity" },
}

muc_room_default_history_length = 50  -- lines on joining a room
registration_compat = true            -- it changes passwords the old way
