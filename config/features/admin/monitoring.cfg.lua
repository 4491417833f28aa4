-- More figures: people active by day, week and month, stanzas by kind, and /server-status for a health check over HTTP.
-- From prosody-modules. The page asks nobody who he is, and HTTPS is open to all: keep its path from strangers in the reverse
-- proxy and the port's firewall, where the number of stanzas and the name of the domain are not to be known.
-- Change it (switch it off) where admin/metrics is enough.

feature_info = { description = "Active people, stanzas, a page for health checks", depends = { "admin/metrics" } }

for _, name in ipairs { "measure_active_users", "stanza_counter", "server_status" } do
	if stack.available(name) then
		modules_enabled = stack.append { name }
	end
end
server_status_show_hosts = { stack.domain }
