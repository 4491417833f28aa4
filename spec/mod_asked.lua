--- prosodyctl mod_stackloader FILE: runs each line of the file as a command of mod_stackloader, words between tabs, as the shell of a server
-- does, and prints which it is. secrets_spec.lua puts it in the place of mod_stackloader: one process for many commands.
module:set_global();

local command_line = require "stackloader.command_line";
local output = require "stackloader.output";

local function write(text)
	io.write(text, "\n");
end

function module.command(arg)
	for line in assert(io.open(arg[1], "rb")):lines() do
		local words = {};
		for word in line:gmatch "[^\t]+" do
			words[#words + 1] = word;
		end
		write("### "..line);
		write("### exit code "..command_line.run(words, output.through(write)));
	end
	return 0;
end
