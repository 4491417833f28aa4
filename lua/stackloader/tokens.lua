--- The tokens of a Lua source text, each with its line: for what has to be found in a layer's file, never to decide what it means.
local words = require "stackloader.words";

local tokens = {};

local function line_counter(text)
	local line, reached = 1, 1;
	return function (position)
		for _ in text:sub(reached, position - 1):gmatch("\n") do
			line = line + 1;
		end
		reached = position;
		return line;
	end
end

local escapes = { n = "\n", t = "\t", r = "\r", a = "\a", b = "\b", f = "\f", v = "\v", ["\n"] = "\n" };

local function unescape(text)
	return (text:gsub("\\(%d%d?%d?)", function (code)
		return tonumber(code) < 256 and string.char(tonumber(code)) or nil;
	end):gsub("\\([^%d])", function (letter)
		return escapes[letter] or letter;
	end));
end

-- Where the quoted string that begins here ends; at the end of the text where nothing ends it.
local function end_of_quoted(text, from)
	local quote = text:sub(from, from);
	local position = from + 1;
	while position <= #text do
		local letter = text:sub(position, position);
		if letter == quote then
			return position;
		end
		position = position + (letter == "\\" and 2 or 1);
	end
	return #text;
end

-- The end of what begins with the long bracket here, and what it holds; nil where there is no long bracket.
local function long_bracket(text, from)
	local _, opened, level = text:find("^%[(=*)%[", from);
	if not opened then
		return nil;
	end
	local first, last = text:find("]"..level.."]", opened + 1, true);
	return last or #text, text:sub(opened + 1, (first or #text + 1) - 1);
end

-- Each returns kind, last position and text of the token that begins at the position, or nil.
local readers = {};

readers[#readers + 1] = function (text, from)
	local _, last, name = text:find("^([%a_][%w_]*)", from);
	if last then
		return "name", last, name;
	end
end;

readers[#readers + 1] = function (text, from)
	if not text:find("^%-%-", from) then
		return nil;
	end
	local last, inside = long_bracket(text, from + 2);
	if not last then
		inside = text:match("^[^\n]*", from + 2);
		last = from + 1 + #inside;
	end
	return "comment", last, inside;
end;

readers[#readers + 1] = function (text, from)
	if text:find("^[\"']", from) then
		local last = end_of_quoted(text, from);
		return "string", last, unescape(text:sub(from + 1, last - 1));
	end
	local last, inside = long_bracket(text, from);
	if last then
		return "string", last, (inside:gsub("^\r?\n", ""));
	end
end;

readers[#readers + 1] = function (text, from)
	if not text:find("^%.?%d", from) then
		return nil;
	end
	local hexadecimal = text:find("^0[xX]", from) ~= nil;
	local _, last = text:find(hexadecimal and "^0[xX][%x.]*" or "^[%d.]*", from);
	local _, exponent = text:find(hexadecimal and "^[pP][+-]?%d+" or "^[eE][+-]?%d+", last + 1);
	return "number", exponent or last, text:sub(from, exponent or last);
end;

readers[#readers + 1] = function (text, from)
	for _, pattern in ipairs { "^%.%.%.", "^%.%.", "^[=~<>]=", "^::", "^//", "^<<", "^>>", "^." } do
		local _, last = text:find(pattern, from);
		if last then
			return "symbol", last, text:sub(from, last);
		end
	end
end;

local function read_one(text, from)
	for _, reader in ipairs(readers) do
		local kind, last, inside = reader(text, from);
		if kind then
			return kind, last, inside;
		end
	end
end

--- The list of tokens, { kind = "name"|"string"|"number"|"symbol", text, line }, and the list of comments, { text, line }.
-- Keywords are names.
function tokens.read(text)
	local list, comments = {}, {};
	local line_at = line_counter(text);
	local position = text:find("^#") and (text:find("\n", 1, true) or #text + 1) or 1;
	while true do
		position = text:find("%S", position);
		if not position then
			return list, comments;
		end
		local kind, last, inside = read_one(text, position);
		local into = kind == "comment" and comments or list;
		into[#into + 1] = { kind = kind, text = inside, line = line_at(position) };
		position = last + 1;
	end
end

local ends_expression = { ["}"] = true, [")"] = true, ["]"] = true, ["end"] = true, ["nil"] = true, ["true"] = true, ["false"] = true,
	["..."] = true };
local before_statement = { [";"] = true, ["do"] = true, ["then"] = true, ["else"] = true, ["repeat"] = true };

--- Is the token a name that a program chose?
function tokens.is_identifier(token)
	return token ~= nil and token.kind == "name" and not words.of_lua[token.text];
end

--- Is the token, which may be nil, this symbol?
function tokens.is_symbol(token, text)
	return token ~= nil and token.kind == "symbol" and token.text == text;
end

--- Can a statement begin at this token, as far as the one before it tells?
function tokens.begins_statement(list, at)
	local token, before = list[at], list[at - 1];
	if not before then
		return true;
	elseif before.kind == "symbol" or words.of_lua[before.text] and before.kind == "name" then
		return before_statement[before.text] or ends_expression[before.text] and token.kind == "name" or false;
	end
	return token.kind == "name";
end

local opening = { ["("] = true, ["{"] = true, ["["] = true };
local closing = { [")"] = true, ["}"] = true, ["]"] = true };
local operators = { ["and"] = true, ["or"] = true, ["not"] = true };

--- The last token of the statement or table field whose name is the token at this place.
function tokens.last_of(list, at)
	local depth = 0;
	for i = at + 1, #list do
		local token = list[i];
		local symbol = token.kind == "symbol" and token.text;
		if depth == 0 and (symbol == "," or symbol == ";" or closing[symbol]) then
			return i - 1;
		elseif depth == 0 and not operators[token.text] and token.kind == "name" and tokens.begins_statement(list, i) then
			return i - 1;
		end
		depth = depth + (opening[symbol] and 1 or closing[symbol] and -1 or 0);
	end
	return #list;
end

return tokens;
