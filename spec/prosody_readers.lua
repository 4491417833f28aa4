--- Prosody's own readers of options, cut out of the sources of an installed version: what each makes of a value.
local prosody_readers = {};

local function read(path)
	local file = assert(io.open(path, "rb"));
	local text = file:read("a");
	file:close();
	return text;
end

-- The part of a file from one text up to another, which is not part of it.
local function cut(path, from, to)
	local text = read(path);
	local first = assert(text:find(from, 1, true), path.." has no "..from);
	local last = assert(text:find(to, first, true), path.." has no "..to);
	return text:sub(first, last - 1);
end

local function run(code, name, names, ...)
	return assert(load("local "..names.." = ...; "..code, "="..name))(...);
end

-- parse_duration and parse_duration_lax, which came with 13.
local function durations(source)
	local path = source.."/util/human/io.lua";
	if not read(path):find("parse_duration", 1, true) then
		return {};
	end
	local code = cut(path, "local day = 86400;", "\nreturn {");
	return run(code.." return { parse_duration = parse_duration; parse_duration_lax = parse_duration_lax };", "human_io", "_");
end

-- A module whose option is `value`, whatever its name.
local function make_module(source)
	local module = { host = "*", log = function () end };
	local config = { get = function () return module.value; end };
	local code = cut(source.."/core/moduleapi.lua", "function api:get_option(", "function api:get_option_boolean(");
	return run("local api = module; "..code.." return module;", "moduleapi", "module, human_io, require",
		module, durations(source), function () return config; end);
end

-- The pattern by which mod_mam of 0.12 reads archive_expires_after. That of mod_muc_mam is the same text.
local function retention(source)
	local last = "cleanup_after = tonumber(n) * ( multipliers[m] or 1 );";
	local code = cut(source.."/modules/mod_mam/mod_mam.lua", "local day = 86400;", last)..last;
	return run("return function (cleanup_after) if cleanup_after == 'never' then return math.huge; end "..code.." return cleanup_after; end",
		"mod_mam", "module", { log = function () end });
end

local function limits(source)
	local code = cut(source.."/modules/mod_limits.lua", "local default_bytes_per_second", "-- Process config option");
	return run(code.." return parse_rate, parse_burst;", "mod_limits", "module", { log = function () end });
end

--- The readers of the Prosody whose sources are in that folder: by the kinds of stackloader.option_readers(), functions of a value and a reader
-- { minimum, maximum }. They return the number that Prosody reads, or nil where it reads none.
function prosody_readers.new(source)
	local module = make_module(source);
	local readers = {};
	local function add(kind, getter)
		readers[kind] = module[getter] and function (value, reader)
			module.value = value;
			local ok, number = pcall(module[getter], module, "option", nil, reader and reader.minimum, reader and reader.maximum);
			return ok and number or nil;
		end;
	end
	add("number", "get_option_number");
	add("integer", "get_option_integer");
	add("period", "get_option_period");
	if not module.get_option_period then
		local pattern = retention(source);
		function readers.retention(value)
			module.value = value;
			local text = module:get_option_string("option");
			return text and pattern(text) or nil;
		end
	end
	local parse_rate, parse_burst = limits(source);
	function readers.rate(value)
		local ok, number = pcall(parse_rate, value, "c2s");
		return ok and number or nil;
	end
	function readers.burst(value)
		return parse_burst(value, "c2s");
	end
	function readers.interval(value)
		return value == "manual" and math.huge or (type(value) == "string" or type(value) == "number") and tonumber(value) or nil;
	end
	function readers.raw(value)
		return type(value) == "number" and value or nil;
	end
	return readers;
end

--- How a value is said to be read where no reader of the option is known: a plain number, and a text as get_option_number or, since Prosody 13,
-- get_option_period reads it.
function prosody_readers.cut(path, from, to)
	return cut(path, from, to);
end

return prosody_readers;
