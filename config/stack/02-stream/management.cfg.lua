-- How a stream survives bad networks and sleeping phones.
-- XEP-0198 (stream management, the feature mobile/smacks), XEP-0199 (ping).
-- Change the waiting time up where phones lose messages' order or log in all the time, down where memory is short.

modules_enabled = {
	"ping";  -- lets clients find out that the connection is dead
}

smacks_hibernation_time = 1800             -- seconds that a cut session waits: a tunnel, a change of networks, a reboot
smacks_max_queue_size = 500                -- stanzas kept for it; beyond that it is ended and offline storage takes over
smacks_max_unacked_stanzas = 0             -- asks for a receipt as soon as nothing else is to be sent
smacks_max_inactive_unacked_stanzas = 256  -- … of a phone that sleeps only after so many, to let it sleep
smacks_max_ack_delay = 30                  -- seconds without a receipt, then the connection counts as dead
smacks_max_old_sessions = 10               -- per account: sessions that may still be asked what had arrived
smacks_enabled_s2s = true                  -- between servers as well
