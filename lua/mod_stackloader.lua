--- prosodyctl mod_stackloader COMMAND: tells about the layers behind the configuration.
-- Nothing needs this plugin in modules_enabled for that. A server that loads it tells in its log, and more: stackloader/server.lua.
module:set_global();

function module.command(arg)
	return require "stackloader.command_line".run(arg);
end

if prosody.process_type == "prosody" then
	require "stackloader.server".start(module);
end
