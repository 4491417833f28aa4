-- A family or friends: people invite each other, pictures stay for a year, rooms are theirs alone.
-- Change the times, with PROSODY_ARCHIVE_EXPIRY and PROSODY_UPLOAD_EXPIRY, to what the disk bears.

usecase_info = {
	name = "Family",
	description = "People who know each other, invite each other and keep their pictures",
	features = { "authentication/invites", "messaging/archive", "groupchat/muc", "web/upload", "media/jingle", "mobile/push" },
}

allow_user_invites = true             -- everybody may invite; the policy enhanced forbids it
muc_room_default_members_only = true
muc_room_default_persistent = true
archive_expires_after = stack.env.duration("PROSODY_ARCHIVE_EXPIRY", "1y")
muc_log_expires_after = stack.env.duration("PROSODY_MUC_ARCHIVE_EXPIRY", "1y")

local expiry = stack.env.duration("PROSODY_UPLOAD_EXPIRY", 31536000)  -- seconds: a year
http_file_share_expires_after = expiry == "never" and -1 or expiry
