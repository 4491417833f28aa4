-- How much the server writes about itself, and where to when nobody says more: to the terminal, from where systemd and
-- containers collect it. Where an environment or a platform knows better, it says so.
-- PROSODY_LOG_LEVEL is one of debug, info, warn, error.
-- Change it where another destination suits every environment; `log` in local/ has the last word.

local level = stack.env.string("PROSODY_LOG_LEVEL", "info")
if not level:match "^%l+$" or not ({ debug = true, info = true, warn = true, error = true })[level] then
	error(("PROSODY_LOG_LEVEL is %q, expected debug, info, warn or error"):format(level))
end

log = stack.default { [level] = "*console" }
