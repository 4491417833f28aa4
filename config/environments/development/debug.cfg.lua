-- A server on a developer's desk: everything in the terminal, stanzas in full, errors as they are.
-- What the security policy promises holds here too.
-- Change it, or set PROSODY_LOG_LEVEL=info, when the terminal is too full.

log = { [stack.env.string("PROSODY_LOG_LEVEL", "debug")] = "*console" }

http_errors_detailed = true  -- web pages show what went wrong

modules_enabled = {
	"stanza_debug";                                                     -- each stanza that comes or goes
	stack.env.string "PROSODY_DB_DRIVER" and "debug_sql" or nil;        -- each query
}
