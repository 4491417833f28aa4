-- Lessons in rooms: nobody but the class comes in, and it can be read again. Who belongs to the class is a member of the
-- room, and members speak at once. A teacher, who opens the room, takes the word from a pupil (role visitor) and gives it back.
-- Where the owner lets others in as well, these listen until they are given the word.
-- Change `muc_room_default_moderated` where all should speak at once.

usecase_info = {
	name = "Classroom",
	description = "Closed rooms of a class, in which a teacher can take the word and give it",
	features = { "groupchat/muc", "groupchat/moderation", "messaging/archive", "web/upload", "web/websocket" },
}

restrict_room_creation = "local"
muc_room_default_moderated = true     -- who is no member listens
muc_room_default_members_only = true  -- the class
muc_room_default_persistent = true    -- until the end of the year
muc_room_default_public = false       -- no room of children is listed
muc_log_expires_after = stack.env.duration("PROSODY_MUC_ARCHIVE_EXPIRY", "1y")
