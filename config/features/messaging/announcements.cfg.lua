-- The operator speaks to everybody: now (announce, for administrators), to newcomers (welcome), at each login (motd).
-- PROSODY_MOTD is the text of each login, PROSODY_WELCOME the one for newcomers (stack/03-stanza/processing).
-- Change it (switch it off) where nobody should be able to write to all.

feature_info = { description = "Messages from the operator to everybody" }

modules_enabled = { "announce" }  -- an administrator's command in the client
if stack.env.string "PROSODY_MOTD" then
	modules_enabled = stack.append { "motd" }
end
if stack.env.string "PROSODY_WELCOME" then
	modules_enabled = stack.append { "welcome" }
end
