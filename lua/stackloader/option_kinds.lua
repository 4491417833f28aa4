--- Would whoever reads an option take this value? By the rules of Prosody's module API, which differ between 0.12 and 13.
local human_io = require "util.human.io";
local values = require "stackloader.values";

local option_kinds = {};

-- What Prosody's core reads without saying of what kind it is.
local core = {
	authentication = { kind = "text" };
	c2s_require_encryption = { kind = "boolean" };
	certificates = { kind = "text" };
	data_path = { kind = "text" };
	default_storage = { kind = "text" };
	gc = { kind = "map" };
	interfaces = { kind = "array", of = "string" };
	limits = { kind = "map" };
	local_interfaces = { kind = "array", of = "string" };
	network_backend = { kind = "enum", values = { "epoll", "event", "select" } };
	network_settings = { kind = "map" };
	pidfile = { kind = "text" };
	ssl = { kind = "map" };
	statistics_interval = { kind = "interval" };
	tls_profile = { kind = "enum", values = { "modern", "intermediate", "old", "legacy" } };
	use_ipv4 = { kind = "boolean" };
	use_ipv6 = { kind = "boolean" };
};

-- What a list or map yields where one value is read: its first element.
local function scalar(value)
	if type(value) ~= "table" then
		return value;
	elseif #value == 1 then
		return value[1];
	end
	return nil, "takes one value, no table";
end

local checks = {};

function checks.string(value)
	return type(value) ~= "string" and type(value) ~= "number" and "a string" or nil;
end

checks.path = checks.string;
checks.text = checks.string;

local function outside(number, reader)
	if reader.minimum and number < reader.minimum then
		return ("a number not below %s"):format(values.line(reader.minimum)), "SL105";
	elseif reader.maximum and number > reader.maximum then
		return ("a number not above %s"):format(values.line(reader.maximum)), "SL105";
	end
end

function checks.number(value, reader)
	local number = (type(value) == "number" or type(value) == "string") and tonumber(value) or nil;
	if not number then
		return "a number";
	end
	return outside(number, reader);
end

function checks.integer(value, reader)
	local problem, code = checks.number(value, reader);
	if not problem and math.type(tonumber(value)) == "float" then
		return "a whole number";
	end
	return problem, code;
end

function checks.boolean(value)
	local known = value == true or value == false or value == "true" or value == "false" or value == 1 or value == 0;
	return not known and "true or false" or nil;
end

function checks.interval(value)
	return value ~= "manual" and checks.number(value, {}) and "a number of seconds, or \"manual\"" or nil;
end

function checks.enum(value, reader)
	if not reader.values or values.holds(reader.values, value) then
		return nil;
	end
	local texts = {};
	for i, allowed in ipairs(reader.values) do
		texts[i] = values.line(allowed);
	end
	return "one of "..table.concat(texts, ", "), "SL104";
end

function checks.period(value, reader)
	if value == "never" or value == false then
		return nil;
	elseif type(value) == "number" then
		return outside(value, reader);
	elseif type(value) ~= "string" then
		return "seconds, a text such as \"2 days\", or \"never\"";
	end
	local seconds = human_io.parse_duration and human_io.parse_duration(value);
	if seconds then
		return outside(seconds, reader);
	elseif human_io.parse_duration_lax and human_io.parse_duration_lax(value) then
		local number = value:match("%d+");
		if value:find("^%s*%d+%s*$") then
			return ("%s without quotes, which are seconds, or a unit"):format(number), "SL106";
		end
		return ("\"%s months\" or \"%s minutes\": this may be either"):format(number, number), "SL106";
	end
	return "seconds, a text such as \"2 days\", or \"never\"", "SL106";
end

local on_tables = {};

-- A single value counts as a list of one; the named part of a table is ignored.
function on_tables.array(value)
	if type(value) ~= "table" then
		return (type(value) == "function" or type(value) == "userdata") and "a list" or nil;
	end
	for _, key in ipairs(values.keys(value)) do
		if math.type(key) ~= "integer" then
			return "a list, where keys are ignored", nil, key;
		end
	end
end

on_tables.set = on_tables.array;
on_tables.inherited_set = on_tables.array;

function on_tables.map(value)
	return type(value) ~= "table" and "a table of named values" or nil;
end

-- A port as the core's portmanager takes it.
local function check_port(value)
	local number = (type(value) == "number" or type(value) == "string") and tonumber(value);
	return not (number and math.tointeger(number) and number >= 0 and number <= 65535);
end

function on_tables.ports(value)
	for _, port in ipairs(type(value) == "table" and value or { value }) do
		if check_port(port) then
			return "port numbers", nil, nil, port;
		end
	end
	return on_tables.array(value);
end

-- 0.12 reads these as texts and knows days, weeks, months and years alone.
local old_periods = { archive_expires_after = true, muc_log_expires_after = true };

local function old_period(value)
	if value == "never" then
		return nil;
	end
	local text = tostring(value):lower();
	if not text:find("^%s*%d+%s*[dwmy]?%s*$") and not text:find("^%s*%d+%s*[dwmy]%a+%s*$") then
		return "\"never\", seconds, or a number of days, weeks, months or years such as \"30d\": Prosody 0.12 knows no other unit", "SL106";
	end
end

local function check_one(reader, value)
	local on_table = on_tables[reader.kind];
	if on_table then
		return on_table(value, reader);
	end
	local check = checks[reader.kind];
	if not check then
		return nil;
	end
	local one, problem = scalar(value);
	if problem then
		return "one value, no table";
	elseif one == nil then
		return nil;
	end
	return check(one, reader);
end

local function is_typed(reader)
	return on_tables[reader.kind] ~= nil or checks[reader.kind] ~= nil;
end

local function typed(name, readers)
	local own = core[name] or name:find("_ports$") and { kind = "ports" };
	if own then
		return { own };
	end
	local list = {};
	for _, reader in ipairs(readers) do
		list[#list + 1] = is_typed(reader) and reader or nil;
	end
	return list;
end

--- What is expected in place of the value, where nobody who reads the option takes it: text, code, the key or element that is wrong, and
-- the reader. Nil where somebody does, or where the sources do not say.
function option_kinds.problem(name, value, readers, version)
	if version == "0.12" and old_periods[name] and type(value) ~= "table" then
		local text, code = old_period(value);
		return text, code, nil, nil, readers[1];
	end
	local text, code, key, element, who;
	for _, reader in ipairs(typed(name, readers)) do
		local problem, its_code, its_key, its_element = check_one(reader, value);
		if not problem then
			return nil;
		elseif not text then
			text, code, key, element, who = problem, its_code or "SL103", its_key, its_element, reader;
		end
	end
	return text, code, key, element, who;
end

return option_kinds;
