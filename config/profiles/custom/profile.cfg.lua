-- Your own choice: a place for a list of features that is neither minimal nor standard. As shipped it has what a
-- messenger between two people needs.
-- Change it in a root of your own (README.md), so that an upgrade leaves it alone. `prosodyctl mod_stackloader
-- features` lists the names; what a feature depends on comes with it.

profile_info = {
	name = "Custom",
	description = "Your own list of features",
	target_users = "as you choose",
	features = {
		"authentication/basic", "authentication/invites",
		"messaging/core", "messaging/carbons", "messaging/archive",
		"presence/core", "presence/avatars",
		"mobile/smacks", "mobile/csi", "mobile/push",
		"security/federation", "security/blocking", "security/tombstones",
		"admin/shell", "admin/information",
		-- "groupchat/muc", "collaboration/bookmarks",
		-- "web/upload", "web/websocket",
		-- "media/jingle",
	},
}
