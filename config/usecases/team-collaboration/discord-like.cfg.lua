-- A community of people who hardly know each other: many rooms that its people open, moderators, calls in pairs.
-- Change `muc_max_rooms`, with PROSODY_CONFERENCE_MAX_ROOMS, where rooms are opened for fun.

usecase_info = {
	name = "Community",
	description = "Many rooms that its people open, moderators, calls in pairs",
	features = { "groupchat/muc", "groupchat/moderation", "messaging/reactions", "messaging/archive", "web/upload", "media/jingle" },
}

muc_room_default_public = true        -- everybody finds a room
muc_room_default_persistent = true
muc_room_default_history_length = 50  -- lines for clients without the archive
muc_room_cache_size = 500             -- rooms in memory; the others wait on disk
local expiry = stack.env.duration("PROSODY_UPLOAD_EXPIRY", 604800)  -- seconds, a week: pictures of the day
http_file_share_expires_after = expiry == "never" and -1 or expiry
