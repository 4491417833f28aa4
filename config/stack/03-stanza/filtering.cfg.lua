-- What is turned away. XEP-0191 (blocking); XEP-0165 asks for what mimicking does.
-- Change it to add rules for the whole server: the firewall module of prosody-modules reads them from files.

modules_enabled = {
	"blocklist";  -- people decide whom they do not want to hear from
	"mimicking";  -- no account whose name only looks like another's
}
