-- Where the server before the server writes: everything, into a file of its own. In a container the platform's word counts.
-- Change it, or set PROSODY_LOG_LEVEL=info, to see what production would write.

log = stack.default {
	[stack.env.string("PROSODY_LOG_LEVEL", "debug")] = "/var/log/prosody/staging.log";
	error = "/var/log/prosody/prosody.err";
}
