-- Another name for web/upload: files are shared by uploading them.
-- Change nothing here; what it does is in features/web/upload.

feature_info = { alias = "web/upload" }
