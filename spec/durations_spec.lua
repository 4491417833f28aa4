--- Durations and sizes that variables give the shipped tree: what Prosody's own modules make of each value that the reader takes.
local inside = require "spec.inside";
local support = require "spec.support";
local tree = require "spec.tree";

local never = math.huge;
local year = 31556952;

-- What a duration means, in seconds.
local durations = {
	["never"] = never; ["Never"] = never; ["0"] = 0; ["1"] = 1; ["90 sec"] = 90; ["30s"] = 30; ["5min"] = 300; ["12h"] = 43200; ["30d"] = 2592000;
	["2 weeks"] = 1209600; ["6mo"] = 6 * 31 * 86400; ["1y"] = year; ["10 years"] = 10 * year; ["86400"] = 86400; ["1e3"] = 1000; ["1.5"] = 2;
	["0.5"] = 1; ["1000000y"] = 1000000 * year;
};

local sizes = {
	["0"] = 0; ["1"] = 1; ["1024"] = 1024; ["512k"] = 512000; ["50MB"] = 50000000; ["10MiB"] = 10485760; ["1.5GiB"] = 1610612736; ["7B"] = 7;
	["9223372036854775807"] = math.maxinteger; ["4000000000000000000"] = 4000000000000000000;
};

-- Reads options as the modules do: get(host, option) for each of them. In 0.12 the archives have a pattern of their own, which is run as it stands in
-- the module's file.
local reading = [[
prosody.events = require "util.events".new();
prosody.hosts = {};
prosody.core_post_stanza = function () end;
prosody.config_loaded = true;
local thirteen = prosody.version == "13";
local moduleapi = require(thirteen and "prosody.core.moduleapi" or "core.moduleapi");
local complaints = {};

local function module_on(host)
	return setmetatable({ name = "http_file_share", host = host, log = function (_, level, text, ...)
		if level ~= "debug" then
			complaints[#complaints + 1] = text:format(...);
		end
	end }, { __index = moduleapi });
end

local function read_file(path)
	local file = assert(io.open(path));
	local text = file:read "a";
	file:close();
	return text;
end

local function archive(path, option)
	return function (module)
		if thirteen then
			return module:get_option_period(option, "1w");
		end
		local text = module:get_option_string(option, "1w");
		if text == "never" then
			return math.huge;
		end
		local own = read_file(prosody.paths.source.."/modules/"..path):match "\n(\tlocal day = 86400;\n.-\n\tcleanup_after = tonumber.-\n)";
		return assert(_G.load("local module, cleanup_after = ...\n"..own.."\nreturn cleanup_after"))(module, text);
	end
end

local function expiry(module)
	if thirteen then
		return module:get_option_period("http_file_share_expires_after", "1w");
	end
	local value = module:get_option_number("http_file_share_expires_after", 7 * 86400);
	return value >= 0 and value or math.huge; -- line 181: expires = expiry >= 0 and (now+expiry) or nil
end

local function size(option)
	return function (module)
		return thirteen and module:get_option_integer(option, 1, 0) or not thirteen and module:get_option_number(option, 1);
	end
end

local readers = {
	archive_expires_after = archive("mod_mam/mod_mam.lua", "archive_expires_after");
	muc_log_expires_after = archive("mod_muc_mam.lua", "muc_log_expires_after");
	http_file_share_expires_after = expiry;
	http_file_share_size_limit = size "http_file_share_size_limit";
	http_file_share_daily_quota = size "http_file_share_daily_quota";
	http_file_share_global_quota = size "http_file_share_global_quota";
};
local hosts = {
	archive_expires_after = "example.org"; muc_log_expires_after = "conference.example.org";
};

local function write(path, text)
	local file = assert(io.open(path, "w"));
	file:write(text);
	file:close();
end

local all = {};
for index, variables in ipairs(VARIABLES) do
	local parts = {};
	for name, value in pairs(variables) do
		parts[#parts + 1] = ("%s = %q"):format(name, value);
	end
	write(root.."/prosody.cfg.lua", "(Lua or _G).require 'stackloader'.load(_ENV, { variables = { "..table.concat(parts, ", ").." } })\n");
	local ok, kind, message = load();
	if not ok then error(tostring(message or kind)); end
	complaints = {};
	local found = {};
	for option, read in pairs(readers) do
		found[option] = read(module_on(hosts[option] or "upload.example.org"));
		if found[option] == math.huge then
			found[option] = "never";
		end
	end
	found.complaints = table.concat(complaints, "\n");
	all[index] = found;
end
return all;
]];

local function in_lua(value)
	if type(value) ~= "table" then
		return ("%q"):format(value);
	end
	local parts = {};
	for key, inner in pairs(value) do
		parts[#parts + 1] = ("[%q] = %s"):format(key, in_lua(inner));
	end
	return "{ "..table.concat(parts, ", ").." }";
end

--- What the modules read with each set of variables.
local function read(prosody, folder, sets)
	for _, set in ipairs(sets) do
		set.PROSODY_DOMAIN, set.PROSODY_DEPLOYMENT_TYPE = "example.org", "manual";
	end
	local all, message = inside(prosody, folder, "local VARIABLES = "..in_lua(sets).."\n"..reading);
	return all or error(message);
end

-- Which option a variable decides.
local options = {
	PROSODY_ARCHIVE_EXPIRY = "archive_expires_after"; PROSODY_MUC_ARCHIVE_EXPIRY = "muc_log_expires_after";
	PROSODY_UPLOAD_EXPIRY = "http_file_share_expires_after"; PROSODY_UPLOAD_LIMIT = "http_file_share_size_limit";
	PROSODY_UPLOAD_DAILY_QUOTA = "http_file_share_daily_quota"; PROSODY_UPLOAD_QUOTA = "http_file_share_global_quota";
};

-- Every choice of the tree whose layer reads a variable as a duration or a size: { choice = { PROSODY_USECASE = … }, variables = { … } }.
local function places()
	local list = {};
	for _, path in ipairs(tree.layers()) do
		local read_here = {};
		for reader, name in support.read(tree.folder.."/"..path):gmatch "stack%.env%.(%l+)%s*%(?%s*\"([%u_]+)\"" do
			read_here[name] = (reader == "duration" and durations or reader == "bytes" and sizes) or nil;
		end
		local usecase = path:match "^usecases/(.*)%.cfg%.lua$";
		local choice = usecase and { PROSODY_USECASE = usecase } or path:find "^environments/staging/" and { PROSODY_ENVIRONMENT = "staging" } or {};
		if next(read_here) and not path:find "^policies/" then
			list[#list + 1] = { path = path, choice = choice, variables = read_here };
		end
	end
	return list;
end

for _, prosody in ipairs(support.prosodies()) do
	describe("On Prosody "..prosody.name.." a variable's duration or size", function ()
		local folder;
		setup(function ()
			folder = tree.copy();
		end);
		teardown(support.clean);

		for _, place in ipairs(places()) do
			it("is what the module reads, from "..place.path, function ()
				local sets, expected = {}, {};
				for name, values in pairs(place.variables) do
					assert.truthy(options[name], name);
					for text, meaning in pairs(values) do
						local set = { [name] = text };
						for key, value in pairs(place.choice) do
							set[key] = value;
						end
						sets[#sets + 1], expected[#expected + 1] = set, { options[name], meaning, name.."="..text };
					end
				end
				for index, found in ipairs(read(prosody, folder, sets)) do
					local option, meaning, what = table.unpack(expected[index]);
					assert.equal(meaning == never and "never" or meaning, found[option], what);
					assert.equal("", found.complaints, what);
					assert.is_true(math.type(found.http_file_share_daily_quota) == "integer" and found.http_file_share_daily_quota >= 0, what);
				end
			end);
		end

		it("keeps archives for ever where the policy of retention says so", function ()
			local sets, expected = {}, {};
			for text, meaning in pairs(durations) do
				sets[#sets + 1] = { PROSODY_DATA_GOVERNANCE = "retention", PROSODY_RETENTION = text, PROSODY_ARCHIVE_EXPIRY = "1" };
				expected[#expected + 1] = { text, math.max(meaning, 1) };
			end
			for index, found in ipairs(read(prosody, folder, sets)) do
				local text, least = table.unpack(expected[index]);
				assert.equal(least == never and "never" or least, found.archive_expires_after, text);
				assert.is_true(found.muc_log_expires_after == "never" or found.muc_log_expires_after >= least, text);
			end
		end);
	end);
end

describe("A duration", function ()
	teardown(support.clean);

	it("that Prosody would read as another one is refused", function ()
		for _, text in ipairs { "1e300", "1e15", "9223372036854775807y", "99999999y" } do
			support.has(support.refuse({ ["core/a.cfg.lua"] = "x = stack.env.duration 'X'" }, { X = text }), "never");
		end
	end);
end);
