-- Who was let in, who was not, who came new. Nothing in Prosody's packages records what administrators do.
-- It only sets; what must stay on is a policy: PROSODY_COMPLIANCE=audit.
-- Change it where addresses of successful logins are wanted as well: log_auth_ips = "all".

usecase_info = {
	name = "Audit log",
	description = "Failed logins, new accounts and last use are recorded",
	features = { "security/monitoring", "presence/last-activity", "admin/monitoring" },
}

log_auth_ips = "failure"
statistics = "internal"
statistics_interval = 60
