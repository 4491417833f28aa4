-- What the profile adds to its features: nothing. The modules come from the features that profile.cfg.lua lists; a
-- module that is no feature is added here.
-- Change it in a root of your own, where a file of this name takes the place of this one.

modules_enabled = {}
