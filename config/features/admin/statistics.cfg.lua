-- Another name for admin/metrics: the figures are the statistics.
-- Change nothing here; what it does is in features/admin/metrics.

feature_info = { alias = "admin/metrics" }
