-- More memory for fewer reads. Prosody caches in its own process: there is no Redis and no memcached.
-- Change it (switch it off) on a small machine. PROSODY_PERFORMANCE_TIER sets the first four numbers by the number of people,
-- in place of these.

feature_info = { description = "Larger caches" }

pep_service_cache_size = 4000                 -- accounts whose personal nodes stay loaded
pep_info_cache_size = 40000                   -- … and whose lists of nodes do
blocklist_cache_size = 1024                   -- accounts whose block lists do
muc_room_cache_size = 400                     -- rooms in memory; the others wait on disk
storage_archive_item_limit_cache_size = 4000  -- archives whose length is known without counting
