-- Moderators take back what others wrote in a room. XEP-0425. From prosody-modules.
-- PROSODY_MUC_RTBL names a service whose list of troublemakers keeps them out of all rooms (stack/05-services/groupchat).
-- Change it (switch it off) where nobody may make messages disappear.

feature_info = { description = "Moderators take back messages in rooms", depends = { "groupchat/muc" } }

if stack.available "muc_moderation" then
	stack.each("muc", { modules_enabled = { "muc_moderation" } })
end
if stack.env.string "PROSODY_MUC_RTBL" and stack.available "muc_rtbl" then
	stack.each("muc", { modules_enabled = { "muc_rtbl" } })
end
