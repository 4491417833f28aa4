-- Devices that obey: commands (XEP-0050) reach them while they are connected, and wait while they are not.
-- Change the time up where networks are lost for longer.

usecase_info = {
	name = "Commands",
	description = "Devices that obey",
	features = { "mobile/smacks" },
}

c2s_stanza_size_limit = 65536   -- bytes
smacks_hibernation_time = 3600  -- seconds: what was sent meanwhile arrives when the device is back
smacks_max_queue_size = 100     -- stanzas that wait; a device that missed more begins anew
smacks_max_ack_delay = 10       -- seconds without a receipt until the device counts as gone
restrict_room_creation = true   -- devices open no rooms
