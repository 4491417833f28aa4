-- Messages after they were sent: the archive, and waking up phones.
-- XEP-0313 (message archive), XEP-0357 (push notifications).
-- How long the archive keeps them is decided in stack/06-storage/archiving.
-- Change it where the law or your people's taste wants fewer messages kept.

modules_enabled = {
	"mam";  -- a device that was away, or is new, catches up
	-- Phones sleep until there is something to read: part of Prosody 13, and of prosody-modules for 0.12.
	stack.available "cloud_notify" and "cloud_notify" or nil;
}

default_archive_policy = true   -- kept unless the owner of the account says otherwise
max_archive_query_results = 50  -- a page; clients ask for the next one

push_notification_with_body = false    -- the push services of Apple and Google learn that something came,
push_notification_with_sender = false  -- not what, and not from whom
