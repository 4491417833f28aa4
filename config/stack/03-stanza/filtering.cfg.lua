-- What is turned away. XEP-0191 (blocking), XEP-0377 (spam reporting), XEP-0165 (names that imitate others).
-- People block for themselves (the feature security/blocking); rules for the whole server are scripts of mod_firewall
-- (security/firewall); lists that others keep of spammers are for security/antispam.
-- XEP-0016 (privacy lists) conflicts with blocking and is not served.
-- Change the cache up where very many people are online at once.

blocklist_cache_size = 256               -- accounts whose list stays in memory
bounce_blocked_messages = false          -- the blocked are not told that they are; Prosody 13 alone asks
firewall_experimental_user_marks = true  -- scripts can remember an account (MARK USER), in its own storage
