-- How web clients come in: an Ingress speaks TLS to them and plain HTTP to port 5280, for the domain and the upload domain.
-- PROSODY_INGRESS_CIDR=10.244.0.0/16 is the network of its pods: it is believed about visitors, and URLs lose Prosody's port.
-- Probes ask by address instead of by name, the domain answers them.
-- Change it, with PROSODY_HTTP_EXTERNAL_URL and PROSODY_UPLOAD_EXTERNAL_URL, where the Ingress has other names.

http_interfaces = stack.env.list("PROSODY_HTTP_INTERFACES", { "*", stack.env.boolean("PROSODY_IPV6", true) and "::" or nil })
http_default_host = stack.domain

local pods = stack.env.list "PROSODY_INGRESS_CIDR"
if pods then
	trusted_proxies = pods
	VirtualHost(stack.domain)
	http_external_url = stack.default("https://" .. stack.domain .. "/")
	if stack.feature "web/upload" then
		local address = stack.env.string("PROSODY_UPLOAD_DOMAIN", "upload." .. stack.domain)
		Component(address)
		http_external_url = stack.default("https://" .. address .. "/")
	end
end
