-- Login in fewer round trips. XEP-0388 (SASL2), XEP-0386 (Bind 2), XEP-0198 inline, XEP-0484 (tokens), XEP-0474.
-- For Prosody 13, from prosody-modules; the same modules break logging in on 0.12. Who knows none of it logs in as before.
-- PROSODY_AUTH_FAST_TOKENS=true lets a client come back with a token instead of the password, for three weeks.
-- PROSODY_AUTH_DOWNGRADE_PROTECTION=false leaves out the proof that nobody took strong mechanisms off the list.
-- The policies paranoid and pci leave SASL2 out.
-- Change it where a client stumbles over the newer login.

feature_info = {
	description = "Login in fewer round trips (SASL2), tokens, protection against downgrades",
	depends = { "mobile/smacks" },
}

local tokens = stack.env.boolean("PROSODY_AUTH_FAST_TOKENS", false)
local protected = stack.env.boolean("PROSODY_AUTH_DOWNGRADE_PROTECTION", true)

if (stack.prosody_version or ""):match "^0%.12" then return end

if stack.available "sasl2" then
	modules_enabled = {
		"sasl2";
		"sasl2_bind2";  -- the session in the same breath
		"sasl2_sm";     -- … or the one that was cut, resumed
		tokens and "sasl2_fast" or nil;
	}
end

if protected and stack.available "sasl_ssdp" then
	modules_enabled = stack.append { "sasl_ssdp" }
end
