-- Saving traffic. XEP-0138 (stream compression) does not exist in Prosody, on purpose: together with encryption it
-- gives away what is written (CRIME), and so does compression inside TLS, which therefore stays off.
-- What comes nearest is XEP-0352: stanzas that a dark screen does not need are held back and go out together, in one
-- burst that the radio of a phone wakes up for once.
-- Change the size up on thin lines, down where memory is short; the feature mobile/csi does the holding back.

csi_queue_size = 256           -- stanzas held back for one device at most
csi_resume_inactive_delay = 5  -- seconds until holding back goes on after something important went through
