-- The people of this domain: who administers them, and who they all know.
-- PROSODY_DOMAIN_ADMINS administer this domain alone, PROSODY_ADMINS the whole server.
-- Change it where this domain's people differ from those of others on the server: `authentication` or
-- `default_archive_policy` written here count for this domain alone.

VirtualHost(stack.domain)

admins = stack.env.list "PROSODY_DOMAIN_ADMINS"
