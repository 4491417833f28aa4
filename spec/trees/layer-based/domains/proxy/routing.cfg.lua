-- Proxy routing rules
Component "proxy.example.org" "proxy65"
	proxy65_open_access = false
