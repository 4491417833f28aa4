-- Devices that report and obey. They write little and seldom, lose the network often, and nobody sits in front of them.
-- Change the sizes to what the longest message of yours needs.

client_info = {
	name = "Devices",
	description = "Sensors and actors that report and obey",
	features = { "mobile/smacks", "collaboration/pubsub" },
	modules = { "smacks", "pubsub", "ping" },
}

c2s_stanza_size_limit = 65536                      -- bytes
limits = { c2s = { rate = "3kb/s", burst = "5s" } }
smacks_hibernation_time = 3600                     -- seconds that a device may be out of reach and resume
smacks_max_old_sessions = 3                        -- they reconnect and forget
