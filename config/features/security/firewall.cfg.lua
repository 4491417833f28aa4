-- Rules for every stanza, from the files of config/firewall: the firewall module of prosody-modules.
-- rate.pfw slows down who sends to very many, spam.pfw asks what a stranger may send (see features/security/antispam),
-- strangers.pfw is for the policy paranoid. A site's own file is one line in local/:
-- `firewall_scripts = { "local/mine.pfw" }` (paths from the folder of prosody.cfg.lua; the list accumulates).
-- Change it (switch it off) where prosody-modules' rules are too much machinery.

feature_info = { description = "Rules for every stanza" }

if stack.available "firewall" then
	modules_enabled = { "firewall" }
	firewall_scripts = { "firewall/rate.pfw" }
end
