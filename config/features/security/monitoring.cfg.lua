-- Who tried to log in, and from where: for fail2ban, and to notice guessing. log_auth of prosody-modules.
-- Administrators hear of every new account.
-- Change it (switch it off) where addresses may not be logged at all.

feature_info = { description = "Failed logins are logged, new accounts reported" }

modules_enabled = { "watchregistrations" }
if stack.available "log_auth" then
	modules_enabled = stack.append { "log_auth" }
end
