-- Nodes that programs publish to and others subscribe to. XEP-0060. domains/pubsub opens the component;
-- stack/05-services/pubsub says who may make nodes.
-- Change it (switch it on) for programs; people's own events need collaboration/pep alone.

feature_info = { description = "A publish-subscribe service for programs", extra = true }
