-- Prosody as a service of systemd, as Debian's package brings it: `prosody -F`, the pid file in /run/prosody. What no
-- environment sends elsewhere goes to syslog, which is the journal.
-- Secrets come as credentials: LoadCredential=prosody-turn-secret:/path in a drop-in of prosody.service. Other variables
-- belong in .env rather than in Environment=, which prosodyctl does not see.
-- Change it where the unit has another RuntimeDirectory.

log = stack.default { [stack.env.string("PROSODY_LOG_LEVEL", "info")] = "*syslog" }

pidfile = stack.env.string("PROSODY_PIDFILE", "/run/prosody/prosody.pid")
