-- A team in channels: rooms that everybody finds and that stay, and a history to search through.
-- Change the times, with PROSODY_ARCHIVE_EXPIRY and PROSODY_MUC_ARCHIVE_EXPIRY, to what the team may keep.

usecase_info = {
	name = "Team in channels",
	description = "Rooms that everybody finds and that stay, with a long history",
	features = { "groupchat/muc", "groupchat/moderation", "messaging/archive", "collaboration/bookmarks", "web/upload", "mobile/push" },
}

muc_room_default_public = true         -- everybody finds a channel …
muc_room_default_persistent = true     -- … which stays when all have left
muc_room_default_change_subject = true -- and whose topic its people set
muc_room_default_history_length = 50   -- lines for clients without the archive
archive_expires_after = stack.env.duration("PROSODY_ARCHIVE_EXPIRY", "2y")
muc_log_expires_after = stack.env.duration("PROSODY_MUC_ARCHIVE_EXPIRY", "2y")
