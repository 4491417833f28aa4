-- Another name for groupchat/muc: rooms are where people work together.
-- Change nothing here; what it does is in features/groupchat/muc.

feature_info = { alias = "groupchat/muc" }
