-- WebSocket support (RFC 7395)
modules_enabled = { "websocket" }
