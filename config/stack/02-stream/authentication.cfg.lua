-- How people prove who they are. RFC 4422 (SASL), RFC 5802 and RFC 7677 (SCRAM), XEP-0388 (SASL2), XEP-0484 (FAST).
-- Change the method only before there are accounts: each method sees its own accounts and none of another. A directory
-- or an OAuth server takes over with the variables of stack/08-integration.
-- PROSODY_PASSWORD_HASH=SHA-1 is for servers whose accounts were made with Prosody's default: under
-- SHA-256 their owners could not log in.

modules_enabled = {
	"saslauth";  -- login itself
}

authentication = stack.default "internal_hashed"  -- accounts in Prosody's own storage, passwords only as SCRAM hashes

password_hash = stack.env.string("PROSODY_PASSWORD_HASH", "SHA-256")
if password_hash ~= "SHA-256" and password_hash ~= "SHA-1" then
	error(("PROSODY_PASSWORD_HASH is %q, expected SHA-256 or SHA-1"):format(password_hash))
end

disable_sasl_mechanisms = { "DIGEST-MD5" }  -- broken, and clients that prefer it fail on hashed passwords

sasl2_fast_token_ttl = 1814400    -- seconds, 3 weeks: so long an unused device logs in without the password
sasl2_fast_token_min_ttl = 86400  -- seconds, a day: after which a token is exchanged for a new one
