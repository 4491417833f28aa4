-- What the profile adds to its features, or takes from what is always on: nothing. The modules come from profile.cfg.lua's
-- features; a module that is no feature is added here.
-- Change it in a root of your own, where a file of this name takes the place of this one.

modules_enabled = {}
