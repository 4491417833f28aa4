-- Clients with little memory or a line that costs: everything comes in small pieces, and acknowledgements are asked for
-- seldom.
-- Change the sizes to what fits the smallest of them.

client_info = {
	name = "Constrained clients",
	description = "Little memory, or a line that costs",
	features = { "mobile/smacks", "mobile/csi" },
	modules = { "smacks", "csi_simple" },
}

c2s_stanza_size_limit = 32768        -- bytes
smacks_max_queue_size = 100          -- stanzas kept for a cut session
smacks_max_unacked_stanzas = 10      -- sent before a receipt is asked for
muc_room_default_history_length = 5  -- lines on joining a room
max_archive_query_results = 10       -- messages a page
