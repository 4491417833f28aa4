-- That the benchmark works; what it measures decides nothing here.
local json = require "dkjson";
local support = require "spec.support";
local stackloader = require "stackloader";
local plain_merge = require "spec.bench.plain_merge";

local domains = 12;

local function has_numbers(found, names, where)
	for _, name in ipairs(names) do
		assert.is_number(found[name], where..": "..name);
		assert.is_true(found[name] >= 0, where..": "..name);
	end
end

local function by_name(list)
	local map = {};
	for _, entry in ipairs(list) do
		map[entry.name] = entry;
	end
	return map;
end

local function check_contender(tree, contender)
	local where = ("%s, %s, Prosody %s, %s"):format(tree.name, contender.what, contender.version, contender.collector);
	assert.is_nil(contender.failed, where);
	local figures = contender.collector == "prosody" and { "wall", "cpu", "peak", "calls", "allocations", "allocated" } or { "wall", "cpu", "peak" };
	has_numbers(contender.steps.cold, figures, where.." cold");
	has_numbers(contender.steps.same, figures, where.." same");
	if contender.collector == "prosody" and tree.name:find "^data" then
		has_numbers(contender.steps.one, { "wall", "cpu", "peak", "allocations" }, where.." one");
		has_numbers(contender.steps.percent, { "wall", "cpu", "peak", "allocations" }, where.." percent");
		if contender.what == "module" then
			has_numbers(contender.steps["explain first"], { "wall", "cpu" }, where.." explain");
			has_numbers(contender.steps["explain next"], { "cpu" }, where.." explain");
		end
	end
end

-- Two compilers, strace and processes: as with building, nothing in it is for the sanitizers.
describe("make bench #install", function ()
	local output, results, graph;

	setup(function ()
		local folder = support.folder();
		local code;
		output, code = support.run(("make --no-print-directory -C %s -o all bench BUILD=%s ROUNDS=1 DOMAINS=%d RESULTS=%s")
			:format(support.quote(support.project), support.quote(support.build), domains, support.quote(folder)));
		assert(code == 0, output);
		results, graph = json.decode(support.read(folder.."/bench.json")), support.read(folder.."/domains.svg");
	end);

	teardown(support.clean);

	it("measures every tree in both versions, with either collector, beside the floors", function ()
		local trees = by_name(results.trees);
		for _, name in ipairs { "flattened", "shipped", "data-12", "lua-12", "one-file-12", "wide-12x20", "wide-12x80", "deep-12x20" } do
			local tree = assert.is_table(trees[name]) and trees[name];
			assert.equal((name == "shipped" and 2 or 4) * #support.prosodies(), #tree.contenders);
			for _, contender in ipairs(tree.contenders) do
				check_contender(tree, contender);
			end
			for _, level in ipairs { "list", "read", "compile" } do
				has_numbers(tree.floor[level], { "wall", "cpu" }, name.." "..level);
			end
		end
		assert.equal(domains, trees["data-12"].hosts);
		assert.equal(domains, trees["data-12"].files);
		for _, contender in ipairs(trees["data-12"].contenders) do
			if contender.what == "module" then
				assert.equal(domains, contender.data);
				assert.equal(contender.collector == "prosody" and domains - 1 or domains, contender.kept);   -- the last step may edit one
			end
		end
		assert.is_nil(results.notes[1]);
	end);

	it("measures merges and folds", function ()
		local names = {};
		for _, entry in ipairs(results.merge) do
			names[entry.contender] = (names[entry.contender] or 0) + 1;
			has_numbers(entry, { "cpu", "size" }, entry.contender);
		end
		assert.same({ ["stackloader.merge"] = 11; ["Lua, same contract"] = 11; ["Lua, copying deep-extend"] = 11; ["Penlight, tablex.merge"] = 11;
			["Penlight, deepcopy and update"] = 11 }, names);
		assert.equal(6, #results.fold);
		for _, entry in ipairs(results.fold) do
			has_numbers(entry, { "cpu", "layers", "elements" }, entry.contender);
		end
	end);

	it("says of every goal what was measured and whether it held", function ()
		local measured = 0;
		for _, goal in ipairs(results.goals) do
			local line = output:match("\n  ("..goal.text:gsub("%p", "%%%0").." [^\n]+)");
			assert.is_string(line, goal.text);
			if goal.text:find "100000" then
				assert.is_nil(goal.figure);
				support.has(line, "not measured");
			else
				has_numbers(goal, { "figure", "goal" }, goal.text);
				local held = goal.at == "most" and goal.figure <= goal.goal or goal.at == "least" and goal.figure >= goal.goal;
				assert.equal(held, goal.held);
				assert.is_truthy(line:find(held and " held$" or " NOT held$"), line);
				measured = measured + 1;
			end
		end
		assert.is_true(measured > 20);
	end);

	it("prints a table of every tree", function ()
		for _, tree in ipairs(results.trees) do
			support.has(output, ("\n%s: %d files, %d hosts\n  step "):format(tree.name, tree.files, tree.hosts));
		end
		local row = output:match "\ndata%-12.-\n  (reload, 1%% changed +module +[%d.]+ +prosody[^\n]*)";
		assert.is_string(row, output);
	end);

	it("draws the time against the number of domains", function ()
		local depth, lines = 0, 0;
		local parser = require "lxp".new {
			StartElement = function (_, name)
				depth = depth + 1;
				lines = lines + (name == "polyline" and 1 or 0);
			end;
			EndElement = function () depth = depth - 1; end;
		};
		assert(parser:parse(graph));
		assert(parser:parse());
		parser:close();
		assert.equal(0, depth);
		assert.equal(11, lines);
		assert.is_nil(graph:find("nan", 1, true));
		assert.is_nil(graph:find("inf", 1, true));
	end);
end);

describe("the merge in Lua that stackloader.merge is measured against", function ()
	local cases = {
		{ {}, {} };
		{ { a = 1, b = "x" }, { b = false, c = 2 } };
		{ { modules_enabled = { "a", "b", "a" } }, { modules_enabled = { "b", "c", "c" } } };
		{ { modules_enabled = { "a" } }, { modules_enabled = "b" } };
		{ { admins = "a" }, { admins = { "a", "b" } } };
		{ { disco_items = { { "x", "y" }, { "z" } } }, { disco_items = { { "z" }, { "x", "y" }, { "new" } } } };
		{ { trusted_proxies = { 1, 2 } }, { trusted_proxies = { 2.0, 3 } } };
		{ { admins = { "a" } }, { admins = {} } };
		{ { admins = { "a", name = "x" } }, { admins = { "b", name = "y", other = 1 } } };
		{ { external_services = { "a", map = { x = 1, y = { 1 } } } }, { external_services = { "b", map = { y = { 2 }, z = 3 } } } };
		{ { ports = { 1, 2 } }, { ports = { 3 } } };
		{ { ports = { 1, 2 } }, { ports = {} } };
		{ { limits = { c2s = { rate = "1", burst = "2" } } }, { limits = { c2s = { rate = "3" }, s2s = { rate = "4" } } } };
		{ { limits = { c2s = { rate = "1" } } }, { limits = {} } };
		{ { limits = { "list" } }, { limits = { a = 1 } } };
		{ { limits = { a = 1 } }, { limits = { "list" } } };
		{ { mixed = { 1, 2, a = 1, b = { c = 1 } } }, { mixed = { 3, b = { d = 2 } } } };
		{ { mixed = { 1, 2, a = 1 } }, { mixed = { b = 2 } } };
		{ { mixed = { 1, 2, a = 1 } }, { mixed = { 4 } } };
		{ { sql = { driver = "SQLite3", database = "x" } }, { sql = { driver = "MySQL" } } };
		{ { log = { info = "*syslog" } }, { log = { debug = "*console" } } };
		{ { value = 1 }, { value = { 1 } } };
		{ { value = { a = 1 } }, { value = 1 } };
		{ { deep = { a = { b = { c = { 1, 2 }, d = 1 } } } }, { deep = { a = { b = { c = { 3 }, e = { f = 1 } } } } } };
	};

	it("makes the same of the same tables", function ()
		for number, case in ipairs(cases) do
			assert.same(stackloader.merge(case[1], case[2]), plain_merge(case[1], case[2]), "case "..number);
		end
	end);

	it("refuses a table that contains itself, as the module does", function ()
		local base, overlay = { map = { x = 1 } }, { map = { x = 2 } };
		base.map.map, overlay.map.map = base.map, overlay.map;
		assert.has_error(function () stackloader.merge(base, overlay); end);
		assert.has_error(function () plain_merge(base, overlay); end);
	end);
end);
