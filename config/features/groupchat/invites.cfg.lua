-- Another name for groupchat/muc: invitations to rooms are part of them.
-- Change nothing here; what it does is in features/groupchat/muc.

feature_info = { alias = "groupchat/muc" }
