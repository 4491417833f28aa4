-- Where a server that people rely on writes: files that Debian rotates, errors also where the system collects them.
-- In a container the platform's word counts, and everything goes to the console.
-- Change it to log elsewhere, or set PROSODY_LOG_LEVEL=debug for a while to find out why a peer does not connect.

log = stack.default {
	[stack.env.string("PROSODY_LOG_LEVEL", "info")] = "/var/log/prosody/prosody.log";
	error = "/var/log/prosody/prosody.err";
	{ levels = { "error" }, to = "syslog" };
}
