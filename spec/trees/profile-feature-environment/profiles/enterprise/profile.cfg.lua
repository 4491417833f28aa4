profile_info = {
	name = "Enterprise";
	features = { "authentication", "messaging", "collaboration", "web", "mobile", "security", "performance", "admin" };
}
