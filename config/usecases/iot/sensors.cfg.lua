-- Devices that report: small messages, a slow rate, and no more kept than somebody reads.
-- Change the sizes to what the longest report needs.

usecase_info = {
	name = "Sensors",
	description = "Devices that report",
	features = { "mobile/smacks", "collaboration/pubsub" },
}

c2s_stanza_size_limit = 65536  -- bytes
limits = { c2s = { rate = "3kb/s", burst = "5s" } }
archive_expires_after = stack.env.duration("PROSODY_ARCHIVE_EXPIRY", "1w")
smacks_hibernation_time = 3600          -- seconds that a device may be out of reach and resume
restrict_room_creation = true           -- devices open no rooms
