profile_info = {
	name = "Development";
	features = { "authentication/basic", "messaging/core", "admin/shell" };
}
