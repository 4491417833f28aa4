-- Against spam from servers that let anybody in. Rules of the firewall module for strangers' messages and
-- subscription requests, reports by people (XEP-0377), and lists of known spammers.
-- PROSODY_SPAM_LISTS names services of such lists (Prosody 13); PROSODY_DNSBLS lists of the DNS for new accounts (13).
-- The other server's list of troublemakers in rooms is groupchat/moderation.
-- Change it (switch it off) on a server without federation.

feature_info = { description = "Strangers' spam is turned away", depends = { "security/firewall" } }

local lists = stack.env.list("PROSODY_SPAM_LISTS", {})
local dnsbl = stack.env.list("PROSODY_DNSBLS", {})

if stack.available "firewall" then
	firewall_scripts = { "firewall/spam.pfw" }
end

modules_enabled = { "mimicking" }  -- no name that only looks like another's
if stack.available "spam_reporting" then  -- packaged for 13; administrators hear of the reports
	modules_enabled = stack.append { "spam_reporting", "watch_spam_reports" }
end
if #lists > 0 and stack.available "anti_spam" then
	modules_enabled = stack.append { "anti_spam" }
	anti_spam_services = lists
end
if #dnsbl > 0 and stack.available "dnsbl" then
	modules_enabled = stack.append { "dnsbl" }
	dnsbls = dnsbl
end
