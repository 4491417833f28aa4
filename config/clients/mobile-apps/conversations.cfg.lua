-- Conversations, Android. It resumes sessions, uses push where Google's services are there, and hands out UnifiedPush.
-- Change the numbers down where memory is short: what waits for phones is in it.

client_info = {
	name = "Conversations",
	description = "Android; the measure of what clients can do",
	features = {
		"messaging/carbons", "messaging/archive", "messaging/encryption", "presence/avatars", "collaboration/bookmarks",
		"groupchat/muc", "mobile/smacks", "mobile/csi", "mobile/push", "web/upload", "media/jingle", "security/blocking",
	},
	modules = { "carbons", "mam", "pep", "bookmarks", "smacks", "csi_simple", "cloud_notify", "blocklist", "vcard_legacy" },
}

smacks_hibernation_time = 3600  -- seconds: phones without push come back within the hour and resume
max_archive_query_results = 100 -- messages a page: it catches up in one go after a night
