-- The web server inside Prosody: file uploads, BOSH and WebSocket live in it. XEP-0156 (how web clients find them) is for
-- the web server of your domain: see README.md.
-- Change it where a reverse proxy stands in front: it talks to the plain port, passes Host, X-Forwarded-For and
-- X-Forwarded-Proto on, and its address belongs into PROSODY_TRUSTED_PROXIES so that Prosody believes it.
-- PROSODY_WEB_ORIGINS=https://chat.example.org lets pages of these sites alone connect; unset, any page may.

http_ports = { stack.env.integer("PROSODY_HTTP_LISTEN", 5280) }    -- plain, on loopback only, for a reverse proxy
https_ports = { stack.env.integer("PROSODY_HTTPS_LISTEN", 5281) }  -- TLS, for everybody
http_interfaces = stack.env.list "PROSODY_HTTP_INTERFACES"         -- the plain port elsewhere than on loopback

trusted_proxies = { "127.0.0.1", "::1", table.unpack(stack.env.list("PROSODY_TRUSTED_PROXIES", {})) }

-- Shared files, for every service of them (domains/upload opens one).
local limit = stack.env.bytes("PROSODY_UPLOAD_LIMIT", 104857600)
http_file_share_size_limit = limit  -- a file: 100 MiB hold some video
local quota = math.min(limit, math.maxinteger // 10) * 10
http_file_share_daily_quota = stack.env.bytes("PROSODY_UPLOAD_DAILY_QUOTA", quota)  -- a person and day

http_errors_detailed = false  -- visitors learn that something failed, the log what
http_dir_listing = false      -- where files are served, nobody sees what else is there

local origins = stack.env.list "PROSODY_WEB_ORIGINS"
if origins then
	local these = { enabled = true, origins = origins }
	http_cors_override = { bosh = these, websocket = these, file_share = these }
end
