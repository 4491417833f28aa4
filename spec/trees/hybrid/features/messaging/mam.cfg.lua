-- features/messaging/mam.cfg.lua
-- Always enabled, but configured based on context

modules_enabled = {
    "mam",           -- XEP-0313: Message Archive Management
    "mam_muc",       -- MAM for group chats
}

-- Auto-configure based on use case
local use_case = prosody.use_case or "general"

if use_case:match("team%-collaboration") then
    -- Team chat needs longer retention
    archive_expires_after = "2y"
    max_archive_query_results = 2000
elseif use_case:match("customer%-support") then
    -- Support needs permanent retention
    archive_expires_after = "never"
    max_archive_query_results = 5000
else
    -- Default configuration
    archive_expires_after = "1y"
    max_archive_query_results = 1000
end
