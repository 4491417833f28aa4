-- Web clients over one lasting connection, at /xmpp-websocket. RFC 7395.
-- Change it (switch it off) where nobody chats in a browser.

feature_info = { description = "Web clients over WebSocket", depends = { "web/http" } }

modules_enabled = { "websocket" }
