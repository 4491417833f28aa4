-- Programs send and ask over HTTP, at /rest of the web server. mod_rest is packaged for Prosody 13; nothing on 0.12
-- does it: an external component (integrations/components) is the way there.
-- Who may is who has an account (its password, or a token of integrations/oauth).
-- Change it (switch it on) for programs; keep the path from strangers in the reverse proxy.

feature_info = { description = "Programs send and ask over HTTP", depends = { "web/http" }, extra = true }

if stack.available "rest" then
	stack.each("host", { modules_enabled = { "rest" } })
end
