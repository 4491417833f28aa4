-- Transfers through the server, for clients that cannot reach each other. XEP-0065; the feature media/file-transfer opens it.
-- It listens on a port of its own (PROSODY_PROXY_LISTEN, 5000), which the firewall must let through. Most of today's
-- clients share files by domains/upload instead.
-- PROSODY_PROXY_DOMAIN gives it another address than proxy.<domain>.
-- Change it for another name. Who may use it is in routing beside this file.

if not stack.feature "media/file-transfer" then return end

local address = stack.env.string("PROSODY_PROXY_DOMAIN", "proxy." .. stack.domain)

if address:match "^[^.]+%.(.+)$" ~= stack.domain then  -- clients find subdomains by themselves, others must be named
	VirtualHost(stack.domain)
	disco_items = { { address, "Transfers" } }
end

Component(address) "proxy65"
name = "Transfers"  -- what clients call the service
