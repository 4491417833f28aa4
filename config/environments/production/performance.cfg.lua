-- Short pauses on a server that runs for months. The performance policies (PROSODY_PERFORMANCE_TIER) say more, by the number
-- of people, and have the last word.
-- Change it where memory grows from day to day: mode "incremental" frees it sooner, and pauses more.

gc = { mode = "generational", minor_threshold = 20, major_threshold = 50 }  -- most garbage is young; Lua 5.4 looks there
