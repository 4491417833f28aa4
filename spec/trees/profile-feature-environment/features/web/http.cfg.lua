-- HTTP services base
http_ports = { 5280 }
