-- What one connection may cost the others, and how long it may be silent. XEP-0205 (denial of service).
-- Change the rates where people complain about slow uploads of avatars or slow joining of large rooms, or where the
-- line is thin. Load balancing and adaptive limits do not exist in Prosody, it is one process.

modules_enabled = {
	"limits";  -- reads slower from whoever sends faster than this
}

limits = {
	c2s = { rate = "10kb/s", burst = "2s" };  -- a person types far less; the burst takes in a login and an avatar
	s2sin = { rate = "30kb/s" };              -- a whole server's people share one connection
}

c2s_timeout = 60       -- seconds for logging in; who needs longer is no client
s2s_timeout = 90       -- seconds for two servers to agree, DNS lookups included
tcp_keepalives = true  -- finds connections that died without a word

-- For two modules of prosody-modules that features load:
cthrottler_logins_count = 10  -- c2s_conn_throttle: new connections of one address, good logins included …
cthrottler_time = 60          -- … in so many seconds; a family or an office shares an address
s2s_idle_timeout = 3600       -- s2s_idle_timeout: seconds after which a silent connection to a server is closed
