-- Lessons in rooms: a teacher speaks, pupils ask for the word, nobody else comes in, and it can be read again.
-- Change `muc_room_default_moderated` where all should speak at once.

usecase_info = {
	name = "Classroom",
	description = "Rooms where a teacher gives the word, for those who belong to the class",
	features = { "groupchat/muc", "groupchat/moderation", "messaging/archive", "web/upload", "web/websocket" },
}

restrict_room_creation = "local"
muc_room_default_moderated = true     -- who is new listens
muc_room_default_members_only = true  -- the class
muc_room_default_persistent = true    -- until the end of the year
muc_room_default_public = false       -- no room of children is listed
muc_log_expires_after = stack.env.duration("PROSODY_MUC_ARCHIVE_EXPIRY", "1y")
