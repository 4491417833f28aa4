-- A device that was away, or is new, catches up. XEP-0313, of accounts and of rooms.
-- How long messages are kept is decided in stack/06-storage/archiving and by policies.
-- Change it (switch it off) where nothing may be kept; messages for who is away wait in any case.

feature_info = { description = "Messages are archived, for devices that were away" }

modules_enabled = { "mam" }
stack.each("muc", { modules_enabled = { "muc_mam" } })
