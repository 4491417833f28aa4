-- How a stream survives bad networks and sleeping phones.
-- XEP-0198 (stream management), XEP-0352 (client state indication), XEP-0199 (ping).
-- Change the waiting time up where phones lose messages' order or log in all the time, down where memory is short.

modules_enabled = {
	"smacks";      -- resumes a cut connection without losing or doubling a message
	"csi_simple";  -- holds back what a dark screen does not need
	"ping";        -- lets clients find out that the connection is dead
}

smacks_hibernation_time = 1800  -- seconds that a cut session waits: a tunnel, a change of networks, a reboot
smacks_max_queue_size = 500     -- stanzas kept for it; beyond that it is ended and offline storage takes over
