-- Another name for presence/avatars: the picture is part of the profile.
-- Change nothing here; what it does is in features/presence/avatars.

feature_info = { alias = "presence/avatars" }
