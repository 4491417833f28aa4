-- Publish-subscribe
pubsub_max_items = 256
