local lfs = require "lfs";
local support = require "spec.support";

local stackloader = require "stackloader";

local discover = support.discover;

local ids = support.ids;

local refusal = support.refusal;

local contains = support.has;

--- The finding whose text has that part; none is a failure.
local function finding(layers, part)
	for _, found in ipairs(layers.findings) do
		if found.text:find(part, 1, true) then
			return found;
		end
	end
	error(("no finding with %q"):format(part), 2);
end

--- A tree in which every named file is a layer.
local function tree_of(...)
	local files = {};
	for _, path in ipairs { ... } do
		files[path] = "-- a layer\n";
	end
	return support.tree(files);
end

local function link(target, path)
	assert(lfs.link(target, path, true));
end

local function choice(layers, axis)
	for _, made in ipairs(layers.choices) do
		if made.axis == axis then
			return made;
		end
	end
end

describe("stackloader.discover", function ()
	it("finds the variables that load would find misspelt, and those that have kept their quotes", function ()
		-- load takes this file for the main file, and searches it.
		local ours = "PROSODY_";
		local root = support.tree {
			["core/a.cfg.lua"] = 'x = stack.env.string("PROSODY_OURS", "")\n';
			["prosody.cfg.lua"] = "-- ENV_PROSODY_THEIRS\n";
			[".env"] = ours.."DOMIAN=a.example\nPROSODY_OURS=1\nPROSODY_THEIRS=1\nOTHER=1\n";
		};
		local variables = { ["PROSDY".."_ENVIRONMENT"] = "staging", PROSODY_OURS_PORT = "1", PROSODY_OURS = "'quoted'" };
		local function told(findings)
			local list = {};
			for i, found in ipairs(findings) do
				list[i] = ("%s %s:%s %s"):format(found.code, (found.path or ""):sub(#root + 2), found.line or "", found.text:match "^%S+");
			end
			table.sort(list);
			return list;
		end
		local expected = { "SL019 : PROSODY_OURS", "SL022 .env:1 "..ours.."DOMIAN:", "SL022 : PROSDY".."_ENVIRONMENT:" };
		table.sort(expected);
		assert.same(expected, told(discover(root, { variables = variables }).findings));
		assert.same(expected, told(stackloader.load(nil, { root = root, variables = variables, sysroot = "/nowhere" }):findings()));
	end);

	teardown(support.clean);

	it("runs no file", function ()
		assert.same({ "core/a" }, ids(discover(support.tree { ["core/a.cfg.lua"] = 'error("ran")\n' })));
	end);

	it("takes a root as a string, as a list, and as an option", function ()
		local root = tree_of("core/a.cfg.lua");
		assert.same({ "core/a" }, ids(discover(root)));
		assert.same({ "core/a" }, ids(discover { root }));
		assert.same({ "core/a" }, ids(discover(nil, { roots = { root } })));
		assert.same({ "core/a" }, ids(discover(nil, { root = root })));
	end);

	it("takes a root with slashes at its end, and one that is relative to the working folder", function ()
		local root = tree_of("core/a.cfg.lua");
		assert.equal(root.."/core/a.cfg.lua", discover(root.."//")[1].path);
		local before = lfs.currentdir();
		lfs.chdir(root);
		local ok, here, below = pcall(function ()
			return discover(".")[1].path, discover("./core/..")[1].path;
		end);
		lfs.chdir(before);
		assert.is_true(ok, here);
		assert.equal(root.."/core/a.cfg.lua", here);
		assert.equal(root.."/core/../core/a.cfg.lua", below);
	end);

	it("refuses a root that is not there, is no folder or is not named", function ()
		local root = tree_of("core/a.cfg.lua");
		contains(refusal(root.."/nowhere"), root.."/nowhere: cannot be used as a root of the tree: No such file or directory");
		contains(refusal(root.."/core/a.cfg.lua"), "cannot be used as a root of the tree: it is no folder");
		link("nowhere", root.."/link");
		contains(refusal(root.."/link"), root.."/link: cannot be used as a root of the tree: No such file or directory");
		contains(refusal(nil), "expected the root of a tree, or a list of roots");
		contains(refusal {}, "expected the root of a tree, or a list of roots");
		contains(refusal(""), "expected the root of a tree, or a list of roots");
		contains(refusal(12), "the root must be a string or a list of strings, not a number");
		contains(refusal { root, true }, "the root must be a string or a list of strings, not a boolean");
		contains(refusal { root, "" }, "the root has an empty string in it");
		contains(refusal { root = root }, "this table has other keys");
		contains(refusal(root, { roots = root }), "the roots are given already, as the first argument");
		contains(refusal(nil, { root = root; roots = root }), "options 'root' and 'roots' are the same");
	end);

	it("refuses options that it does not know, naming the nearest", function ()
		local root = tree_of("core/a.cfg.lua");
		contains(refusal(root, { enviroment = "x" }), "unknown option 'enviroment' (did you mean \"environment\"?)");
		contains(refusal(root, { [1] = "x" }), "options have names, found a number as a key");
		contains(refusal(root, { environment = 1 }), "option 'environment' must be a string or a list of strings, not a number");
		contains(refusal(root, { environment = { "a", "b" } }), "option 'environment' takes one name, not a list");
		contains(refusal(root, { environment = "a\0b" }), "option 'environment' holds a zero byte");
		contains(refusal(root, { clients = { "a", 1 } }), "option 'clients' must be a string or a list of strings, not a number");
		contains(refusal(root, { clients = { a = "b" } }), "option 'clients' must be a string or a list of strings; this table has other keys");
		contains(refusal(root, { variables = "x" }), "option 'variables' must be a table, not a string");
		contains(refusal(root, { variables = { A = 1 } }), "option 'variables': A must be a string, not a number");
		contains(refusal(root, { axes = "x" }), "option 'axes' must be a table, not a string");
		contains(refusal(root, { sysroot = {} }), "option 'sysroot' must be a string, not a table");
		assert.has_error(function ()
			stackloader.discover(root, "x");
		end);
	end);

	it("reports all refusals in one error, a line each", function ()
		local root = tree_of("environments/production.cfg.lua", "policies/security/baseline.cfg.lua", "clients/web/converse.cfg.lua");
		local message = refusal(root, { variables = {
			PROSODY_ENVIRONMENT = "prodction"; PROSODY_SECURITY_LEVEL = "../baseline"; PROSODY_CLIENT_OPTS = "web,web/jsxc";
			PROSODY_LEGACY_MODE = "perhaps"; PROSODY_PROFILE = "huge";
		} });
		local _, breaks = message:gsub("\n", "");
		assert.equal(5, breaks);
		contains(message, "PROSODY_ENVIRONMENT=prodction: ");
		contains(message, "PROSODY_SECURITY_LEVEL=../baseline: ");
		contains(message, 'PROSODY_CLIENT_OPTS=web,web/jsxc: "web" is a class; name one that is in it: web/converse');
		contains(message, 'PROSODY_CLIENT_OPTS=web,web/jsxc: there is no "web/jsxc" in clients/, which has web/converse');
		contains(message, "PROSODY_LEGACY_MODE=perhaps: expected true or false");
		contains(message, "PROSODY_PROFILE=huge: the tree has no folder profiles/");
	end);

	it("lists what was chosen on each axis, how, and what there is", function ()
		local layers = discover(tree_of("environments/production.cfg.lua", "environments/staging/a.cfg.lua", "clients/web/a.cfg.lua",
			"clients/web/b/x.cfg.lua"), { variables = { PROSODY_ENV = "staging"; PROSODY_CLIENT_OPTS = "web/a, web/b" } });
		assert.same({ axis = "environment"; option = "environment"; variable = "PROSODY_ENVIRONMENT";
			names = { "staging" }; how = "PROSODY_ENV"; available = { "production", "staging" } },
			choice(layers, "environment"));
		assert.same({ axis = "clients"; option = "clients"; variable = "PROSODY_CLIENT_OPTS";
			names = { "web/a", "web/b" }; how = "PROSODY_CLIENT_OPTS"; available = { "web/a", "web/b" } },
			choice(layers, "clients"));
		assert.same({ axis = "security"; option = "security"; variable = "PROSODY_SECURITY_LEVEL"; names = {}; available = {} },
			choice(layers, "security"));
	end);
end);

describe("which files count", function ()
	teardown(support.clean);

	it("are those that end with .cfg.lua, at any depth", function ()
		assert.same({ "domains/a", "domains/b/c/d" },
			ids(discover(tree_of("domains/a.cfg.lua", "domains/b/c/d.cfg.lua", "domains/e.lua", "domains/f.cfg", "domains/g.cfg.lua.txt"))));
	end);

	it("are never hidden files, editor backups, package leftovers or READMEs", function ()
		local root = tree_of("core/a.cfg.lua", "core/.b.cfg.lua", "core/.cfg.lua", "core/c.cfg.lua~", "core/.d.cfg.lua.swp", "core/#e.cfg.lua#",
			"core/#f.cfg.lua", "core/g.cfg.lua.dpkg-old", "core/h.cfg.lua.dpkg-dist", "core/i.cfg.lua.rpmsave", "core/j.cfg.lua.rpmnew",
			"core/README", "core/README.md", "core/.hidden/k.cfg.lua", "core/old~/l.cfg.lua", "core/m.dpkg-old/n.cfg.lua",
			"core/..data/o.cfg.lua", "core/p.cfg.lua.ucf-old", "core/q.cfg.lua#", "core/r");
		assert.same({ "core/a" }, ids(discover(root)));
	end);

	it("come both as name.cfg.lua and as name/, the file first", function ()
		local root = tree_of("environments/production.cfg.lua", "environments/production/a.cfg.lua", "environments/production/b/c.cfg.lua",
			"environments/production-eu.cfg.lua");
		assert.same({ "environments/production", "environments/production/a", "environments/production/b/c" }, ids(discover(root)));
	end);

	it("are never the main file: core/prosody.cfg.lua where nobody calls", function ()
		assert.same({ "core/a" }, ids(discover(tree_of("core/prosody.cfg.lua", "core/a.cfg.lua", "prosody.cfg.lua"))));
	end);

	it("load once, also where two choices name them", function ()
		local layers = discover(tree_of("environments/docker.cfg.lua"), { platform = "docker"; environment = "docker" });
		assert.same({ "environments/docker" }, ids(layers));
		assert.equal("platform", layers[1].axis);
		assert.same({}, layers.findings);
	end);

	it("load once where a link leads to one that has loaded, with a note", function ()
		local root = tree_of("core/a.cfg.lua", "domains/real/x.cfg.lua");
		link("../core/a.cfg.lua", root.."/domains/b.cfg.lua");
		link("real", root.."/domains/zzz");
		local layers = discover(root);
		assert.same({ "core/a", "domains/real/x" }, ids(layers));
		assert.same({
			{ severity = "note", code = "SL004", path = root.."/domains/zzz", text = "is the same folder as domains/real and is not read again" };
			{ severity = "note", code = "SL004", path = root.."/domains/b.cfg.lua"; text = "is the same file as the layer core/a and does not load again" };
		}, layers.findings);
	end);

	it("load twice where two hard links have the same content, which some file systems make of any two equal files", function ()
		local root = tree_of("core/a.cfg.lua", "local/other.cfg.lua");
		assert(lfs.link(root.."/core/a.cfg.lua", root.."/local/b.cfg.lua"));
		assert.same({ "core/a", "local/b", "local/other" }, ids(discover(root)));
	end);
end);

describe("the order", function ()
	teardown(support.clean);

	it("is natural, component by component, and total", function ()
		local root = tree_of("stack/2-b/x.cfg.lua", "stack/10-a/x.cfg.lua", "stack/1-c/x.cfg.lua", "stack/01-c/x.cfg.lua", "stack/001-c/x.cfg.lua",
			"stack/1-c/x2.cfg.lua", "stack/1-c/x10.cfg.lua", "stack/1-c/x02.cfg.lua", "stack/2.cfg.lua", "stack/2/a.cfg.lua", "stack/A.cfg.lua",
			"stack/a.cfg.lua", "stack/a-b.cfg.lua", "stack/a/b.cfg.lua", "stack/99999999999999999999999.cfg.lua",
			"stack/100000000000000000000000.cfg.lua");
		assert.same({
			"stack/001-c/x", "stack/01-c/x", "stack/1-c/x", "stack/1-c/x02", "stack/1-c/x2", "stack/1-c/x10", "stack/2", "stack/2/a", "stack/2-b/x",
			"stack/10-a/x", "stack/99999999999999999999999", "stack/100000000000000000000000", "stack/A", "stack/a", "stack/a/b", "stack/a-b";
		}, ids(discover(root)));
	end);

	it("is the order of the folders, then of the files in them", function ()
		local root = tree_of("stack/01-transport/z.cfg.lua", "stack/02-stream/a.cfg.lua", "stack/01-transport/a/b.cfg.lua");
		assert.same({ "stack/01-transport/a/b", "stack/01-transport/z", "stack/02-stream/a" }, ids(discover(root)));
	end);

	it("does not depend on the order of the roots' folders on disk", function ()
		local shim = support.folder().."/shuffle.so";
		local message, code = support.run("env -u LD_PRELOAD cc -std=c11 -shared -fPIC -o "..shim.." "..support.quote(support.project.."/spec/shuffle.c"));
		assert.equal(0, code, message);
		local vendor, site = {}, {};
		for number = 1, 300 do
			vendor[("domains/d%d.example/domain.cfg.lua"):format(number)] = "-- a layer\n";
			site[("domains/d%d.example/%d.cfg.lua"):format(number * 3, number)] = "-- a layer\n";
		end
		vendor, site = support.tree(vendor), support.tree(site);
		local expected = table.concat(ids(discover { vendor, site }), "\n");
		local script = support.folder().."/list.lua";
		support.write(script, ([[
			package.cpath = %q;
			for index, layer in ipairs(require "stackloader".discover({ %q, %q }, { variables = {}; sysroot = %q })) do
				io.write(index == 1 and "" or "\n", layer.id);
			end
		]]):format(package.cpath, vendor, site, support.folder()));
		for seed = 1, 3 do
			local preload = ((os.getenv("LD_PRELOAD") or "").." "..shim):gsub("^ ", "");
			local output = support.run(("LD_PRELOAD=%s SHUFFLE=%d lua5.4 %s"):format(support.quote(preload), seed, support.quote(script)));
			assert.equal(expected, output);
		end
	end);

	it("holds for ten thousand domains", function ()
		local root = support.folder();
		lfs.mkdir(root.."/domains");
		for number = 10000, 1, -1 do
			local file = assert(io.open(("%s/domains/d%d.cfg.lua"):format(root, number), "w"));
			file:write("-- a layer\n");
			file:close();
		end
		local layers = discover(root);
		assert.equal(10000, #layers);
		for number, layer in ipairs(layers) do
			assert.equal("domains/d"..number, layer.id);
		end
	end);
end);

describe("several roots", function ()
	teardown(support.clean);

	--- What loads from which of the roots: { "1 core/a", … }.
	local function from(...)
		local roots = {};
		for index, files in ipairs { ... } do
			roots[index] = type(files) == "table" and support.tree(files) or files;
		end
		local list = {};
		for index, layer in ipairs(discover(roots)) do
			for number, root in ipairs(roots) do
				if layer.path:sub(1, #root + 1) == root.."/" then
					list[index] = number.." "..layer.id;
				end
			end
		end
		return list, roots;
	end

	local L = "-- a layer\n";

	it("add to each other, folders of one name join", function ()
		assert.same({ "1 core/a", "2 core/b", "1 core/c/d", "2 core/c/e" },
			from({ ["core/a.cfg.lua"] = L; ["core/c/d.cfg.lua"] = L }, { ["core/b.cfg.lua"] = L; ["core/c/e.cfg.lua"] = L }));
	end);

	it("mask a file of an earlier root by one with its path", function ()
		assert.same({ "2 core/a", "1 core/b" }, from({ ["core/a.cfg.lua"] = L; ["core/b.cfg.lua"] = L }, { ["core/a.cfg.lua"] = L }));
		assert.same({ "3 core/a" }, from({ ["core/a.cfg.lua"] = L }, { ["core/a.cfg.lua"] = L }, { ["core/a.cfg.lua"] = L }));
	end);

	it("mask an earlier folder by a file of its name", function ()
		assert.same({ "2 core/a", "1 core/b" },
			from({ ["core/a/x.cfg.lua"] = L; ["core/a/y/z.cfg.lua"] = L; ["core/b.cfg.lua"] = L }, { ["core/a.cfg.lua"] = L }));
	end);

	it("mask an earlier file by a folder of its name, whose own files join", function ()
		assert.same({ "2 core/a/x" }, from({ ["core/a.cfg.lua"] = L }, { ["core/a/x.cfg.lua"] = L }));
		assert.same({ "2 core/a/x", "1 core/a/y" }, from({ ["core/a.cfg.lua"] = L; ["core/a/y.cfg.lua"] = L }, { ["core/a/x.cfg.lua"] = L }));
		assert.same({ "2 core/a", "2 core/a/x" }, from({ ["core/a.cfg.lua"] = L; ["core/a/y.cfg.lua"] = L },
			{ ["core/a.cfg.lua"] = L; ["core/a/x.cfg.lua"] = L }));
	end);

	it("mask nothing by a folder without layers", function ()
		assert.same({ "1 core/a" }, from({ ["core/a.cfg.lua"] = L }, { ["core/a/README.md"] = "how to" }));
	end);

	it("switch a file off by an empty one or a link to /dev/null", function ()
		assert.same({ "1 core/b" }, from({ ["core/a.cfg.lua"] = L; ["core/b.cfg.lua"] = L }, { ["core/a.cfg.lua"] = "" }));
		local site = support.folder();
		lfs.mkdir(site.."/core");
		link("/dev/null", site.."/core/b.cfg.lua");
		assert.same({ "1 core/a" }, from({ ["core/a.cfg.lua"] = L; ["core/b/c.cfg.lua"] = L }, site));
		assert.same({ "3 core/a" }, from({ ["core/a.cfg.lua"] = L }, { ["core/a.cfg.lua"] = "" }, { ["core/a.cfg.lua"] = L }));
	end);

	it("do not load an empty file of a single root either", function ()
		assert.same({ "1 core/b" }, from { ["core/a.cfg.lua"] = ""; ["core/b.cfg.lua"] = L });
	end);

	it("let a later root switch off a default, which is then skipped", function ()
		assert.same({ "1 core/a" }, from({ ["core/a.cfg.lua"] = L; ["environments/production.cfg.lua"] = L; ["policies/security/baseline.cfg.lua"] = L },
			{ ["environments/production.cfg.lua"] = ""; ["policies/security/baseline.cfg.lua"] = "" }));
	end);

	it("note a choice that is switched off", function ()
		local layers = discover(support.tree { ["environments/staging.cfg.lua"] = "" }, { environment = "staging" });
		assert.same({}, ids(layers));
		assert.equal("note", finding(layers, "discover's option environment=staging: environments/staging is switched off").severity);
	end);

	it("count the last place of a root that is named twice", function ()
		local first, second = support.tree { ["core/a.cfg.lua"] = L }, support.tree { ["core/a.cfg.lua"] = L };
		assert.equal(first.."/core/a.cfg.lua", discover({ first, second, first.."/" })[1].path);
	end);

	it("mask an unreadable thing of an earlier root", function ()
		local vendor = tree_of("core/b.cfg.lua");
		link("nowhere", vendor.."/core/a.cfg.lua");
		assert.same({ "2 core/a", "1 core/b" }, from(vendor, { ["core/a.cfg.lua"] = L }));
	end);
end);

describe("links and odd files", function ()
	teardown(support.clean);

	it("links to files and folders are followed", function ()
		local real = tree_of("x.cfg.lua", "folder/y.cfg.lua");
		local root = tree_of("core/a.cfg.lua");
		link(real.."/x.cfg.lua", root.."/core/b.cfg.lua");
		link(real.."/folder", root.."/core/c");
		link(real, root.."/domains");
		assert.same({ "core/a", "core/b", "core/c/y" }, { table.unpack(ids(discover(root)), 1, 3) });
	end);

	it("the links of a Kubernetes mount are followed once", function ()
		local root = tree_of("environments/..2024_01/production.cfg.lua");
		link("..2024_01", root.."/environments/..data");
		link("..data/production.cfg.lua", root.."/environments/production.cfg.lua");
		assert.same({ "environments/production" }, ids(discover(root)));
	end);

	it("a link to a folder that it is inside of is an error", function ()
		local root = tree_of("domains/a/x.cfg.lua");
		link("..", root.."/domains/a/up");
		contains(refusal(root), root.."/domains/a/up: is a link to a folder that it is inside of; remove it");
		root = tree_of("domains/a/x.cfg.lua");
		link(".", root.."/core");
		contains(refusal(root), root.."/core: is a link to a folder that it is inside of; remove it");
	end);

	it("a folder that links reach again is read where it comes first", function ()
		local root = tree_of("domains/real/x.cfg.lua", "domains/real/sub/y.cfg.lua");
		link("real", root.."/domains/again");
		link("real/sub", root.."/domains/part");
		local layers = discover { root, tree_of("domains/real/sub/z.cfg.lua") };
		assert.same({ "domains/again/sub/y", "domains/again/x", "domains/real/sub/z" }, ids(layers));
		for index, note in ipairs { { "/domains/part", "domains/again/sub" }, { "/domains/real", "domains/again" } } do
			assert.same({ severity = "note", code = "SL004", path = root..note[1], text = "is the same folder as "..note[2].." and is not read again" },
				layers.findings[index]);
		end
	end);

	it("a folder of chosen names may be read under each of them", function ()
		local root = tree_of("profiles/small/x.cfg.lua");
		link("small", root.."/profiles/large");
		assert.same({ "profiles/large/x" }, ids(discover(root, { profile = "large" })));
		assert.same({ "profiles/small/x" }, ids(discover(root, { profile = "small" })));
	end);

	it("more than 10,000 links are an error at once, and 10,000 are none", function ()
		local root = tree_of("core/a.cfg.lua");
		assert(lfs.mkdir(root.."/domains"));
		for number = 1, 10000 do
			link("../core/a.cfg.lua", ("%s/domains/%d.cfg.lua"):format(root, number));
		end
		assert.same({ "core/a" }, ids(discover(root)));
		link("../core/a.cfg.lua", root.."/domains/10001.cfg.lua");
		assert.equal(root.."/domains/10001.cfg.lua: is where more than 10000 links have been found, so the search for layers ends; remove links, or put "
			.."one link to a folder in place of many to its files", refusal(root));
	end);

	it("more than 1,000,000 files and folders are an error at once", function ()
		local root = support.folder();
		for number = 1, 1000 do
			support.write(("%s/big/%d"):format(root, number), "");
			support.write(("%s/profiles/%d/x.cfg.lua"):format(root, number), "");
			link("../../big", ("%s/profiles/%d/all"):format(root, number));
		end
		local message = refusal(root);
		contains(message, root.."/profiles/");
		contains(message, "is where more than 1000000 files and folders have been found, so the search for layers ends; move what is no layer out of the "
			.."tree");
		assert.is_nil(message:find("\n", 1, true));
	end);

	it("a link that leads back to itself is an error", function ()
		local root = tree_of("core/a.cfg.lua");
		link("b.cfg.lua", root.."/core/b.cfg.lua");
		link("d", root.."/core/c");
		link("c", root.."/core/d");
		local message = refusal(root);
		contains(message, root.."/core/b.cfg.lua: is a link that leads back to itself");
		contains(message, root.."/core/c: is a link that leads back to itself");
	end);

	it("a layer that is a link to nothing is an error, another such link a warning", function ()
		local root = tree_of("core/a.cfg.lua");
		link("nowhere", root.."/core/b");
		assert.equal("warning", finding(discover(root), "is a link to nothing").severity);
		link("nowhere", root.."/core/c.cfg.lua");
		contains(refusal(root), root.."/core/c.cfg.lua: is a link to nothing; remove it or let it point to a file or folder");
	end);

	it("a FIFO, a device, a folder with a layer's name and a giant file are errors, and nothing waits for them", function ()
		local root = tree_of("core/a.cfg.lua", "core/folder.cfg.lua/x.cfg.lua");
		support.run("mkfifo "..root.."/core/fifo.cfg.lua");
		support.run("truncate -s 65M "..root.."/core/giant.cfg.lua");
		link("/dev/zero", root.."/core/zero.cfg.lua");
		local message = refusal(root);
		contains(message, root.."/core/fifo.cfg.lua: is a FIFO; a layer is a regular file (an empty file or a link to /dev/null switches one off)");
		contains(message, root.."/core/zero.cfg.lua: is a device; ");
		contains(message, root.."/core/folder.cfg.lua: is a folder; ");
		contains(message, root.."/core/giant.cfg.lua: is larger than 64 MiB; no layer is");
	end);

	it("a FIFO that is no layer is passed over", function ()
		local root = tree_of("core/a.cfg.lua");
		support.run("mkfifo "..root.."/core/fifo");
		assert.same({ "core/a" }, ids(discover(root)));
	end);

	it("a name with a control character is an error that shows it", function ()
		contains(refusal(tree_of("core/a\nb.cfg.lua")), "/core/a\\x0Ab.cfg.lua: has a control character in its name; rename it");
	end);

	it("what would not load is a warning", function ()
		local root = tree_of("environments/production.cfg.lua");
		link("nowhere", root.."/environments/staging.cfg.lua");
		link("..", root.."/environments/loop");
		local layers = discover(root);
		assert.same({ "environments/production" }, ids(layers));
		assert.equal("warning", finding(layers, "is a link to nothing").severity);
		assert.equal("warning", finding(layers, "is a link to a folder that it is inside of").severity);
		contains(refusal(root, { environment = "staging" }), "environments/staging.cfg.lua: is a link to nothing");
	end);

	it("folders nested without end are an error", function ()
		local deep = "core"..("/a"):rep(40);
		contains(refusal(tree_of(deep.."/x.cfg.lua")), "is nested deeper than 32 folders; layers are not read there");
	end);

	it("a file in the place of an axis's folder is a warning", function ()
		local root = support.tree { ["core"] = "a dump\n"; ["stack/a/b.cfg.lua"] = "-- a layer\n" };
		local layers = discover(root);
		assert.same({ "stack/a/b" }, ids(layers));
		assert.equal(root.."/core", finding(layers, "is no folder; layers are read from a folder of this name").path);
	end);

	it("a layer that is a socket, or has a delete character in its name, is an error", function ()
		local root = tree_of("core/a\127.cfg.lua");
		assert(require "socket.unix"():bind(root.."/core/s.cfg.lua"));
		local message = refusal(root);
		contains(message, "has a control character in its name; rename it");
		contains(message, root.."/core/s.cfg.lua: is a socket; a layer is a regular file");
	end);

	it("an axis's folder that is a link to nothing, to itself or to where it is, is an error", function ()
		for target, problem in pairs { nowhere = "is a link to nothing", core = "is a link that leads back to itself",
			["."] = "is a link to a folder that it is inside of" } do
			local root = tree_of("domains/a.cfg.lua");
			link(target, root.."/core");
			contains(refusal(root), root.."/core: "..problem);
		end
	end);

	it("a link to a folder of another file system is followed, and what stands in for a folder of a listed file is not", function ()
		local root = tree_of("core/a.cfg.lua", "one.lua");
		link("/proc/sys/kernel", root.."/core/other");
		assert.same({ "core/a" }, ids(discover(root)));
		contains(refusal(root, { axes = { { name = "listed", files = { "one.lua/x.lua" } } } }), "lists the file one.lua/x.lua, which no root has");
	end);

	it("the root of the whole file system may be a tree, of which not everything is looked at", function ()
		assert.same({}, ids(discover("/", { axes = { { name = "none", folder = "nowhere/at-all" } } })));
	end);

	it("a folder of which this server has a share may say defaults for all", function ()
		local root = support.tree { ["domains/tenants/a.cfg.lua"] = "-- a layer\n", ["domains/tenants/defaults.env"] = "A=1\n" };
		assert.same({ "domains/tenants/a" }, ids(discover(root, { shard = "0/1" })));
	end);

	it("names that differ only in zeros have an order, the first difference decides", function ()
		assert.same({ "core/00", "core/0", "core/01-1", "core/1-01" },
			ids(discover(tree_of("core/0.cfg.lua", "core/00.cfg.lua", "core/1-01.cfg.lua", "core/01-1.cfg.lua"))));
	end);

	it("a folder that cannot be read is an error where its layers would load or decide a default", function ()
		local root = tree_of("core/a.cfg.lua", "core/secret/b.cfg.lua", "environments/staging/c.cfg.lua", "policies/security/baseline.cfg.lua",
			"features/web/http.cfg.lua", "usecases/team/a.cfg.lua", "usecases/other/b.cfg.lua", "nobodys/a.cfg.lua");
		local module = support.folder();
		support.run(("cp %s %s; chmod 755 %s %s"):format(support.quote(support.build.."/stackloader.so"), module, module, root));
		support.write(module.."/run.lua", ([[
			package.cpath = %q;
			local root = %q;
			print(select(2, pcall(require "stackloader".discover, root, { variables = {}; sysroot = "/nowhere"; usecase = "other/b" })));
			print("from load: ", select(2, pcall(require "stackloader".load, {}, { root = root; variables = {}; sysroot = "/nowhere"; clock = os.time() })));
		]]):format(module.."/?.so", root));
		for _, folder in ipairs { "core/secret", "environments/staging", "policies/security", "features/web", "usecases/team", "nobodys" } do
			support.run("chmod 0 "..root.."/"..folder);
		end
		local id = support.run("id -u");
		local user = id:match("^0") and "setpriv --reuid=65534 --regid=65534 --clear-groups " or "";
		local output = support.run(user.."lua5.4 "..module.."/run.lua");
		contains(output, "from load: ");
		contains(output, root.."/core/secret: cannot be reached: Permission denied; the user that Prosody runs as must be able to read it");
		contains(output, root.."/policies/security: cannot be reached: Permission denied");
		contains(output, root.."/features/web: cannot be reached: Permission denied");
		assert.is_nil(output:find("environments/staging", 1, true));
		assert.is_nil(output:find("usecases/team", 1, true));
	end);
end);

describe("a choice", function ()
	teardown(support.clean);

	local root = tree_of("environments/production.cfg.lua", "environments/staging.cfg.lua", "environments/development/a.cfg.lua",
		"environments/eu/staging.cfg.lua", "environments/docker.cfg.lua", "policies/security/baseline.cfg.lua", "policies/security/enhanced.cfg.lua",
		"policies/performance/small.cfg.lua", "policies/performance/medium.cfg.lua", "policies/compliance/gdpr.cfg.lua",
		"policies/compliance/audit.cfg.lua", "policies/data-governance/retention.cfg.lua", "policies/data-governance/export.cfg.lua",
		"clients/mobile-apps/conversations.cfg.lua", "clients/mobile-apps/monal/a.cfg.lua", "clients/web-clients/converse.cfg.lua",
		"usecases/team-collaboration/slack-like.cfg.lua", "usecases/education/classroom.cfg.lua", "legacy/modules.d/a.cfg.lua");

	local function layers_of(variables, options)
		options = options or {};
		options.variables = variables;
		options.platform = options.platform or "manual";
		return ids(discover(options.root or root, options));
	end

	--- The layers of one folder.
	local function below(folder, variables, options)
		local list = {};
		options = options or {};
		local tree = options.tree or root;
		options.tree = nil;
		options.variables = variables;
		for _, id in ipairs(ids(discover(tree, options))) do
			if id:sub(1, #folder) == folder then
				list[#list + 1] = id;
			end
		end
		return list;
	end

	it("that cannot be a name is shown on one line, without cutting a character", function ()
		local tree = tree_of("environments/y.cfg.lua", "environments/"..("n"):rep(100)..".cfg.lua", "usecases/solo.cfg.lua", "usecases/team/a.cfg.lua");
		support.write(tree.."/usecases/team/off.cfg.lua", "");
		local function said(value, axis)
			return refusal(tree, { variables = { [axis or "PROSODY_ENVIRONMENT"] = value } });
		end
		contains(said "a\127b", "a\\x7Fb");
		contains(said "x", "=x");
		assert.is_nil(said "x":find("did you mean", 1, true));
		contains(said(".x"), "=.x");
		contains(said("..."), "=...");
		for _, long in ipairs { "a"..("ä"):rep(300), ("ä"):rep(300) } do
			local shown = said(long):match "ENVIRONMENT=(.-)…";
			assert.is_truthy(shown and utf8.len(shown));
		end
		contains(said(("\x80"):rep(600)), "…");
		contains(said("none", "PROSODY_USECASE"), "team/a");
		assert.is_nil(said("none", "PROSODY_USECASE"):find("team/off", 1, true));
	end);

	it("by option beats the variable, the variable beats the default", function ()
		assert.same({ "environments/production" }, below("environments", {}));
		assert.same({ "environments/staging" }, below("environments", { PROSODY_ENVIRONMENT = "staging" }));
		assert.same({ "environments/development/a" }, below("environments", { PROSODY_ENVIRONMENT = "staging" }, { environment = "development" }));
	end);

	it("that is empty is unset", function ()
		assert.same({ "environments/production" }, below("environments", { PROSODY_ENVIRONMENT = "" }));
		assert.same({ "environments/staging" }, below("environments", { PROSODY_ENVIRONMENT = "staging" }, { environment = "" }));
		assert.same({}, below("clients", { PROSODY_CLIENT_OPTS = " , ," }));
	end);

	it("may be spelt PROSODY_ENV; both in one source and different is a warning", function ()
		assert.same({ "environments/staging" }, below("environments", { PROSODY_ENV = "staging" }));
		local layers = discover(root, { variables = { PROSODY_ENV = "staging"; PROSODY_ENVIRONMENT = "production" } });
		assert.equal("warning", finding(layers, "PROSODY_ENV").severity);
		assert.same({ "production" }, choice(layers, "environment").names);
	end);

	it("that the tree lacks is an error that lists what there is, with the nearest spelling", function ()
		contains(refusal(root, { environment = "stagin" }), "discover's option environment=stagin: there is no \"stagin\" in environments/, which has "
			.."development, docker, eu, production, staging (did you mean \"staging\"?)");
		contains(refusal(root, { variables = { PROSODY_ENV = "Production" } }), '(did you mean "production"?)');
		contains(refusal(root, { variables = { PROSODY_ENV = "dev" } }), '(did you mean "development"?)');
		contains(refusal(root, { variables = { PROSODY_ENV = "zzz" } }), "has development, docker, eu, production, staging");
		contains(refusal(root, { profile = "standard" }), "discover's option profile=standard: the tree has no folder profiles/");
		contains(refusal(root, { clients = "conversations" }), '(did you mean "mobile-apps/conversations"?)');
	end);

	it("of one name that looks like a list is told so", function ()
		contains(refusal(root, { environment = "staging,production" }), "; one name is expected here, no list");
	end);

	it("by default that the tree lacks is skipped", function ()
		assert.same({}, ids(discover(tree_of("environments/staging.cfg.lua", "profiles/minimal/a.cfg.lua", "policies/security/enhanced.cfg.lua"))));
	end);

	it("names a folder or a path below one", function ()
		assert.same({ "environments/eu/staging" }, below("environments", { PROSODY_ENV = "eu" }));
		assert.same({ "environments/eu/staging" }, below("environments", { PROSODY_ENV = "eu/staging" }));
	end);

	it("is a plain name: what could leave the folder is an error that names variable and value", function ()
		local wanted = ': expected a name as it stands in the tree: nothing with "..", no absolute path, no empty part, no control character';
		for _, value in ipairs { "..", "../production", "eu/../production", "/etc/passwd", "eu//staging", "eu/", "./production", ".", "/" } do
			contains(refusal(root, { variables = { PROSODY_ENV = value } }), "PROSODY_ENV="..value..wanted);
			contains(refusal(root, { variables = { PROSODY_USECASE = value } }), "PROSODY_USECASE="..value..wanted);
			contains(refusal(root, { profile = value }), "discover's option profile="..value..wanted);
			contains(refusal(root, { platform = value }), "discover's option platform="..value..wanted);
		end
		contains(refusal(root, { variables = { PROSODY_ENV = "sta\nging" } }), "PROSODY_ENV=sta\\x0Aging"..wanted);
		contains(refusal(root, { variables = { PROSODY_ENV = "\27[1m" } }), "PROSODY_ENV=\\x1B[1m"..wanted);
	end);

	it("of clients takes several names, in the order in which they are named, each once", function ()
		assert.same({ "clients/web-clients/converse", "clients/mobile-apps/conversations" },
			below("clients", { PROSODY_CLIENT_OPTS = "web-clients/converse, mobile-apps/conversations,web-clients/converse," }));
		assert.same({ "clients/mobile-apps/monal/a", "clients/web-clients/converse" },
			below("clients", {}, { clients = { "mobile-apps/monal", "web-clients/converse" } }));
	end);

	it("of a class alone is an error that lists what is in it", function ()
		contains(refusal(root, { clients = "mobile-apps" }), "discover's option clients=mobile-apps: \"mobile-apps\" is a class; name one that is in it: "
			.."mobile-apps/conversations, mobile-apps/monal");
		contains(refusal(root, { variables = { PROSODY_USECASE = "education" } }),
			'PROSODY_USECASE=education: "education" is a class; name one that is in it: education/classroom');
	end);

	it("of a use case is class/name", function ()
		assert.same({ "usecases/team-collaboration/slack-like" }, below("usecases", { PROSODY_USECASE = "team-collaboration/slack-like" }));
		assert.same({ "usecases/education/classroom" }, below("usecases", {}, { usecase = "education/classroom" }));
	end);

	it("of the security level is baseline or standard by default, whichever the tree has, in either spelling of the folder", function ()
		assert.same({ "policies/security/baseline" }, below("policies/security", {}));
		assert.same({ "policies/security/enhanced" }, below("policies/security", { PROSODY_SECURITY_LEVEL = "enhanced" }));
		assert.same({ "policies/security-levels/standard" }, below("policies", {}, { tree = tree_of("policies/security-levels/standard.cfg.lua") }));
		assert.same({ "policies/security/baseline" }, below("policies", {},
			{ tree = tree_of("policies/security/standard.cfg.lua", "policies/security/baseline.cfg.lua") }));
		assert.same({ "policies/security/strict", "policies/security-levels/strict" }, below("policies", { PROSODY_SECURITY_LEVEL = "strict" },
			{ tree = tree_of("policies/security/strict.cfg.lua", "policies/security-levels/strict.cfg.lua") }));
	end);

	it("of the performance tier is none by default, a name, or what was found", function ()
		assert.same({}, below("policies/performance", {}));
		assert.same({ "policies/performance/small" }, below("policies/performance", { PROSODY_PERFORMANCE_TIER = "small" }));
		assert.same({ "policies/performance/medium" }, below("policies/performance", { PROSODY_SCALE_PROFILE = "medium" }));
		assert.same({ "policies/performance-tiers/large" }, below("policies", { PROSODY_SCALE_PROFILE = "large" },
			{ tree = tree_of("policies/performance-tiers/large.cfg.lua") }));
		local small = support.tree { ["proc/meminfo"] = "MemTotal: 524288 kB\n"; ["proc/cpuinfo"] = "processor\t: 0\n" };
		local layers = discover(root, { sysroot = small; variables = { PROSODY_PERFORMANCE_TIER = "auto" } });
		assert.same({ "small" }, choice(layers, "performance").names);
		contains(layers[#layers].why, "PROSODY_PERFORMANCE_TIER=auto: ");
	end);

	it("of a tier that was found and that the tree lacks falls back to the next smaller one, with a warning", function ()
		local cpus = {};
		for number = 0, 63 do
			cpus[#cpus + 1] = "processor\t: "..number.."\n";
		end
		local huge = support.tree { ["proc/meminfo"] = "MemTotal: 536870912 kB\n"; ["proc/cpuinfo"] = table.concat(cpus, "\n");
			["sys/devices/system/cpu/online"] = "0-63\n" };
		local found = stackloader.environment({ sysroot = huge; variables = {} }).tier;
		assert.not_equal("small", found);
		local layers = discover(tree_of("policies/performance/small.cfg.lua"), { sysroot = huge; performance = "auto" });
		assert.same({ "policies/performance/small" }, ids(layers));
		assert.equal("warning", finding(layers, "discover's option performance=auto: found the tier "..found).severity);
		contains(refusal(tree_of("policies/performance/odd.cfg.lua"), { sysroot = huge; performance = "auto" }),
			"policies/performance/ has neither it nor a smaller one; it has odd");
	end);

	it("of compliance and data governance takes lists", function ()
		assert.same({ "policies/compliance/gdpr", "policies/compliance/audit" }, below("policies/compliance", { PROSODY_COMPLIANCE = "gdpr,audit" }));
		assert.same({ "policies/data-governance/export", "policies/data-governance/retention" },
			below("policies/data-governance", {}, { data_governance = { "export", "retention" } }));
		contains(refusal(root, { compliance = "gdpr,hippa" }), 'there is no "hippa" in policies/compliance/, which has audit, gdpr');
	end);

	it("of legacy is only made by a true value", function ()
		assert.same({}, below("legacy", {}));
		assert.same({}, below("legacy", { PROSODY_LEGACY_MODE = "false" }));
		assert.same({ "legacy/modules.d/a" }, below("legacy", { PROSODY_LEGACY_MODE = "true" }));
		assert.same({ "legacy/modules.d/a" }, below("legacy", { PROSODY_LEGACY_MODE = "Yes" }));
		contains(refusal(root, { variables = { PROSODY_LEGACY_MODE = "2" } }), "PROSODY_LEGACY_MODE=2: expected true or false");
		assert.equal("warning", finding(discover(tree_of("core/a.cfg.lua"), { variables = { PROSODY_LEGACY_MODE = "true" } }),
			"PROSODY_LEGACY_MODE=true, but the tree has no folder legacy/modules.d/").severity);
	end);

	it("of domains is all of them, tenants too", function ()
		assert.same({ "domains/example.org", "domains/tenants/a/x" },
			below("domains", {}, { tree = tree_of("domains/example.org.cfg.lua", "domains/tenants/a/x.cfg.lua") }));
	end);

	it("of the domain name is a host name", function ()
		for _, value in ipairs { "a b", "../x", "a/b", "user@example.org", "a\nb" } do
			contains(refusal(root, { variables = { PROSODY_DOMAIN = value } }), "expected a host name such as example.org");
		end
		assert.has_no_error(function ()
			layers_of({ PROSODY_DOMAIN = "example.org" }, { domain = "example.net" });
		end);
	end);
end);

describe("the platform", function ()
	teardown(support.clean);

	local root = tree_of("environments/production.cfg.lua", "environments/docker.cfg.lua", "environments/kubernetes/a.cfg.lua");
	local docker = support.tree { [".dockerenv"] = "" };
	local podman = support.tree { ["run/.containerenv"] = 'engine="podman-4"\n' };

	it("loads before the environment", function ()
		assert.same({ "environments/docker", "environments/production" }, ids(discover(root, { platform = "docker" })));
		assert.same({ "environments/kubernetes/a", "environments/production" },
			ids(discover(root, { variables = { PROSODY_DEPLOYMENT_TYPE = "kubernetes" } })));
	end);

	it("is found where nobody chooses it", function ()
		local layers = discover(root, { sysroot = docker });
		assert.same({ "environments/docker", "environments/production" }, ids(layers));
		contains(layers[1].why, "platform docker: ");
		contains(choice(layers, "platform").how, "dockerenv");
		assert.same({ "environments/production" }, ids(discover(root)));
	end);

	it("of podman is docker's where the tree has none of its own", function ()
		assert.same({ "environments/docker", "environments/production" }, ids(discover(root, { sysroot = podman })));
		assert.same({ "environments/docker", "environments/production" }, ids(discover(root, { platform = "podman" })));
		local own = tree_of("environments/docker.cfg.lua", "environments/podman.cfg.lua");
		assert.same({ "environments/podman" }, ids(discover(own, { sysroot = podman })));
	end);

	it("is none on manual and none, whatever is found", function ()
		for _, none in ipairs { "manual", "none" } do
			assert.same({ "environments/production" }, ids(discover(root, { sysroot = docker; platform = none })));
		end
	end);

	it("that was found and that the tree lacks is skipped", function ()
		local layers = discover(tree_of("environments/production.cfg.lua"), { sysroot = docker });
		assert.same({ "environments/production" }, ids(layers));
		assert.same({}, layers.findings);
	end);

	it("that was chosen and that the tree lacks is an error, but for systemd, which needs no files", function ()
		contains(refusal(tree_of("environments/production.cfg.lua"), { platform = "docker" }),
			"discover's option platform=docker: there is no \"docker\" in environments/, which has production");
		assert.same({ "environments/production" }, ids(discover(root, { platform = "systemd" })));
		assert.same({ "environments/systemd" }, ids(discover(tree_of("environments/systemd.cfg.lua"), { platform = "systemd" })));
	end);
end);

describe("variables", function ()
	teardown(support.clean);

	local files = {
		["environments/production.cfg.lua"] = "-- a layer\n"; ["environments/staging.cfg.lua"] = "-- a layer\n";
		["environments/testing.cfg.lua"] = "-- a layer\n";
		["profiles/minimal/profile.cfg.lua"] = "-- a layer\n"; ["profiles/standard/profile.cfg.lua"] = "-- a layer\n";
		["policies/performance/small.cfg.lua"] = "-- a layer\n"; ["policies/performance/large.cfg.lua"] = "-- a layer\n";
		["legacy/modules.d/a.cfg.lua"] = "-- a layer\n";
	};

	local function tree_with(more)
		local all = {};
		for path, content in pairs(files) do
			all[path] = content;
		end
		for path, content in pairs(more) do
			all[path] = content;
		end
		return support.tree(all);
	end

	it("come from the process, then from .env, then from the profile's defaults.env", function ()
		local root = tree_with {
			[".env"] = "PROSODY_PROFILE=minimal\nPROSODY_ENV=staging\n";
			["profiles/minimal/defaults.env"] = "PROSODY_PERFORMANCE_TIER=small\nPROSODY_LEGACY_MODE=true\n";
		};
		assert.same({ "profiles/minimal/profile", "legacy/modules.d/a", "environments/staging", "policies/performance/small" }, ids(discover(root)));
		assert.same({ "profiles/minimal/profile", "environments/testing", "policies/performance/large" }, ids(discover(root,
			{ variables = { PROSODY_ENVIRONMENT = "testing"; PROSODY_PERFORMANCE_TIER = "large"; PROSODY_LEGACY_MODE = "false" } })));
	end);

	it("of the process are the default", function ()
		local output = support.run(("PROSODY_ENV=nowhere lua5.4 -e 'package.cpath = %q; require \"stackloader\".discover(%q)'")
			:format(package.cpath, tree_with {}));
		contains(output, 'PROSODY_ENV=nowhere: there is no "nowhere" in environments/');
	end);

	it("count aliases within a source only", function ()
		local root = tree_with { [".env"] = "PROSODY_ENVIRONMENT=staging\n" };
		local layers = discover(root, { variables = { PROSODY_ENV = "testing" } });
		assert.same({ "testing" }, choice(layers, "environment").names);
		assert.same({}, layers.findings);
	end);

	it("of a later root's .env win", function ()
		local vendor, site = tree_with { [".env"] = "PROSODY_ENV=staging\nPROSODY_PROFILE=minimal\n" }, support.tree { [".env"] = "PROSODY_ENV=testing\n" };
		assert.same({ "profiles/minimal/profile", "environments/testing" }, ids(discover { vendor, site }));
		assert.same({ "profiles/minimal/profile", "environments/staging" }, ids(discover { site, vendor }));
	end);

	it("are refused with the place in .env where they stand", function ()
		local root = tree_with { [".env"] = "# where we run\nPROSODY_ENV=stagging\nPROSODY_FEATURES_WBE_X=on\n" };
		contains(refusal(root), root.."/.env:2: PROSODY_ENV=stagging: there is no \"stagging\"");
	end);

	it("in .env cannot set the roots", function ()
		local root = tree_with { [".env"] = "PROSODY_STACK_PATH=/elsewhere\n" };
		contains(refusal(root), root.."/.env:1: PROSODY_STACK_PATH cannot be set in this file");
	end);

	it("in defaults.env cannot set roots, profile or environment", function ()
		local root = tree_with { ["profiles/standard/defaults.env"] =
			"PROSODY_STACK_PATH=/elsewhere\nPROSODY_PROFILE=minimal\nPROSODY_ENVIRONMENT=staging\nPROSODY_ENV=staging\n" };
		local message = refusal(root);
		for line, name in ipairs { "PROSODY_STACK_PATH", "PROSODY_PROFILE", "PROSODY_ENVIRONMENT", "PROSODY_ENV" } do
			contains(message, ("%s/profiles/standard/defaults.env:%d: %s cannot be set in this file"):format(root, line, name));
		end
	end);

	it("in defaults.env are masked and switched off like every file", function ()
		local vendor = tree_with { ["profiles/standard/defaults.env"] = "PROSODY_PERFORMANCE_TIER=small\n" };
		local function tier(site)
			return choice(discover { vendor, support.tree(site) }, "performance").names;
		end
		assert.same({ "small" }, tier {});
		assert.same({ "large" }, tier { ["profiles/standard/defaults.env"] = "PROSODY_PERFORMANCE_TIER=large\n" });
		assert.same({}, tier { ["profiles/standard/defaults.env"] = "" });
		assert.same({}, tier { ["profiles/standard.cfg.lua"] = "-- ours\n" });
	end);

	it("of a broken .env are reported with its line", function ()
		local root = tree_with { [".env"] = "PROSODY_ENV='stag\n" };
		contains(refusal(root), root.."/.env:1: ");
	end);

	it("that are Kubernetes service links are unset", function ()
		local layers = discover(tree_with {}, { variables = {
			PROSODY_ENV = "tcp://10.0.0.1:5222"; PROSODY_ENV_PROTO = "tcp"; PROSODY_ENV_PORT = "5222"; PROSODY_ENV_ADDR = "10.0.0.1";
		} });
		assert.same({ "production" }, choice(layers, "environment").names);
	end);
end);

describe("folders that no axis reads", function ()
	teardown(support.clean);

	it("are listed where they have layers", function ()
		local root = tree_of("custom/a.cfg.lua", "policies/secruity/b.cfg.lua", "policies/security/baseline.cfg.lua", "legacy/c.cfg.lua",
			"deep/er/d.cfg.lua", "core/a.cfg.lua", "tools/loader.lua", "prosody.cfg.lua");
		assert.same({ "custom", "deep/er", "legacy", "policies/secruity" }, discover(root).unread);
	end);

	it("are not conf.d, conf.avail, templates, hidden ones and leftovers", function ()
		local root = tree_of("conf.d/a.cfg.lua", "conf.avail/b.cfg.lua", "templates/c.cfg.lua", ".git/d.cfg.lua", "core.dpkg-old/e.cfg.lua",
			"old~/f.cfg.lua");
		assert.same({}, discover(root).unread);
	end);

	it("are listed once for all roots, links not followed", function ()
		local first, second = tree_of("custom/a.cfg.lua"), tree_of("custom/b.cfg.lua");
		link(".", second.."/endless");
		assert.same({ "custom" }, discover({ first, second }).unread);
	end);

	it("are told in the order of their paths, also below each other, as far down as anybody looks", function ()
		local root = tree_of("custom/a.cfg.lua", "custom/b/a.cfg.lua", "custom/c/a.cfg.lua", "custom/b/d/a.cfg.lua", "deep/a.cfg.lua", "deep/b/a.cfg.lua",
			"1/2/3/4/5/6/7/8/a.cfg.lua", "one/2/3/4/5/6/7/8/9/a.cfg.lua", "coreless/a.cfg.lua", "core/a.cfg.lua");
		assert.same({ "1/2/3/4/5/6/7/8", "coreless", "custom", "custom/b", "custom/b/d", "custom/c", "deep", "deep/b" }, discover(root).unread);
		local axes = { { name = "listed", files = { "custom/b/a.cfg.lua", "deep/a.cfg.lua" } } };
		assert.same({ "1/2/3/4/5/6/7/8", "core", "coreless", "custom", "custom/c" }, discover(root, { axes = axes }).unread);
	end);

	it("do not count where only the main file stands", function ()
		local root = tree_of("core/a.cfg.lua", "other/a.cfg.lua", "site/main.cfg.lua", "sit/a.cfg.lua", "deep/a.cfg.lua");
		local function unread(path)
			support.write(root..path, "return (require 'stackloader'.load(nil, { root = '"..root.."', variables = {} }))");
			local told = {};
			for _, found in ipairs(assert(loadfile(root..path))():findings()) do
				told[#told + 1] = found.text:match "folder (%S+)";
			end
			return table.concat(told, " ");
		end
		assert.equal("deep other sit", unread "/site/main.cfg.lua");
		assert.equal("deep other sit site", unread "/deep/er/main");
	end);
end);

describe("files of other devices", function ()
	teardown(support.clean);

	it("are told from those of the tree, and from each other's other names", function ()
		local root = tree_of("core/a.cfg.lua", "core/d.cfg.lua");
		link("/sys/devices/system/cpu/online", root.."/core/b.cfg.lua");
		link("/sys/devices/system/cpu/online", root.."/core/c.cfg.lua");
		link("/sys/devices/system/cpu/possible", root.."/core/e.cfg.lua");
		local layers = discover(root);
		assert.same({ "core/a", "core/b", "core/d", "core/e" }, ids(layers));
		contains(finding(layers, "core/b").text, "core/b");
	end);
end);
