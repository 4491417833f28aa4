-- Phones that are without a network for long: the session waits two hours for them, not half an hour, and what is
-- older comes from the archive. XEP-0198, XEP-0313.
-- Change the time down where memory is short: every waiting session keeps its messages in it.

feature_info = {
	description = "Phones may be without a network for long",
	depends = { "messaging/archive", "mobile/smacks" },
}

smacks_hibernation_time = 7200  -- seconds
