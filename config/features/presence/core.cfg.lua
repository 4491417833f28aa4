-- Who is there, and who is on whose list. RFC 6121 sections 2 to 4: Prosody has both always on.
-- PROSODY_GROUPS_FILE names a file of groups whose members are on each other's list without asking:
--     [Office]
--     alice@example.org=Alice
-- Change it to share contacts in a team.

feature_info = { description = "Contacts and presence; shared groups of contacts from a file" }

if stack.env.string "PROSODY_GROUPS_FILE" then  -- read by stack/05-services/presence
	modules_enabled = { "groups" }
end
