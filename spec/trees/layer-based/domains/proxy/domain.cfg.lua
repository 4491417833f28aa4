-- Proxy/gateway domain
Component "proxy.example.org" "proxy65"
