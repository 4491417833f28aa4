-- What the package sets
pidfile = "/run/prosody/prosody.pid"
