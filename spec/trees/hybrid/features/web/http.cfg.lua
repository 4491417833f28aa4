-- HTTP server setup
http_ports = { 5280 }
