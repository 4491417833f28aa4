-- Another name for messaging/archive: MAM is the archive's protocol.
-- Change nothing here; what it does is in features/messaging/archive.

feature_info = { alias = "messaging/archive" }
