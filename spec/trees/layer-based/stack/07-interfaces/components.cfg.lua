-- External components
component_ports = { 5347 }
