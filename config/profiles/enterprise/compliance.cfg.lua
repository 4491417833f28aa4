-- What auditors ask of any organisation: no more than needed is logged and shown. The regimes themselves are policies
-- (PROSODY_COMPLIANCE=gdpr,iso27001) and force what this only sets.
-- Change it where an investigation needs addresses for a while.

log_auth_ips = "failure"      -- addresses of failed logins alone
lastlog_ip_address = false    -- when somebody was here, not from where
disco_expose_admins = false   -- administrators are nobody's list
