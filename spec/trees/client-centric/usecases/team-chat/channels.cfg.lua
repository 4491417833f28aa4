-- Channel-based messaging
muc_room_default_public = true
