-- Messages as such. RFC 6121 sections 5 and 8, XEP-0160 (offline messages).
-- Nothing to load: Prosody delivers messages, and keeps them for who is away, without being told. The name stands
-- here because profiles list it; corrections (XEP-0308) need nothing more from a server either.
-- Change nothing; stack/03-stanza/processing and routing say how messages travel.

feature_info = { description = "Messages are delivered, and kept for who is away: always on" }
