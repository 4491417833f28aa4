-- The same rooms on every device, whichever way a client stores them. XEP-0402, XEP-0048, XEP-0049.
-- Change it (switch it off) where there are no rooms.

feature_info = { description = "The same rooms on every device", depends = { "collaboration/pep" } }

modules_enabled = {
	"bookmarks";
	"private";  -- old clients keep their settings and bookmarks here
}
