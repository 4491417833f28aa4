-- Which streams must be encrypted, and whose word for its name a server has to prove. RFC 6120 section 5, RFC 7590.
-- Encryption from person to person (OMEMO, OpenPGP) is the clients' business: the server has nothing to load for it.
-- Change it for a single peer with a broken certificate: `s2s_insecure_domains = { "peer.example" }` in local/.

c2s_require_encryption = true  -- nobody's password or message travels in the clear
s2s_require_encryption = true  -- the same between servers
s2s_secure_auth = true         -- peers show a valid certificate; a DNS answer alone is too easily forged
