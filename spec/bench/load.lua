--- One process of the benchmark: Prosody's configmanager reads a main file again and again, as the server does. Prints one line of JSON.
--
--   load.lua SOURCE VERSION BUILD ROOT MAIN COLLECTOR STEPS
--
-- STEPS, by commas: cold (as on start-up), same, one and percent (reloads after nothing, one file, one in a hundred or at least one, was edited;
-- the names of those files are lines on standard input), explain.
-- COLLECTOR: `prosody`: as the server has it. On start-up it reads the configuration before it touches the collector, which is then as
-- lua5.4 set it; reloads run after util.startup.init_gc has applied the option gc or its own defaults. `lua`: the Lua library's own.
local source, version, build, root, main, collector, steps = table.unpack(arg, 1, 7);
package.path = source.."/?.lua;"..package.path;
package.cpath = build.."/?.so;"..source.."/?.so;"..package.cpath;
if not pcall(require, "prosody.loader") then
	pcall(require, "loader");
end
for name, value in pairs {
	prosody = { process_type = "prosody", version = version, paths = { source = source, config = root, data = root } };
	CFG_SOURCEDIR = source, CFG_CONFIGDIR = root, CFG_DATADIR = root, CFG_PLUGINDIR = source.."/modules";
} do
	rawset(_G, name, value);
end
local core = version == "13" and "prosody.core." or "core.";
local configmanager = require(core.."configmanager");
if configmanager.set_credential_fallback_mode then
	configmanager.set_credential_fallback_mode("error");
end
local startup = require "util.startup";
local json = require "util.json";
local monotonic = require "util.time".monotonic;
-- only in the host that counts them
local allocations = rawget(_G, "allocations") or function () return 0, 0; end

local result = { steps = {} };

--- In kilobytes, so far.
local function peak_memory()
	local file = assert(io.open "/proc/self/status");
	local text = file:read "a";
	file:close();
	return tonumber(text:match "VmHWM:%s*(%d+)");
end

local function measure(name, action)
	collectgarbage();
	local count, bytes = allocations();
	local wall, cpu = monotonic(), os.clock();
	action();
	cpu, wall = os.clock() - cpu, monotonic() - wall;
	local count_after, bytes_after = allocations();
	result.steps[name] = { wall = wall, cpu = cpu, peak = peak_memory(), allocations = count_after - count, allocated = bytes_after - bytes };
end

local function read_configuration()
	local ok, level, message = configmanager.load(root.."/"..main..".cfg.lua");
	if not ok then
		error(tostring(level)..": "..tostring(message), 0);
	end
end

-- Edits

local edits;
local edition = 50;

local function edit(path, number)
	local file = assert(io.open(path, "rb"));
	local text = file:read "a";
	file:close();
	local edited, count = text:gsub("max_history_messages = %d%d", "max_history_messages = "..number, 1);
	assert(count == 1, path.." has nothing to edit");
	file = assert(io.open(path, "wb"));
	file:write(edited);
	assert(file:close());
end

--- Gives an option of so many files, spread evenly, a value that it did not have.
local function edit_some(count)
	if not edits then
		edits = {};
		for path in io.lines() do
			edits[#edits + 1] = path;
		end
	end
	edition = edition % 90 + 10;
	local stride = math.max(1, #edits // count);
	for i = 1, count do
		edit(edits[(i - 1) * stride + 1], edition);
	end
	return edits[1];
end

local function check_edit()
	assert(configmanager.get("d000001.example.net", "max_history_messages") == edition, "a reload does not have what was edited");
end

local known = {};

function known.cold()
	measure("cold", read_configuration);
	if collector == "prosody" then
		assert(startup.init_gc());
	end
end

function known.same()
	measure("same", read_configuration);
end

function known.one()
	edit_some(1);
	measure("one", read_configuration);
	check_edit();
end

function known.percent()
	edit_some(1);   -- reads the list
	edit_some(math.max(1, #edits // 100));
	measure("percent", read_configuration);
	check_edit();
end

--- The first question, and the median of fifty more of other hosts.
function known.explain()
	local stack = require "stackloader".current();
	local hosts = stack:hosts();
	local function ask(number)
		local answer = stack:explain("archive_expires_after", hosts[number].name);
		assert(answer.value == "30d", "explain does not know the value");
	end
	measure("explain first", function () ask((#hosts + 1) // 2); end);
	local times = {};
	for i = 1, math.min(#hosts, 50) do
		local cpu = os.clock();
		ask(i);
		times[i] = os.clock() - cpu;
	end
	table.sort(times);
	result.steps["explain next"] = { cpu = times[(#times + 1) // 2] };
end

-- The Lua library starts with these; lua5.4 itself changes to generational mode.
if collector == "lua" then
	collectgarbage("incremental", 200, 100);
end
for step in steps:gmatch "[^,]+" do
	known[step]();
end
local hosts = -1;   -- "*" is the global scope
for _ in pairs(configmanager.getconfig()) do
	hosts = hosts + 1;
end
result.hosts = hosts;
local stackloader = package.loaded.stackloader;
if stackloader and stackloader.current() then
	result.timing = {};
	for i, step in ipairs(stackloader.current():timing()) do
		result.timing[i] = { step = step.step, seconds = step.seconds };
	end
	local data, kept, layers = 0, 0, stackloader.current():layers();
	for _, layer in ipairs(layers) do
		data, kept = data + (layer.data and 1 or 0), kept + (layer.kept and 1 or 0);
	end
	result.layers, result.data, result.kept = #layers, data, kept;
end
print(json.encode(result));
