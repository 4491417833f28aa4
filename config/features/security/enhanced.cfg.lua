-- Several at once: rules for stanzas, spam, names of deleted accounts, failed logins, and slower guessing.
-- The policy PROSODY_SECURITY_LEVEL=enhanced is another thing: it forces, this only switches on.
-- Change it by switching the features below one by one.

feature_info = {
	description = "The features against attackers and spammers, all at once",
	depends = { "security/firewall", "security/antispam", "security/tombstones", "security/monitoring" },
}

if stack.available "c2s_conn_throttle" then
	modules_enabled = { "c2s_conn_throttle" }  -- an address connects so often a minute; prosody-modules
end
