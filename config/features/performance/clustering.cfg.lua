-- Several servers. Prosody is one process and knows no cluster: two that share a database do not see each other's
-- people. What exists is sharding: each node serves its own domains (PROSODY_SHARD=2/5, domains/tenants), and nodes
-- that answer for one domain's dialback need one secret, PROSODY_DIALBACK_SECRET, where each start would roll a new one.
-- Change it (switch it on) where a name is served by more than one process, one after the other.

feature_info = { description = "Nodes that serve a share of the domains", extra = true }

dialback_secret = stack.env.secret "PROSODY_DIALBACK_SECRET"
