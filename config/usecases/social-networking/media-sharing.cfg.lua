-- Pictures and films that stay a while. XEP-0363, XEP-0447.
-- Change the sizes, with PROSODY_UPLOAD_LIMIT, PROSODY_UPLOAD_DAILY_QUOTA and PROSODY_UPLOAD_QUOTA, to what the disk bears.

usecase_info = {
	name = "Sharing media",
	description = "Pictures and films that stay a while",
	features = { "web/upload", "collaboration/pep", "presence/avatars", "messaging/archive" },
}

local limit = stack.env.bytes("PROSODY_UPLOAD_LIMIT", 524288000)
http_file_share_size_limit = limit                                                      -- bytes a file: 500 MiB
local quota = math.min(limit, math.maxinteger // 4) * 4
http_file_share_daily_quota = stack.env.bytes("PROSODY_UPLOAD_DAILY_QUOTA", quota)  -- bytes a person and day

local expiry = stack.env.duration("PROSODY_UPLOAD_EXPIRY", 31536000)  -- seconds: a year
http_file_share_expires_after = expiry == "never" and -1 or expiry
