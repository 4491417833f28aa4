-- Holds back what a dark screen does not need: who came and went, who is typing. XEP-0352.
-- Change it (switch it off) where there are no phones.

feature_info = { description = "Phones with a dark screen are left in peace" }

modules_enabled = { "csi_simple" }
