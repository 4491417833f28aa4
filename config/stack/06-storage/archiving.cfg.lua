-- How long the archives keep messages. XEP-0313 (message archive), of accounts and of rooms.
-- Days, weeks or years ("30d", "4w", "1y") or "never": both versions understand these and nothing else alike.
-- Change it to what your people expect and the law allows; old messages go within a day of becoming too old.

archive_expires_after = "90d"  -- a quarter: enough for a device that was in a drawer
muc_log_expires_after = "90d"  -- the same for rooms
