-- A team that answers: rooms of its own that stay, and an address that every new account finds among its contacts.
-- The address is support@<domain>: an account that somebody watches, or a program.
-- Change the times, with PROSODY_ARCHIVE_EXPIRY and PROSODY_MUC_ARCHIVE_EXPIRY, to how long cases are looked up.

usecase_info = {
	name = "Helpdesk",
	description = "A team that answers, with rooms of its own and an address that everybody finds",
	features = { "groupchat/muc", "messaging/archive", "messaging/announcements", "web/upload" },
}

if stack.available "support_contact" then  -- from prosody-modules
	modules_enabled = { "support_contact" }
end
muc_room_default_persistent = true    -- a case stays open when all have left
muc_room_default_members_only = true  -- … and is the team's own
archive_expires_after = stack.env.duration("PROSODY_ARCHIVE_EXPIRY", "2y")
muc_log_expires_after = stack.env.duration("PROSODY_MUC_ARCHIVE_EXPIRY", "2y")
