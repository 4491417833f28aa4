-- Another name for media/jingle: Jingle is the protocol of calls.
-- Change nothing here; what it does is in features/media/jingle.

feature_info = { alias = "media/jingle" }
