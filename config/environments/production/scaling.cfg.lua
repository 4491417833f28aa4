-- What one process needs to take in many people at once. Prosody is one process on one processor: there is no cluster, no
-- second copy of a domain, no automatic scaling. More people than one takes are spread by domain over several servers.
-- Change the number to net.core.somaxconn of the machine; systemd's LimitNOFILE bounds how many can be connected.

network_settings = {
	tcp_backlog = 512;  -- connections that may wait when everybody comes back after a restart
}
