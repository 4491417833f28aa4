-- What has no place on a server with real people, whichever security policy is chosen.
-- Change it for an hour, in local/, when a protocol error cannot be found otherwise, and tell the people.

-- Diagnostics write messages and passwords of databases into the log.
modules_disabled = { "stanza_debug", "debug_sql", "debug_reset", "scansion_record" }

http_errors_detailed = false  -- tracebacks are for the log
