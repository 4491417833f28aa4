-- Another name for media-sharing.
-- Change it in social-networking/media-sharing.

usecase_info = {
	name = "Sharing media",
	description = "Pictures and films that stay a while",
	features = { "web/upload", "collaboration/pep", "presence/avatars", "messaging/archive" },
}

Include "media-sharing.cfg.lua"
