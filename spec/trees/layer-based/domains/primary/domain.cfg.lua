-- Main domain configuration
VirtualHost "example.org"
