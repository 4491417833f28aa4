-- Another name for collaboration/bookmarks: clients keep both in the same place.
-- Change nothing here; what it does is in features/collaboration/bookmarks.

feature_info = { alias = "collaboration/bookmarks" }
