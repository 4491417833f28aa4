-- A record for auditors, whatever their regime: who was let in, who was not, who came new, when accounts were last used.
-- What configuration does: the modules below stay on, for every host. Failed logins stand in the log with their address,
-- new accounts and reports of abuse go to the administrators.
-- What it cannot: there is no audit module in Prosody's packages that records what administrators do, and the log is as
-- safe as the machine: send it elsewhere by syslog. Whether it is logged at level info is decided by the environment.
-- Change it never; leave the name out of PROSODY_COMPLIANCE instead.

local record = { "watchregistrations" }
for _, name in ipairs { "log_auth", "stanza_counter", "spam_reporting", "account_activity" } do
	if stack.available(name) then
		table.insert(record, name)
	end
end
if not stack.available "account_activity" and stack.available "lastlog2" then
	table.insert(record, "lastlog2")  -- the same, for 0.12
end
if stack.available "spam_reporting" then
	table.insert(record, "watch_spam_reports")
end

modules_enabled = stack.force(stack.append(record))
log_auth_ips = stack.force "failure"
