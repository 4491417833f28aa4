-- Monal, iPhone, iPad and Mac. Apple lets an app run for seconds only: everything rests on push and on resuming what push woke.
-- Change the numbers down where memory is short: what waits for phones is in it.

client_info = {
	name = "Monal",
	description = "iPhone, iPad and Mac",
	features = {
		"messaging/carbons", "messaging/archive", "messaging/encryption", "presence/avatars", "collaboration/bookmarks",
		"groupchat/muc", "mobile/smacks", "mobile/csi", "mobile/push", "web/upload", "media/jingle", "security/blocking",
	},
	modules = { "carbons", "mam", "pep", "bookmarks", "smacks", "csi_simple", "cloud_notify", "cloud_notify_priority_tag", "blocklist" },
}

smacks_hibernation_time = 7200         -- seconds that a session waits to be woken
push_max_hibernation_timeout = 604800  -- seconds, a week: a phone that was woken and did not come back
push_max_devices = 10                  -- each reinstallation counts as one
