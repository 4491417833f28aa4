-- What people do with their own account: change the password, delete it. XEP-0077.
-- Logging in itself is no feature: stack/02-stream/authentication has it always on.
-- Change it (switch it off) where a directory keeps the passwords, or nobody may leave by himself.

feature_info = { description = "People change their password and delete their account themselves" }

modules_enabled = { "user_account_management" }
