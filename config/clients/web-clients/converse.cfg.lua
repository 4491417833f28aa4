-- Converse.js, in a browser. A reloaded page resumes its session; a tab in the background is slowed down by the browser,
-- so it must be waited for longer. Which pages may connect is PROSODY_WEB_ORIGINS.
-- Change the numbers down where sessions of closed tabs pile up.

client_info = {
	name = "Converse.js",
	description = "In a browser",
	features = {
		"web/websocket", "web/bosh", "web/upload", "messaging/carbons", "messaging/archive", "presence/avatars",
		"collaboration/bookmarks", "groupchat/muc", "mobile/smacks",
	},
	modules = { "websocket", "bosh", "smacks", "carbons", "mam", "bookmarks", "vcard_legacy" },
}

bosh_max_inactivity = 120  -- seconds without a request until the session is gone
