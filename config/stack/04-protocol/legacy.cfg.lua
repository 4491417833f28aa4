-- What clients and proxies of yesterday need, and what is done with the data that they left.
-- XEP-0054 (vCards), XEP-0049 and XEP-0048 (private bookmarks), RFC 3920 (the old registration).
-- XEP-0078 (login without SASL) sends passwords as they are, every security level forbids it; XEP-0016 (privacy lists) and
-- XEP-0025 (polling) are gone from Prosody.
-- Change an entry to false once nobody's client is that old any more.

upgrade_legacy_vcards = true     -- an old profile is taken over when its owner logs in
upgrade_legacy_bookmarks = true  -- so are the bookmarks
migrate_legacy_blocking = true   -- so are the privacy lists of old Prosody, as far as they block; Prosody 13
registration_compat = true       -- passwords are changed also the way old clients ask for it
muc_hats_compat = false          -- badges in rooms also as they were before Prosody 13
http_legacy_x_forwarded = true   -- reverse proxies say X-Forwarded-For, hardly any the newer Forwarded; Prosody 13
