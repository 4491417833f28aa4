-- The address that files are shared through. XEP-0363; the feature web/upload opens it.
-- The web server of stack/07-interfaces/http takes them in and hands them out.
-- PROSODY_UPLOAD_DOMAIN gives it another address than upload.<domain>; the certificate must hold that name.
-- PROSODY_UPLOAD_EXTERNAL_URL is its URL where a reverse proxy stands in front: https://upload.example.org/.
-- Change it for another name. Limits are in policies beside this file.

if not stack.feature "web/upload" then return end

local address = stack.env.string("PROSODY_UPLOAD_DOMAIN", "upload." .. stack.domain)

if address:match "^[^.]+%.(.+)$" ~= stack.domain then  -- clients find subdomains by themselves, others must be named
	VirtualHost(stack.domain)
	disco_items = { { address, "File sharing" } }
end

Component(address) "http_file_share"
name = "File sharing"  -- what clients call the service

local url = stack.env.string "PROSODY_UPLOAD_EXTERNAL_URL"
if url then
	http_external_url = url
	http_host = url:match "^https?://([^/:]+)"  -- the Host that the proxy passes on
end
