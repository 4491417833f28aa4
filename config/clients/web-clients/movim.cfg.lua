-- Movim, a social network on a web server that logs in for its people, all from one address. Posts live in nodes.
-- Change the numbers where the web server serves more people than that at once.

client_info = {
	name = "Movim",
	description = "A social network on a web server; posts in nodes",
	features = {
		"collaboration/pep", "collaboration/pubsub", "collaboration/bookmarks", "presence/avatars", "messaging/carbons",
		"messaging/archive", "messaging/reactions", "groupchat/muc", "web/upload", "mobile/smacks",
	},
	modules = { "pep", "pubsub", "bookmarks", "vcard4", "carbons", "mam", "smacks", "blocklist" },
}

pep_max_items = 10000                                 -- per node: posts are to stay
stack.each("pubsub", { pubsub_max_items = 10000 })    -- the same for communities
cthrottler_logins_count = 200                         -- connections of one address a minute (c2s_conn_throttle)
