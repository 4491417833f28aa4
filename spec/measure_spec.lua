--- What a bound measures, compared with Prosody's own readers, which are cut out of the sources of each version.
-- STACKLOADER_VALUES is how many random values each reader gets.
local support = require "spec.support";
local prosody_readers = require "spec.prosody_readers";
local random_values = require "spec.random_values";
local stackloader = require "stackloader";

local MANY = math.tointeger(os.getenv "STACKLOADER_VALUES") or 100000;
local table_of_readers = stackloader.option_readers();

local function random_from(seed)
	math.randomseed(seed);
	return math.random;
end

local function key_of(reader)
	return ("%s from %s to %s"):format(reader.kind, reader.minimum or "any", reader.maximum or "any");
end

-- An option for each different reader of that version: key → { option, reader }.
local function options_by_reader(version)
	local found = {};
	for option, row in pairs(table_of_readers) do
		local key = row[version][1] and not row[version][2] and key_of(row[version][1]);
		if key and (not found[key] or option < found[key].option) then
			found[key] = { option = option, reader = row[version][1] };
		end
	end
	return found;
end

describe("The measure of a value", function ()
	support.with_each("is what Prosody reads of it, for 100,000 values and each reader", function (prosody)
		local readers = prosody_readers.new(prosody.source);
		local count = 0;
		for key, one in pairs(options_by_reader(prosody.name)) do
			local random = random_from(13);
			local read = readers[one.reader.kind];
			local measured = 0;
			for _ = 1, MANY do
				local value = random_values.any(random);
				local number = stackloader.measure(one.option, value, prosody.name);
				if number then
					measured = measured + 1;
					if number ~= read(value, one.reader) then
						error(("%s (%s): %q is measured as %s, and Prosody reads %s"):format(one.option, key, value, number, read(value, one.reader)));
					end
				end
			end
			assert.is_true(measured > MANY / 1000, key);
			count = count + 1;
		end
		assert.is_true(count >= 6);
	end);

	it("is none where a reader would take only a part of the text, or replace it", function ()
		for _, row in ipairs {
			{ "archive_expires_after", "0.12", "12h", "5min", "-5d", "1.5d", "1e3d", "30d 12h", "Never", false, -30, 1e15, 2.5, "30d\0" };
			{ "archive_expires_after", "13", "1h30m", "100ms", "-5d", "1.5h", "1e3", "Never", "30 dogs", -1, true, { 30 }, "0x10", 0/0 };
			{ "c2s_timeout", "0.12", "5min", "300 s", "", "300,5", false, "never" };
			{ "smacks_max_queue_size", "13", 0, 2.5, "2.5", -1, 1/0, "500 stanzas", "1k" };
			{ "turn_external_port", "13", 0, 65536 };
			{ "limits.c2s.rate", "13", 10000, "10", "10kb", "10 kittens/s", "-10kb/s", "1.5kb/s", "10  kb/s" };
			{ "limits.c2s.burst", "13", 0/0, "2", "2 seconds", "-2s", "2.5s" };
			{ "s2s_idle_timeout", "13", "300", 0/0 };
			{ "archive_expires_after", "13", true, "9007199254740992", "9007199254740991 s s", "300000000000 years" };
			{ "statistics_interval", "13", "1 minute", true };
		} do
			for i = 3, #row do
				assert.is_nil(stackloader.measure(row[1], row[i], row[2]), ("%s = %q on %s"):format(row[1], tostring(row[i]), row[2]));
			end
		end
	end);

	it("is in the unit of the option", function ()
		for _, row in ipairs {
			{ "archive_expires_after", "0.12", "30d", 2592000 }, { "archive_expires_after", "0.12", "1 Month", 2678400 };
			{ "archive_expires_after", "0.12", "5m", 13392000 }, { "archive_expires_after", "13", "never", math.huge };
			{ "archive_expires_after", "13", "12 hours", 43200 }, { "archive_expires_after", "13", "1y", 31556952 };
			{ "http_file_share_expires_after", "13", "1w", 604800 }, { "http_file_share_size_limit", "0.12", "0x10", 16 };
			{ "limits.c2s.rate", "0.12", "10kb/s", 10000 }, { "limits.s2sin.burst", "0.12", "2s", 2 };
			{ "statistics_interval", "13", "manual", math.huge };
		} do
			assert.equal(row[4], stackloader.measure(row[1], row[3], row[2]), row[1]);
		end
	end);

	it("is one for every version where the version is not known", function ()
		assert.equal(2592000, stackloader.measure("archive_expires_after", "30d"));
		assert.is_nil(stackloader.measure("archive_expires_after", "12h"));
		assert.is_nil(stackloader.measure("http_file_share_expires_after", "30d"));
		assert.equal(604800, stackloader.measure("http_file_share_expires_after", 604800));
	end);

	it("takes the readers of the other version where nothing reads the option in the installed one", function ()
		assert.equal(604800, stackloader.measure("registration_delete_grace_period", "1w", "0.12"));
		assert.is_nil(stackloader.measure("http_upload_quota", "1w", "13"));
		assert.equal(5, stackloader.measure("http_upload_quota", 5, "13"));
	end);
end);

-- Options that each version reads in another way, and one whose reader is not known.
local bounded = {
	archive_expires_after = { 86400, 31557600, "30d", "2w", "1y" };
	c2s_timeout = { 60, 3600, 86400, "5min", "1d" };
	http_file_share_daily_quota = { 0, 1000, 104857600, "10MB", "1.5 GiB" };
	mam_remove_expired_messages_period = { 60, 86400, "1d", "1 week" };
	some_number = { 0, 5, 86400 };
	some_period = { "1h", "30d", "1 week" };
	["limits.c2s.rate"] = { "1kb/s", "10 kb/s", "1mb/s" };
	["limits.c2s.burst"] = { 1, 2, 30, "2s", "1min" };
};

-- Options of the whole, and keys of maps.
local options, keys = {}, {};
for name in pairs(bounded) do
	local list = name:find(".", 1, true) and keys or options;
	list[#list + 1] = name;
end
table.sort(options);
table.sort(keys);

-- 1e999 and -1e999 are how the infinities can be written.
local function literal(value)
	if type(value) == "table" then
		return "{ "..literal(value[1]).." }";
	elseif type(value) == "string" then
		return ("%q"):format(value);
	elseif math.type(value) == "float" then
		return math.abs(value) == math.huge and (value > 0 and "1e999" or "-1e999") or ("%.17g"):format(value):gsub("^(-?%d+)$", "%1.0", 1);
	end
	return value == math.mininteger and "0x8000000000000000" or tostring(value);
end

-- The option, or the key in a map, that has such a dotted name, in a table of options.
local function get(value, name)
	for key in name:gmatch "[^.]+" do
		value = value[key];
	end
	return value;
end

local function assignment(name, value)
	local option, outer, inner = name:match "^([^.]+)%.?([^.]*)%.?([^.]*)$";
	return outer == "" and ("%s = %s"):format(option, value) or ("%s = { %s = { %s = %s } }"):format(option, outer, inner, value);
end

-- A layer of so many hosts, each with a random value in all of the options.
local function random_hosts(random, count, names)
	local lines = {};
	for host = 1, count do
		local value = literal(random_values.any(random));
		lines[#lines + 1] = ("VirtualHost \"h%d.example\""):format(host);
		if names == keys then
			lines[#lines + 1] = ("limits = { c2s = { rate = %s, burst = %s } }"):format(value, value);
		else
			lines[#lines + 1] = table.concat(names, " = "..value.."\n").." = "..value;
		end
	end
	return table.concat(lines, "\n").."\n";
end

-- The layers of a policy, and what they bound.
local function random_bounds(random, names)
	local layers, bounds = {}, {};
	for i, name in ipairs(names) do
		local list = bounded[name];
		bounds[name] = { operation = random(2) == 1 and "at_most" or "at_least", value = list[random(#list)] };
		layers[i] = assignment(name, ("stack.%s(%s)"):format(bounds[name].operation, literal(bounds[name].value)));
	end
	return layers, bounds;
end

local numbers = { ["5min"] = 300, ["1h"] = 3600, ["1d"] = 86400, ["1 week"] = 604800, ["2w"] = 1209600, ["30d"] = 2592000,
	["1y"] = 31556952, ["2s"] = 2, ["1min"] = 60, ["1kb/s"] = 1000, ["10 kb/s"] = 10000, ["1mb/s"] = 1000000, ["10MB"] = 10000000,
	["1 MiB"] = 1048576, ["1.5 GiB"] = 1610612736, ["700"] = 700 };

local function is_inside(number, bound)
	local limit = numbers[bound.value] or bound.value;
	if number == nil or number < 0 then
		return false;
	elseif bound.operation == "at_most" then
		return number <= limit;
	end
	return number >= limit;
end

-- All that may read the option, in that version: functions of a value.
local function all_readers(name, prosody)
	local readers = prosody_readers.new(prosody.source);
	local list = {};
	local row = table_of_readers[name] or table_of_readers[name:gsub("%.c2s%.", ".*.")];
	for _, reader in ipairs(row and row[prosody.name] or { { kind = "number" }, { kind = "period" } }) do
		local read = readers[reader.kind];
		if read and not (reader.kind == "number" and name == "some_period") then
			list[#list + 1] = function (value) return read(value, reader); end;
		end
	end
	return list;
end

local function check_hosts(stack, count, bounds, readers)
	for host = 1, count do
		local set = stack:options(("h%d.example"):format(host));
		for name, bound in pairs(bounds) do
			local value = get(set, name);
			for _, read in ipairs(readers[name]) do
				if not is_inside(read(value), bound) then
					error(("%s = %q, which Prosody reads as %s, is outside of stack.%s(%s)"):format(name, value, read(value), bound.operation, bound.value));
				end
			end
		end
	end
end

-- So many values for each of the names. Each of the versions reads what a stack makes of them that finds its own version in the folder.
local function compare(count, names, sources, version_folder)
	local random = random_from(2026);
	local readers, size = {}, math.min(5000, count);
	for _, name in ipairs(names) do
		readers[name] = {};
		for _, prosody in ipairs(sources) do
			table.move(all_readers(name, prosody), 1, 2, #readers[name] + 1, readers[name]);
		end
	end
	for _ = 1, count // size do
		local layers, bounds = random_bounds(random, names);
		local root = support.tree { ["domains/hosts.cfg.lua"] = random_hosts(random, size, names) };
		for i, layer in ipairs(layers) do
			support.write(root..("/policies/security/baseline/%d.cfg.lua"):format(i), layer.."\n");
		end
		local stack = support.with_globals({ CFG_SOURCEDIR = version_folder }, {}, function ()
			return stackloader.load(nil, { root = root, variables = {}, sysroot = "/nowhere" });
		end);
		check_hosts(stack, size, bounds, readers);
		support.clean();
	end
end

describe("A bound", function ()
	teardown(support.clean);

	support.with_each("keeps what Prosody reads inside, for 100,000 values of each option", function (prosody)
		compare(MANY, options, { prosody }, prosody.source);
	end);

	support.with_each("keeps what mod_limits reads inside", function (prosody)
		compare(MANY // 5, keys, { prosody }, prosody.source);
	end);

	it("keeps it inside for both versions where the installed one is not known", function ()
		compare(MANY // 5, options, support.prosodies(), nil);
		compare(MANY // 10, keys, support.prosodies(), nil);
	end);
end);
