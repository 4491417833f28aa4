-- Another name for slack-like, a team in channels.
-- Change it in team-collaboration/slack-like.

usecase_info = {
	name = "Team in channels",
	description = "Rooms that everybody finds and that stay, with a long history",
	features = { "groupchat/muc", "groupchat/moderation", "messaging/archive", "collaboration/bookmarks", "web/upload", "mobile/push" },
}

Include "slack-like.cfg.lua"
