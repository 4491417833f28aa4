-- The process: where its number stands and which rights its files get.
-- Change it where Prosody is started in an unusual way. Whether it goes to the background is no option but a flag
-- (`prosody -F` stays, `prosody -D` goes).

-- `prosodyctl reload` and `status` find the running server through this file; Debian's service makes the folder.
pidfile = stack.env.string("PROSODY_PIDFILE", "/run/prosody/prosody.pid")

umask = "027"  -- accounts and messages are for the prosody user alone, its group may read
