-- The domain of the people's addresses: alice@<domain>. PROSODY_DOMAIN names it, "localhost" is for trying out.
-- Change it to give this domain settings of its own; they go below the line that opens it.
-- A second domain is a file beside this folder that opens its own VirtualHost.

VirtualHost(stack.domain)
