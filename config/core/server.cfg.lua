-- What the server says about itself to those who ask.
-- XEP-0092 (software version), XEP-0157 (contact addresses), XEP-0030 (who administers).
-- PROSODY_ADMIN_EMAIL names whom operators of other servers write to before they block this one.
-- Change it to say more, or less. Whether it answers at all is for the feature admin/information.

hide_os_type = true          -- the operating system is nobody's business, an attacker's least
disco_expose_admins = false  -- nor are the administrators' accounts

local mail = stack.env.string "PROSODY_ADMIN_EMAIL"
if mail then
	local address = { "mailto:" .. mail }
	contact_info = { admin = address, abuse = address, security = address, support = address }
end
