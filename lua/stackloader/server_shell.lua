--- The commands of mod_stackloader in the shell of a running Prosody 13: stackloader:explain("modules_enabled"). They tell what
-- that server really runs on.
local command_line = require "stackloader.command_line";
local output = require "stackloader.output";
local values = require "stackloader.values";

local shell = {};

-- Words stay words, flags too ("--format=json"); a table of flags ({ format = "json" }) is turned into such words.
local function words_of(name, ...)
	local words = { name };
	for i = 1, select("#", ...) do
		local argument = select(i, ...);
		if type(argument) == "table" then
			for _, flag in ipairs(values.keys(argument)) do
				words[#words + 1] = argument[flag] == true and "--"..flag or ("--%s=%s"):format(flag, argument[flag]);
			end
		elseif argument ~= nil then
			words[#words + 1] = tostring(argument);
		end
	end
	return words;
end

-- "explain OPTION [HOST]" names the arguments.
local function arguments(command)
	local args = {};
	for word in command.usage:gsub("^%S+", ""):gsub("%-%-%S+", ""):gmatch("[%w_]+") do
		args[#args + 1] = { name = word:lower(), type = "string" };
	end
	return args;
end

local function handler(name)
	return function (self, ...)
		local code = command_line.run(words_of(name, ...), output.through(self.session.print));
		if code == 2 then
			return nil, "refused";
		end
		return true, code == 0 and "that is what this server runs on" or "with exit code "..code;
	end
end

--- Adds every command to the shell.
function shell.start(module)
	for _, name in ipairs(command_line.names) do
		local command = command_line.command(name);
		module:add_item("shell-command", {
			section = "stackloader";
			section_desc = "The layers behind the configuration";
			name = name;
			desc = command.summary;
			args = arguments(command);
			handler = handler(name);
		});
	end
end

return shell;
