-- Swift, all desktops. It knows no archive: what was said in a room comes on joining.
-- Change the number down where rooms are busy: everybody who joins is sent so many lines.

client_info = {
	name = "Swift",
	description = "All desktops; simple, without an archive",
	features = { "messaging/carbons", "presence/avatars", "groupchat/muc", "mobile/smacks", "security/blocking", "admin/adhoc" },
	modules = { "carbons", "vcard_legacy", "smacks", "blocklist", "admin_adhoc" },
}

muc_room_default_history_length = 100  -- lines on joining a room
