-- On which ports clients and other servers reach this one. RFC 6120 section 14.7, XEP-0368 (direct TLS).
-- The ports of the web interfaces are in stack/07-interfaces/http.
-- Change it where a port is taken or a firewall wants another; SRV records in the DNS must then name the new one.
-- An empty list switches a listener off.

-- Clients: with STARTTLS, and with TLS from the first byte, which passes networks that break STARTTLS.
c2s_ports = { stack.env.integer("PROSODY_C2S_LISTEN", 5222) }
c2s_direct_tls_ports = { stack.env.integer("PROSODY_C2S_TLS_LISTEN", 5223) }

-- Other servers, in the same two ways.
s2s_ports = { stack.env.integer("PROSODY_S2S_LISTEN", 5269) }
s2s_direct_tls_ports = { stack.env.integer("PROSODY_S2S_TLS_LISTEN", 5270) }

-- Every address of this machine, unless a list says otherwise. Plain HTTP stays on loopback anyway.
interfaces = stack.env.list "PROSODY_INTERFACES"
