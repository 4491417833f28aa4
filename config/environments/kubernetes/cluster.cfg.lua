-- Prosody as a pod: everything on the console, where the cluster collects it. One replica, strategy Recreate: there is no
-- cluster of Prosodys, and two on one volume destroy it. The lock of the pid file beside the data finds the second one.
-- Change it, or set PROSODY_DATA_PATH and PROSODY_LOG_LEVEL, to what the manifest mounts and the operator wants to read.

log = { [stack.env.string("PROSODY_LOG_LEVEL", stack.environment == "production" and "info" or "debug")] = "*console" }

data_path = stack.env.string("PROSODY_DATA_PATH", "/var/lib/prosody")
pidfile = stack.env.string("PROSODY_PIDFILE", data_path .. "/prosody.pid")
