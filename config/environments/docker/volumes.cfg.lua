-- What must outlive the container: mount one volume, where the data are. Accounts, messages and shared files are in it, and
-- the pid file, by whose lock a second container on the same volume finds out that it is one too many.
-- Certificates are mounted into the folder certs beside prosody.cfg.lua, or where PROSODY_CERTIFICATES says.
-- Change it, or set PROSODY_DATA_PATH, where the volume is mounted elsewhere.

data_path = stack.env.string("PROSODY_DATA_PATH", "/var/lib/prosody")
pidfile = stack.env.string("PROSODY_PIDFILE", data_path .. "/prosody.pid")
