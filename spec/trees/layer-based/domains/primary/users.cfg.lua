-- User policies for this domain
VirtualHost "example.org"
	allow_registration = false
