-- `prosodyctl shell`: the running server answers, over a socket that only the prosody user (and root) can open.
-- Change it (switch it off) where nobody may look into the running server; most commands of prosodyctl 13 go with it.

feature_info = { description = "The shell of the running server" }

modules_enabled = { "admin_shell" }
