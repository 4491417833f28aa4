-- What every client takes for granted.
-- RFC 6121, XEP-0030 (service discovery), XEP-0115 (capabilities), XEP-0077 (changing the password).
-- Change it hardly ever: without these, clients do not work.

modules_enabled = {
	"disco";  -- what can this server do, and where are its rooms?
}
