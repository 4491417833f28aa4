--- Findings about what files say, whatever it comes to: components whose module Prosody ignores, and what is included below a host.
local lfs = require "lfs";
local tokens = require "stackloader.tokens";
local values = require "stackloader.values";

local paths = require "util.paths";

local openers = { VirtualHost = true, Host = true, host = true, Component = true, component = true };

local is_symbol = tokens.is_symbol;

local closing = { ["("] = ")", ["{"] = "}", ["["] = "]" };

-- The place behind the bracket that closes the one here.
local function behind_bracket(list, at)
	local opening, depth = list[at].text, 0;
	for i = at, #list do
		if is_symbol(list[i], opening) then
			depth = depth + 1;
		elseif is_symbol(list[i], closing[opening]) then
			depth = depth - 1;
			if depth == 0 then
				return i + 1;
			end
		end
	end
	return #list + 1;
end

-- The tokens as they could be written.
local function source_of(list, from, to)
	local parts = {};
	for i = from, to do
		parts[#parts + 1] = list[i].kind == "string" and ("%q"):format(list[i].text) or list[i].text;
	end
	return table.concat(parts);
end

-- The comma behind the first argument in the bracket here, or nil.
local function first_comma(list, at, behind)
	local i = at + 1;
	while i < behind - 1 do
		if is_symbol(list[i], ",") then
			return i;
		end
		i = list[i].kind == "symbol" and closing[list[i].text] and behind_bracket(list, i) or i + 1;
	end
end

-- The strings that the call whose name is here is given at first, and the place behind them: f "a" "b", f("a")("b"), f("a", "b"). The third result
-- is for the last of these: { the first argument as it is written, the string behind it }.
local function arguments(list, at)
	local strings, several = {}, nil;
	at = at + 1;
	while list[at] do
		if list[at].kind == "string" then
			strings[#strings + 1] = list[at].text;
			at = at + 1;
		elseif is_symbol(list[at], "(") then
			local inside = list[at + 1];
			strings[#strings + 1] = inside and inside.kind == "string" and inside.text or nil;
			local behind = behind_bracket(list, at);
			local comma = first_comma(list, at, behind);
			if comma and list[comma + 1] and list[comma + 1].kind == "string" then
				several = { source_of(list, at + 1, comma - 1), list[comma + 1].text };
			end
			at = behind;
		else
			break;
		end
	end
	return strings, at, several;
end

-- A file as statements: { kind = "host", "include" or "option", name, line, strings, several, closed = it has a table of its own }.
local function statements(list)
	local found, at = {}, 1;
	while list[at] do
		local token = list[at];
		local starts = token.kind == "name" and tokens.begins_statement(list, at);
		if starts and openers[token.text] then
			local strings, behind, several = arguments(list, at);
			found[#found + 1] = { kind = "host", name = token.text, line = token.line, strings = strings, several = several,
				closed = is_symbol(list[behind], "{") };
			at = behind;
		elseif starts and (token.text == "Include" or token.text == "include") then
			local strings, behind = arguments(list, at);
			found[#found + 1] = { kind = "include", name = token.text, line = token.line, strings = strings };
			at = behind;
		else
			if starts and tokens.is_identifier(token) and is_symbol(list[at + 1], "=") then
				found[#found + 1] = { kind = "option", name = token.text, line = token.line };
			end
			at = token.kind == "symbol" and closing[token.text] and behind_bracket(list, at) or at + 1;
		end
	end
	return found;
end

-- Prosody's own reading of wildcards: of the file's name alone, hidden files never.
local function matching(path)
	local folder, glob = path:match("^(.*)/([^/]*)$");
	local pattern = "^"..glob:gsub("[%p]", "%%%0"):gsub("%%%*", ".*"):gsub("%%%?", ".").."$";
	local list = {};
	local ok, next_name, state = pcall(lfs.dir, folder);
	for name in ok and next_name or function () end, state do
		list[#list + 1] = name:sub(1, 1) ~= "." and name:match(pattern) and folder.."/"..name or nil;
	end
	table.sort(list);
	return list;
end

local function included(path, name)
	if not name then
		return {};
	end
	local whole = paths.resolve_relative_path(path:match("^(.*)/") or ".", name);
	return whole:find("[*?]") and matching(whole) or { whole };
end

local function check_component(context, path, statement)
	if statement.several and (statement.name == "Component" or statement.name == "component") then
		local name, module = table.unpack(statement.several);
		context:add("SL303", { path = path, line = statement.line },
			("Component(%s, %q): Prosody ignores the second argument and waits for an external component; write Component%s %q"):format(name, module,
				name:find '^"[^"]*"$' and " "..name or "("..name..")", module));
	end
end

-- The options that the file sets before it opens a host.
local function first_options(context, path)
	local names = {};
	for _, statement in ipairs(context.file_statements(path)) do
		if statement.kind == "host" then
			break;
		elseif statement.kind == "option" then
			names[#names + 1] = statement.name;
		end
	end
	return names;
end

local function check_include(context, path, statement, host, file)
	local names = first_options(context, file);
	if #names > 0 then
		local count = #names;
		local some = table.concat(names, ", ", 1, math.min(count, 5))..(count > 5 and ", …" or "");
		context:add("SL117", { path = path, line = statement.line },
			("Include %s below %s %s: what %s sets before its first host (%s) becomes global, and the lines below stay with the host; "
				.."move the Include above every VirtualHost and Component, or open the host in that file"):format(values.line(statement.strings[1]), host.name,
				values.line(host.strings[1]), file, some));
	end
end

local function check_file(context, path, seen)
	if seen[path] then
		return;
	end
	seen[path] = true;
	local host;
	for _, statement in ipairs(context.file_statements(path)) do
		if statement.kind == "host" then
			check_component(context, path, statement);
			host = not statement.closed and statement or nil;
		elseif statement.kind == "include" then
			for _, file in ipairs(included(path, statement.strings[1])) do
				if host then
					check_include(context, path, statement, host, file);
				end
				check_file(context, file, seen);
			end
		end
	end
end

return function (context)
	local known, seen = {}, {};
	function context.file_statements(path)
		known[path] = known[path] or statements((context.texts:tokens(path)));
		return known[path];
	end
	for _, path in ipairs(context.files) do
		local text = context.texts:content(path);
		-- Most files of a tree have neither.
		if text:find("omponent", 1, true) or text:find("nclude", 1, true) then
			check_file(context, path, seen);
		end
	end
end;
