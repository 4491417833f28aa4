-- More figures: people active by day, week and month, stanzas by kind, and /server-status for a health check over HTTP.
-- From prosody-modules; the page is for this machine and its reverse proxy, which should not pass it on.
-- Change it (switch it off) where admin/metrics is enough.

feature_info = { description = "Active people, stanzas, a page for health checks", depends = { "admin/metrics" } }

for _, name in ipairs { "measure_active_users", "stanza_counter", "server_status" } do
	if stack.available(name) then
		modules_enabled = stack.append { name }
	end
end
server_status_show_hosts = { stack.domain }
