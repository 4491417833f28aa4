--- The words of a command line: which command they mean, what is wrong with them, help.
-- Each command is a file of its own, stackloader/NAME.lua, and returns
-- { usage = "NAME WORD [WORD]", summary = one line, details = more for help NAME, arguments = { least, most, missing = name of the first },
--   flags = { name = text, or { value = "FILE", text = text } for a flag with a value }, run = function (opts, out) → exit code }.
-- opts holds the words in order, the flags by name (dashes as underscores), `format` ("text" or "json") and `raw`, all words as they were
-- given; out is what output.lua makes.
local effective = require "stackloader.effective";
local output = require "stackloader.output";
local parse = require "util.argparse".parse;
local values = require "stackloader.values";

local command_line = {};

--- All commands, in the order of the list that help shows.
command_line.names = {
	"layers", "explain", "show", "check", "modules", "features", "deps", "env", "timing", "diff", "snapshot", "flatten",
	"xeps", "clients", "usecases", "profiles", "shards", "audit", "lint", "report", "reload",
};

--- The command of that name, or nil.
function command_line.command(name)
	if values.holds(command_line.names, name) then
		return require("stackloader."..name);
	end
	-- For the shell alone, so it is in no list.
	return name == "complete" and require "stackloader.complete" or nil;
end

local function show_list(write)
	local line = "  %-26s %s";
	for _, name in ipairs(command_line.names) do
		local command = command_line.command(name);
		write(line:format(command.usage, command.summary));
	end
	write(line:format("help [COMMAND]", "this list, or more of one command"));
end

local function show_help(out)
	out.print("Usage: prosodyctl mod_stackloader COMMAND [OPTION]…");
	out.print("");
	show_list(out.print);
	out.print("");
	out.print("For all of them: --format=json prints JSON in place of text; --root=FOLDER takes another tree; --environment=NAME, --profile=NAME,");
	out.print("--domain=NAME and every other choice that the tree offers look at what would be with it.");
	out.print("prosodyctl --quiet mod_stackloader … leaves out the warnings that Prosody prints first.");
	out.print("");
	out.print("stackloader "..tostring(require "stackloader"._VERSION));
end

local function refuse(out, text)
	out.warn("mod_stackloader"..text);
	return 2;
end

local function refuse_with_list(out, text)
	refuse(out, text);
	show_list(out.warn);
	return 2;
end

local function flag_usage(name, flag)
	return "--"..name..(type(flag) == "table" and "="..flag.value or "");
end

local function show_command_help(name, out)
	local command = command_line.command(name);
	if not command then
		return refuse_with_list(out, (" has no command '%s'. These are there:"):format(name));
	end
	out.print(("Usage: prosodyctl mod_stackloader %s [--format=json]"):format(command.usage));
	out.print("");
	out.print((command.summary:gsub("^%l", string.upper))..".");
	if command.details then
		out.print(command.details);
	end
	local flags = command.flags or {};
	if next(flags) then
		out.print("");
		for _, flag in ipairs(values.keys(flags)) do
			local text = flags[flag];
			out.print(("  %-18s %s"):format(flag_usage(flag, text), type(text) == "table" and text.text or text));
		end
	end
	return 0;
end

-- The flags of the command that take a value, for argparse.
local function value_params(command)
	local params = { format = true };
	for name, flag in pairs(command.flags or {}) do
		if type(flag) == "table" then
			params[name], params[(name:gsub("%-", "_"))] = true, true;
		end
	end
	return params;
end

-- Options may stand anywhere, which argparse of 0.12 does not know: it ends at the first word.
local function parse_all(command, words)
	local rest = table.move(words, 1, #words, 1, {});
	for i, word in ipairs(rest) do
		-- argparse takes "-" for an option without a name.
		rest[i] = word == "-" and "\0" or word;
	end
	local opts, found = {}, {};
	local config = { value_params = value_params(command), short_params = { h = "help" } };
	repeat
		local some, problem, where = parse(rest, config);
		if not some then
			return nil, ("%s: %s"):format(where, problem == "missing-value" and "its value is missing" or "unknown option");
		end
		for key, value in pairs(some) do
			if type(key) == "string" then
				-- argparse takes "--no-x" for x that is false.
				opts[(value == false and "no_" or "")..key:gsub("%-", "_")] = value == false or value;
			end
		end
		local word = table.remove(rest, 1);
		found[#found + 1] = word == "\0" and "-" or word;
	until #rest == 0;
	opts.raw = words;
	return table.move(found, 1, #found, 1, opts);
end

-- The flags that every command takes: how to print, and what to choose in place of what is chosen.
local function common_flags()
	local known = { format = true, help = true, raw = true, root = "FOLDER", domain = "NAME" };
	local stack = effective.known_stack();
	for _, choice in ipairs(stack and stack:choices() or {}) do
		if choice.option then
			known[choice.option] = "NAME";
		end
	end
	return known;
end

local function unknown_flag(command, opts)
	local known = common_flags();
	for name, flag in pairs(command.flags or {}) do
		known[name:gsub("%-", "_")] = type(flag) == "table" and flag.value or true;
	end
	for _, name in ipairs(values.keys(opts)) do
		local flag = type(name) == "string" and "--"..name:gsub("_", "-");
		if flag and known[name] == nil then
			return ("there is no option %s%s"):format(flag, effective.suggestion(name, values.keys(known)));
		elseif flag and type(known[name]) == "string" and type(opts[name]) ~= "string" then
			return ("%s: its value is missing; write %s=%s"):format(flag, flag, known[name]);
		end
	end
end

-- Says what is wrong with the words of a command, or nothing.
local function problem_with(command, opts)
	local arguments = command.arguments;
	if #opts < arguments.least then
		return ("%s is missing; usage: %s"):format(arguments.missing, command.usage);
	elseif #opts > arguments.most then
		return ("'%s' is too much; usage: %s"):format(opts[arguments.most + 1], command.usage);
	elseif opts.format ~= nil and opts.format ~= "json" and opts.format ~= "text" then
		return ("--format=%s: the formats are json and text"):format(tostring(opts.format));
	end
	return unknown_flag(command, opts);
end

local function run_command(name, words, out)
	local command = command_line.command(name);
	if not command then
		return refuse_with_list(out, (" has no command '%s'. These are there:"):format(name));
	end
	local opts, problem = parse_all(command, words);
	if opts and opts.help then
		return show_command_help(name, out);
	end
	problem = problem or problem_with(command, opts);
	if problem then
		return refuse(out, (" %s: %s"):format(name, problem));
	end
	opts.format = opts.format or "text";
	return command.run(opts, out);
end

--- Runs the command that the words mean and returns its exit code.
-- Without `out` it writes to the terminal.
function command_line.run(words, out)
	if _G.prosody.process_type == "prosodyctl" then
		-- Prosody's own setting collects all the time, which pays in a server. This process ends soon, and with ten thousand hosts
		-- it would spend most of its time on that.
		collectgarbage("setpause", 400);
	end
	local rest = table.move(words, 2, #words, 1, {});
	local json = false;
	for i, word in ipairs(rest) do
		json = json or word == "--format=json" or word == "--format" and rest[i + 1] == "json";
	end
	out = out or output.terminal(json and "json" or "text");
	local name = words[1];
	if name == nil then
		return refuse_with_list(out, ": a command is missing. These are there:");
	elseif name == "help" and rest[1] then
		return show_command_help(rest[1], out);
	elseif name == "help" or name == "--help" or name == "-h" then
		show_help(out);
		return 0;
	end
	return run_command(name, rest, out);
end

return command_line;
