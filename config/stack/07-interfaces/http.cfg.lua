-- The web server inside Prosody: file uploads, BOSH and WebSocket live in it.
-- XEP-0156 (how web clients find them) is for the web server of your domain: see README.md.
-- Change it where a reverse proxy stands in front: it talks to the plain port on loopback and must be in
-- `trusted_proxies`, so that Prosody believes it about the visitor's address and about TLS.

http_ports = { stack.env.integer("PROSODY_HTTP_LISTEN", 5280) }    -- plain, on loopback only, for a reverse proxy
https_ports = { stack.env.integer("PROSODY_HTTPS_LISTEN", 5281) }  -- TLS, for everybody

trusted_proxies = { "127.0.0.1", "::1" }
