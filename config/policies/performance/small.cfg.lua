-- Up to a hundred people at a time, on a machine with little memory.
-- What it bounds no later layer and no host exceeds; PROSODY_RESOURCE_LIMITS=false leaves the bounds out.
-- Change it never; choose another tier instead, with PROSODY_PERFORMANCE_TIER (auto takes it from the machine's limits).

gc = { mode = "incremental", threshold = 105, speed = 500 }  -- little garbage at any time, for more work

pep_service_cache_size = 200  -- accounts whose personal nodes stay loaded
pep_info_cache_size = 2000
muc_room_cache_size = 50      -- rooms that nobody is in
blocklist_cache_size = 64     -- accounts whose block lists stay loaded

if stack.env.boolean("PROSODY_RESOURCE_LIMITS", true) then
	c2s_stanza_size_limit = stack.at_most(262144)   -- bytes
	s2s_stanza_size_limit = stack.at_most(524288)
	smacks_max_queue_size = stack.at_most(500)      -- stanzas kept for a cut session
	smacks_hibernation_time = stack.at_most(7200)   -- seconds that it waits
	max_archive_query_results = stack.at_most(100)  -- messages a page
	http_max_content_size = stack.at_most(10485760) -- bytes of one request; file uploads have limits of their own
end
