-- Nodes that programs publish to and people or programs subscribe to. XEP-0060; the feature collaboration/pubsub opens it.
-- What clients publish for their contacts needs no address of its own (collaboration/pep).
-- PROSODY_PUBSUB_DOMAIN gives it another address than pubsub.<domain>.
-- Change it for another name, or to let nodes come into being by publishing: see stack/05-services/pubsub.

if not stack.feature "collaboration/pubsub" then return end

local address = stack.env.string("PROSODY_PUBSUB_DOMAIN", "pubsub." .. stack.domain)

if address:match "^[^.]+%.(.+)$" ~= stack.domain then  -- clients find subdomains by themselves, others must be named
	VirtualHost(stack.domain)
	disco_items = { { address, "Publish-subscribe" } }
end

Component(address) "pubsub"
name = "Publish-subscribe"  -- what clients call the service
