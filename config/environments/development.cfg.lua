-- A server on a developer's desk: everything in the terminal, nobody from outside, nothing to the outside.
-- What the security policy promises holds here too; test accounts are made with `prosodyctl adduser`.
-- Change it to listen on the network, or to try federation.

log = { debug = "*console" }  -- every stanza's way through the server

interfaces = stack.env.list("PROSODY_INTERFACES", { "127.0.0.1", "::1" })  -- loopback only

-- No federation: a test account must not write to real people. The modules that would load `s2s` again go with it.
modules_disabled = { "s2s", "s2s_auth_certs", "s2s_bidi", "dialback" }

if stack.available "reload_modules" then    -- from prosody-modules
	modules_enabled = { "reload_modules" }  -- `prosodyctl reload` then also loads, unloads and renews the
	reload_modules = { "motd", "welcome" }  -- modules of this list: add the one that you are writing
end
