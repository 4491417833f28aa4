-- Gateways and bots that are programs of their own. XEP-0114.
-- PROSODY_COMPONENTS=irc,telegram gives irc.<domain> and telegram.<domain> to whoever shows PROSODY_COMPONENT_SECRET; a name
-- with a dot stands as it is. One without the other is an error. A secret for each is templates/component.template.lua.
-- Change the addresses, with PROSODY_COMPONENT_INTERFACES, where the program runs on another machine.

component_ports = { stack.env.integer("PROSODY_COMPONENT_LISTEN", 5347) }  -- opened with the first of them
component_interfaces = stack.env.list "PROSODY_COMPONENT_INTERFACES"       -- loopback unless set
component_conflict_resolve = "kick_new"                                    -- two of one name: the first one stays
component_tcp_keepalives = true                                            -- finds one that died without a word

local names = stack.env.list "PROSODY_COMPONENTS"
if names then
	for _, name in ipairs(names) do
		local address = name:find(".", 1, true) and name or name .. "." .. stack.domain
		if address:match "^[^.]+%.(.+)$" ~= stack.domain then  -- clients find subdomains by themselves
			VirtualHost(stack.domain)
			disco_items = stack.append { { address, name } }
		end
		Component(address)
		component_secret = stack.env.secret "PROSODY_COMPONENT_SECRET"
	end
elseif stack.env.secret("PROSODY_COMPONENT_SECRET", "") ~= "" then
	error("PROSODY_COMPONENT_SECRET is set, but not PROSODY_COMPONENTS: name the components, or unset the secret")
end
