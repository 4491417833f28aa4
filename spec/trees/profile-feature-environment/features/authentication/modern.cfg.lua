-- features/authentication/modern.cfg.lua
-- Modern Authentication Features
-- XEP-0388: Extensible SASL Profile (SASL2)
-- XEP-0386: Bind 2
-- XEP-0484: Fast Authentication Streamlining Tokens

modules_enabled = modules_enabled or {}

-- SASL2 support
if os.getenv("PROSODY_FEATURES_AUTH_SASL2") ~= "false" then
    table.insert(modules_enabled, "sasl2")
    table.insert(modules_enabled, "sasl2_bind2")

    -- SASL2 configuration
    sasl2_require_encryption = true
    sasl2_fast_enabled = os.getenv("PROSODY_AUTH_FAST_TOKENS") == "true"
end

-- Modern authentication mechanisms
sasl_enabled_mechanisms = {
    "SCRAM-SHA-256",
    "SCRAM-SHA-1",
    "PLAIN"  -- Only over TLS
}

-- Downgrade protection
if os.getenv("PROSODY_AUTH_DOWNGRADE_PROTECTION") ~= "false" then
    table.insert(modules_enabled, "sasl_ssdp")
end
