-- Everything at once, to try clients and modules against. Not for people: take it with PROSODY_ENVIRONMENT=development,
-- which keeps it on this machine.
-- Change it by switching single features off.

profile_info = {
	name = "Development",
	description = "Everything at once, for trying clients and modules",
	target_users = "developers",
	features = {
		"authentication/basic", "authentication/modern", "authentication/invites",
		"messaging/core", "messaging/carbons", "messaging/archive", "messaging/receipts", "messaging/reactions",
		"messaging/encryption", "messaging/announcements",
		"presence/core", "presence/caps", "presence/avatars", "presence/mood", "presence/activity", "presence/last-activity",
		"groupchat/muc", "groupchat/moderation",
		"collaboration/pep", "collaboration/bookmarks", "collaboration/pubsub",
		"web/http", "web/bosh", "web/websocket", "web/upload",
		"mobile/smacks", "mobile/csi", "mobile/push",
		"media/jingle", "media/file-transfer",
		"security/federation", "security/blocking", "security/firewall",
		"admin/shell", "admin/configuration", "admin/adhoc", "admin/information", "admin/metrics", "admin/monitoring",
	},
}
