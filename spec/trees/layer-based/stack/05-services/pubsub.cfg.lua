-- Publish-subscribe services
pubsub_max_items = 256
