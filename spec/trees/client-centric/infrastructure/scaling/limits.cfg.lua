-- How much one client may send
limits = { c2s = { rate = "10kb/s" } }
