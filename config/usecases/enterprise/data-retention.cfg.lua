-- Messages and files stay for long. A policy makes a duty of it: PROSODY_DATA_GOVERNANCE=retention.
-- Change the times, with PROSODY_ARCHIVE_EXPIRY, PROSODY_MUC_ARCHIVE_EXPIRY and PROSODY_UPLOAD_EXPIRY.

usecase_info = {
	name = "Keeping",
	description = "Messages and files stay for years",
	features = { "messaging/archive", "groupchat/muc", "web/upload" },
}

archive_expires_after = stack.env.duration("PROSODY_ARCHIVE_EXPIRY", "3y")
muc_log_expires_after = stack.env.duration("PROSODY_MUC_ARCHIVE_EXPIRY", "3y")

local expiry = stack.env.duration("PROSODY_UPLOAD_EXPIRY", 31536000)  -- seconds: a year
http_file_share_expires_after = expiry == "never" and -1 or expiry
storage_archive_item_limit = 1000000  -- messages of one account: plain files would stop at 10000
