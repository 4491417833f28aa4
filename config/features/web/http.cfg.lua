-- The web server inside Prosody. stack/07-interfaces/http has its ports; what is served comes with other features.
-- XEP-0156: web clients find their entrances at /.well-known/host-meta, served here on Prosody 13.
-- Change it (switch it off) together with all that lives in it.

feature_info = { description = "The web server inside Prosody" }

modules_enabled = {
	"http";
	stack.available "http_altconnect" and "http_altconnect" or nil;  -- since Prosody 13
}
