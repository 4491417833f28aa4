-- Web clients over plain HTTP requests, at /http-bind. XEP-0124 and XEP-0206; the feature web/bosh loads it.
-- Behind a reverse proxy the same holds as for WebSocket: `consider_bosh_secure` is not needed.
-- Change the times where a proxy cuts requests earlier than after two minutes.

bosh_max_wait = 120       -- seconds that a request is held while nothing comes; below what proxies allow
bosh_max_inactivity = 60  -- seconds without any request, then the client is gone
bosh_max_polling = 5      -- seconds between two requests of a client that cannot wait
