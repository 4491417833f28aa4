-- Nobody gets a deleted account's name, and with it its friends.
-- Change it (switch it off) where names may be given again; how long they stay is `user_tombstone_expiry`.

feature_info = { description = "Names of deleted accounts are not given again" }

modules_enabled = { "tombstones" }
