-- Clients hear only of what they asked for. XEP-0115 (capabilities), XEP-0163.
-- The server remembers each client's capabilities and sends it no event that it would throw away.
-- It rests on personal eventing and needs nothing else from the server.
-- Change it (switch it off) together with the other features that need collaboration/pep.

feature_info = { description = "Events go only to clients that asked for them", depends = { "collaboration/pep" } }
