--- What Prosody makes of an option that nobody sets: who reads it, and with which default.
local catalogue = require "stackloader.catalogue";
local values = require "stackloader.values";
local effective = require "stackloader.effective";

local readers = {};

--- Who reads the option, as catalogue:option tells; where nobody does, also names like it that something reads.
function readers.of(stack, option)
	local known = catalogue.new(stack);
	local list = known:option(option);
	return list, #list == 0 and effective.near(option, known:option_names()) or {};
end

local function default_of(read)
	if read.default ~= nil then
		return values.line(read.default);
	end
	return read.default_text or "no default";
end

-- What is known of the value beside its kind.
local function limits_of(read)
	local words = { read.kind };
	if read.values then
		local list = {};
		for i, value in ipairs(read.values) do
			list[i] = values.line(value);
		end
		words[#words + 1] = "of "..table.concat(list, ", ");
	end
	if read.minimum ~= nil then
		words[#words + 1] = "from "..values.line(read.minimum);
	end
	if read.maximum ~= nil then
		words[#words + 1] = "up to "..values.line(read.maximum);
	end
	return table.concat(words, " ");
end

local function who(read)
	return read.module and "mod_"..read.module or read.tool and "prosodyctl" or "Prosody itself";
end

--- Prints them, a line each.
function readers.show(list, near, out)
	if #list == 0 then
		out.print("Nothing in the installed Prosody and its modules reads it.");
		if #near > 0 then
			out.print(("Read are, with a name like it: %s"):format(table.concat(near, ", ")));
		end
		return;
	end
	out.print("Prosody's default, from its source:");
	for _, read in ipairs(list) do
		out.print(("  %s (%s), read by %s at %s:%d"):format(default_of(read), limits_of(read), who(read), read.path, read.line));
	end
end

return readers;
