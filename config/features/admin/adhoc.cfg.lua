-- Administration from a chat client, for administrators alone: PROSODY_ADMINS, and PROSODY_DOMAIN_ADMINS for their domain.
-- XEP-0133, XEP-0050.
-- Change it (switch it off) where administration is for those who can log in to the machine.

feature_info = { description = "Administration from a chat client" }

modules_enabled = { "admin_adhoc" }
