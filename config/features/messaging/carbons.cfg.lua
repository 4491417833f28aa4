-- Every device sees the whole conversation, the messages sent from another one included. XEP-0280.
-- Change it (switch it off) for devices that are not people's.

feature_info = { description = "All devices of a person see the whole conversation" }

modules_enabled = { "carbons" }
