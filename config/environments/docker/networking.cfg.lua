-- Inside a container, loopback is reached by nobody: the plain web port listens on all addresses, for a reverse proxy in
-- another container. Publish ports 5222, 5223, 5269, 5270 and 5281, but not 5280.
-- The proxy's network belongs into PROSODY_TRUSTED_PROXIES=172.20.0.0/16, else its visitors are not believed to use TLS.
-- Change it, or set PROSODY_HTTP_INTERFACES=127.0.0.1, where no proxy needs the plain port.

http_interfaces = stack.env.list("PROSODY_HTTP_INTERFACES", { "*", stack.env.boolean("PROSODY_IPV6", true) and "::" or nil })
