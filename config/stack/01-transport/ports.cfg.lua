-- On which ports clients, other servers and transfers reach this one. RFC 6120 section 14.7, XEP-0368 (direct TLS).
-- The ports of the web server are in stack/07-interfaces/http, of gateways in stack/07-interfaces/components.
-- Change it where a port is taken or a firewall wants another; SRV records in the DNS must then name the new one.
-- An empty list switches a listener off.

-- Clients: with STARTTLS, and with TLS from the first byte, which passes networks that break STARTTLS.
c2s_ports = { stack.env.integer("PROSODY_C2S_LISTEN", 5222) }
c2s_direct_tls_ports = { stack.env.integer("PROSODY_C2S_TLS_LISTEN", 5223) }

-- Other servers, in the same two ways.
s2s_ports = { stack.env.integer("PROSODY_S2S_LISTEN", 5269) }
s2s_direct_tls_ports = { stack.env.integer("PROSODY_S2S_TLS_LISTEN", 5270) }

-- Transfers through the server, where domains/proxy opens them.
proxy65_ports = { stack.env.integer("PROSODY_PROXY_LISTEN", 5000) }

-- Every address of this machine, unless a list says otherwise. Plain HTTP stays on loopback anyway.
interfaces = stack.env.list "PROSODY_INTERFACES"

use_ipv6 = stack.env.boolean("PROSODY_IPV6", true)  -- false where the machine or container has none
