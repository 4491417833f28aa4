-- Who administers the server, everywhere on it.
-- XEP-0133 (service administration), XEP-0050 (ad-hoc commands).
-- Change it, or set PROSODY_ADMINS, to make someone an administrator. Administrators of one domain alone are named in
-- domains/primary/users. By which means they work is for the features of the group admin.

admins = stack.env.list("PROSODY_ADMINS", {})  -- full addresses; the accounts are created separately
