--- Would whoever reads an option take this value? By the rules of Prosody's module API, which differ between 0.12 and 13.
local catalogue = require "stackloader.catalogue";
local periods = require "stackloader.periods";
local values = require "stackloader.values";

local option_kinds = {};

-- What Prosody's core reads without saying of what kind it is.
local core = {
	authentication = { kind = "text" };
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

-- A problem is { text = what is expected, code, effect = what the reader makes of the value, write = what to write in place of it, key or
-- element = what of the value is wrong, reader }.

local checks = {};

-- 13's getters keep numbers within their limits, 0.12's do not know any.
local function outside(number, reader, shown)
	if reader.minimum and number < reader.minimum then
		return { text = ("a number not below %s"):format(values.line(reader.minimum)), code = "SL105", effect = shown(reader.minimum) };
	elseif reader.maximum and number > reader.maximum then
		return { text = ("a number not above %s"):format(values.line(reader.maximum)), code = "SL105", effect = shown(reader.maximum) };
	end
end

function checks.string(value)
	if type(value) == "string" or type(value) == "number" then
		return nil;
	end
	return { text = "a string", effect = type(value) == "boolean" and ("takes it as the text %q"):format(tostring(value)) or nil };
end

checks.path = checks.string;

function checks.text(value)
	return type(value) ~= "string" and type(value) ~= "number" and { text = "a string" } or nil;
end

local no_number = "takes no number from it, not the default either";

local function taken(number)
	return ("takes %s"):format(values.line(number));
end

function checks.number(value, reader)
	local number = (type(value) == "number" or type(value) == "string") and tonumber(value) or nil;
	if not number then
		return { text = "a number", effect = no_number };
	end
	return outside(number, reader, taken);
end

function checks.integer(value, reader)
	local problem = checks.number(value, reader);
	local number = tonumber(value);
	if not problem and math.type(number) == "float" then
		return { text = "a whole number", effect = number == number and math.abs(number) < 2^53 and taken(math.floor(number)) or nil };
	end
	return problem;
end

local booleans = { yes = "true", on = "true", enabled = "true", no = "false", off = "false", disabled = "false" };

function checks.boolean(value, reader)
	local known = value == true or value == false or value == "true" or value == "false" or value == 1 or value == 0;
	if known then
		return nil;
	end
	local is_lost = reader.module and not reader.guessed and not catalogue.is_compared(reader);
	return { text = "true or false", effect = is_lost and "takes it as false, whatever the default is" or nil;
		write = type(value) == "string" and booleans[value:lower()] or nil };
end

function checks.interval(value)
	return value ~= "manual" and checks.number(value, {}) and { text = "a number of seconds, or \"manual\"" } or nil;
end

function checks.enum(value, reader)
	if not reader.values or values.holds(reader.values, value) then
		return nil;
	end
	local texts = {};
	for i, allowed in ipairs(reader.values) do
		texts[i] = values.line(allowed);
	end
	return { text = "one of "..table.concat(texts, ", "), code = "SL104", effect = reader.module and "logs an error and takes it all the same" or nil };
end

local no_period = { text = "seconds, a text such as \"2 days\", or \"never\"", effect = no_number };

local function seconds_text(seconds)
	return ("takes %s seconds"):format(values.line(seconds));
end

-- Limits of periods are texts or numbers.
local function period_limits(reader)
	local limits = { text = true };
	for _, name in ipairs { "minimum", "maximum" } do
		local limit = reader[name];
		limits[name] = type(limit) == "string" and periods.parse(limit) or tonumber(limit);
	end
	return limits;
end

local function vague_period(value)
	local seconds = periods.parse_lax(value);
	local number = value:match("%d+");
	if value:find("^%s*%d+%s*$") then
		return { text = "a number without quotes, which is seconds, or a unit", code = "SL106", effect = seconds_text(seconds), write = number };
	end
	local unit = number == "1" and "%s month or %s minute" or "%s months or %s minutes";
	return { text = unit:format(number, number), code = "SL106", effect = seconds_text(seconds);
		write = ("\"%smo\" or \"%smin\""):format(number, number) };
end

function checks.period(value, reader)
	if value == "never" or value == false then
		return nil;
	elseif type(value) == "number" then
		return value >= 0 and outside(value, period_limits(reader), seconds_text) or nil;
	elseif type(value) ~= "string" then
		return no_period;
	end
	local seconds = periods.parse(value);
	if seconds then
		return outside(seconds, period_limits(reader), seconds_text);
	elseif periods.parse_lax(value) then
		return vague_period(value);
	end
	return { text = no_period.text, code = "SL106", effect = no_number };
end

local on_tables = {};

-- A single value counts as a list of one; the named part of a table is ignored.
function on_tables.array(value)
	if type(value) ~= "table" then
		return (type(value) == "function" or type(value) == "userdata") and { text = "a list" } or nil;
	end
	for _, key in ipairs(values.keys(value)) do
		if math.type(key) ~= "integer" then
			return { text = "a list, where keys are ignored", key = key };
		end
	end
end

on_tables.set = on_tables.array;
on_tables.inherited_set = on_tables.array;

function on_tables.map(value)
	return type(value) ~= "table" and { text = "a table of named values" } or nil;
end

-- A port as the core's portmanager takes it.
local function check_port(value)
	local number = (type(value) == "number" or type(value) == "string") and tonumber(value);
	return not (number and math.tointeger(number) and number >= 0 and number <= 65535);
end

function on_tables.ports(value)
	for _, port in ipairs(type(value) == "table" and value or { value }) do
		if check_port(port) then
			return { text = "port numbers", element = port };
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
		local number = text:match("%d+");
		return { text = "\"never\", seconds, or a number of days, weeks, months or years such as \"30d\"", code = "SL106";
			effect = number and seconds_text(tonumber(number)) or nil };
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
		return { text = "one value, no table", effect = value[1] ~= nil and taken(value[1]) or nil };
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
		return #readers > 0 and { own } or {};
	end
	local list = {};
	for _, reader in ipairs(readers) do
		list[#list + 1] = is_typed(reader) and reader or nil;
	end
	return list;
end

local function with_reader(problem, reader)
	local full = { code = "SL103", reader = reader };
	for key, value in pairs(problem) do
		full[key] = value;
	end
	return full;
end

--- The options of Prosody's core whose kinds are known here.
function option_kinds.core_options()
	return values.keys(core);
end

-- The getters whose options are not judged on purpose: one takes any value, the other any but a table.
local any_value = { scalar = true };

--- Is the kind, of a getter get_option_KIND, one that values are judged by?
function option_kinds.knows(kind)
	return checks[kind] ~= nil or on_tables[kind] ~= nil or any_value[kind] == true;
end

-- What becomes of a word that the enumeration does not have.
local function with_default(problem, facts)
	if problem and problem.reader.kind == "enum" and problem.effect and facts.enum_default then
		problem.effect = "logs an error and takes "..values.line(problem.reader.values[1]);
	end
	return problem;
end

--- What is expected in place of the value, where nobody who reads the option takes it: { text, code, effect, write, key, element, reader }.
-- Nil where somebody does, or where the sources do not say. `facts` are those of learned.lua.
function option_kinds.problem(name, value, readers, version, facts)
	if version == "0.12" and old_periods[name] and type(value) ~= "table" then
		local problem = old_period(value);
		return problem and with_reader(problem, readers[1]);
	end
	local first;
	for _, reader in ipairs(typed(name, readers)) do
		local problem = check_one(reader, value);
		if not problem then
			return nil;
		end
		first = first or with_reader(problem, reader);
	end
	return with_default(first, facts);
end

return option_kinds;
