-- Another name for integrations/external-auth: somebody else checks the passwords.
-- Change nothing here; what it does is in features/integrations/external-auth.

feature_info = { alias = "integrations/external-auth" }
