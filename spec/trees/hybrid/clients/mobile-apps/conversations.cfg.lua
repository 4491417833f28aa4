-- clients/mobile-apps/conversations.cfg.lua
-- Optimizations specifically for Conversations app

if prosody.client_optimizations and
   prosody.client_optimizations:match("conversations") then

    -- Conversations-specific push notification settings
    cloud_notify_priority_threshold = 1
    cloud_notify_max_devices = 5

    -- Optimize for mobile battery life
    c2s_timeout = 300  -- 5 minutes instead of default

    -- Enable features Conversations uses well
    modules_enabled = modules_enabled or {}
    table.insert(modules_enabled, "bookmarks2")  -- XEP-0402
    table.insert(modules_enabled, "pep_vcard_avatar")  -- XEP-0398
end
