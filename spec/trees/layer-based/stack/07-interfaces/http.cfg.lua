-- HTTP server and APIs
http_ports = { 5280 }
