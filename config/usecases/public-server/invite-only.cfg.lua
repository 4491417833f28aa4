-- A server for many who do not know each other, by invitation: members bring members, and abuse has an address.
-- Set PROSODY_ADMIN_EMAIL, or operators of other servers will rather block than write.
-- Change the times, with PROSODY_ARCHIVE_EXPIRY, to what you may keep for strangers.

usecase_info = {
	name = "Public server by invitation",
	description = "Many who do not know each other; members bring members",
	features = {
		"authentication/invites", "security/antispam", "security/firewall", "security/tombstones", "security/monitoring",
		"admin/information", "groupchat/moderation",
	},
}

allow_user_invites = true         -- members invite; the policy enhanced forbids it
invite_expiry = 259200            -- seconds, 3 days
restrict_room_creation = "local"  -- strangers open no rooms here
muc_room_default_public = false
archive_expires_after = stack.env.duration("PROSODY_ARCHIVE_EXPIRY", "30d")
muc_log_expires_after = stack.env.duration("PROSODY_MUC_ARCHIVE_EXPIRY", "30d")
http_file_share_daily_quota = stack.env.bytes("PROSODY_UPLOAD_DAILY_QUOTA", 104857600)  -- bytes a person and day: 100 MiB
