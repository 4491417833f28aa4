-- Another name for admin/information: the contact is part of it.
-- Change nothing here; what it does is in features/admin/information.

feature_info = { alias = "admin/information" }
