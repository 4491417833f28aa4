--- Values as text and back, exactly, for two processes of ours: a float stays a float, and each byte of a string stays that byte.
-- What is no data comes back as an object of which dump.foreign() tells what it was. Needs no library of Prosody.
local dump = {};

local foreign_mt = {};

--- What the value was where no text can hold it ("function"), or nil for data.
function dump.foreign(value)
	return type(value) == "table" and getmetatable(value) == foreign_mt and value[1] or nil;
end

local function number_text(number)
	if math.type(number) == "integer" then
		return number == math.mininteger and "(-9223372036854775807-1)" or ("%d"):format(number);
	elseif number ~= number then
		return "(0/0)";
	elseif number == math.huge or number == -math.huge then
		return number > 0 and "(1/0)" or "(-1/0)";
	end
	return ("%a"):format(number);
end

-- Deeper than any option of Prosody, and well below what Lua's compiler takes.
local deepest = 100;

local write;

-- A handle of Prosody 13 stands for an option that the file has read, and is no value.
local function kind_of_table(value, open, depth)
	if depth > deepest then
		return "table that is too deep";
	elseif open[value] then
		return "table that holds itself";
	elseif rawget(value, "config_table") ~= nil and type(rawget(value, "option_name")) == "string" then
		return "handle of "..rawget(value, "option_name");
	elseif getmetatable(value) ~= nil then
		local text = rawget(value, "text");
		return type(text) == "string" and text:find("^Credential%(%)") and "credential" or "table with a metatable";
	end
end

local function write_table(parts, value, open, depth)
	local kind = kind_of_table(value, open, depth);
	if kind then
		parts[#parts + 1] = ("F%q"):format(kind);
		return;
	end
	open[value] = true;
	parts[#parts + 1] = "{";
	for key, inner in next, value do
		parts[#parts + 1] = "[";
		write(parts, key, open, depth + 1);
		parts[#parts + 1] = "]=";
		write(parts, inner, open, depth + 1);
		parts[#parts + 1] = ",";
	end
	parts[#parts + 1] = "}";
	open[value] = nil;
end

function write(parts, value, open, depth)
	local kind = type(value);
	if kind == "string" then
		parts[#parts + 1] = ("%q"):format(value):gsub("\r", "\\r");
	elseif kind == "number" then
		parts[#parts + 1] = number_text(value);
	elseif kind == "table" then
		write_table(parts, value, open, depth);
	elseif kind == "boolean" or kind == "nil" then
		parts[#parts + 1] = tostring(value);
	else
		parts[#parts + 1] = ("F%q"):format(kind);
	end
end

--- The value as text.
function dump.write(value)
	local parts = {};
	write(parts, value, {}, 0);
	return table.concat(parts);
end

--- The value of a text that dump.write made; nil and why not.
function dump.read(text)
	local function foreign(kind)
		return setmetatable({ kind }, foreign_mt);
	end
	local chunk, problem = load("return "..text, "=dump", "t", { F = foreign });
	if not chunk then
		return nil, problem;
	end
	return chunk();
end

return dump;
