-- For whom this profile is, and what sets it apart.
-- Change the list of features; each can be switched by PROSODY_FEATURES_<GROUP>_<NAME>=true or false all the same.

profile_info = {                     -- read before the file runs, so it holds literal values
	name = "NAME";
	description = "FOR WHOM";
	target_users = "10-100";
	features = {
		"authentication/basic", "messaging/archive", "groupchat/muc", "web/upload", "security/blocking";
	};
}

default_archive_policy = "roster"    -- what features and environments do not say otherwise
