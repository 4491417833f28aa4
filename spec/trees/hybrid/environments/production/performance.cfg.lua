-- Production performance tuning
gc = { mode = "generational" }
