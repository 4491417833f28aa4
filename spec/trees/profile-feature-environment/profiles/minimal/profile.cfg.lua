profile_info = {
	name = "Minimal";
	features = { "authentication/basic", "messaging/core" };
}
