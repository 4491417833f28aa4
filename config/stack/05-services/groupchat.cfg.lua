-- How rooms behave, wherever a domain opens a component of the module muc (domains/conference does).
-- XEP-0045 (rooms), XEP-0313 (their archive), XEP-0421 (occupant identifiers), XEP-0486 (room avatars).
-- Change it for all rooms; for the rooms of one component write the option inside that component.

local avatars_apart = (stack.prosody_version or ""):match "^0%.12" and stack.available "vcard_muc"

stack.each("muc", {
	modules_enabled = {
		"muc_mam";                             -- who joins later can read what was said
		avatars_apart and "vcard_muc" or nil;  -- room avatars; Prosody 13 has them built in
	};
})

restrict_room_creation = "local"         -- our own people create rooms, strangers do not
component_admins_as_room_owners = false  -- administrators are not in everybody's room; 0.12 and 13 differ here
muc_room_locking = false                 -- a new room works at once, as clients expect
muc_room_default_public = false          -- nobody finds a room that its owner has not announced
muc_room_default_history_length = 20     -- lines for those who join without using the archive
muc_log_by_default = true                -- archived unless the room's owner says otherwise
muc_tombstones = true                    -- a destroyed room's name is not taken over by strangers
