--- The table of options' readers, compared with the sources of each installed Prosody and its modules.
local support = require "spec.support";
local stackloader = require "stackloader";
local catalogue = require "stackloader.catalogue";

local table_of_readers = stackloader.option_readers();

-- Those that no getter of the module API reads, and the text in Prosody's source by which they are read.
local retention = 'local n, m = cleanup_after:lower():match("(%d+)%s*([dwmy]?)");';
local own_readers = {
	["archive_expires_after retention"] = { "modules/mod_mam/mod_mam.lua", 'module:get_option_string("archive_expires_after", "1w")', retention };
	["muc_log_expires_after retention"] = { "modules/mod_muc_mam.lua", 'module:get_option_string("muc_log_expires_after", "1w")', retention };
	["statistics_interval interval"] = { "core/statsmanager.lua", 'local stats_interval_config = config.get("*", "statistics_interval");',
		"local stats_interval = tonumber(stats_interval_config);", 'if stats_interval_config == "manual" then' };
	["limits.*.rate rate"] = { "modules/mod_limits.lua", 'module:get_option("limits", {})', "for sess_type, sess_limits in pairs(limits_cfg) do",
		"parse_rate(sess_limits.rate, sess_type)", 'rate:match("^(%d+) ?([^/]+)/s$")', "{ b = 1, k = 3, m = 6, g = 9, t = 12 }" };
	["limits.*.burst burst"] = { "modules/mod_limits.lua", "parse_burst(sess_limits.burst, sess_type)", 'burst:match("^(%d+) ?s$")' };
	["network_default_read_size raw"] = { "core/portmanager.lua", 'config.get("*", "network_default_read_size") or 4096' };
	["password_policy.length raw"] = { "modules/mod_password_policy/mod_password_policy.lua", '#password < options.length' };
	["s2s_idle_timeout raw"] = { "modules/mod_s2s_idle_timeout/mod_s2s_idle_timeout.lua", 'module:get_option("s2s_idle_timeout") or 300' };
	["storage_archive_item_limit_cache_size raw"] = { "modules/mod_storage_internal.lua",
		'module:get_option("storage_archive_item_limit_cache_size", 1000)' };
};

-- Readers of the table that not each release of Prosody 13 and its modules has. The table has them all.
local sometimes = {
	-- since the security updates of 2026, which Debian's 13.0.1 has and that of the backports for Debian 12 has not
	c2s_max_child_elements = "integer from 0 to inf"; s2s_max_child_elements = "integer from 0 to inf";
	c2s_unauthed_stanza_size_limit = "integer from 1000 to inf"; s2s_unauthed_stanza_size_limit = "integer from 1000 to inf";
	c2s_stanza_size_limit = "integer from 1000 to inf";
	-- since 13.0.6
	sqlite_busy_timeout_ms = "integer from 0 to inf";
	-- since prosody-modules of 2026-07
	muc_media_max_size = "number from -inf to inf";
};

local numeric = { number = true, integer = true, period = true };

local function reader_name(kind, minimum, maximum)
	return ("%s from %g to %g"):format(kind, minimum or -math.huge, maximum or math.huge);
end

local function add(found, option, name, read)
	found[option] = found[option] or {};
	found[option][name] = found[option][name] or read or true;
end

-- What the table says of a version: option → set of readers.
local function readers_of(version)
	local found = {};
	for option, row in pairs(table_of_readers) do
		for _, reader in ipairs(row[version]) do
			add(found, option, reader_name(reader.kind, reader.minimum, reader.maximum));
		end
	end
	return found;
end

-- What the getters in the sources say. The 0.12's get_option_number knows no limits.
local function read_sources(prosody)
	local known = catalogue.new(nil, { source = prosody.source, plugins = { prosody.source.."/modules" } });
	local found = {};
	for _, option in ipairs(known:option_names()) do
		for _, read in ipairs(known:option(option)) do
			if numeric[read.kind] and not read.guessed and not read.tool then
				local limits = prosody.name ~= "0.12";
				add(found, option, reader_name(read.kind, limits and read.minimum, limits and read.maximum), read);
			end
		end
	end
	return found;
end

local function add_own_readers(found, version)
	for key in pairs(own_readers) do
		local option, kind = key:match "^(%S+) (%S+)$";
		for _, reader in ipairs(table_of_readers[option][version]) do
			if reader.kind == kind then
				add(found, option, reader_name(kind));
			end
		end
	end
end

describe("The table of options' readers", function ()
	teardown(support.clean);

	support.with_each("has every option that a getter reads as a number or period, and no other reader", function (prosody)
		local expected = read_sources(prosody);
		add_own_readers(expected, prosody.name);
		local names = {};
		for option, readers in pairs(expected) do
			names[option] = {};
			for name in pairs(readers) do
				names[option][name] = true;
			end
		end
		local told = readers_of(prosody.name);
		for option, name in pairs(prosody.name == "13" and sometimes or {}) do
			assert.is_true(told[option][name], option);
			told[option][name] = names[option] and names[option][name];
			told[option] = next(told[option]) and told[option];
		end
		assert.same(names, told);
	end);

	support.with_each("names the getter that stands in the source", function (prosody)
		local count = 0;
		local cron = support.read(prosody.source.."/modules/mod_cron.lua");
		for option, readers in pairs(read_sources(prosody)) do
			for name, read in pairs(readers) do
				local number = 0;
				for line in io.lines(read.path) do
					number = number + 1;
					if number == read.line then
						local task = option:find "_period$" and line:find "module:%a+[ (]";   -- its period is read by mod_cron
						support.has(task and cron or line, "get_option_"..name:match "^%a+");
						count = count + 1;
					end
				end
				assert(table_of_readers[option], option);
			end
		end
		assert.is_true(count > 80);
	end);

	support.with_each("names readers of Prosody's own that stand in the source", function (prosody)
		for key, texts in pairs(own_readers) do
			local option, kind = key:match "^(%S+) (%S+)$";
			local path = prosody.source.."/"..texts[1];
			for _, reader in ipairs(table_of_readers[option][prosody.name]) do
				for i = 2, reader.kind == kind and #texts or 0 do
					support.has(support.read(path), texts[i]);
				end
			end
		end
	end);

	it("has Prosody 0.12 and 13 read different things where their sources do", function ()
		assert.same({ { kind = "retention" } }, table_of_readers.archive_expires_after["0.12"]);
		assert.same({ { kind = "period" } }, table_of_readers.archive_expires_after["13"]);
		assert.same({ { kind = "number" } }, table_of_readers.s2s_stanza_size_limit["0.12"]);
		assert.same({ { kind = "integer", minimum = 10000 } }, table_of_readers.s2s_stanza_size_limit["13"]);
	end);

	it("says seconds of whatever is read as a period", function ()
		for option, row in pairs(table_of_readers) do
			for _, version in ipairs { "0.12", "13" } do
				for _, reader in ipairs(row[version]) do
					local period = reader.kind == "period" or reader.kind == "retention" or reader.kind == "burst";
					assert(not period or row.unit == "seconds", option);
				end
			end
		end
	end);

	it("has a row for every option with a number that the shipped policies bound", function ()
		local pipe = assert(io.popen("grep -rhoE '[a-z0-9_]+ = stack\\.at_(most|least)' "..support.quote(support.project.."/config")));
		local count = 0;
		for line in pipe:lines() do
			count = count + 1;
			local option = line:match "^%S+";
			assert(table_of_readers[option] or table_of_readers["limits.*."..option] or table_of_readers["password_policy."..option], option.." has no row");
		end
		pipe:close();
		assert.is_true(count > 20);
	end);
end);
