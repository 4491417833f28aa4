-- Multi-user chat
muc_room_default_public = false
