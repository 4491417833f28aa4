-- A company or a university: everything of standard, and what many people and their auditors need.
-- Accounts from a directory and messages in PostgreSQL come with their variables: PROSODY_LDAP_…, PROSODY_DB_….
-- Change it by switching single features: PROSODY_FEATURES_MEDIA_FILE_TRANSFER=false.

profile_info = {
	name = "Enterprise",
	description = "The full set, for organisations with auditors and monitoring",
	target_users = "100+",
	features = {
		"authentication/basic", "authentication/modern", "authentication/invites", "authentication/password-policy",
		"messaging/core", "messaging/carbons", "messaging/archive", "messaging/receipts", "messaging/reactions",
		"messaging/encryption", "messaging/announcements",
		"presence/core", "presence/caps", "presence/avatars", "presence/mood", "presence/activity", "presence/last-activity",
		"groupchat/muc", "groupchat/moderation",
		"collaboration/pep", "collaboration/bookmarks", "collaboration/pubsub",
		"web/http", "web/bosh", "web/websocket", "web/upload",
		"mobile/smacks", "mobile/csi", "mobile/battery", "mobile/push", "mobile/offline",
		"media/jingle", "media/file-transfer",
		"security/federation", "security/blocking", "security/firewall", "security/antispam", "security/tombstones",
		"security/monitoring", "security/enhanced", "security/compliance",
		"performance/caching", "performance/optimization",
		"admin/shell", "admin/configuration", "admin/adhoc", "admin/information", "admin/metrics", "admin/monitoring",
	},
}
