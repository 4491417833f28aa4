-- Contacts, and who is there. RFC 6121 sections 2 to 4, XEP-0237 (roster versions).
-- Change it to give everybody a shared list of contacts (the module `groups`).

modules_enabled = {
	"roster";  -- the list of contacts
	-- When each account was last used, to find the forgotten ones: since Prosody 13.
	stack.available "account_activity" and "account_activity" or nil;
}
