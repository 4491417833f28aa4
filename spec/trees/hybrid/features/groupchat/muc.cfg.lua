-- Multi-User Chat (XEP-0045)
muc_room_default_public = false
