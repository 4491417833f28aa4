-- A company that may be asked what was said: little is shown to strangers, much is kept.
-- It only sets; what must hold is a policy: PROSODY_COMPLIANCE=sox,audit.
-- Change the times, with PROSODY_ARCHIVE_EXPIRY and PROSODY_MUC_ARCHIVE_EXPIRY, to what the lawyers say.

usecase_info = {
	name = "Company under supervision",
	description = "Little is shown to strangers, much is kept",
	features = { "messaging/archive", "groupchat/muc", "security/compliance", "security/tombstones" },
}

archive_expires_after = stack.env.duration("PROSODY_ARCHIVE_EXPIRY", "2y")
muc_log_expires_after = stack.env.duration("PROSODY_MUC_ARCHIVE_EXPIRY", "2y")
muc_log_all_rooms = true              -- whatever a room's owner says
muc_room_default_members_only = true
muc_room_allow_public = false         -- no room is listed for strangers
