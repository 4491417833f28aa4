-- profiles/standard/profile.cfg.lua
profile_info = {
    name = "Standard",
    description = "Full-featured XMPP server for small to medium teams",
    target_users = "10-100",
    stability = "production-ready",
    features = {
        "authentication/basic",
        "authentication/modern",
        "messaging/core",
        "messaging/archive",
        "collaboration/muc",
        "web/http",
        "mobile/push",
        "security/firewall"
    }
}

-- Profile-specific defaults
default_archive_policy = "roster"
muc_room_default_public = false
http_upload_file_size_limit = 50 * 1024 * 1024  -- 50MB
