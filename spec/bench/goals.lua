--- Whether the goals held. Every ratio is of the module, in the Prosody version where it does worse, to the faster of the two versions' Include,
-- in processor time of the same step of the same run, with the collector as Prosody has it.
local figures = require "spec.bench.figures";

local ratio = figures.ratio;

local function of_include(tree, step, metric)
	return ratio(figures.module(tree, step, metric), figures.include(tree, step, metric));
end

local function largest_up_to(sizes, limit)
	local largest = sizes[1];
	for _, size in ipairs(sizes) do
		if size <= limit and size > largest then
			largest = size;
		end
	end
	return largest;
end

--- `figure` nil: it was not measured in this run.
local function add_most(goals, text, figure, goal)
	table.insert(goals, { text = text, figure = figure, goal = goal, at = "most", held = figure and figure <= goal });
end

local function add_least(goals, text, figure, goal)
	table.insert(goals, { text = text, figure = figure, goal = goal, at = "least", held = figure and figure >= goal });
end

local function add_loads(goals, results, size)
	local data, lua = results.trees["data-"..size], results.trees["lua-"..size];
	add_most(goals, ("cold, %d data files, of Include"):format(size), of_include(data, "cold"), 0.30);
	add_most(goals, ("cold, %d files that need Lua, of Include"):format(size), of_include(lua, "cold"), 0.60);
	add_most(goals, ("reload, %d data files, nothing changed, of Include"):format(size), of_include(data, "same"), 0.12);
	add_most(goals, ("reload, %d data files, 1%% changed, of Include"):format(size), of_include(data, "percent"), 0.15);
	add_most(goals, ("reload, %d files that need Lua, nothing changed, of Include"):format(size), of_include(lua, "same"), 0.35);
end

local function add_growth(goals, results)
	local small, large = results.trees["data-10000"], results.trees["data-100000"];
	for _, step in ipairs { "cold", "same" } do
		local name = step == "cold" and "cold" or "reload";
		local grown = ratio(figures.module(large, step), figures.module(small, step));
		local include = ratio(figures.include(large, step), figures.include(small, step));
		add_most(goals, ("growth of time, %s, from 10000 to 100000 data files"):format(name), grown, 12);
		add_most(goals, ("growth of time, %s, from 10000 to 100000 data files, of Include's own"):format(name), ratio(grown, include), 1);
	end
end

local function add_memory(goals, results, size)
	for _, kind in ipairs { "data", "lua" } do
		local tree = results.trees[kind.."-"..size];
		add_most(goals, ("peak memory, cold, %s, of Include's"):format(tree.name), of_include(tree, "cold", "peak"), 1.2);
		add_most(goals, ("peak memory, reloads, %s, of Include's"):format(tree.name), of_include(tree, "one", "peak"), 1.2);
	end
end

local function add_merges(goals, merge)
	local module = {};
	for _, entry in ipairs(merge) do
		local id = entry.shape.." of "..entry.size;
		if entry.contender == "stackloader.merge" then
			module[id] = entry.cpu;
		elseif entry.contender == "Lua, same contract" then
			add_least(goals, ("merge, %s, times as fast as in Lua"):format(id), ratio(entry.cpu, module[id]), 1.6);
		end
	end
end

local function add_folds(goals, fold)
	local own = {};
	for _, entry in ipairs(fold) do
		if entry.contender == "a load's fold" then
			own[#own + 1] = entry;
		elseif entry.contender == "Lua, pairwise" then
			add_least(goals, ("fold of %d layers, %d elements each, times as fast as pairwise in Lua"):format(entry.layers, entry.elements),
				ratio(entry.cpu, own[#own].cpu), 5);
		end
	end
	-- Linear would be the factor itself; a quarter more is left to caches. A quadratic union takes the factor's square.
	local factor = own[2].elements / own[1].elements;
	add_most(goals, ("union over %d layers, growth of time with %g times the elements"):format(own[1].layers, factor), ratio(own[2].cpu, own[1].cpu),
		factor * 1.25);
end

return function (results, sizes)
	local goals = {};
	local size = largest_up_to(sizes, 10000);
	add_loads(goals, results, size);
	add_growth(goals, results);
	add_memory(goals, results, sizes[#sizes]);
	add_most(goals, "shipped tree, cold, of Include of the same flattened to one file",
		ratio(figures.module(results.trees.shipped, "cold"), figures.include(results.trees.flattened, "cold")), 1.5);
	add_most(goals, "shipped tree, reload, of Include of the same flattened to one file",
		ratio(figures.module(results.trees.shipped, "same"), figures.include(results.trees.flattened, "same")), 1.5);
	add_merges(goals, results.merge);
	add_folds(goals, results.fold);
	local data = results.trees["data-"..size];
	add_most(goals, ("explain of one option of one host among %d, of Include"):format(size),
		ratio(figures.module(data, "explain first"), figures.include(data, "cold")), 0.02);
	return goals;
end
