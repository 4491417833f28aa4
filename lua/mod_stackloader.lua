--- prosodyctl mod_stackloader COMMAND: tells about the layers behind the configuration.
-- Each command is a file of its own, stackloader/COMMAND.lua in Lua's search path, and returns
-- { usage = "NAME WORD [WORD]", summary = one line, details = more for help NAME, arguments = { least, most, missing = name of the first },
--   run = function (opts) → exit code }.
-- Nothing needs this plugin in modules_enabled; there it does nothing.
module:set_global();

local parse = require "util.argparse".parse;

local commands = { "layers", "explain", "show" };

local function load_command(name)
	for _, known in ipairs(commands) do
		if known == name then
			return require("stackloader."..name);
		end
	end
end

local function show_list(write)
	local line = "  %-22s %s";
	for _, name in ipairs(commands) do
		local command = load_command(name);
		write(line:format(command.usage, command.summary));
	end
	write(line:format("help [COMMAND]", "this list, or more of one command"));
end

local function show_help()
	print("Usage: prosodyctl mod_stackloader COMMAND [OPTION]…");
	print("");
	show_list(print);
	print("");
	print("--format=json prints JSON in place of text; prosodyctl --quiet mod_stackloader … leaves out the warnings that Prosody prints first.");
end

local function refuse(text)
	io.stderr:write("mod_stackloader", text, "\n");
	return 2;
end

local function write_error(line)
	io.stderr:write(line, "\n");
end

local function unknown_command(name)
	refuse((" has no command '%s'. These are there:"):format(name));
	show_list(write_error);
	return 2;
end

local function show_command_help(name)
	local command = load_command(name);
	if not command then
		return unknown_command(name);
	end
	print(("Usage: prosodyctl mod_stackloader %s [--format=json]"):format(command.usage));
	print("");
	print((command.summary:gsub("^%l", string.upper))..".");
	if command.details then
		print(command.details);
	end
	return 0;
end

-- Options may stand anywhere, which argparse of 0.12 does not know: it ends at the first word.
local function parse_all(arg)
	local opts, words = {}, {};
	repeat
		local some, problem, where = parse(arg, { value_params = { format = true }, short_params = { h = "help" } });
		if not some then
			return nil, problem, where;
		end
		for key, value in pairs(some) do
			if type(key) == "string" then
				opts[key] = value;
			end
		end
		words[#words + 1] = table.remove(arg, 1);
	until #arg == 0;
	return table.move(words, 1, #words, 1, opts);
end

-- Says what is wrong with the words of a command, or nothing. Other options than these choose what loads: stackloader.load reads them.
local function problem_with(command, opts)
	local arguments = command.arguments;
	if #opts < arguments.least then
		return ("%s is missing; usage: %s"):format(arguments.missing, command.usage);
	elseif #opts > arguments.most then
		return ("'%s' is too much; usage: %s"):format(opts[arguments.most + 1], command.usage);
	elseif opts.format ~= nil and opts.format ~= "json" and opts.format ~= "text" then
		return ("--format=%s: the formats are json and text"):format(tostring(opts.format));
	end
end

function module.command(arg)
	local name = table.remove(arg, 1);
	if name == nil then
		refuse(": a command is missing. These are there:");
		show_list(write_error);
		return 2;
	elseif name == "help" and arg[1] then
		return show_command_help(arg[1]);
	elseif name == "help" or name == "--help" or name == "-h" then
		show_help();
		return 0;
	end
	local command = load_command(name);
	if not command then
		return unknown_command(name);
	end
	local opts, problem, where = parse_all(arg);
	if not opts then
		return refuse((" %s: %s: %s"):format(name, where, problem == "missing-value" and "its value is missing" or "unknown option"));
	elseif opts.help then
		return show_command_help(name);
	end
	problem = problem_with(command, opts);
	if problem then
		return refuse((" %s: %s"):format(name, problem));
	end
	return command.run(opts);
end
