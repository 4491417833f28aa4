--- prosodyctl mod_stackloader COMMAND: tells about the layers behind the configuration.
-- Each command is a file of its own, stackloader/COMMAND.lua in Lua's search path, and returns
-- { usage = "NAME [OPTION…]", summary = one line, run = function (opts) → exit code }.
-- Nothing needs this plugin in modules_enabled; there it does nothing.
module:set_global();

local parse = require "util.argparse".parse;

local commands = { "layers" };

local function load_command(name)
	for _, known in ipairs(commands) do
		if known == name then
			return require("stackloader."..name);
		end
	end
end

local function show_usage(command)
	print(("  %-12s %s"):format(command.usage, command.summary));
end

local function show_help()
	print("Usage: prosodyctl mod_stackloader COMMAND [OPTION]…");
	print("");
	for _, name in ipairs(commands) do
		show_usage(load_command(name));
	end
	show_usage { usage = "help", summary = "this list" };
end

function module.command(arg)
	local name = table.remove(arg, 1);
	if name == nil or name == "help" or name == "--help" or name == "-h" then
		show_help();
		return name and 0 or 1;
	end
	local command = load_command(name);
	if not command then
		io.stderr:write(("mod_stackloader has no command '%s'. These are there:\n"):format(name));
		show_help();
		return 1;
	end
	local opts, problem, where = parse(arg, command.options);
	if not opts then
		io.stderr:write(("mod_stackloader %s: %s: %s\n"):format(name, where, problem == "missing-value" and "its value is missing" or "unknown option"));
		return 1;
	end
	if opts.help then
		show_usage(command);
		return 0;
	end
	return command.run(opts);
end
