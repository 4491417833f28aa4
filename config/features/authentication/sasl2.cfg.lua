-- Another name for authentication/modern: SASL2 is its heart.
-- Change nothing here; what it does is in features/authentication/modern.

feature_info = { alias = "authentication/modern" }
