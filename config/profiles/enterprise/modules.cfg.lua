-- What the profile adds to its features, and how it sizes their modules. The modules come from the features that
-- profile.cfg.lua lists.
-- Change it in a root of your own, where a file of this name takes the place of this one.

modules_enabled = {
	stack.available "list_inactive" and "list_inactive" or nil;  -- `prosodyctl mod_list_inactive HOST 1year`; prosody-modules
}

cthrottler_logins_count = 100  -- c2s_conn_throttle: connections a minute of one address, which a whole office shares
