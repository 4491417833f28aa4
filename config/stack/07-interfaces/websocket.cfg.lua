-- Web clients over WebSocket, at /xmpp-websocket. RFC 7395.
-- Change it to leave web clients out. Which web pages may connect is decided by the browser's rules and
-- `http_cors_override`.

modules_enabled = {
	"websocket";  -- one lasting connection: the better way for web clients
}
