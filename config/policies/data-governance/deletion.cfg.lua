-- What is not needed goes: archives after 90 days, files after 30, names of deleted accounts after a year.
-- People delete their account themselves, and everything of it goes at once; `prosodyctl deluser` does the same.
-- What configuration cannot: delete from backups, from other servers, and from the archives of the people written to.
-- Change it never; leave the name out of PROSODY_DATA_GOVERNANCE instead. A policy that wants messages kept longer
-- (retention, hipaa, sox) ends in an error.

archive_expires_after = stack.at_most "90d"
muc_log_expires_after = stack.at_most "90d"
http_file_share_expires_after = stack.at_most(2592000)  -- seconds, 30 days …
http_file_share_expires_after = stack.at_least(86400)   -- … and no -1, which would be for ever
user_tombstone_expiry = stack.at_most(31536000)         -- seconds, a year
muc_tombstone_expiry = stack.at_most(2678400)           -- seconds, 31 days: names of destroyed rooms
invite_expiry = stack.at_most(604800)                   -- seconds, a week: invitations that nobody used

modules_enabled = stack.force(stack.append { "user_account_management" })
