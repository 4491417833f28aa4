-- A server for a handful of people, or for devices: messages, contacts, federation, and nothing else.
-- No archive, no rooms, no files, no web server, so little to look after and little to attack.
-- Change it by switching single features on: PROSODY_FEATURES_MESSAGING_ARCHIVE=true.

profile_info = {
	name = "Minimal",
	description = "Messages, contacts and federation; little to look after",
	target_users = "1-10",
	features = {
		"authentication/basic",
		"messaging/core",
		"presence/core",
		"security/federation",
		"security/blocking",
		"admin/shell",
	},
}

limits = { c2s = { rate = "5kb/s", burst = "4s" } }  -- text needs no more; the burst takes in a login
