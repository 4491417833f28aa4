-- Rooms of an organisation.
-- Change it where departments may find each other's rooms.

muc_room_default_persistent = true    -- a room stays when everybody has left
muc_room_default_members_only = true  -- who is not invited stays outside
muc_room_default_history_length = 50  -- lines for those who join without using the archive
