--- prosodyctl mod_stackloader COMMAND: tells about the layers behind the configuration.
-- Nothing needs this plugin in modules_enabled for that. A server that loads it tells in its log, and more: stackloader/server.lua.
module:set_global();

function module.command(arg)
	return require "stackloader.command_line".run(arg);
end

-- Read in here, where whoever looks for the options of a plugin finds them.
local function options()
	return {
		apply_modules = module:get_option_boolean("stackloader_apply_modules", false);
		reload_tls = module:get_option_string("stackloader_reload_tls", "changed");
		watch = module:get_option("stackloader_watch", false);
		watch_interval = module:get_option_number("stackloader_watch_interval", 2);
	};
end

if prosody.process_type == "prosody" then
	require "stackloader.server".start(module, options);
end
