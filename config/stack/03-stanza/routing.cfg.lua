-- To which of a person's devices a message goes, and what happens when none is there.
-- RFC 6121 section 8, XEP-0280 (carbons, the feature messaging/carbons), XEP-0160 (offline messages, always on).
-- Change it where clients choose their priority badly. To cut a server off from the others, disable the module `s2s` as
-- environments/local does.

ignore_presence_priority = false  -- a device may say that it wants none (-1); true: every device counts the same
