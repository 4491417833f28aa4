-- How servers know each other, beside certificates. XEP-0220 (dialback), XEP-0288 (one connection for both ways).
-- Federation itself is always on unless an environment or a policy takes it away.
-- Change it (switch it off) where all peers show valid certificates and none is old.

feature_info = { description = "Other servers are known by the DNS too, and one connection serves both ways" }

modules_enabled = {
	"dialback";
	"s2s_bidi";
}
