-- Wakes a phone's radio less often than mobile/csi alone: more is collected before it is sent, and states of typing
-- are dropped rather than kept until the screen is lit (they are stale by then).
-- Change the number down where lit screens take long to catch up.

feature_info = { description = "Phones are woken less often", depends = { "mobile/csi" } }

csi_queue_size = 512  -- stanzas collected for a dark screen, in place of 256
if stack.available "filter_chatstates" then
	modules_enabled = { "filter_chatstates" }  -- from prosody-modules
end
