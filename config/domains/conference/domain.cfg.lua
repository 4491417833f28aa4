-- The address of the rooms. XEP-0045; the feature groupchat/muc opens it.
-- PROSODY_CONFERENCE_DOMAIN gives them another address than conference.<domain>.
-- Change it for a second service of rooms, or another name. How rooms behave is decided in rooms beside this file and,
-- for all services, in stack/05-services/groupchat.

if not stack.feature "groupchat/muc" then return end

local address = stack.env.string("PROSODY_CONFERENCE_DOMAIN", "conference." .. stack.domain)

if address:match "^[^.]+%.(.+)$" ~= stack.domain then  -- clients find subdomains by themselves, others must be named
	VirtualHost(stack.domain)
	disco_items = { { address, "Rooms" } }
end

Component(address) "muc"
name = "Rooms"  -- what clients call the service
