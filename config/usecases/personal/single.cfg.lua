-- One person's own address on the Internet, with several devices and friends elsewhere.
-- Change the number where the machine is larger than a small board.

usecase_info = {
	name = "One person",
	description = "One's own address, several devices, friends elsewhere",
	features = { "messaging/carbons", "messaging/archive", "collaboration/bookmarks", "web/upload", "mobile/push", "security/federation" },
}

archive_expires_after = stack.env.duration("PROSODY_ARCHIVE_EXPIRY", "never")  -- it is yours
pep_service_cache_size = 20  -- accounts whose nodes stay loaded
muc_room_cache_size = 20     -- rooms in memory; the others wait on disk
restrict_room_creation = true
