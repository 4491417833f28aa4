--- What the files of a stack say as text: the line of one element of a list, comments, which names are read back.
local tokens = require "stackloader.tokens";
local words = require "stackloader.words";

local texts = {};
texts.__index = texts;

-- Far above every real layer; a finding's line is not worth reading more.
local largest = 1024 * 1024;

--- The texts of the files of these paths.
function texts.new(paths)
	return setmetatable({ paths = paths, contents = {}, read = {} }, texts);
end

--- What the file holds; nothing where it cannot be read.
function texts:content(path)
	if self.contents[path] == nil then
		local file = io.open(path, "rb");
		-- Opening a folder works, reading it does not.
		self.contents[path] = file and file:read(largest) or "";
		if file then
			file:close();
		end
	end
	return self.contents[path];
end

--- Its tokens and comments.
function texts:tokens(path)
	local read = self.read[path];
	if not read then
		read = table.pack(tokens.read(self:content(path)));
		self.read[path] = read;
	end
	return read[1], read[2];
end

-- The places of the name among the tokens, as near behind the line as there is one.
local function place_of_name(list, line, name)
	for i, token in ipairs(list) do
		if token.line >= line and token.text == name and (token.kind == "name" or token.kind == "string") then
			return token.line == line and i or nil;
		end
	end
end

local function find_string(list, from, to, wanted)
	for i = from, to do
		if list[i].kind == "string" and list[i].text == wanted then
			return i;
		end
	end
end

local function find_number(list, from, to, wanted)
	for i = from, to do
		if list[i].kind == "number" and tonumber(list[i].text) == wanted then
			return i;
		end
	end
end

-- `key =` or `["key"] =`
local function find_key(list, from, to, key)
	for i = from, to do
		local next_text = list[i + 1] and list[i + 1].text;
		if list[i].text == tostring(key) and (list[i].kind == "name" and next_text == "="
				or list[i].kind ~= "symbol" and next_text == "]" and list[i - 1].text == "[") then
			return i;
		end
	end
end

--- The line of an element of the list, or of the key, within the assignment of the option at this line; the assignment's own line
-- where the text does not show it.
function texts:line_within(path, line, option, element, key)
	local list = self:tokens(path);
	local from = place_of_name(list, line, option);
	if not from then
		return line;
	end
	local to = tokens.last_of(list, from);
	local at = from;
	for _, part in ipairs(type(key) == "table" and key or { key }) do
		at = find_key(list, at + 1, to, part) or at;
	end
	if type(element) == "table" then
		element = element[1];
	end
	local find = type(element) == "string" and find_string or type(element) == "number" and find_number;
	local found = find and find(list, at + 1, to, element);
	return list[found or at].line;
end

--- Does the file hold a statement?
function texts:has_statement(path)
	return #self:tokens(path) > 0;
end

local asking = { stack = true, prosody = true, ["if"] = true, os = true };

--- Does the file say the same whatever is chosen, and wherever it is read?
function texts:is_fixed(path)
	for _, token in ipairs((self:tokens(path))) do
		if token.kind == "name" and (asking[token.text] or token.text:find("^ENV_")) then
			return false;
		end
	end
	return true;
end

-- What is behind a name and its fields: `name.field[key]`
local function behind_fields(list, at)
	at = at + 1;
	while list[at] and list[at].kind == "symbol" do
		if list[at].text == "." then
			at = at + 2;
		elseif list[at].text == "[" then
			repeat
				at = at + 1;
			until not list[at] or list[at].text == "]" and list[at].kind == "symbol";
			at = at + 1;
		else
			break;
		end
	end
	return list[at];
end

-- `name { … }`, `name:append { … }`, `name.key = …` at the head of a statement edit the option.
local function is_edit(list, at)
	if not tokens.begins_statement(list, at) then
		return false;
	end
	local behind = behind_fields(list, at);
	return behind == nil or behind.kind == "symbol" and (behind.text == "=" or behind.text == "{" or behind.text == ":" or behind.text == ",");
end

local libraries = words.set "stack prosody Lua string table math os io utf8 debug coroutine package";

-- `config.name` in a validator of a template, `prosody.config.get(host, "name")`
local function is_read_as_field(list, at)
	local token, before, object = list[at], list[at - 1], list[at - 2];
	if not before or not object then
		return false;
	elseif token.kind == "string" then
		local bracket, call = list[at - 3], list[at - 4];
		return before.text == "," and call ~= nil and bracket.text == "(" and call.text == "get";
	end
	return before.text == "." and before.kind == "symbol" and not libraries[object.text];
end

local function is_assigned(list, at)
	local following = list[at + 1];
	return following ~= nil and following.kind == "symbol" and following.text == "=";
end

local function reads_global(list, at)
	local token, before = list[at], list[at - 1];
	if is_assigned(list, at) or before and before.kind == "name" and before.text == "function" then
		return false;
	elseif token.kind == "string" or before and before.kind == "symbol" and (before.text == "." or before.text == ":") then
		return is_read_as_field(list, at);
	end
	return not is_edit(list, at);
end

-- A name that is local to the file is another one, from the line after the one that says so.
local function is_declared(list, at)
	local before = list[at - 1];
	if before and before.kind == "name" and (before.text == "local" or before.text == "for" or before.text == "function") then
		return before.text ~= "function" or list[at - 2] ~= nil and list[at - 2].text == "local";
	end
	return false;
end

local function file_reads(list, name)
	local declared;
	for at, token in ipairs(list) do
		if token.text == name and (token.kind == "name" or token.kind == "string") then
			if token.kind == "name" and is_declared(list, at) then
				declared = declared or token.line;
			elseif (not declared or token.line <= declared) and reads_global(list, at) then
				return true;
			end
		end
	end
	return false;
end

--- Does any of the files read what it, or another, has set under this name?
function texts:is_read_back(name)
	for _, path in ipairs(self.paths) do
		if self:content(path):find(name, 1, true) and file_reads(self:tokens(path), name) then
			return true;
		end
	end
	return false;
end

return texts;
