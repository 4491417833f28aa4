-- Messages are kept for at least so long: PROSODY_RETENTION, a year unless set. Of accounts and of rooms.
-- What configuration cannot: stop a person from asking the archive to skip a contact, or keep readable what clients
-- encrypt. Backups are your own.
-- Change the time with the variable. A policy that wants them gone earlier (gdpr, deletion) ends in an error.

local duration = stack.env.duration("PROSODY_RETENTION", "1y")

archive_expires_after = stack.at_least(duration)
muc_log_expires_after = stack.at_least(duration)
default_archive_policy = stack.one_of { true, "roster" }
muc_log_by_default = stack.force(true)
storage_archive_item_limit = stack.at_least(1000000000)  -- plain files would stop at 10000 messages

modules_enabled = stack.force(stack.append { "mam" })
stack.each("muc", { modules_enabled = stack.force(stack.append { "muc_mam" }) })
