-- Domain-specific feature toggles
VirtualHost "example.org"
	modules_enabled = { "lastactivity" }
