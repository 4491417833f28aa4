-- Teachers and parents: closed rooms that the server's administrators open for teachers, and announcements to all.
-- Change `restrict_room_creation` to "local" where parents may open rooms as well.

usecase_info = {
	name = "Parents",
	description = "Closed rooms that administrators open, and announcements to all",
	features = { "groupchat/muc", "messaging/archive", "messaging/announcements", "mobile/push" },
}

restrict_room_creation = true         -- administrators alone
muc_room_default_members_only = true  -- who was invited
muc_room_default_public = false
muc_room_default_persistent = true
