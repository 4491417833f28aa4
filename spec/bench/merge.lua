--- The process of the benchmark that merges tables of options and folds layers. Prints one line of JSON.
--
--   merge.lua SOURCE BUILD ROUNDS SECONDS WIDE...     SOURCE is Prosody's, for its util.json; SECONDS is how long one sample takes at least;
--                                                     WIDE are roots of wide trees with the layers and the elements of each: ROOT LAYERS ELEMENTS
local source, build, rounds, sample = arg[1], arg[2], tonumber(arg[3]), tonumber(arg[4]);
package.path = source.."/?.lua;"..package.path;
package.cpath = build.."/?.so;"..source.."/?.so;"..package.cpath;
pcall(require, "loader"); -- Prosody 13's libraries find each other by it
local json = require "util.json";
local stackloader = require "stackloader";
local tablex = require "pl.tablex";
local plain_merge = require "spec.bench.plain_merge";
local trees = require "spec.bench.trees";

-- What is merged

local function list(first, last)
	local words = {};
	for i = first, last do
		words[#words + 1] = "word_"..i;
	end
	return words;
end

--- Single values and maps of eight, half of them in the overlay too.
local function map_pair(size)
	local function make(first, last, mark)
		local options = {};
		for i = first, last do
			if i % 10 == 0 then
				local map = {};
				for k = 1, 8 do
					map["key_"..(mark == "overlay" and k + 4 or k)] = mark..k;
				end
				options["option_"..i] = map;
			else
				options["option_"..i] = mark;
			end
		end
		return options;
	end
	return make(1, size, "base"), make(size // 2 + 1, size + size // 2, "overlay");
end

local function list_pair(size)
	return { modules_enabled = list(1, size), admins = list(1, size) },
		{ modules_enabled = list(size // 2, size + size // 4), admins = list(size // 2, size + size // 4) };
end

--- Maps in maps, `size` levels, with seven more values at each.
local function deep_pair(size)
	local function make(mark)
		local map = { leaf = mark };
		for level = 1, size do
			map = { inner = map };
			for k = 1, 7 do
				map["key_"..(mark == "base" and k or k + 3)] = level;
			end
		end
		return { deep_options = map };
	end
	return make("base"), make("overlay");
end

local shapes = {
	{ name = "map", make = map_pair, sizes = { 10, 100, 1000, 10000 } };
	{ name = "list", make = list_pair, sizes = { 10, 100, 1000, 10000 } };
	{ name = "deep", make = deep_pair, sizes = { 5, 20, 100 } };
};

-- Who merges

local function copy(value)
	if type(value) ~= "table" then
		return value;
	end
	local result = {};
	for key, item in pairs(value) do
		result[key] = copy(item);
	end
	return result;
end

--- Everything is copied, lists replace.
local function deep_extend(base, overlay)
	local result = {};
	for key, value in pairs(base) do
		local over = overlay[key];
		if over == nil then
			result[key] = copy(value);
		elseif type(value) == "table" and type(over) == "table" and value[1] == nil and over[1] == nil then
			result[key] = deep_extend(value, over);
		end
	end
	for key, value in pairs(overlay) do
		if result[key] == nil then
			result[key] = copy(value);
		end
	end
	return result;
end

local contenders = {
	{ name = "stackloader.merge", merge = stackloader.merge };
	{ name = "Lua, same contract", merge = plain_merge };
	{ name = "Lua, copying deep-extend", merge = deep_extend };
	{ name = "Penlight, tablex.merge", merge = function (base, overlay) return tablex.merge(base, overlay, true); end };   -- one level
	{ name = "Penlight, deepcopy and update", merge = function (base, overlay) return tablex.update(tablex.deepcopy(base), overlay); end };
};

local function median(values)
	table.sort(values);
	return values[(#values + 1) // 2];
end

--- So many calls that a sample takes long enough.
local function calls_for(action)
	local calls = 1;
	while true do
		local cpu = os.clock();
		for _ = 1, calls do
			action();
		end
		cpu = os.clock() - cpu;
		if cpu >= sample then
			return calls;
		end
		calls = cpu > sample / 100 and math.ceil(calls * sample / cpu * 1.1) or calls * 10;
	end
end

--- Processor seconds of one call, of each of the actions, in turn.
local function race(actions)
	local calls, times, medians = {}, {}, {};
	for i, action in ipairs(actions) do
		calls[i], times[i] = calls_for(action), {};
	end
	for _ = 1, rounds do
		for i, action in ipairs(actions) do
			collectgarbage();
			local cpu = os.clock();
			for _ = 1, calls[i] do
				action();
			end
			table.insert(times[i], (os.clock() - cpu) / calls[i]);
		end
	end
	for i in ipairs(actions) do
		medians[i] = median(times[i]);
	end
	return medians;
end

local result = { merge = {}, fold = {} };

for _, shape in ipairs(shapes) do
	for _, size in ipairs(shape.sizes) do
		local base, overlay = shape.make(size);
		assert(tablex.deepcompare(stackloader.merge(base, overlay), plain_merge(base, overlay)), "the merge in Lua differs: "..shape.name..size);
		local actions = {};
		for i, contender in ipairs(contenders) do
			actions[i] = function () return contender.merge(base, overlay); end;
		end
		for i, cpu in ipairs(race(actions)) do
			table.insert(result.merge, { shape = shape.name, size = size, contender = contenders[i].name, cpu = cpu });
		end
	end
end

-- Folds. The module's own is the step `resolve` of a load: it makes values of what the layers said; reading them came before.

local function resolve_seconds(stack)
	for _, step in ipairs(stack:timing()) do
		if step.step == "resolve" then
			return step.seconds;
		end
	end
end

local function pairwise(merge, layers)
	local folded = {};
	for _, layer in ipairs(layers) do
		folded = merge(folded, layer);
	end
	return folded;
end

for i = 5, #arg, 3 do
	local root, count, elements = arg[i], tonumber(arg[i + 1]), tonumber(arg[i + 2]);
	local layers = {};
	for number = 1, count do
		layers[number] = trees.wide_options(number, elements);
	end
	local function load_tree()
		return stackloader.load(nil, { root = root, variables = {}, sysroot = "/nowhere" });
	end
	assert(tablex.deepcompare(load_tree():options(), pairwise(plain_merge, layers)), "the fold in Lua differs");
	local times = { {}, {}, {} };
	for _ = 1, rounds do
		collectgarbage();
		table.insert(times[1], resolve_seconds(load_tree()));
		for k, merge in ipairs { stackloader.merge, plain_merge } do
			collectgarbage();
			local cpu = os.clock();
			pairwise(merge, layers);
			table.insert(times[k + 1], os.clock() - cpu);
		end
	end
	for k, name in ipairs { "a load's fold", "stackloader.merge, pairwise", "Lua, pairwise" } do
		table.insert(result.fold, { layers = count, elements = elements, contender = name, cpu = median(times[k]) });
	end
end

print(json.encode(result));
