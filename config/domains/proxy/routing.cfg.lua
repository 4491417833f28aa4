-- Which way transfers through the server go, and for whom. XEP-0065.
-- PROSODY_PROXY_ADDRESS is the name or IP address that clients connect to where the component's own name does not lead to
-- this machine. PROSODY_PROXY_ACL lists the accounts or domains that may use it; unset, the people of this server.
-- Change it to let strangers in as well, who then send their files through your line.

if not stack.feature "media/file-transfer" then return end

Component(stack.env.string("PROSODY_PROXY_DOMAIN", "proxy." .. stack.domain))

proxy65_address = stack.env.string "PROSODY_PROXY_ADDRESS"
proxy65_acl = stack.env.list "PROSODY_PROXY_ACL"
proxy65_open_access = false
