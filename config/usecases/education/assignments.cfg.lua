-- Homework is handed in as a file, and stays until it has been marked. XEP-0363.
-- Change the sizes and the time, with PROSODY_UPLOAD_LIMIT and PROSODY_UPLOAD_EXPIRY, to the school's year.

usecase_info = {
	name = "Assignments",
	description = "Homework is handed in as a file that stays for half a year",
	features = { "web/upload", "groupchat/muc", "messaging/archive" },
}

http_file_share_size_limit = stack.env.bytes("PROSODY_UPLOAD_LIMIT", 52428800)         -- bytes a file: 50 MiB
local expiry = stack.env.duration("PROSODY_UPLOAD_EXPIRY", 15552000)  -- seconds: half a year
http_file_share_expires_after = expiry == "never" and -1 or expiry
archive_expires_after = stack.env.duration("PROSODY_ARCHIVE_EXPIRY", "1y")
