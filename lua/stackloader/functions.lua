--- Functions of Prosody's that are no part of its interface: reached through the upvalues of those that are, and told from others by their text.
local file_text = require "stackloader.file_text";

local functions = {};

--- The value of a function's upvalue of that name, and its number; nil where there is none.
function functions.upvalue(f, name)
	for i = 1, math.huge do
		local found, value = debug.getupvalue(f, i);
		if found == nil then
			return nil;
		elseif found == name then
			return value, i;
		end
	end
end

--- Calls f(...) with another value in the upvalue of `holder` that has this name. The earlier value comes back, after an error too, which is passed
-- on.
function functions.with_upvalue(holder, name, value, f, ...)
	local earlier, number = functions.upvalue(holder, name);
	assert(number, name);
	debug.setupvalue(holder, number, value);
	local results = table.pack(pcall(f, ...));
	debug.setupvalue(holder, number, earlier);
	if not results[1] then
		error(results[2], 0);
	end
	return table.unpack(results, 2, results.n);
end

-- Adds the function and, through upvalues, the others of its file.
local function add(found, f, source)
	local info = type(f) == "function" and debug.getinfo(f, "S");
	if not info or info.source ~= source or found[info.linedefined] then
		return;
	end
	found[info.linedefined] = info.lastlinedefined;
	for i = 1, math.huge do
		local name, value = debug.getupvalue(f, i);
		if not name then
			return;
		end
		add(found, value, source);
	end
end

local function lines_of(text)
	local lines = {};
	for line in text:gmatch "([^\n]*)\n?" do
		lines[#lines + 1] = line;
	end
	return lines;
end

--- The text of these functions of one file, and of those of the same file that they use through upvalues, by lines in their order. Nil where the file
-- cannot be read. It is the text on disk: ask when the functions have just been loaded.
function functions.text(list)
	local source = debug.getinfo(list[1], "S").source;
	local text = file_text((source:gsub("^@", "")));
	if not text then
		return nil;
	end
	local found, lines, parts = {}, lines_of(text), {};
	for _, f in ipairs(list) do
		add(found, f, source);
	end
	for number, line in ipairs(lines) do
		for first, last in pairs(found) do
			if number >= first and number <= last then
				parts[#parts + 1] = line;
				break;
			end
		end
	end
	return table.concat(parts, "\n");
end

return functions;
