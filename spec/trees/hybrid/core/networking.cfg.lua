-- Network listeners and ports
c2s_ports = { 5222 }
s2s_ports = { 5269 }
