-- How long a trial's data live: shorter than in production, so that clearing up is tried as well and copies of real data
-- do not stay. Accounts come from `prosodyctl adduser`, or from a copy of the data folder.
-- Change it where a test needs older messages, or set PROSODY_ARCHIVE_EXPIRY and its fellows.

archive_expires_after = stack.env.duration("PROSODY_ARCHIVE_EXPIRY", "2w")
muc_log_expires_after = stack.env.duration("PROSODY_MUC_ARCHIVE_EXPIRY", "2w")

local expiry = stack.env.duration("PROSODY_UPLOAD_EXPIRY", 604800)  -- seconds: a week
http_file_share_expires_after = expiry == "never" and -1 or expiry
