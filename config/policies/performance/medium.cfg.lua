-- A hundred to a thousand people at a time. Prosody does that with its defaults; memory is cleaned in generations.
-- What it bounds no later layer and no host exceeds; PROSODY_RESOURCE_LIMITS=false leaves the bounds out.
-- Change it never; choose another tier instead, with PROSODY_PERFORMANCE_TIER (auto takes it from the machine's limits).

gc = { mode = "generational", minor_threshold = 20, major_threshold = 50 }  -- Lua 5.4: most garbage is young

pep_service_cache_size = 1000  -- accounts whose personal nodes stay loaded
pep_info_cache_size = 10000
muc_room_cache_size = 200      -- rooms that nobody is in
blocklist_cache_size = 512     -- accounts whose block lists stay loaded

network_settings = { tcp_backlog = 128 }  -- connections that wait for an answer

if stack.env.boolean("PROSODY_RESOURCE_LIMITS", true) then
	c2s_stanza_size_limit = stack.at_most(262144)  -- bytes
	s2s_stanza_size_limit = stack.at_most(524288)
	smacks_max_queue_size = stack.at_most(500)     -- stanzas kept for a cut session
	smacks_hibernation_time = stack.at_most(7200)  -- seconds that it waits
	max_archive_query_results = stack.at_most(100) -- messages a page
end
