-- Prosody as the one process of a container: `prosody -F`, everything it has to say on the console, where Docker collects it.
-- Change it, or set PROSODY_LOG_LEVEL, to hear more or less.

log = { [stack.env.string("PROSODY_LOG_LEVEL", stack.environment == "production" and "info" or "debug")] = "*console" }
