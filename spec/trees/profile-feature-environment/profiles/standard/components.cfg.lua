-- MUC, file sharing
muc_room_default_public = false
