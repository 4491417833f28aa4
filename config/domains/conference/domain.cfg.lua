-- The address of the rooms. XEP-0045; how rooms behave is decided in stack/05-services/groupchat.
-- PROSODY_CONFERENCE_DOMAIN gives them another address than conference.<domain>.
-- Change it for settings that only these rooms have; they go below the line that opens the component.

local address = stack.env.string("PROSODY_CONFERENCE_DOMAIN", "conference." .. stack.domain)

if address:match "^[^.]+%.(.+)$" ~= stack.domain then  -- clients find subdomains by themselves, others must be named
	VirtualHost(stack.domain)
	disco_items = { { address, "Rooms" } }
end

Component(address) "muc"
name = "Rooms"  -- what clients call the service
