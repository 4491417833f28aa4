--- Values as text that Prosody's configuration files can hold, and as JSON.
-- Not util.serialization: it writes 0.1 as 0.100000000000000006, "é" as "\195\169", and drops the type of 1.0.
local words = require "stackloader.words";
local array = require "util.array";
local json = require "util.json";

local values = {};

--- Can the name stand before a "=" in Lua?
function values.is_name(name)
	return type(name) == "string" and name:find("^[%a_][%w_]*$") ~= nil and not words.of_lua[name];
end

local function escape_bytes(text)
	return (text:gsub(".", function (c) return ("\\%03d"):format(c:byte()); end));
end

-- A terminal should not act on what a value holds, so control characters are escaped, those of UTF-8 too.
local function quote(text)
	local quoted = ("%q"):format(text):gsub("\\\n", "\\n");
	if utf8.len(text) then
		return (quoted:gsub("\194[\128-\159]", escape_bytes));
	end
	return (quoted:gsub("[\128-\255]+", escape_bytes));
end

local function number_text(number)
	if math.type(number) == "integer" then
		return number == math.mininteger and "0x8000000000000000" or ("%d"):format(number);
	elseif number ~= number then
		return "(0/0)";
	elseif number == math.huge or number == -math.huge then
		return number > 0 and "(1/0)" or "(-1/0)";
	end
	local text = ("%.14g"):format(number);
	if tonumber(text) ~= number then
		text = ("%.17g"):format(number);
	end
	return text:find("[.e]") and text or text..".0";
end

-- Prosody itself gives network_settings a metatable that only looks up defaults: such a table is still data.
local function has_behaviour(value)
	local meta = getmetatable(value);
	return meta and not (type(meta) == "table" and type(rawget(meta, "__index")) == "table" and next(meta, next(meta)) == nil);
end

--- What a value is that no configuration file can hold as data, or nil for data.
function values.foreign(value)
	if type(value) == "function" then
		local info = debug.getinfo(value, "S");
		return info.what == "Lua" and ("function at %s:%d"):format(info.short_src:gsub("[%c%]]", "?"), info.linedefined) or "function";
	elseif type(value) == "table" then
		return has_behaviour(value) and "table with a metatable" or nil;
	end
	return (type(value) == "userdata" or type(value) == "thread") and type(value) or nil;
end

local rank = { number = 1, string = 2 };

local function before(a, b)
	local first, second = rank[type(a)] or 3, rank[type(b)] or 3;
	if first ~= second then
		return first < second;
	elseif first == 3 then
		return tostring(a) < tostring(b);
	end
	return a < b;
end

--- The keys of a table in an order that is always the same; those of the first `skipped` elements are left out.
function values.keys(map, skipped)
	local keys = {};
	for key in pairs(map) do
		if not (math.type(key) == "integer" and key >= 1 and key <= (skipped or 0)) then
			keys[#keys + 1] = key;
		end
	end
	table.sort(keys, before);
	return keys;
end

--- Is the value an element of the list? What is no table has none.
function values.holds(list, value)
	for _, element in ipairs(type(list) == "table" and list or {}) do
		if element == value then
			return true;
		end
	end
	return false;
end

local function listed(list)
	local count = 0;
	while rawget(list, count + 1) ~= nil do
		count = count + 1;
	end
	return count;
end

local write;

local function items(container, width, depth)
	local list = {};
	local count = listed(container);
	for i = 1, count do
		list[i] = write(container[i], width, depth + 1);
	end
	for _, key in ipairs(values.keys(container, count)) do
		local name = values.is_name(key) and key or "["..write(key, math.huge, 0).."]";
		list[#list + 1] = name.." = "..write(container[key], width, depth + 1);
	end
	return list;
end

-- Deeper than any option of Prosody.
local deepest = 100;
-- The tables that are being written: one that holds itself ends there.
local open = setmetatable({}, { __mode = "k" });

local function not_data(value, depth)
	return depth > deepest and "too deep" or open[value] and "itself" or values.foreign(value);
end

function write(value, width, depth)
	local foreign = type(value) ~= "string" and not_data(value, depth);
	if foreign then
		return "nil --[["..foreign.."]]";
	elseif type(value) == "string" then
		return quote(value);
	elseif type(value) == "number" then
		return number_text(value);
	elseif type(value) ~= "table" then
		return tostring(value);
	elseif next(value) == nil then
		return "{}";
	end
	open[value] = true;
	local list = items(value, width, depth);
	open[value] = nil;
	local line = "{ "..table.concat(list, ", ").." }";
	if #line + 4 * depth <= width and not line:find("\n", 1, true) then
		return line;
	end
	local indent = "\n"..("\t"):rep(depth + 1);
	return "{"..indent..table.concat(list, ";"..indent)..";\n"..("\t"):rep(depth).."}";
end

--- The value on one line.
function values.line(value)
	return write(value, math.huge, 0);
end

--- The value on one line where it fits, else an element a line, as it stands `depth` tabs deep.
function values.block(value, depth)
	return write(value, 100, depth);
end

--- Have both tables the same keys, and under each what `same` calls the same? It gets what follows it too.
function values.same_fields(a, b, same, ...)
	for key, value in next, a do
		if not same(value, rawget(b, key), ...) then
			return false;
		end
	end
	for key in next, b do
		if rawget(a, key) == nil then
			return false;
		end
	end
	return true;
end

--- Do both say the same? Functions and the like do where they are from the same place.
function values.same(a, b)
	if a == b then
		return true;
	elseif type(a) ~= "table" or type(b) ~= "table" then
		return type(a) == type(b) and type(a) ~= "string" and type(a) ~= "boolean" and values.line(a) == values.line(b);
	elseif values.foreign(a) or values.foreign(b) then
		return values.line(a) == values.line(b);
	end
	return values.same_fields(a, b, values.same);
end

-- JSON has neither other bytes than UTF-8 nor infinities.
local function plain_text(text)
	return utf8.len(text) and text or (text:gsub("[\128-\255]", function (c) return utf8.char(c:byte()); end));
end

--- The value as JSON can hold it: what is no data as a text, a table with other keys than strings with texts in their place.
function values.plain(value, depth)
	depth = depth or 0;
	local foreign = not_data(value, depth);
	if foreign then
		return "("..foreign..")";
	elseif type(value) == "string" then
		return plain_text(value);
	elseif type(value) == "number" then
		return (value ~= value or math.abs(value) == math.huge) and number_text(value) or value;
	elseif type(value) ~= "table" then
		return value;
	end
	open[value] = true;
	local count = listed(value);
	local keys = values.keys(value, count);
	local result = #keys == 0 and array() or {};
	for i = 1, count do
		result[#keys == 0 and i or tostring(i)] = values.plain(value[i], depth + 1);
	end
	for _, key in ipairs(keys) do
		result[plain_text(tostring(key))] = values.plain(value[key], depth + 1);
	end
	open[value] = nil;
	return result;
end

--- The value as JSON: a table with nothing but a list part, or nothing at all, is an array, every other an object.
function values.json(value)
	return json.encode_ordered(values.plain(value));
end

return values;
