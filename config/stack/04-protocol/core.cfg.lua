-- What every client takes for granted.
-- RFC 6121, XEP-0030 (service discovery), XEP-0115 (capabilities), XEP-0049 (private storage), XEP-0077 (passwords).
-- Change it hardly ever: without these, clients do not work.

modules_enabled = {
	"disco";                    -- what can this server do, and where are its rooms?
	"private";                  -- old clients keep their settings and bookmarks here
	"user_account_management";  -- people change their password and delete their account themselves
}
