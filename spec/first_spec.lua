--- The first load of a Lua state does not look at the files that it is going to read anyhow. What comes of it is what comes of later loads, which do.
local inside = require "spec.inside";
local lfs = require "lfs";
local support = require "spec.support";

local EMPTY = "";

-- A tree for each of them: files; links, hard ones where the target begins with "="; a second root; options and variables of the load; a main file
-- that calls it; code that runs before each load.
local trees = {
	["empty files in every folder"] = {
		files = {
			["core/a.cfg.lua"] = "x = 1\n", ["core/b.cfg.lua"] = EMPTY, ["core/c/d.cfg.lua"] = EMPTY, ["stack/01-x/a.cfg.lua"] = EMPTY;
			["stack/01-x/b.cfg.lua"] = "y = f\n"; ["features/web/a.cfg.lua"] = EMPTY, ["features/web/b.cfg.lua"] = "z = 1\n", ["local/a.cfg.lua"] = EMPTY;
			["domains/a.cfg.lua"] = EMPTY, ["domains/b/c.cfg.lua"] = EMPTY, ["domains/tenants/t.example.cfg.lua"] = EMPTY;
			["environments/production.cfg.lua"] = EMPTY, ["policies/security/baseline.cfg.lua"] = EMPTY, ["legacy/modules.d/a.cfg.lua"] = EMPTY;
		};
		variables = { PROSODY_LEGACY_MODE = "true" }; ids = { "core/a", "stack/01-x/b", "features/web/b" };
	};
	["an empty profile by default"] = { files = { ["profiles/standard.cfg.lua"] = EMPTY, ["features/web/a.cfg.lua"] = "x = 1\n" } };
	["an empty profile that was chosen"] = { files = { ["profiles/p.cfg.lua"] = EMPTY, ["profiles/q.cfg.lua"] = "x = 1\n" },
		variables = { PROSODY_PROFILE = "p" } };
	["a profile of empty files"] = { files = { ["profiles/p/a.cfg.lua"] = EMPTY, ["profiles/p/b.cfg.lua"] = EMPTY },
		variables = { PROSODY_PROFILE = "p" } };
	["an empty client that was chosen"] = { files = { ["clients/m/a.cfg.lua"] = EMPTY, ["clients/m/b.cfg.lua"] = "x = 1\n" },
		variables = { PROSODY_CLIENT_OPTS = "m/a,m/b" } };
	["an empty use case that was chosen"] = { files = { ["usecases/t/a.cfg.lua"] = EMPTY, ["usecases/t/b.cfg.lua"] = "x = 1\n" },
		variables = { PROSODY_USECASE = "t/a" } };
	["an empty environment that was chosen"] = { files = { ["environments/e.cfg.lua"] = EMPTY, ["environments/f.cfg.lua"] = "x = 1\n" },
		variables = { PROSODY_ENV = "e" } };
	["an empty policy that was chosen"] = { files = { ["policies/compliance/gdpr.cfg.lua"] = EMPTY, ["policies/compliance/audit.cfg.lua"] = "x = 1\n" },
		variables = { PROSODY_COMPLIANCE = "gdpr,audit" } };
	["a feature of which nothing is left"] = { files = { ["features/web/a.cfg.lua"] = EMPTY, ["core/a.cfg.lua"] = "x = stack.feature 'web/a'\n" },
		variables = { PROSODY_ENABLE_A = "true" } };
	["empty files of tenants under restrict"] = {
		files = { ["domains/tenants/a.example.cfg.lua"] = EMPTY, ["domains/tenants/b.example/a.cfg.lua"] = EMPTY,
			["domains/tenants/b.example/b.cfg.lua"] = 'VirtualHost "b.example"\n' };
		options = { restrict = "domains/tenants" }; ids = { "domains/tenants/b.example/b" };
	};
	["almost empty files"] = { files = { ["core/a.cfg.lua"] = "\n", ["core/b.cfg.lua"] = "\239\187\191", ["core/c.cfg.lua"] = " ",
		["core/d.cfg.lua"] = "--" },
		ids = { "core/a", "core/b", "core/c", "core/d" } };
	["files that mask by another root"] = {
		files = { ["core/a.cfg.lua"] = "a = 1\n", ["core/b.cfg.lua"] = "b = 1\n", ["core/c/d.cfg.lua"] = "d = 1\n", ["core/e/f.cfg.lua"] = "e = 1\n",
			["core/g.cfg.lua"] = "g = 1\n", ["features/web/h.cfg.lua"] = "h = 1\n", ["domains/i.cfg.lua"] = "i = 1\n" };
		upper = { ["core/a.cfg.lua"] = EMPTY, ["core/b.cfg.lua"] = "b = 2\n", ["core/c.cfg.lua"] = EMPTY, ["core/e.cfg.lua"] = "e = 2\n",
			["core/g/x.cfg.lua"] = EMPTY, ["features/web/h.cfg.lua"] = EMPTY, ["domains/i.cfg.lua"] = EMPTY };
		ids = { "core/b", "core/e" };
	};
	["a feature that is too large"] = { files = { ["features/web/a.cfg.lua"] = "x = 1\n" },
		before = "os.execute('truncate -s 65M '..root..'/features/web/b.cfg.lua')" };
	["profiles of nothing"] = { files = { ["profiles/p/defaults.env"] = EMPTY, ["features/web/a.cfg.lua"] = "x = 1\n" }, ids = { "features/web/a" } };
	["a profile that cannot be read"] = { files = { ["profiles/p/defaults.env"] = EMPTY }, links = { ["profiles/q"] = "." } };
	["a file and a folder of its name"] = { files = { ["core/a.cfg.lua"] = EMPTY, ["core/a/b.cfg.lua"] = "x = 1\n", ["core/c.cfg.lua"] = "y = 1\n",
		["core/c/d.cfg.lua"] = EMPTY }, ids = { "core/a/b", "core/c" } };
	["symbolic links to a layer"] = {
		files = { ["core/m.cfg.lua"] = 'VirtualHost "a.example"\n\tx = { 1 }\n', ["conf.d/n.cfg.lua"] = "y = 1\n" };
		links = { ["core/a.cfg.lua"] = "m.cfg.lua", ["core/z.cfg.lua"] = "m.cfg.lua", ["domains/m.cfg.lua"] = "../core/m.cfg.lua",
			["local/n.cfg.lua"] = "../conf.d/n.cfg.lua", ["local/again.cfg.lua"] = "../conf.d/n.cfg.lua", ["stack/01-x"] = "../core" };
		ids = { "core/a", "local/again" };
	};
	["hard links to a layer"] = {
		files = { ["core/m.cfg.lua"] = 'modules_enabled = { "a" }\nVirtualHost "a.example"\n\tx = { 1 }\n', ["core/o.cfg.lua"] = "x = 1 + 1\n" };
		links = { ["core/a.cfg.lua"] = "=core/m.cfg.lua", ["domains/m.cfg.lua"] = "=core/m.cfg.lua", ["core/p.cfg.lua"] = "=core/o.cfg.lua" };
		ids = { "core/a", "core/m", "core/o", "core/p", "domains/m" };
	};
	["links that lead nowhere"] = {
		files = { ["core/a.cfg.lua"] = "x = 1\n", ["core/b.cfg.lua/x"] = "y = 1\n" };
		links = { ["core/c.cfg.lua"] = "nowhere", ["core/d.cfg.lua"] = "d.cfg.lua", ["core/e.cfg.lua"] = "/dev/null", ["core/f.cfg.lua"] = "/dev/zero",
			["core/g.cfg.lua"] = "." };
	};
	["what is no file"] = { files = { ["core/a.cfg.lua"] = "x = 1\n" }, before = "os.execute('mkfifo '..root..'/core/b.cfg.lua 2>/dev/null')" };
	["names that are no layer's"] = { files = { ["core/.a.cfg.lua"] = "x = f()\n", ["core/#b.cfg.lua"] = "x = f()\n", ["core/c.cfg.lua~"] = "x = f()\n",
		["core/d.cfg.lua.dpkg-old"] = "x = f()\n", ["core/e.cfg.lua"] = "x = 1\n", ["core/README"] = "x" }, ids = { "core/e" } };
	["a name with a line break"] = { files = { ["core/a\nb.cfg.lua"] = "x = 1\n" } };
	["the main file in core"] = { main = "core/prosody.cfg.lua", files = { ["core/a.cfg.lua"] = "x = 1\n" }, ids = { "core/a" } };
	["the main file in another folder of the tree"] = { main = "prosody.cfg.lua", files = { ["core/a.cfg.lua"] = "x = 1\n" },
		links = { ["local/main.cfg.lua"] = "../prosody.cfg.lua", ["core/z.cfg.lua"] = "=prosody.cfg.lua",
			["core/prosody.cfg.lua"] = "../prosody.cfg.lua" },
		ids = { "core/a" } };
	["a file that vanishes"] = { files = { ["core/a.cfg.lua"] = "local root = ... os.remove(ENV_ROOT .. '/core/b.cfg.lua')\n" },
		before = "local file = io.open(root..'/core/b.cfg.lua', 'w') file:write 'x = 1' file:close()" };
	["a file that is emptied on the way"] = { files = { ["core/a.cfg.lua"] = "io.open(ENV_ROOT .. '/core/b.cfg.lua', 'w'):close()\n" },
		before = "local file = io.open(root..'/core/b.cfg.lua', 'w') file:write 'x = 1' file:close()"; differs = true };
	["files of an axis of their own"] = { files = { ["a.lua"] = EMPTY, ["b.lua"] = "x = 1\n" },
		options = { axes = { { name = "own", files = { "a.lua", "b.lua" } } } }, ids = { "b.lua" } };
	["an error of a file behind an empty one"] = { files = { ["core/a.cfg.lua"] = EMPTY,
		["core/b.cfg.lua"] = "\nx = f()\n", ["core/c.cfg.lua"] = EMPTY } };
};

local function make(tree)
	local root = support.tree(tree.files);
	for path, target in pairs(tree.links or {}) do
		support.run("mkdir -p "..support.quote(root.."/"..path:match "(.*)/"));
		if tree.main then
			support.write(root.."/"..tree.main, "return require 'stackloader'.load(nil, options)\n");
		end
		local hard = target:match "^=(.*)";
		assert(lfs.link(hard and root.."/"..hard or target, root.."/"..path, not hard));
	end
	if tree.main then
		support.write(root.."/"..tree.main, "return require 'stackloader'.load(nil, options)\n");
	end
	return root, tree.upper and support.tree(tree.upper);
end

local function quoted(value)
	if type(value) ~= "table" then
		return type(value) == "string" and ("%q"):format(value) or tostring(value);
	end
	local parts = {};
	for key, inner in pairs(value) do
		parts[#parts + 1] = "["..quoted(key).."] = "..quoted(inner);
	end
	return "{ "..table.concat(parts, ", ").." }";
end

-- All loads are in one process: the first ones first, then one that is applied, and from then on others.
local driver = [[
	local function tell(tree)
		local root = tree.root;
		if tree.before then
			assert(_G.load(tree.before, "=before", "t", setmetatable({ root = root }, { __index = _G })))();
		end
		local options = { variables = tree.variables, sysroot = "/nowhere", clock = os.time() + 3600 };
		for name, value in pairs(tree.options) do
			options[name] = value;
		end
		local ok, stack;
		if tree.main then
			ok, stack = pcall(assert(loadfile(root.."/"..tree.main, "t", { require = require, options = options })));
		else
			options.roots = { root, tree.upper };
			ok, stack = pcall(stackloader.load, nil, options);
		end
		if not ok then
			return { refusal = stack };
		end
		local told = { layers = {}, explained = {}, options = stack:options() };
		told.findings, told.features, told.choices = stack:findings(), stack:features(), stack:choices();
		for i, layer in ipairs(stack:layers()) do
			told.layers[i] = { id = layer.id, path = layer.path, axis = layer.axis, why = layer.why, data = layer.data or false, options = layer.options };
		end
		for _, host in ipairs(stack:hosts()) do
			told.options[host.name] = stack:options(host.name);
			for _, name in ipairs(stack:names(host.name)) do
				told.explained[host.name..name] = stack:explain(name, host.name);
			end
		end
		for _, name in ipairs(stack:names()) do
			told.explained[name] = stack:explain(name);
		end
		return told;
	end
	local results = { {}, {}, {} };
	for round = 1, 3 do
		for name, tree in pairs(trees) do
			results[round][name] = tell(tree);
		end
		if round == 1 then
			stackloader.load({}, { root = trees["almost empty files"].root, variables = {}, sysroot = "/nowhere" });
		elseif round == 2 then
			for _, tree in pairs(trees) do
				tree.options.strict = true;
			end
		end
	end
	return results;
]];

describe("the first load of a Lua state", function ()
	local results;
	setup(function ()
		local plan = {};
		for name, tree in pairs(trees) do
			local root, upper = make(tree);
			local variables = { ROOT = root };
			for variable, value in pairs(tree.variables or {}) do
				variables[variable] = value;
			end
			plan[name] = { root = root, upper = upper, main = tree.main, before = tree.before, options = tree.options or {}, variables = variables };
		end
		local message;
		results, message = inside(support.prosodies()[1], support.folder(), "local trees = "..quoted(plan).."\n"..driver);
		assert(results, message);
	end);
	teardown(support.clean);

	for name, tree in pairs(trees) do
		it("is as later ones are: "..name, function ()
			local first, later = results[1][name], results[2][name];
			if not tree.differs then
				assert.same(later, first);
			end
			if tree.ids then
				assert.same(tree.ids, support.ids(first.layers or {}));
			end
			-- Strict, every file is looked at in any load.
			if not tree.differs and #(first.findings or { 1 }) == 0 then
				assert.same(results[3][name], first);
			end
		end);
	end

	it("takes a file that is emptied on the way for none, while later loads, which saw it full, run it", function ()
		local name = "a file that is emptied on the way";
		assert.same({ "core/a" }, support.ids(results[1][name].layers));
		assert.same({ "core/a", "core/b" }, support.ids(results[2][name].layers));
	end);
end);
