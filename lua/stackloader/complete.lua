--- prosodyctl mod_stackloader complete: words for the shell's completion, one a line. Not in the list of commands: nobody types it.
local effective = require "stackloader.effective";
local values = require "stackloader.values";

local kinds = {};

function kinds.commands()
	return require "stackloader.command_line".names;
end

function kinds.options()
	return effective.option_names();
end

function kinds.hosts(stack)
	return effective.hosts(stack);
end

function kinds.layers(stack)
	local ids = {};
	for i, layer in ipairs(stack:layers()) do
		ids[i] = layer.id;
	end
	return ids;
end

local function names_on(stack, option)
	for _, choice in ipairs(stack:choices()) do
		if choice.option == option then
			return choice.available;
		end
	end
end

function kinds.clients(stack)
	return names_on(stack, "clients");
end

function kinds.usecases(stack)
	return names_on(stack, "usecase");
end

function kinds.profiles(stack)
	return names_on(stack, "profile");
end

-- Each flag with each of its values where they are known, else with nothing behind its "=".
-- Behind them the flags of the command itself.
function kinds.flags(stack, asked)
	local words = { "--format=json", "--root=", "--domain=" };
	local command = asked and require "stackloader.command_line".command(asked);
	for _, flag in ipairs(values.keys(command and command.flags or {})) do
		words[#words + 1] = "--"..flag..(type(command.flags[flag]) == "table" and "=" or "");
	end
	for _, choice in ipairs(stack:choices()) do
		local flag = choice.option and "--"..choice.option:gsub("_", "-").."=";
		words[#words + 1] = choice.option == "shard" and flag or nil;
		for _, name in ipairs(flag and choice.available or {}) do
			words[#words + 1] = flag..name;
		end
	end
	for _, id in ipairs(kinds.layers(stack)) do
		words[#words + 1] = "--layer="..id;
	end
	for _, version in ipairs(require "stackloader.prosodies".versions) do
		words[#words + 1] = "--prosody="..version;
	end
	return words;
end

local function run(opts, out)
	local stack = effective.known_stack();
	local kind = kinds[opts[1]];
	if not kind then
		return effective.refuse(out, ("complete knows %s"):format(table.concat(values.keys(kinds), ", ")));
	end
	for _, word in ipairs(stack and kind(stack, opts[2]) or {}) do
		out.print((stack:mask(word):gsub("%c", "?")));
	end
	return 0;
end

return {
	usage = "complete KIND [COMMAND]";
	summary = "words for the shell's completion";
	arguments = { least = 1, most = 2, missing = "KIND" };
	run = run;
};
