-- Less work for the same service: memory is cleaned in generations (Lua 5.4), and silent connections to other servers
-- are closed (prosody-modules; after how long is in stack/01-transport/connections).
-- Change it (switch it off) to keep silent connections open. environments/production and the tiers set `gc` as well: change
-- it in local/ where memory grows too much between two clean-ups.

feature_info = { description = "Less work for the same service" }

gc = { mode = "generational", minor_threshold = 20, major_threshold = 50 }

if stack.available "s2s_idle_timeout" then
	modules_enabled = { "s2s_idle_timeout" }
end
