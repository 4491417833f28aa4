-- How long the archives keep messages, and the web server shared files. XEP-0313 (message archive), XEP-0363 (files).
-- Days, weeks or years ("30d", "4w", "1y") or "never": both versions understand these and nothing else alike.
-- Change it, or set PROSODY_ARCHIVE_EXPIRY and its fellows, to what your people expect and the law allows; old messages go
-- within a day of becoming too old. The compliance and data-governance policies bound it.

archive_expires_after = stack.env.duration("PROSODY_ARCHIVE_EXPIRY", "90d")      -- enough for a device that was in a drawer
muc_log_expires_after = stack.env.duration("PROSODY_MUC_ARCHIVE_EXPIRY", "90d")  -- the same for rooms

local expiry = stack.env.duration("PROSODY_UPLOAD_EXPIRY", 2592000)  -- seconds: 30 days, then a shared file goes
http_file_share_expires_after = expiry == "never" and -1 or expiry

archive_store = "archive"  -- the store's name, if another program looks for it
mam_include_total = true   -- clients can show how much there is; counting is slow in very large archives

-- Typing notifications come and go, nobody looks them up.
dont_archive_namespaces = { "http://jabber.org/protocol/chatstates" }
