-- Layers and modules renewed while the server runs: `prosodyctl reload` reads all layers again, and with mod_reload_modules
-- of prosody-modules it also loads, unloads and renews the modules of this list.
-- Change the list, or set PROSODY_RELOAD_MODULES, to the module that you are writing.

if stack.available "reload_modules" then
	modules_enabled = { "reload_modules" }
	reload_modules = stack.env.list("PROSODY_RELOAD_MODULES", { "motd", "welcome" })
end
