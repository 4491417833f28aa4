-- What people expect of a messenger: several devices, history, rooms, files, calls, browsers, sleeping phones.
-- For a family, a club, a team. No service is needed beside Prosody.
-- Change it by switching single features: PROSODY_FEATURES_WEB_BOSH=false; or take another profile.

profile_info = {
	name = "Standard",
	description = "Everything people expect of a messenger, for small and medium groups",
	target_users = "10-100",
	features = {
		"authentication/basic", "authentication/modern", "authentication/invites",
		"messaging/core", "messaging/carbons", "messaging/archive", "messaging/encryption",
		"presence/core", "presence/caps", "presence/avatars", "presence/last-activity",
		"groupchat/muc",
		"collaboration/pep", "collaboration/bookmarks",
		"web/http", "web/bosh", "web/websocket", "web/upload",
		"mobile/smacks", "mobile/csi", "mobile/push",
		"media/jingle",
		"security/federation", "security/blocking", "security/firewall", "security/antispam", "security/tombstones",
		"admin/shell", "admin/configuration", "admin/adhoc", "admin/information", "admin/metrics",
	},
}
