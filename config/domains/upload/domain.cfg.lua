-- Sharing files: XEP-0363. The web server of stack/07-interfaces/http takes them in and hands them out.
-- PROSODY_UPLOAD_DOMAIN gives it another address than upload.<domain>; the certificate must hold that name.
-- Change the limits to what the disk bears.

local address = stack.env.string("PROSODY_UPLOAD_DOMAIN", "upload." .. stack.domain)

if address:match "^[^.]+%.(.+)$" ~= stack.domain then  -- clients find subdomains by themselves, others must be named
	VirtualHost(stack.domain)
	disco_items = { { address, "File sharing" } }
end

Component(address) "http_file_share"
name = "File sharing"  -- what clients call the service

local limit = stack.env.bytes("PROSODY_UPLOAD_LIMIT", 104857600)
http_file_share_size_limit = limit          -- bytes a file: 100 MiB hold a few minutes of video
http_file_share_daily_quota = 10 * limit    -- bytes a person and day
http_file_share_global_quota = 10737418240  -- 10 GiB in all, so that it never fills the disk
http_file_share_expires_after = 2592000     -- seconds: 30 days, then the file goes
