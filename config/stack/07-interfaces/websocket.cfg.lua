-- Web clients over WebSocket, at /xmpp-websocket. RFC 7395; the feature web/websocket loads it.
-- A reverse proxy that speaks TLS to the world is believed by what it says in X-Forwarded-Proto, so
-- `consider_websocket_secure` is not needed, and it would let passwords in without TLS.
-- Change the limits where a client sends avatars in many small frames.

websocket_frame_buffer_limit = 524288  -- bytes of one stanza and its frames: twice c2s_stanza_size_limit
websocket_frame_fragment_limit = 8     -- frames that one message may come in
