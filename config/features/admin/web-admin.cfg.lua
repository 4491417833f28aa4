-- Another name for web/admin: administration in a browser.
-- Change nothing here; what it does is in features/web/admin.

feature_info = { alias = "web/admin" }
