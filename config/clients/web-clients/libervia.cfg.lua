-- Libervia, blogs and more on a web server and elsewhere. Posts, events and files live in nodes.
-- Its own pubsub service connects from outside, with PROSODY_COMPONENTS.
-- Change the numbers where blogs grow longer.

client_info = {
	name = "Libervia",
	description = "Blogs, events and files in nodes",
	features = {
		"collaboration/pep", "collaboration/pubsub", "collaboration/bookmarks", "presence/avatars", "messaging/carbons",
		"messaging/archive", "groupchat/muc", "web/upload", "integrations/components",
	},
	modules = { "pep", "pubsub", "bookmarks", "vcard4", "carbons", "mam", "component" },
}

pep_max_items = 10000                               -- per node: posts are to stay
stack.each("pubsub", { pubsub_max_items = 10000 })  -- the same for communities
component_stanza_size_limit = 1048576               -- bytes: its service answers with whole blogs
