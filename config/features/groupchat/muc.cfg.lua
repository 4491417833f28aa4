-- Rooms. XEP-0045. domains/conference opens them; stack/05-services/groupchat says how they behave.
-- Invitations (XEP-0249) are part of them.
-- Change it (switch it off) where people talk in pairs only.

feature_info = { description = "Rooms" }

-- Pictures of rooms (XEP-0486): a module of prosody-modules for 0.12, built into Prosody 13.
if (stack.prosody_version or ""):match "^0%.12" and stack.available "vcard_muc" then
	stack.each("muc", { modules_enabled = { "vcard_muc" } })
end
