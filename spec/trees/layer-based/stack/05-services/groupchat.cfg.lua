-- MUC and group messaging
muc_room_default_public = false
