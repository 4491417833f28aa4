-- Files from client to client, without a copy on the server. XEP-0065. domains/proxy opens the proxy that carries
-- what passes no firewall; it needs a port of its own (5000).
-- Change it (switch it on) where files must not rest on the server; phones fare better with web/upload.

feature_info = { description = "A proxy for files from client to client" }
