-- How rooms behave, wherever a domain opens a component of the module muc (domains/conference does).
-- XEP-0045 (rooms), XEP-0313 (their archive), XEP-0421 (occupant identifiers), XEP-0486 (room avatars).
-- XEP-0369 (MIX) does not exist in Prosody.
-- Change it for all rooms; for the rooms of one component see domains/conference/rooms.

restrict_room_creation = "local"         -- our own people create rooms, strangers do not
component_admins_as_room_owners = false  -- administrators are not in everybody's room; 0.12 and 13 differ here
muc_room_locking = false                 -- a new room works at once, as clients expect
muc_room_default_public = false          -- nobody finds a room that its owner has not announced
muc_room_default_history_length = 20     -- lines for those who join without using the archive
muc_room_default_change_subject = false  -- the owner sets the subject
muc_room_allow_persistent = true         -- anybody may keep a room
muc_room_allow_public = true             -- … and announce it
muc_tombstones = true                    -- a destroyed room's name is not taken over by strangers
muc_tombstone_expiry = 2678400           -- seconds, 31 days

muc_log_by_default = true    -- archived unless the room's owner says otherwise
muc_log_all_rooms = false    -- … whose say it is
muc_log_presences = false    -- who came and went fills archives and helps nobody

-- A list of spammers that other operators keep, for the module muc_rtbl.
muc_rtbl_jid = stack.env.string "PROSODY_MUC_RTBL"
muc_rtbl_node = "muc_bans_sha256"
