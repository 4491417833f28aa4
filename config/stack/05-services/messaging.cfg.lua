-- Messages after they were sent: the archive, and waking up phones.
-- XEP-0313 (message archive, the feature messaging/archive), XEP-0357 (push notifications, mobile/push).
-- How long the archive keeps them is decided in stack/06-storage/archiving.
-- Change it where the law or your people's taste wants fewer messages kept: "roster" keeps those of contacts alone,
-- false those that the owner of the account asked to keep.

default_archive_policy = true   -- kept unless the owner of the account says otherwise
max_archive_query_results = 50  -- a page; clients ask for the next one

push_notification_with_body = false    -- the push services of Apple and Google learn that something came,
push_notification_with_sender = false  -- not what, and not from whom
push_max_devices = 5                   -- of one account: old phones are forgotten
push_max_errors = 16                   -- in a row, then a device is given up
push_max_hibernation_timeout = 259200  -- seconds, 3 days: a phone that was woken has so long to come back
