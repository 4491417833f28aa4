-- Experimental features
pep_max_items = 256
