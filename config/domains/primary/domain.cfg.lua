-- The domain of the people's addresses: alice@<domain>. PROSODY_DOMAIN names it, "localhost" is for trying out.
-- PROSODY_HTTP_EXTERNAL_URL is how web clients reach this domain's web server where a reverse proxy stands in front under
-- another name or port: https://chat.example.org/.
-- Change it to give this domain settings of its own; they go below the line that opens it. A second domain is a file of
-- its own (templates/vhost.template.lua), many of them are tenants/.

VirtualHost(stack.domain)

local url = stack.env.string "PROSODY_HTTP_EXTERNAL_URL"
if url then
	http_external_url = url
	http_host = url:match "^https?://([^/:]+)"  -- the Host that the proxy passes on
end
