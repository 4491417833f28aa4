-- Faces and profiles, for today's clients and yesterday's alike.
-- XEP-0084 and XEP-0292 (today's), XEP-0054 and XEP-0153 (yesterday's), XEP-0398 (the same picture for both).
-- Change it (switch it off) where accounts are devices.

feature_info = { description = "Pictures and profiles of people", depends = { "collaboration/pep" } }

modules_enabled = {
	"vcard4";        -- profiles as today's clients write them
	"vcard_legacy";  -- … and the same profiles and pictures for yesterday's
}
