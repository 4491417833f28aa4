-- WebSocket connections
modules_enabled = { "websocket" }
