-- How connections of clients and servers come in: through a Service of type LoadBalancer, which forgets connections that
-- are silent for some minutes, and hides where they come from unless it speaks the PROXY protocol.
-- PROSODY_PROXY_PROTOCOL_FROM=10.0.0.0/8 names the balancers that do, on ports 15222 and 15269
-- (PROSODY_PROXY_C2S_LISTEN, PROSODY_PROXY_S2S_LISTEN); only Prosody 13 has what it takes, in prosody-modules.
-- Change the silence to less than the balancer's patience.

network_settings = {
	read_timeout = 240;  -- seconds, then a silent connection is spoken to
}

local balancers = stack.env.list "PROSODY_PROXY_PROTOCOL_FROM"
if balancers then
	if not stack.available "net_proxy" then
		error("PROSODY_PROXY_PROTOCOL_FROM needs the module net_proxy, which prosody-modules has for Prosody 13")
	end
	modules_enabled = { "net_proxy" }
	proxy_trusted_proxies = balancers
	proxy_port_mappings = {
		[stack.env.integer("PROSODY_PROXY_C2S_LISTEN", 15222)] = "c2s";
		[stack.env.integer("PROSODY_PROXY_S2S_LISTEN", 15269)] = "s2s";
	}
end
