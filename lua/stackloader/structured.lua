--- What Prosody expects inside the options that are tables: limits, log, gc, disco_items.
local effective = require "stackloader.effective";
local values = require "stackloader.values";

local structured = {};

local function list_of(set)
	return table.concat(values.keys(set), ", ");
end

-- A problem is { text, code, key = the path of keys, element }.
local function problem(text, code, key, element)
	return { text = text, code = code, key = key, element = element };
end

local sessions = { c2s = true, s2sin = true, s2sout = true };
local of_limits = { rate = true, burst = true };
-- From Prosody 13.0.6 on s2s stands for both directions, and max_connections_per_ip limits the connections of one address.
local later_sessions = { c2s = true, s2s = true, s2sin = true, s2sout = true };
local later_of_limits = { rate = true, burst = true, max_connections_per_ip = true };

local function is_rate(text)
	local unit = text:match("^%d+ ?([^/]+)/s$");
	return unit ~= nil and unit:lower():find("^[bkmgt]") ~= nil;
end

local function rate_problem(kind, rate)
	if rate == nil then
		return problem(("%s has no rate, so mod_limits takes 3000 bytes in a second; write rate = \"10kb/s\""):format(kind), "SL103", { kind });
	elseif type(rate) ~= "string" then
		return problem(("mod_limits does not load with the rate %s of %s; write a text such as \"10kb/s\""):format(values.line(rate), kind), "SL103",
			{ kind, "rate" });
	elseif not is_rate(rate) then
		return problem(("the rate %s of %s is not such as \"10kb/s\", so mod_limits takes 3000 bytes in a second"):format(values.line(rate), kind),
			"SL103", { kind, "rate" });
	end
end

local function burst_problem(kind, burst)
	local known = burst == nil or type(burst) == "number" or type(burst) == "string" and burst:find("^%d+ ?s$");
	return not known and problem(("the burst %s of %s is not such as \"2s\", so mod_limits takes 2 seconds"):format(values.line(burst), kind), "SL103",
		{ kind, "burst" }) or nil;
end

local function connections_problem(kind, most)
	return most ~= nil and math.type(most) == nil and problem(("mod_limits does not load where max_connections_per_ip of %s is %s; write a number")
		:format(kind, values.line(most)), "SL103", { kind, "max_connections_per_ip" }) or nil;
end

-- What only a later version reads.
local function since(name)
	return (later_sessions[name] or later_of_limits[name]) and " (from Prosody 13.0.6 on)" or "";
end

local function limit_problems(found, kind, limit, kinds, keys)
	if not kinds[kind] then
		found[#found + 1] = problem(("there is no kind of session %s%s; there are %s"):format(values.line(kind), since(kind), list_of(kinds)), "SL104",
			{ kind });
	elseif type(limit) ~= "table" then
		found[#found + 1] = problem(("%s has to be a table such as { rate = \"10kb/s\", burst = \"2s\" }"):format(kind), "SL103", { kind });
	else
		for _, key in ipairs(values.keys(limit)) do
			found[#found + 1] = not keys[key] and problem(("%s has %s, and %s is none of them%s"):format(kind, list_of(keys), values.line(key),
				since(key)), "SL104", { kind, key }) or nil;
		end
		found[#found + 1] = keys.max_connections_per_ip and connections_problem(kind, limit.max_connections_per_ip) or nil;
		found[#found + 1] = rate_problem(kind, limit.rate);
		found[#found + 1] = burst_problem(kind, limit.burst);
	end
end

local checks = {};

function checks.limits(value, found, facts)
	local later = facts.limits_addresses;
	for _, kind in ipairs(values.keys(value)) do
		limit_problems(found, kind, value[kind], later and later_sessions or sessions, later and later_of_limits or of_limits);
	end
end

local levels = { debug = true, info = true, warn = true, error = true };
local sinks = { "console", "file", "nowhere", "stdout", "syslog" };

-- The level in one entry of the list that does not exist.
local function wrong_level(entry)
	for key, level in pairs(type(entry.levels) == "table" and entry.levels or { entry.levels }) do
		if not levels[level] and (math.type(key) == "integer" or key == "min" or key == "max") then
			return level;
		end
	end
end

-- A module may bring a sink of its own, so only what is nearly the name of one is a mistake.
local function sink_problem(name, key, element)
	for _, sink in ipairs(sinks) do
		if name == sink then
			return nil;
		end
	end
	local near = effective.near(name, sinks);
	return near[1] and problem(("there is no %s to log to (did you mean %s?), so nothing is logged there"):format(values.line("*"..name), near[1]),
		"SL104", key, element) or nil;
end

-- Prosody logs everything from debug on to a sink that is named without a level.
local function bare_sink(sink, element)
	return sink_problem(sink, nil, element) or problem(("%s without a level logs everything from debug on; write log = { info = %s }"):format(
		values.line("*"..sink), values.line("*"..sink)), "SL114", nil, element);
end

local function check_log_entry(found, key, entry)
	local wrong, sink;
	if type(key) == "string" then
		wrong = not levels[key] and key or nil;
		sink = wrong == nil and type(entry) == "string" and entry:match("^%*(.+)");
		found[#found + 1] = sink and sink_problem(sink, { key }) or nil;
	elseif type(entry) == "table" then
		wrong = wrong_level(entry);
		found[#found + 1] = type(entry.to) == "string" and sink_problem(entry.to, nil, entry.to) or nil;
	elseif type(entry) == "string" then
		sink = entry:match("^%*(.+)");
		found[#found + 1] = sink and bare_sink(sink, entry)
			or problem(("%s without a level is ignored; write log = { info = %s }"):format(values.line(entry), values.line(entry)), "SL114", nil, entry);
	end
	if wrong ~= nil then
		found[#found + 1] = problem(("there is no level %s; there are %s"):format(values.line(wrong), list_of(levels)), "SL104",
			type(key) == "string" and { key } or nil, type(key) ~= "string" and wrong or nil);
	end
end

function checks.log(value, found)
	for _, key in ipairs(values.keys(value)) do
		check_log_entry(found, key, value[key]);
	end
end

-- A file alone takes what is from info on, or from debug on with debug = true.
local function log_as_text(value, found)
	local sink = value:match("^%*(.+)");
	found[#found + 1] = sink and bare_sink(sink) or nil;
end

-- mod_disco drops the whole list where one entry is malformed.
local function item_problem(item)
	if type(item) ~= "table" then
		return ("write { { %s, \"its name\" } }"):format(values.line(type(item) == "string" and item or "rooms.example.org"));
	elseif type(item[1]) ~= "string" then
		return "the address comes first: write { { \"rooms.example.org\", \"its name\" } }";
	elseif item[2] and type(item[2]) ~= "string" then
		return "the name has to be a text";
	end
end

function checks.disco_items(value, found)
	for _, item in ipairs(value) do
		local text = item_problem(item);
		if text then
			found[1] = problem(("mod_disco drops the whole list for %s; %s"):format(values.line(item), text), "SL103", nil, item);
			return;
		end
	end
end

local collectors = {
	incremental = { mode = true, threshold = true, speed = true, step_size = true };
	generational = { mode = true, minor_threshold = true, major_threshold = true };
};

function checks.gc(value, found)
	local mode = value.mode or "incremental";
	if not collectors[mode] then
		found[1] = problem(("there is no mode %s; there are %s"):format(values.line(mode), list_of(collectors)), "SL104", { "mode" });
		return;
	end
	for _, key in ipairs(values.keys(value)) do
		if not collectors[mode][key] then
			found[#found + 1] = problem(("the mode %q has %s, and %s is none of them"):format(mode, list_of(collectors[mode]), values.line(key)), "SL104",
				{ key });
		elseif key ~= "mode" and type(value[key]) ~= "number" then
			found[#found + 1] = problem(("%s has to be a number, and this is %s"):format(key, values.line(value[key])), "SL103", { key });
		end
	end
end

-- What LuaSec's newcontext and Prosody's util.sslconfig read of a context.
local of_ssl = {
	alpn = true, cafile = true, capath = true, certificate = true, certificates = true, ciphers = true, ciphersuites = true, curve = true;
	curveslist = true, dane = true, depth = true, dhparam = true, key = true, mode = true, options = true, password = true, protocol = true;
	verify = true, verifyext = true;
};

-- Settings of a service may stand below a port or an address.
local function is_place(key, value)
	return type(value) == "table" and (math.type(tonumber(key)) == "integer" or type(key) == "string" and key:find "[.:*]" ~= nil);
end

local function ssl_problems(found, value, path)
	for _, key in ipairs(values.keys(value)) do
		local keys = table.move(path, 1, #path, 1, {});
		keys[#keys + 1] = key;
		if is_place(key, value[key]) then
			ssl_problems(found, value[key], keys);
		elseif type(key) == "string" and not of_ssl[key] then
			found[#found + 1] = problem(("nothing reads a setting %s of TLS%s, so it has no effect; correct it, or take it out"):format(key,
				effective.suggestion(key, values.keys(of_ssl))), "SL104", keys);
		end
	end
end

--- All that is wrong inside the value: a list of { text, code, key, element }. `facts` are those of learned.lua.
function structured.problems(name, value, facts)
	local found = {};
	if name == "disco_items" and type(value) == "string" then
		value = { value };
	end
	if (name == "ssl" or name:find "_ssl$") and type(value) == "table" then
		ssl_problems(found, value, {});
	elseif name == "log" and type(value) == "string" then
		log_as_text(value, found);
	elseif checks[name] and type(value) == "table" then
		checks[name](value, found, facts);
	end
	return found;
end

return structured;
