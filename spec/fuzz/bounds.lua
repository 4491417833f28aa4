-- Policies with bounds, a server's own file and a customer's file, all of any text. Prosody's own readers, cut out of the sources of each version,
-- say what they read of what comes out: that is never outside of a bound. The limit of a bound is what they read of the option where nobody
-- sets it.
--
-- The first line of an input has a byte each for the version, the option, two bounds and where the value stands; then follow a line for each bound
-- and one for the value.
local fuzz = ...;
local stackloader = require "stackloader";
local project = fuzz.scripts.."/../..";
local prosody_readers = dofile(project.."/spec/prosody_readers.lua");

local root = fuzz.folder;
-- The installed Prosody and those beside it, by the name of their series.
local sources, names = {}, {};
local folders = assert(io.popen(("ls -d '%s'/build/prosody-*/usr/lib/prosody 2>/dev/null"):format(project), "r"));
local candidates = { "/usr/lib/prosody" };
for folder in folders:lines() do
	candidates[#candidates + 1] = folder;
end
folders:close();
for _, folder in ipairs(candidates) do
	local file = io.open(folder.."/prosody.version", "r");
	local name = file and (file:read "l":find "^0%.12" and "0.12" or "13");
	if file then
		file:close();
	end
	if name and not sources[name] then
		sources[name] = folder;
		names[#names + 1] = name;
	end
end
table.sort(names);
local versions = { { names[1] }, { names[#names] }, names };
local operations = { "at_most", "at_least", "one_of" };

-- Options with each kind of reader, keys of maps and options that nothing is known to read.
local options = { "archive_expires_after", "muc_log_expires_after", "c2s_timeout", "cthrottler_time", "smacks_max_queue_size",
	"http_max_content_size", "c2s_stanza_size_limit", "turn_external_port", "http_file_share_daily_quota", "pep_max_items",
	"s2s_idle_timeout", "network_default_read_size", "statistics_interval", "mam_remove_expired_messages_period", "limits.c2s.rate",
	"limits.c2s.burst", "limits_resolution", "some_number", "some.key" };

local allowed = {};
for i, option in ipairs(options) do
	allowed[i] = option:match "^[^.]+";
end

local read = {};
for version, source in pairs(sources) do
	read[version] = prosody_readers.new(source);
end

local rows = stackloader.option_readers();

-- A function for each reader of the option in those versions. What nothing is known to read may be read as a number or, on 13, as a period.
local function readers_of(option, wanted)
	local row = rows[option] or rows[option:gsub("%.%w+%.", ".*.")];
	local list = {};
	for _, version in ipairs(wanted) do
		for _, reader in ipairs(row and row[version] or {}) do
			list[#list + 1] = function (value) return read[version][reader.kind](value, reader); end;
		end
	end
	return list, row ~= nil;
end

-- A text as Lua: what is a number or a boolean is one, where `plain` is true.
local function literal(text, plain)
	if plain and (text == "true" or text == "false") then
		return text;
	elseif plain and tonumber(text) and text:find "^%-?%w" then
		return text;
	end
	return ("%q"):format(text);
end

local function list(text, plain)
	local parts = {};
	for part in text:gmatch "[^|]+" do
		parts[#parts + 1] = literal(part, plain);
	end
	return "{ "..table.concat(parts, ", ").." }";
end

-- "limits.c2s.rate" and what it gets, as an assignment.
local function assignment(option, value)
	local keys = {};
	for key in option:gmatch "[^.]+" do
		keys[#keys + 1] = key;
	end
	for i = #keys, 2, -1 do
		value = ("{ %s = %s }"):format(keys[i], value);
	end
	return keys[1].." = "..value.."\n";
end

local function get(values, option)
	for key in option:gmatch "[^.]+" do
		if type(values) ~= "table" then
			return nil;
		end
		values = values[key];
	end
	return values;
end

local function load_with(first, second, own, customer)
	assert(fuzz.write(root.."/core/first.cfg.lua", first));
	assert(fuzz.write(root.."/policies/security/baseline.cfg.lua", second));
	assert(fuzz.write(root.."/local/own.cfg.lua", own));
	assert(fuzz.write(root.."/domains/tenants/one.example.cfg.lua", customer));
	local ok, stack = pcall(stackloader.load, nil, { root = root, variables = {}, sysroot = "/nowhere";
		restrict = { ["domains/tenants"] = { options = allowed } } });
	return ok and stack or nil;
end

-- The numbers that a bound allows: at most one, at least one, or those of its choices.
local function limits_of(bound, option, readers)
	local limits = {};
	for part in (bound.operation == "one_of" and bound.text or "x"):gmatch "[^|]+" do
		local alone = bound.operation == "one_of" and "stack.one_of { "..literal(part, bound.plain).." }" or bound.code;
		local stack = assert(load_with(assignment(option, alone), "", "", ""), "a bound loads only beside others");
		local value = get(stack:options(), option);
		assert(value ~= nil, "a bound gives an unset option nothing");
		limits[#limits + 1] = { value = value };
		for i, reads in ipairs(readers) do
			limits[#limits][i] = assert(reads(value), "Prosody does not read the bound itself");
			assert(limits[#limits][i] == limits[#limits][1], "two readers take a bound for different numbers");
		end
	end
	return limits;
end

local function is_inside(number, bound, limits, i)
	if bound.operation == "at_most" then
		return number <= limits[1][i] and (number >= 0 or limits[1][i] < 0);
	elseif bound.operation == "at_least" then
		return number >= limits[1][i] and (number >= 0 or limits[1][i] < 0);
	end
	for _, choice in ipairs(limits) do
		if number == choice[i] then
			return true;
		end
	end
	return false;
end

local factors = { B = 1, kB = 1e3, MB = 1e6, GB = 1e9, TB = 1e12, KiB = 2^10, MiB = 2^20, GiB = 2^30, TiB = 2^40 };

-- What an option without a row may hold: its number, and the form in which it is written.
local function plain(value)
	local number = read["13"].number(value, {});
	if number then
		return number, "number";
	end
	local count, unit = tostring(value):match "^(%d+%.?%d*) ?(%a+)$";
	if factors[unit] then
		return count * factors[unit] // 1, "size";
	end
	return read["13"].period(value, {}), "period";
end

local function is_plain_inside(value, bound, limits)
	if bound.operation == "one_of" then
		for _, choice in ipairs(limits) do
			if choice.value == value and math.type(choice.value) == math.type(value) then
				return true;
			end
		end
		return false;
	end
	local number, form = plain(value);
	local limit, its_form = plain(limits[1].value);
	return number ~= nil and (form == "number" or form == its_form) and is_inside(number, bound, { { limit } }, 1);
end

local function check(stack, option, bounds, readers, known)
	for _, host in ipairs { "*", "one.example" } do
		local value;
		if host ~= "*" then
			value = get(stack:options(host), option);
		end
		if value == nil then
			value = get(stack:options(), option);
		end
		for _, bound in ipairs(bounds) do
			if not known then
				assert(is_plain_inside(value, bound, bound.limits), "a value outside of a bound");
			end
			for i, reads in ipairs(readers) do
				local number = reads(value);
				assert(number and is_inside(number, bound, bound.limits, i), "Prosody reads a value outside of a bound");
			end
		end
	end
end

local function read_bound(byte, text)
	local bound = { operation = operations[byte % 3 + 1], plain = byte & 64 == 0, text = text };
	bound.code = "stack."..bound.operation..(bound.operation == "one_of" and list(text, bound.plain) or "("..literal(text, bound.plain)..")");
	return bound;
end

return function (input)
	local head, first, second, value = input:match "^(.....)\n([^\n]*)\n([^\n]*)\n(.*)$";
	if not head then
		return;
	end
	local version = versions[head:byte(1) % #versions + 1];
	local option = options[head:byte(2) % #options + 1];
	local readers, known = readers_of(option, version);
	local bounds = { read_bound(head:byte(3), first), second ~= "" and read_bound(head:byte(4), second) or nil };
	local where = head:byte(5);
	local code = where & 4 ~= 0 and "{ "..literal(value, where & 8 == 0).." }" or literal(value, where & 8 == 0);
	local set = assignment(option, code);
	CFG_SOURCEDIR = #version == 1 and sources[version[1]] or nil; -- luacheck: ignore 111/CFG_SOURCEDIR
	for _, name in ipairs { "core", "policies", "policies/security", "local", "domains", "domains/tenants" } do
		fuzz.make_folder(root.."/"..name);
	end
	local policies = {};
	for i, bound in ipairs(bounds) do
		policies[i] = assignment(option, bound.code);
	end
	local customer = 'VirtualHost "one.example"\n'..(where & 2 ~= 0 and set or "");
	local stack = load_with(policies[1], policies[2] or "", where & 1 ~= 0 and set or "", customer);
	if stack then
		for _, bound in ipairs(bounds) do
			bound.limits = limits_of(bound, option, readers);
		end
		check(stack, option, bounds, readers, known);
	end
end;
