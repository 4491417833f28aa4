-- Web clients over plain HTTP requests, at /http-bind. XEP-0124 and XEP-0206.
-- Change it (switch it off) unless somebody sits behind a proxy that breaks WebSocket.

feature_info = { description = "Web clients over HTTP requests", depends = { "web/http" } }

modules_enabled = { "bosh" }
