-- Which streams must be encrypted, and whose word for its name a server has to prove. RFC 6120 section 5, RFC 7590.
-- Encryption from person to person (OMEMO, OpenPGP) is the clients' business: the server has nothing to load for it.
-- Change it, or set PROSODY_S2S_INSECURE_DOMAINS, for a single peer with a broken certificate.

c2s_require_encryption = true         -- nobody's password or message travels in the clear
s2s_require_encryption = true         -- the same between servers
allow_unencrypted_plain_auth = false  -- passwords never as they are outside TLS
s2s_secure_auth = true                -- peers show a valid certificate; a DNS answer alone is too easily forged

-- Peers whose certificate nobody can check: dialback is all that stands for their name. Encrypted all the same.
s2s_insecure_domains = stack.env.list "PROSODY_S2S_INSECURE_DOMAINS"
