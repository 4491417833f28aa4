-- Administration from a chat client, for the accounts of PROSODY_ADMINS alone. XEP-0133, XEP-0050.
-- Change it (switch it off) where administration is for those who can log in to the machine.

feature_info = { description = "Administration from a chat client" }

modules_enabled = { "admin_adhoc" }
