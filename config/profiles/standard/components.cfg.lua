-- Rooms of a group of people who know each other.
-- Change it where strangers meet in the rooms.

muc_room_default_persistent = true  -- a room stays when everybody has left
