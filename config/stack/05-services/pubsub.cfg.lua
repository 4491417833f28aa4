-- Publishing to those who want to know: an account's own nodes, and components of the module pubsub.
-- XEP-0163 (personal eventing, the feature collaboration/pep), XEP-0060 (publish-subscribe, collaboration/pubsub),
-- XEP-0084 (avatars), XEP-0384 (keys of OMEMO live here).
-- Change the limits where a client keeps more in one node than fits.

pep_max_items = 256  -- per node: more rooms than that in their bookmarks have few people

-- A component for programs is opened by a domain; then its nodes come into being by hand only.
stack.each("pubsub", {
	autocreate_on_publish = false;
	autocreate_on_subscribe = false;
	default_admin_affiliation = "owner";  -- administrators own every node
	expose_publisher = false;             -- subscribers do not learn who published
	pubsub_max_items = 256;               -- per node
})
