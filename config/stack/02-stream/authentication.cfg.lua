-- How people prove who they are. RFC 4422 (SASL), RFC 5802 and RFC 7677 (SCRAM).
-- Change the method only before there are accounts: each method sees its own accounts and none of another.
-- PROSODY_PASSWORD_HASH=SHA-1 is for servers whose accounts were made with Prosody's default: under
-- SHA-256 their owners could not log in.

modules_enabled = {
	"saslauth";  -- login itself
}

authentication = "internal_hashed"  -- accounts in Prosody's own storage, passwords only as SCRAM hashes
password_hash = stack.env.string("PROSODY_PASSWORD_HASH", "SHA-256")
disable_sasl_mechanisms = { "DIGEST-MD5" }  -- broken, and clients that prefer it fail on hashed passwords
