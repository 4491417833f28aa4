-- What one connection may cost the others. XEP-0205 (denial of service).
-- Change the rates where people complain about slow uploads of avatars or slow joining of large rooms, or where the
-- line is thin. Stream compression does not exist in Prosody; stack/02-stream/management saves traffic instead.

modules_enabled = {
	"limits";  -- reads slower from whoever sends faster than this
}

limits = {
	c2s = { rate = "10kb/s", burst = "2s" };  -- a person types far less; the burst takes in a login and an avatar
	s2sin = { rate = "30kb/s" };              -- a whole server's people share one connection
}

tcp_keepalives = true  -- finds connections that died without a word
