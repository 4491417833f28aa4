--- The benchmark: `make bench`. Loads trees with Prosody's own Include, with the module, and as bare files, each in a process of its own and in
-- turn; merges tables; and says which goals held. Prints tables, writes bench.json and domains.svg. Nothing here decides about a test.
--
--   run.lua BUILD ROUNDS DOMAINS RESULTS      DOMAINS is the number of domain files in the largest tree, RESULTS the folder to write into
local lfs = require "lfs";
local project = lfs.currentdir();
local rounds, domains = math.tointeger(arg[2]), math.tointeger(arg[3]);
assert(rounds and rounds >= 1 and domains and domains >= 1, "usage: make bench [ROUNDS=9] [DOMAINS=100000] [RESULTS=build/bench]");

local function absolute(path)
	return path:sub(1, 1) == "/" and path or project.."/"..path;
end

local build, folder = absolute(arg[1]), absolute(arg[4]);
local support = require "spec.support";
local versions = support.prosodies();
package.path = package.path..";"..versions[1].source.."/?.lua";
package.cpath = build.."/?.so;"..package.cpath..";"..versions[1].source.."/?.so";

pcall(require, "loader"); -- Prosody 13's libraries find each other by it
local goals = require "spec.bench.goals";
local graph = require "spec.bench.graph";
local processes = require "spec.bench.processes";
local table_of = require "spec.bench.report";
local trees = require "spec.bench.trees";
local json = require "util.json";

local quote = support.quote;
local work = folder.."/trees";
local started = os.time();

local function say(...)
	io.stderr:write(("[%5.0f s] "):format(os.difftime(os.time(), started)), string.format(...), "\n");
end

local function sh(command)
	assert(os.execute(command), "failed: "..command);
end

-- Trees

local function write_lists(tree)
	tree.floor_list, tree.edit_list = tree.root.."/floor.list", tree.root.."/edits.list";
	local lines = {};
	for _, path in ipairs(tree.folders) do
		lines[#lines + 1] = path.."/";
	end
	trees.write(tree.floor_list, table.concat(lines, "\n").."\n"..table.concat(tree.files, "\n").."\n");
	trees.write(tree.edit_list, table.concat(tree.edits, "\n").."\n");
end

local function sizes()
	local list = {};
	for _, size in ipairs { 100, 1000, 10000, 100000 } do
		if size <= domains then
			list[#list + 1] = size;
		end
	end
	if list[#list] ~= domains then
		list[#list + 1] = domains;
	end
	return list;
end

-- Measuring

local function median(values)
	table.sort(values);
	return values[(#values + 1) // 2];
end

local results = { trees = {}, notes = {} };

local function contenders_of(tree)
	local list = {};
	for _, collector in ipairs { "prosody", "lua" } do
		for _, version in ipairs(versions) do
			for _, what in ipairs { "include", "module" } do
				if lfs.attributes(tree.root.."/"..what..".cfg.lua") then
					list[#list + 1] = { what = what, version = version, collector = collector, runs = {} };
				end
			end
		end
	end
	return list;
end

local function steps_of(tree, contender)
	local steps = "cold,same";
	if contender.collector == "prosody" then
		if #tree.edits > 0 then
			steps = steps..",one";
		end
		if #tree.edits > 1 then
			steps = steps..",percent";
		end
		if contender.what == "module" and #tree.edits > 0 then
			steps = "cold,same,explain"..steps:sub(#"cold,same" + 1);
		end
	end
	return steps;
end

local function fail(tree, contender, message)
	contender.failed = message;
	local note = ("%s, %s, Prosody %s: %s"):format(tree.name, contender.what, contender.version.name, message);
	results.notes[#results.notes + 1] = note;
	say("%s", note);
end

local function run_round(tree, contenders, floors)
	for _, contender in ipairs(contenders) do
		if not contender.failed then
			local run, message = processes.load(tree, contender, steps_of(tree, contender));
			if not run then
				fail(tree, contender, message);
			elseif run.hosts ~= tree.hosts then
				fail(tree, contender, ("%d hosts were read, not %d"):format(run.hosts, tree.hosts));
			else
				table.insert(contender.runs, run);
			end
		end
	end
	table.insert(floors, processes.floor(tree));
end

local function medians_of(runs, step)
	local result = {};
	for _, metric in ipairs { "wall", "cpu", "peak" } do
		local values = {};
		for _, run in ipairs(runs) do
			values[#values + 1] = run.steps[step][metric];
		end
		result[metric] = median(values);
	end
	return result;
end

--- System calls and allocations, each in a run of its own.
local function count(tree, contender, figures)
	if contender.collector ~= "prosody" then
		return;
	end
	for step, calls in pairs(processes.calls(tree, contender)) do
		figures[step].calls = calls;
	end
	local run = processes.allocations(tree, contender, steps_of(tree, contender));
	for step, counted in pairs(run and run.steps or {}) do
		figures[step].allocations, figures[step].allocated = counted.allocations, counted.allocated;
	end
end

local function summary(tree, contender)
	local entry = { what = contender.what, version = contender.version.name, collector = contender.collector, failed = contender.failed };
	local first = contender.runs[1];
	if first and not contender.failed then
		entry.steps, entry.timing = {}, contender.runs[#contender.runs].timing;
		entry.layers, entry.data, entry.kept = first.layers, first.data, first.kept;
		for step in pairs(first.steps) do
			entry.steps[step] = medians_of(contender.runs, step);
		end
		count(tree, contender, entry.steps);
	end
	return entry;
end

local function measure(tree)
	write_lists(tree);
	local contenders, floors = contenders_of(tree), {};
	for round = 1, rounds do
		say("%s: round %d of %d", tree.name, round, rounds);
		run_round(tree, contenders, floors);
	end
	say("%s: system calls and allocations", tree.name);
	local result = { name = tree.name, files = #tree.files, hosts = tree.hosts, contenders = {}, floor = {} };
	for i, contender in ipairs(contenders) do
		result.contenders[i] = summary(tree, contender);
	end
	for _, level in ipairs { "list", "read", "compile" } do
		local runs = {};
		for i, floor in ipairs(floors) do
			runs[i] = { steps = { [level] = floor[level] } };
		end
		result.floor[level] = medians_of(runs, level);
	end
	results.trees[tree.name] = result;
	results.trees[#results.trees + 1] = result;
	io.write(table_of.tree(result), "\n");
	io.flush();
end

local function measure_and_remove(tree)
	measure(tree);
	sh("rm -rf "..quote(tree.root));
end

-- The run

sh("rm -rf "..quote(work).." && mkdir -p "..quote(work));
for _, program in ipairs { "floor", "count" } do
	sh(("%s -std=c11 -D_DEFAULT_SOURCE -O2 -I/usr/include/lua5.4 -o %s %s -llua5.4"):format(os.getenv "CC" or "cc", quote(folder.."/"..program),
		quote(project.."/spec/bench/"..program..".c")));
end
processes.setup { build = build, folder = folder, project = project, versions = versions, quote = quote, json = json };

local has_strace = os.execute "command -v strace >/dev/null";
if not has_strace then
	results.notes[#results.notes + 1] = "strace is not installed: system calls are not counted";
end
say("%d rounds, trees of up to %d domains, in %s", rounds, domains, folder);

local shipped = trees.shipped(work, project.."/config");
measure_and_remove(trees.flattened(work, shipped));
measure_and_remove(shipped);
local counted = sizes();
for _, size in ipairs(counted) do
	for _, kind in ipairs { "data", "lua" } do
		say("writing %d files of kind %s", size, kind);
		measure_and_remove(trees[kind](work, size));
	end
end
measure_and_remove(trees.single(work, math.min(domains, 10000)));
local wide = {};
for i, elements in ipairs { 20, 80 } do
	wide[i] = trees.wide(work, math.min(domains, 500), elements);
	measure(wide[i]);
end
measure_and_remove(trees.deep(work, math.min(domains, 100), 20));
say("merges and folds");
local merged = processes.merge(rounds, rounds >= 9 and 0.02 or 0.002, wide);
results.merge, results.fold = merged.merge, merged.fold;
io.write(table_of.merge(merged.merge), "\n", table_of.fold(merged.fold), "\n");

results.goals = goals(results, counted);
io.write(table_of.goals(results.goals), "\n");
for _, note in ipairs(results.notes) do
	io.write("Note: ", note, "\n");
end

local list = {};
for i, tree in ipairs(results.trees) do
	list[i] = tree;
end
trees.write(folder.."/bench.json", json.encode {
	date = os.date "!%Y-%m-%dT%H:%M:%SZ", rounds = rounds, domains = domains, trees = list, merge = results.merge, fold = results.fold,
	goals = results.goals, notes = results.notes,
}.."\n");
trees.write(folder.."/domains.svg", graph(results.trees, counted));
sh("rm -rf "..quote(work));
print(("%s and %s are written; it took %d s"):format(folder.."/bench.json", folder.."/domains.svg", os.difftime(os.time(), started)));
for _, tree in ipairs(list) do
	for _, contender in ipairs(tree.contenders) do
		if contender.failed and contender.what == "module" then
			os.exit(1);
		end
	end
end
