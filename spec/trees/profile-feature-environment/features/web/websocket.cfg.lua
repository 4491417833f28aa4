-- WebSocket support
modules_enabled = { "websocket" }
