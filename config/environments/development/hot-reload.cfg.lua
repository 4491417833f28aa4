-- Layers and modules renewed while the server runs. Where mod_stackloader is installed, a saved file is taken over by
-- itself, and modules are loaded and unloaded to match; without it `prosodyctl reload` reads all layers again. Code of
-- modules that changed is renewed by mod_reload_modules of prosody-modules, for those of this list.
-- Change the list, or set PROSODY_RELOAD_MODULES, to the module that you are writing.

if stack.available "stackloader" then
	modules_enabled = { "stackloader" }
	stackloader_watch = true          -- reloads once after each burst of saved files
	stackloader_apply_modules = true  -- hosts as well: those that are new are opened, those that are gone closed
end

if stack.available "reload_modules" then
	modules_enabled = stack.append { "reload_modules" }
	reload_modules = stack.env.list("PROSODY_RELOAD_MODULES", { "motd", "welcome" })
end
