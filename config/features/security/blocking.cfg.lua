-- People decide whom they do not want to hear from. XEP-0191.
-- Change nothing: the security policies from baseline on want it on.

feature_info = { description = "People can block others" }

modules_enabled = { "blocklist" }
