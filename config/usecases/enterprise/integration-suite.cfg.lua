-- Other programs of the company take part: gateways connect where integrations/components is on, programs send over HTTP
-- (integrations/rest-api), are called (integrations/webhooks) and publish (collaboration/pubsub).
-- Change the sizes to what the longest document needs.

usecase_info = {
	name = "Integrations",
	description = "Other programs of the company take part",
	features = { "collaboration/pubsub", "integrations/rest-api", "admin/metrics", "web/http" },
}

component_stanza_size_limit = 1048576  -- bytes
rest_stanza_size_limit = 524288        -- bytes
stack.each("pubsub", { pubsub_max_items = 1000 })
