-- Short notes on what people do and how they are, for their contacts alone. XEP-0107 (mood), XEP-0108 (activity).
-- Change it to microblog where notes should stay.

usecase_info = {
	name = "Status updates",
	description = "What people do and how they are, for their contacts",
	features = { "collaboration/pep", "presence/caps", "presence/mood", "presence/activity", "presence/avatars" },
}

pep_service_cache_size = 4000  -- accounts whose nodes stay loaded: everybody's are asked for all the time
pep_info_cache_size = 40000
