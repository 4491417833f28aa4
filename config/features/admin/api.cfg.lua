-- Another name for integrations/rest-api: administration over HTTP goes through it.
-- Change nothing here; what it does is in features/integrations/rest-api.

feature_info = { alias = "integrations/rest-api" }
