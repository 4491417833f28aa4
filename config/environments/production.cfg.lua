-- A server that people rely on: quiet logs in files that Debian rotates, errors also where the system collects them.
-- Change it to log elsewhere; "debug" for a while helps to find out why a peer does not connect.

log = {
	info = "/var/log/prosody/prosody.log";
	error = "/var/log/prosody/prosody.err";
	{ levels = { "error" }, to = "syslog" };
}
