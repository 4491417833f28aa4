-- Kubernetes deployment settings
consider_websocket_secure = true
