-- A thousand to ten thousand people at a time. A database (PROSODY_DB_DRIVER=PostgreSQL) keeps up better than files.
-- What it bounds no later layer and no host exceeds; PROSODY_RESOURCE_LIMITS=false leaves the bounds out.
-- Change it never; choose another tier instead, with PROSODY_PERFORMANCE_TIER (auto takes it from the machine's limits).

gc = { mode = "generational", minor_threshold = 20, major_threshold = 50 }  -- Lua 5.4: most garbage is young

pep_service_cache_size = 5000  -- accounts whose personal nodes stay loaded
pep_info_cache_size = 50000
muc_room_cache_size = 1000     -- rooms that nobody is in
blocklist_cache_size = 2048    -- accounts whose block lists stay loaded
mam_include_total = false      -- counting large archives is slow

network_settings = { tcp_backlog = 512, read_size = 16384 }  -- connections that wait; bytes read in one go
limits = { s2sin = { rate = "100kb/s" } }                    -- more people behind each peer

if stack.env.boolean("PROSODY_RESOURCE_LIMITS", true) then
	c2s_stanza_size_limit = stack.at_most(131072)  -- bytes
	s2s_stanza_size_limit = stack.at_most(262144)
	smacks_max_queue_size = stack.at_most(300)     -- stanzas kept for a cut session
	smacks_hibernation_time = stack.at_most(900)   -- seconds that it waits
	smacks_max_old_sessions = stack.at_most(5)
	csi_queue_size = stack.at_most(256)            -- stanzas held back for a dark screen
	max_archive_query_results = stack.at_most(50)  -- messages a page
end
