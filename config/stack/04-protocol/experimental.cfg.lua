-- What is still in motion: modules of prosody-modules, and options that Prosody does not promise to keep.
-- Features bring the modules, none of them in the profiles minimal and standard without being asked for.
-- XEP-0425 (moderation), UnifiedPush, XEP-0485 (server information).
-- Change it when you want to try one, and look at the log afterwards.

storage_archive_experimental_fast_delete = false  -- Prosody 13, storage "internal": its authors still measure

unified_push_backend = "storage"         -- registrations are kept, not signed: works on both versions, needs no key
unified_push_registration_ttl = 86400    -- seconds, a day: phones renew it by themselves
