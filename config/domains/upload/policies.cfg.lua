-- How much of the disk this service may take, who may share, and what kind of files. XEP-0363.
-- How large a file may be is decided for every such service in stack/07-interfaces/http, for how long it stays in
-- stack/06-storage/archiving.
-- Change the quota, with PROSODY_UPLOAD_QUOTA, to what the disk bears.

if not stack.feature "web/upload" then return end

Component(stack.env.string("PROSODY_UPLOAD_DOMAIN", "upload." .. stack.domain))

http_file_share_global_quota = stack.env.bytes("PROSODY_UPLOAD_QUOTA", 10737418240)  -- 10 GiB in all

http_file_share_access = stack.env.list "PROSODY_UPLOAD_ACCESS"             -- domains beside our own whose people may
http_file_share_allowed_file_types = stack.env.list "PROSODY_UPLOAD_TYPES"  -- image/*, text/plain …; any unless set

-- Shown in browsers; all else is saved, for a web page that somebody uploads could act in the name of this server.
http_file_share_safe_file_types = { "image/*", "video/*", "audio/*", "text/plain" }
