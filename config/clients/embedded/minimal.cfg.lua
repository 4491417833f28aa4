-- Clients that know RFC 6121 and little more: bots, terminals, old phones. Nothing to fetch from an archive, so rooms tell
-- on joining what was said.
-- Change the number down where rooms are busy.

client_info = {
	name = "Minimal clients",
	description = "Bots, terminals and old phones that know little more than RFC 6121",
	features = { "messaging/core", "presence/core" },
	modules = { "roster", "saslauth", "tls", "disco", "ping" },
}

muc_room_default_history_length = 30  -- lines on joining a room
registration_compat = true            -- passwords are changed the old way
