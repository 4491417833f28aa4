--- Prints what Prosody's own loader makes of configuration files, one line for each option of each scope, sorted; modules_enabled as a set.
--
--   lua5.4 spec/loaded.lua VERSION SOURCE BUILD FILE…
--
-- Run by specs in a process of its own, with the variables that the file is to see. "= FILE" stands before the lines of each.
local version, source, build = table.unpack(arg, 1, 3);
package.path = source.."/?.lua;"..package.path;
package.cpath = build.."/?.so;"..source.."/?.so;"..package.cpath;
if not pcall(require, "prosody.loader") then
	pcall(require, "loader");
end
_G.prosody = { process_type = "prosodyctl", version = version, paths = { source = source, config = ".", data = "." } };
local configmanager = require(version == "13" and "prosody.core.configmanager" or "core.configmanager");

local function show(value)
	if type(value) == "table" then
		local parts = {};
		for key, inner in next, value do
			parts[#parts + 1] = show(key).."="..show(inner);
		end
		table.sort(parts);
		return "{"..table.concat(parts, ",").."}"..(getmetatable(value) and "+metatable" or "");
	elseif type(value) == "string" then
		return ("%q"):format(value):gsub("\n", "n");
	elseif type(value) == "number" then
		return math.type(value)..("%q"):format(value);
	end
	return type(value) == "boolean" and tostring(value) or type(value);
end

local function show_option(name, value)
	if name == "modules_enabled" and type(value) == "table" and not getmetatable(value) then
		local set = {};
		for _, module in ipairs(value) do
			set[module] = true;
		end
		return show(set);
	end
	return show(value);
end

for _, path in ipairs(table.move(arg, 4, #arg, 1, {})) do
	local ok, where, problem = configmanager.load(path, "lua");
	local lines = {};
	for scope, options in next, ok and configmanager.getconfig() or {} do
		lines[#lines + 1] = ("[%s]"):format(scope);
		for name, value in next, options do
			lines[#lines + 1] = ("[%s] %s = %s"):format(scope, show(name), show_option(name, value));
		end
	end
	table.sort(lines);
	print("= "..path);
	print(ok and table.concat(lines, "\n") or "refused: "..tostring(where)..": "..tostring(problem));
end
