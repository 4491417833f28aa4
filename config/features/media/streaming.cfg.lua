-- Another name for media/jingle: sound and pictures stream from client to client.
-- Change nothing here; what it does is in features/media/jingle.

feature_info = { alias = "media/jingle" }
