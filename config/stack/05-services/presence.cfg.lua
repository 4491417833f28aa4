-- Contacts, and who is there. RFC 6121 sections 2 to 4, XEP-0237 (roster versions).
-- Change it, or name a file with PROSODY_GROUPS_FILE, to give everybody shared contacts: lines of `[Group name]` and
-- below each its members as `user@host=Name`. The feature presence/core loads what reads it.

modules_enabled = {
	"roster";  -- the list of contacts
}

groups_file = stack.env.string "PROSODY_GROUPS_FILE"  -- relative to the folder of prosody.cfg.lua

lastlog_ip_address = false  -- the module lastlog2 remembers when somebody was here, not from where
