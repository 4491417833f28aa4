-- blabber.im, Android, no longer developed: a sibling of Conversations with the same needs.
-- Change it in mobile-apps/conversations.

client_info = {
	name = "blabber.im",
	description = "Android; a sibling of Conversations",
	features = {
		"messaging/carbons", "messaging/archive", "messaging/encryption", "presence/avatars", "collaboration/bookmarks",
		"groupchat/muc", "mobile/smacks", "mobile/csi", "mobile/push", "web/upload", "media/jingle", "security/blocking",
	},
	modules = { "carbons", "mam", "pep", "bookmarks", "smacks", "csi_simple", "cloud_notify", "blocklist", "vcard_legacy" },
}

Include "conversations.cfg.lua"
