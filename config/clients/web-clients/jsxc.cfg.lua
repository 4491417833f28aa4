-- JSXC, in a browser, often inside Nextcloud. It speaks BOSH alone, and behind proxies that cut requests after a minute.
-- Change the numbers to a little less than what the proxy in front allows.

client_info = {
	name = "JSXC",
	description = "In a browser, often inside Nextcloud; over BOSH",
	features = { "web/bosh", "web/upload", "messaging/carbons", "messaging/archive", "presence/avatars", "groupchat/muc" },
	modules = { "bosh", "carbons", "mam", "bookmarks", "vcard_legacy" },
}

bosh_max_wait = 50         -- seconds that a request is held while nothing comes
bosh_max_inactivity = 120  -- seconds without a request until the session is gone
