-- A cut connection is resumed without losing or doubling a message. XEP-0198.
-- How long a session waits is in stack/02-stream/management.
-- Change it (switch it off) for machines on a cable.

feature_info = { description = "Cut connections are resumed" }

modules_enabled = { "smacks" }
