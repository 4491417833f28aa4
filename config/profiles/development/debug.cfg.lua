-- What is kept is small, so that tests begin again soon, and problems show at once rather than after a timeout.
-- Change the numbers to the edge that you are testing.

archive_expires_after = "1d"
smacks_hibernation_time = 60  -- seconds
c2s_timeout = 60              -- seconds for a client to log in
