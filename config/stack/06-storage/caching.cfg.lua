-- What stays in memory although it is stored. Prosody keeps these caches itself; it speaks to no Redis or memcached, and
-- there is no module for one.
-- Change the sizes with the number of people who are online at once: the performance policies and the feature
-- performance/caching set the first three.

pep_service_cache_size = 1000  -- accounts whose personal nodes stay loaded
pep_info_cache_size = 10000    -- … and whose lists of nodes do
muc_room_cache_size = 100      -- rooms; beyond that, the one that was used longest ago waits on disk

archive_cleanup_date_cache_size = 1000        -- accounts that are marked for cleaning today: spares a write for each message
muc_log_cleanup_date_cache_size = 1000        -- rooms, likewise
storage_archive_item_limit_cache_size = 1000  -- accounts of which is known how full their archive is
