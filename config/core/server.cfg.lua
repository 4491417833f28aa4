-- What the server says about itself to those who ask.
-- XEP-0092 (software version), XEP-0202 (time), XEP-0012 (uptime), XEP-0157 (contact addresses).
-- Change it to say more, or less.

local mail = stack.env.string "PROSODY_ADMIN_EMAIL"

modules_enabled = {
	"version";                              -- which software this is: people who help with a problem ask first
	"time";                                 -- the server's clock, to see whether two servers disagree
	"uptime";                               -- since when it runs
	mail and "server_contact_info" or nil;  -- whom operators of other servers tell of abuse before they block us
}

hide_os_type = true  -- the operating system is nobody's business, an attacker's least

if mail then
	local address = { "mailto:" .. mail }
	contact_info = { admin = address, abuse = address, security = address }
end
