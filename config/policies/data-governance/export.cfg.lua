-- People can take what is theirs with them: contacts, messages, profile, bookmarks, fetched by a client.
-- XEP-0227 is the format for whole accounts: an administrator writes it with `prosody-migrator` and the storage xep0227.
-- What configuration cannot: a button to download everything; there is no such module in Prosody's packages.
-- Change it never; leave the name out of PROSODY_DATA_GOVERNANCE instead.

-- What gives a person's data back is not switched off where a feature has it on.
modules_disabled = stack.force(stack.remove { "roster", "private", "pep", "vcard4", "vcard_legacy", "bookmarks", "mam" })
mam_include_total = stack.force(true)             -- the client knows when it has everything
max_archive_query_results = stack.at_least(30)    -- messages a page: fewer would take for ever
http_file_share_expires_after = stack.at_least(86400)  -- seconds: a shared file can be fetched for a day at least
