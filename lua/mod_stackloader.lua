--- prosodyctl mod_stackloader COMMAND: tells about the layers behind the configuration.
-- Nothing needs this plugin in modules_enabled for that.
module:set_global();

function module.command(arg)
	return require "stackloader.command_line".run(arg);
end
