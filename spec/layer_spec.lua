-- What a layer's file may say, and what becomes of it.
local lfs = require "lfs";
local inside = require "spec.inside";
local support = require "spec.support";
local stackloader = require "stackloader";

local main = support.main_file;

local load, refuse, options = support.load, support.refuse, support.options;
local with_each = support.with_each;
local has, lacks = support.has, support.lacks;

--- The findings of a stack as "severity path:line: text", less the root.
local function findings(stack, root)
	local list = {};
	for i, finding in ipairs(stack:findings()) do
		local place = finding.path and finding.path..(finding.line and ":"..finding.line or "")..": " or "";
		if root and place:sub(1, #root) == root then
			place = place:sub(#root + 2);
		end
		list[i] = finding.severity.." "..place..finding.text;
	end
	return list;
end

--- The operations by which one layer changed an option: { "append", { "b" } }, …
local function operations(stack, option, host)
	local list = {};
	for i, assignment in ipairs(stack:explain(option, host).assignments) do
		list[i] = { assignment.operation, assignment.value };
	end
	return list;
end

--- Loads a tree below Prosody; returns the tables of hosts that configmanager then has, or nil and its message.
local function under(prosody, files, settings)
	files["prosody.cfg.lua"] = files["prosody.cfg.lua"] or main;
	local root = support.tree(files);
	local result, message = inside(prosody, root, [[
		local good, _, problem = load();
		if not good then
			error(problem, 0);
		end
		local hosts = {};
		for host, options in pairs(configmanager.getconfig()) do
			hosts[host] = options;
		end
		return hosts;
	]], settings);
	return result, message, root;
end

describe("a layer's names", function ()
	teardown(support.clean);

	it("have Prosody's statements as raw keys", function ()
		local result = options([[
			names = {};
			for _, name in ipairs { "VirtualHost", "Host", "host", "Component", "component", "Include", "include", "RunScript" } do
				names[#names + 1] = name.." "..type(rawget(_ENV, name));
			end
		]]).names;
		assert.same({ "VirtualHost function"; "Host function"; "host function"; "Component function"; "component function";
			"Include function"; "include function"; "RunScript function" }, result);
	end);

	it("have the scope in the raw key __currenthost", function ()
		local stack = load { ["core/a.cfg.lua"] = [[
			local before = rawget(_ENV, "__currenthost")
			VirtualHost "one.example"
			seen = { before, rawget(_ENV, "__currenthost") }
			VirtualHost "two.example" { }
			back = rawget(_ENV, "__currenthost")
			rawset(_ENV, "__currenthost", "one.example")
			again = true
		]] };
		assert.same({ "*", "one.example" }, stack:options("one.example").seen);
		assert.equal("*", stack:options().back);
		assert.is_true(stack:options("one.example").again);
	end);

	it("are of one table for each file", function ()
		local stack = load {
			["core/a.cfg.lua"] = "rawset(_ENV, 'mine', 5) same = rawget(_ENV, 'mine') VirtualHost 'a.example'";
			["core/b.cfg.lua"] = "seen = rawget(_ENV, 'mine') == nil";
		};
		assert.same({ same = 5; seen = true }, stack:options());
	end);

	for _, before in ipairs {
		"local one = 1\nVirtualHost 'a.example'\n\tx = one"; "Host = 5"; "Host = nil"; "Host = { 1 }"; "VirtualHost, Component = Component, VirtualHost";
		"RunScript = Include"; "f = VirtualHost"; "f = function () end"; "f = VirtualHost 'a.example'"; "return { f = VirtualHost }";
		"local e = _ENV\ne.Host = 5"; "setmetatable(_ENV, nil)"; "rawset(_ENV, 'one', 7)"; "feature_info = { 1 }"; "local x = ENV_X or 'x'\ny = x";
	} do
		it("are as new in the file behind one that says: "..before:gsub("\n", " "), function ()
			local stack = load {
				["core/a.cfg.lua"] = before; ["core/b.cfg.lua"] = before:gsub("a%.example", "aa.example");
				["core/c.cfg.lua"] = "local two = 1 + 1\nseen = { one == nil, type(feature_info), Host == VirtualHost, Include ~= RunScript, two }\n"
					.."Host 'c.example'\n\tmine = two\nComponent 'd.example'\n\tmine = two";
			};
			assert.same({ true, "nil", true, true, 2 }, stack:options().seen);
			assert.same({ defined = true, mine = 2 }, stack:options "c.example");
			assert.same({ component_module = "component", load_global_modules = false, mine = 2 }, stack:options "d.example");
		end);
	end

	for _, leak in ipairs {
		"local keep = VirtualHost\n_G.leaked = keep"; "local e = _ENV\n_G.leaked = e.VirtualHost";
		"function _G.leaked(name) VirtualHost(name) end"; "package.loaded.leaked, _G.leaked = VirtualHost, VirtualHost";
		"local keep = RunScript 'keep.lua'\nkeep(VirtualHost)"; "leaked = VirtualHost"; "return { version = '1', leaked = VirtualHost }";
	} do
		it("stay one file's where it gave away: "..leak:gsub("\n", " "), function ()
			finally(function () _G.leaked, package.loaded.leaked = nil, nil; end);
			local stack = load {
				["core/a.cfg.lua"] = leak; ["core/keep.lua"] = "return function (value) leaked = value; end"; ["core/b.cfg.lua"] = "local one = 1\nb = one";
				["core/c.cfg.lua"] = "local given = _G.leaked or leaked or stack.layer('core/a').leaked\ngiven 'c.example'\nmine = 1 + 1";
			};
			assert.equal(2, stack:options().mine);
		end);
	end

	it("set no option by rawset", function ()
		assert.same({}, options("rawset(_ENV, 'admins', { 'a@example.org' })"));
	end);

	it("read first what this file has set in this scope, before Lua's names", function ()
		assert.equal("mine", options("print = 'mine' result = print").result);
		assert.is_true(options("debug = true result = debug").result);
	end);

	it("may be numbers, which are kept as they are", function ()
		local stack = load { ["core/a.cfg.lua"] = "_ENV[5] = 'a' same = _ENV[5] none = tostring(_ENV[6]) _ENV[5] = 'b'" };
		assert.same({ [5] = "b", same = "a", none = "nil" }, stack:options());
		has(stack:findings()[1].text, "Duplicate option '?'");
		has(support.refuse { ["core/a.cfg.lua"] = "_ENV[{}] = 1" }, "an option has a name, a string; this one is a table");
	end);

	it("are of every file that an Include's pattern fits, also where its stars stand for nothing", function ()
		local stack = load { ["core/a.cfg.lua"] = "Include '../conf/*.lua*'", ["conf/x.lua"] = "x = 1", ["conf/y.lua2"] = "y = 2",
			["conf/z.txt"] = "z = 3" };
		assert.same({ x = 1, y = 2 }, stack:options());
	end);

	it("read what Prosody has for configurations", function ()
		rawset(_G, "CFG_DATADIR", "/data");
		local result = options("result = CFG_DATADIR none = tostring(CFG_PLUGINDIR)");
		rawset(_G, "CFG_DATADIR", nil);
		assert.same({ result = "/data", none = "nil" }, result);
	end);

	it("of tables with names like methods, read and assigned, are the tables", function ()
		local stack = load {
			["core/1.cfg.lua"] = "t = { append = 1, 'x', other = 2 }";
			["core/2.cfg.lua"] = "first = t[1] second = t.other method = type(t.append) copy = t";
			["core/3.cfg.lua"] = "feature_info = 1 seen = feature_info";
		};
		assert.same({ "x", 2, "function", { append = 1, "x", other = 2 } },
			{ stack:options().first, stack:options().second, stack:options().method, stack:options().copy });
	end);

	it("read Lua's names before what earlier layers have set", function ()
		local result = options("debug = true", "result = type(debug.traceback)");
		assert.equal("function", result.result);
		assert.is_true(result.debug);
	end);

	it("read Lua's names before what the file has set in another scope", function ()
		local stack = load { ["core/a.cfg.lua"] = "debug = true VirtualHost 'a.example' result = type(debug.traceback)" };
		assert.equal("function", stack:options("a.example").result);
	end);

	it("read Lua's names before what the including file has set", function ()
		local stack = load {
			["core/a.cfg.lua"] = "debug = true Include 'b.lua'";
			["core/b.lua"] = "result = type(debug.traceback)";
		};
		assert.same({ debug = true; result = "function" }, stack:options());
	end);

	it("read this scope's options so far before ENV_, stack, prosody and the names of Prosody 13", function ()
		local stack = load({
			["core/1.cfg.lua"] = "ENV_HOME = 1 stack = 2 prosody = 3 Lua = 4 FileContents = 5";
			["core/2.cfg.lua"] = "result = { ENV_HOME, stack, prosody, Lua, FileContents }";
		}, { HOME = "/root" });
		assert.same({ 1, 2, 3, 4, 5 }, stack:options().result);
	end);

	it("are nil where nobody has them, without a word", function ()
		local stack = load { ["core/a.cfg.lua"] = "result = unheard_of == nil" };
		assert.is_true(stack:options().result);
		assert.same({}, stack:findings());
	end);

	it("do not read the globals of the process", function ()
		_G.stackloader_spec_global = "global";
		local stack = load { ["core/a.cfg.lua"] = "result = stackloader_spec_global == nil" };
		_G.stackloader_spec_global = nil;
		assert.is_true(stack:options().result);
	end);

	it("hold all of Lua's", function ()
		for name in ("_G _VERSION assert collectgarbage coroutine debug dofile error getmetatable io ipairs load loadfile math next os package pairs "
				.."pcall print rawequal rawget rawlen rawset require select setmetatable string table tonumber tostring type utf8 warn xpcall")
				:gmatch "%S+" do
			assert.is_true(options(("result = %s == _G[%q]"):format(name, name)).result, name);
		end
	end);

	it("see the current scope only", function ()
		local stack = load {
			["core/1.cfg.lua"] = "limit = 1 VirtualHost 'a.example' size = 2";
			["core/2.cfg.lua"] = "VirtualHost 'a.example' global = limit == nil own = size VirtualHost 'b.example' other = size == nil";
		};
		assert.is_true(stack:options("a.example").global);
		assert.equal(2, stack:options("a.example").own);
		assert.is_true(stack:options("b.example").other);
	end);

	with_each("read without a warning where they are Lua's", function (prosody)
		local root = support.tree { ["prosody.cfg.lua"] = main; ["core/a.cfg.lua"] = "result = os.time() and require 'string' and tostring(print) and 1" };
		local result, message = inside(prosody, root, "local _, _, warnings = load(); return warnings");
		assert.is_nil(message);
		assert.same({}, result);
	end);

	with_each("hold those of Prosody 13", function (prosody)
		local hosts, message = under(prosody, {
			["core/a.cfg.lua"] = [[
				text = FileContents "words.txt"
				first = FileLine "words.txt"
				lines = FileLines "words.txt"
				secret = Credential "password"
				same = Lua == _G
			]];
			["core/words.txt"] = "one\ntwo\n";
			["credentials/password"] = "hush";
		}, { variables = { CREDENTIALS_DIRECTORY = support.tree { password = "hush" } } });
		assert.is_nil(message);
		assert.equal("one\ntwo\n", hosts["*"].text);
		assert.equal("one", hosts["*"].first);
		assert.same({ "one", "two" }, hosts["*"].lines);
		assert.equal("hush", hosts["*"].secret);
		assert.is_true(hosts["*"].same);
	end);

	it("name the file that FileContents, FileLine and FileLines miss", function ()
		for _, name in ipairs { "FileContents", "FileLine", "FileLines" } do
			local message, root = refuse { ["core/a.cfg.lua"] = "\nx = "..name.." 'missing.txt'" };
			has(message, root.."/core/a.cfg.lua:2: ");
			has(message, root.."/core/missing.txt");
			has(message, "No such file or directory");
		end
	end);

	it("let Credential without credentials be a finding below prosodyctl, an error in the server", function ()
		local prosody = support.prosodies()[1];
		local files = { ["core/a.cfg.lua"] = "\nx = Credential 'password'" };
		local _, message = under(prosody, files, { process = "prosody" });
		has(message, "core/a.cfg.lua:2: Credential() requires the $CREDENTIALS_DIRECTORY environment variable to be set");
		local root = support.tree(files);
		local result, problem = inside(prosody, root, [[
			local good, _, warnings = load();
			return { good = good; warnings = warnings; x = configmanager.get("*", "x") };
		]]);
		assert.is_nil(problem);
		assert.is_true(result.good);
		assert.is_nil(result.x);
		assert.equal(1, #result.warnings);
		has(result.warnings[1], root.."/core/a.cfg.lua:2: Credential(\"password\") requires the $CREDENTIALS_DIRECTORY");
	end);
end);

describe("ENV_NAME and os.getenv in a layer", function ()
	teardown(support.clean);

	it("see the same variables, .env included", function ()
		local stack = load({
			[".env"] = "FROM_FILE=file\nBOTH=file\n";
			["core/a.cfg.lua"] = [[
				names = { ENV_FROM_FILE, ENV_BOTH, ENV_GIVEN }
				called = { os.getenv "FROM_FILE", os.getenv "BOTH", os.getenv "GIVEN" }
				unset = ENV_NOT_THERE == nil and os.getenv "NOT_THERE" == nil
			]];
		}, { GIVEN = "given", BOTH = "given" });
		assert.same({ "file", "given", "given" }, stack:options().names);
		assert.same({ "file", "given", "given" }, stack:options().called);
		assert.is_true(stack:options().unset);
	end);

	it("see a variable that the process has empty as Prosody's own configuration does", function ()
		assert.same({ "", "" }, load({ ["core/a.cfg.lua"] = "x = { ENV_EMPTY, os.getenv 'EMPTY' }" }, { EMPTY = "" }):options().x);
	end);

	it("see the choice under every alias", function ()
		local stack = load({
			["core/a.cfg.lua"] = "x = { ENV_PROSODY_ENV, os.getenv 'PROSODY_ENVIRONMENT' }";
			["environments/staging.cfg.lua"] = "-- nothing yet\n";
		}, { PROSODY_ENV = "production" }, { environment = "staging" });
		assert.same({ "staging", "staging" }, stack:options().x);
	end);

	it("leave os.getenv to the process as it was", function ()
		local before = os.getenv;
		load({ ["core/a.cfg.lua"] = "x = os.getenv 'ONLY_HERE'" }, { ONLY_HERE = "1" });
		assert.equal(before, os.getenv);
		refuse { ["core/a.cfg.lua"] = "error 'no'" };
		assert.equal(before, os.getenv);
	end);
end);

describe("an option read back", function ()
	teardown(support.clean);

	it("is what the layers so far have made of it", function ()
		assert.same({ "a", "b", "c" }, options("modules_enabled = { 'a', 'b' }", "modules_enabled = { 'c' }", "seen = modules_enabled").seen);
		assert.equal(5, options("limit = 5", "seen = limit").seen);
		assert.same({ x = 1; y = 2 }, options("ssl = { x = 1 }", "ssl = { y = 2 }", "seen = ssl").seen);
	end);

	it("is a copy", function ()
		local stack = load {
			["core/1.cfg.lua"] = "list = { { 'deep' } }";
			["core/2.cfg.lua"] = "local inner = list[1] other = inner inner[1] = 'changed' list = stack.unset";
			["core/3.cfg.lua"] = "";
		};
		local first = stack:explain("list").assignments[1];
		assert.equal("core/1", first.layer);
		assert.same({ { "deep" } }, first.value);
	end);

	it("means exactly this when it is edited in place", function ()
		local stack = load {
			["core/1.cfg.lua"] = "modules_enabled = { 'a', 'b', 'c' }";
			["core/2.cfg.lua"] = "table.remove(modules_enabled, 1) table.insert(modules_enabled, 'd')";
		};
		assert.same({ "b", "c", "d" }, stack:options().modules_enabled);
	end);

	it("is journaled as what it adds and removes", function ()
		local stack = load {
			["core/1.cfg.lua"] = "modules_enabled = { 'a', 'b', 'c' }";
			["core/2.cfg.lua"] = "table.remove(modules_enabled, 1) table.insert(modules_enabled, 'd')";
		};
		assert.same({ { "set", { "a", "b", "c" } }, { "remove", { "a" } }, { "append", { "d" } } }, operations(stack, "modules_enabled"));
	end);

	it("is journaled at its front where something was put there", function ()
		local stack = load {
			["core/1.cfg.lua"] = "modules_enabled = { 'a' }";
			["core/2.cfg.lua"] = "table.insert(modules_enabled, 1, 'first')";
		};
		assert.same({ "first", "a" }, stack:options().modules_enabled);
		assert.same({ { "set", { "a" } }, { "prepend", { "first" } } }, operations(stack, "modules_enabled"));
	end);

	it("is what it was made where repeated elements, other kinds or directives leave nothing less to say", function ()
		local function after(first, second)
			return load { ["core/1.cfg.lua"] = first, ["core/2.cfg.lua"] = second }:options().x;
		end
		assert.same({ "a", "a", "b" }, after("x = { 'a', 'a' }", "table.insert(x, 'b')"));
		assert.same({ "a", "b", "b" }, after("x = { 'a' }", "table.insert(x, 'b') table.insert(x, 'b')"));
		assert.same({ a = 1 }, after("x = { 'a' }", "local t = x t[1] = nil t.a = 1"));
		assert.same({ "a" }, after("x = { a = 1 }", "local t = x t.a = nil t[1] = 'a'"));
		assert.same({ "a", a = 1 }, after("x = { 'a' }", "x.a = 1"));
		assert.same({ "a", "b", "c" }, after("x = { 'a' }", "x = stack.append { 'b' } table.insert(x, 'c')"));
		assert.same({ "b" }, after("x = { 'a' }", "x = stack.force { 'b' } table.insert(x, 'c')"));
		assert.same({ "a", "c" }, after("x = { 'a' }", "x = stack.default { 'b' } table.insert(x, 'c')"));
		assert.same({ 1, "a" }, after("x = { 0/0 }", "local t = x t[1] = 1 t[2] = 'a'"));
		assert.equal(2, #after("x = { 0/0 }", "local t = x t[2] = 'a'"));
		local stack = load { ["core/1.cfg.lua"] = "Component 'c.example' 'muc' name = component_module seen = tostring(load_global_modules)" };
		assert.same({ "muc", "false" }, { stack:options "c.example".name, stack:options "c.example".seen });
	end);

	it("says nothing of a module that is there already and is put in again", function ()
		local stack = load {
			["core/1.cfg.lua"] = "modules_enabled = { 'a', 'b' }";
			["core/2.cfg.lua"] = "table.insert(modules_enabled, 'a')";
		};
		assert.same({ "a", "b" }, stack:options().modules_enabled);
	end);

	it("says nothing where it was not changed", function ()
		local stack = load {
			["core/1.cfg.lua"] = "modules_enabled = { 'a' } limit = 1";
			["core/2.cfg.lua"] = "modules_enabled = modules_enabled local seen = modules_enabled[1]";
		};
		assert.same({ { "set", { "a" } } }, operations(stack, "modules_enabled"));
	end);

	it("means exactly this when it is assigned to its own option", function ()
		local stack = load {
			["core/1.cfg.lua"] = "modules_enabled = { 'a', 'b' }";
			["core/2.cfg.lua"] = "local list = modules_enabled list[1] = 'z' modules_enabled = list";
		};
		assert.same({ "z", "b" }, stack:options().modules_enabled);
	end);

	it("takes the usual idiom for adding", function ()
		local code = "modules_enabled = modules_enabled or {}\ntable.insert(modules_enabled, 'b')";
		assert.same({ "a", "b" }, options("modules_enabled = { 'a' }", code).modules_enabled);
		assert.same({ "b" }, options(code).modules_enabled);
	end);

	it("keeps a new order", function ()
		assert.same({ "c", "b", "a" }, options("modules_enabled = { 'a', 'b', 'c' }",
			"table.sort(modules_enabled, function (x, y) return x > y end)").modules_enabled);
	end);

	it("keeps an insertion in the middle", function ()
		assert.same({ "a", "x", "b" }, options("modules_enabled = { 'a', 'b' }", "table.insert(modules_enabled, 2, 'x')").modules_enabled);
	end);

	it("may be emptied", function ()
		assert.same({}, options("modules_enabled = { 'a', 'b' }", "modules_enabled[2] = nil modules_enabled[1] = nil").modules_enabled);
	end);

	it("is a map whose keys may come and go, at any depth", function ()
		local stack = load {
			["core/1.cfg.lua"] = "ssl = { key = 'k', options = { a = true, b = true } }";
			["core/2.cfg.lua"] = "ssl.key = nil ssl.options.a = nil ssl.options.c = 'new'";
		};
		assert.same({ options = { b = true; c = "new" } }, stack:options().ssl);
	end);

	it("is a plain table when it is assigned to another option", function ()
		local stack = load {
			["core/1.cfg.lua"] = "modules_enabled = { 'a', 'b' } modules_disabled = { 'c' }";
			["core/2.cfg.lua"] = "modules_disabled = modules_enabled";
		};
		assert.same({ "c", "a", "b" }, stack:options().modules_disabled);
		assert.same({ "a", "b" }, stack:options().modules_enabled);
		assert.is_nil(getmetatable(stack:options().modules_disabled));
	end);

	it("is a plain table when it is assigned to the same option of another scope", function ()
		local stack = load {
			["core/1.cfg.lua"] = "allowed = { 'a' } VirtualHost 'x.example' allowed = { 'b' }";
			["core/2.cfg.lua"] = "local global = allowed VirtualHost 'x.example' allowed = global";
		};
		assert.same({ "a" }, stack:options("x.example").allowed);
	end);

	it("is a host's own inside of it", function ()
		local stack = load {
			["core/1.cfg.lua"] = "modules_enabled = { 'global' } VirtualHost 'a.example' modules_enabled = { 'x', 'y' }";
			["core/2.cfg.lua"] = "VirtualHost 'a.example' table.remove(modules_enabled, 1)";
		};
		assert.same({ "y" }, stack:options("a.example").modules_enabled);
		assert.same({ "global" }, stack:options().modules_enabled);
	end);

	it("shows what the same file has set and edited before", function ()
		assert.same({ "a", "b" }, options("modules_enabled = { 'a' } table.insert(modules_enabled, 'b') seen = modules_enabled").seen);
		assert.same({ "a", "b", "c" },
			options("modules_enabled = { 'a' }", "table.insert(modules_enabled, 'b') table.insert(modules_enabled, 'c') seen = modules_enabled").seen);
	end);

	it("may be edited by an included file, each edit with its own file", function ()
		local stack, root = load {
			["core/1.cfg.lua"] = "modules_enabled = { 'a' }";
			["core/2.cfg.lua"] = "table.insert(modules_enabled, 'b') Include 'x.lua' seen = #modules_enabled";
			["core/x.lua"] = "table.insert(modules_enabled, 'c')";
		};
		assert.same({ "a", "b", "c" }, stack:options().modules_enabled);
		assert.equal(3, stack:options().seen);
		local assignments = stack:explain("modules_enabled").assignments;
		assert.same({ root.."/core/2.cfg.lua", { "b" } }, { assignments[2].path, assignments[2].value });
		assert.same({ root.."/core/x.lua", { "c" } }, { assignments[3].path, assignments[3].value });
	end);

	it("keeps what an earlier layer forced, with a warning", function ()
		local stack, root = load {
			["core/1.cfg.lua"] = "\nmodules_enabled = stack.force { 'a', 'b' }";
			["core/2.cfg.lua"] = "table.remove(modules_enabled, 1)";
		};
		assert.same({ "a", "b" }, stack:options().modules_enabled);
		assert.equal(1, #stack:findings());
		assert.equal(root.."/core/2.cfg.lua", stack:findings()[1].path);
		has(stack:findings()[1].text, root.."/core/1.cfg.lua:2");
	end);

	it("is one plain table in every other option that it is assigned to, edits included", function ()
		assert.same({ list = { "a", "x" }; other = { "a", "x" } }, options("list = { 'a' }", "other = list table.insert(list, 'x')"));
	end);

	it("may be walked, measured and joined as any table", function ()
		local result = options("list = { 'a', 'b' }", [[
			local walked = ""
			for i, value in ipairs(list) do walked = walked..i..value end
			seen = { #list, walked, table.concat(list, "+"), (table.unpack(list)), type(list), list == list }
		]]);
		assert.same({ 2, "1a2b", "a+b", "a", "table", true }, result.seen);
	end);

	it("may have keys with the names of Prosody 13's operations", function ()
		assert.same({ append = 1; value = 2; values = 3 }, options("map = { append = 1, value = 2 }", "map:append { values = 3 }").map);
	end);

	it("shows what a directive has made of it", function ()
		assert.same({ "b" }, options("modules_enabled = { 'a', 'b' }", "modules_enabled = stack.remove { 'a' } seen = modules_enabled").seen);
		assert.equal(5, options("limit = stack.force(5)", "seen = limit").seen);
	end);
end);

describe("Prosody 13's syntax for options", function ()
	teardown(support.clean);

	it("adds with opt { … }", function ()
		assert.same({ "a", "b", "c" }, options("list = { 'a' }", "list { 'b', 'c' }").list);
		assert.same({ x = 1; y = 2 }, options("map = { x = 1 }", "map { y = 2 }").map);
	end);

	it("adds with opt:append { … }, which can be chained", function ()
		assert.same({ "a", "b", "c" }, options("list = { 'a' } list:append { 'b' }:append { 'c' }").list);
	end);

	it("gives the plain value with opt:value()", function ()
		assert.same({ "a" }, options("list = { 'a' }", "other = list:value()").other);
	end);

	it("gives the values one by one with opt:values()", function ()
		assert.same({ "a!", "b!" }, options("list = { 'a', 'b' }", "out = {} for value in list:values() do out[#out + 1] = value..'!' end").out);
	end);

	it("is refused on what cannot take it", function ()
		has(refuse { ["core/a.cfg.lua"] = "list = { 'a' }\nlist:append 'b'" },
			"core/a.cfg.lua:2: 'append' operation expects a list of values to append to the existing list");
		has(refuse { ["core/a.cfg.lua"] = "list = { 'a' }\nlist 'b'" }, "core/a.cfg.lua:2: Invalid syntax - missing '=' perhaps?");
		has(refuse { ["core/a.cfg.lua"] = "\nnobody_set_it { 'b' }" }, "core/a.cfg.lua:2: attempt to call a nil value (global 'nobody_set_it')");
	end);

	with_each("works in a layer", function (prosody)
		local hosts, message = under(prosody, {
			["core/1.cfg.lua"] = "modules_enabled = { 'a' } ssl = { x = 1 }";
			["core/2.cfg.lua"] = "modules_enabled { 'b' } modules_enabled:append { 'c' } ssl { y = 2 }";
			["core/3.cfg.lua"] = "first = modules_enabled:value()[1] count = 0 for _ in modules_enabled:values() do count = count + 1 end";
		});
		assert.is_nil(message);
		assert.same({ "a", "b", "c" }, hosts["*"].modules_enabled);
		assert.same({ x = 1; y = 2 }, hosts["*"].ssl);
		assert.equal("a", hosts["*"].first);
		assert.equal(3, hosts["*"].count);
	end);

	with_each("leaves no metatable in what Prosody gets", function (prosody)
		local root = support.tree { ["prosody.cfg.lua"] = main; ["core/a.cfg.lua"] = "list = { 'a' } list { 'b' } copy = list" };
		assert.same({ list = false; copy = false }, (inside(prosody, root, [[
			assert(load());
			local function has_metatable(option) return getmetatable(configmanager.get("*", option)) ~= nil; end
			return { list = has_metatable "list"; copy = has_metatable "copy" };
		]])));
	end);
end);

describe("an assignment", function ()
	teardown(support.clean);

	it("takes the value when the file ends", function ()
		assert.same({ "early", "late" }, options("local list = { 'early' } allowed = list list[2] = 'late'").allowed);
	end);

	it("keeps that value, whatever a later layer does to the table", function ()
		assert.same({ "early" }, options("local list = { 'early' } allowed = list return { utilities = { list = list } }",
			"stack.layer 'core/1'.utilities.list[2] = 'late'").allowed);
	end);

	it("of nil cancels what this file set and leaves earlier layers alone", function ()
		assert.same({ limit = 5 }, options("limit = 5", "limit = 7 limit = nil"));
		assert.same({ limit = 5 }, options("limit = 5", "limit = nil"));
		assert.same({}, options("limit = 7 limit = nil"));
		assert.same({ modules_enabled = { "a" } }, options("modules_enabled = { 'a' }", "modules_enabled = { 'b' } modules_enabled = nil"));
		assert.same({ modules_enabled = { "a" } }, options("modules_enabled = { 'a' }", "table.insert(modules_enabled, 'b') modules_enabled = nil"));
	end);

	it("of nil in an included file erases what the layer set", function ()
		local stack = load { ["core/a.cfg.lua"] = "limit = 7 Include 'b.lua'"; ["core/b.lua"] = "limit = nil" };
		assert.same({}, stack:options());
	end);

	it("of stack.unset removes what earlier layers set", function ()
		assert.same({}, options("limit = 5", "limit = stack.unset"));
		assert.same({ limit = 9 }, options("limit = 5", "limit = stack.unset", "limit = 9"));
		assert.same({ modules_enabled = { "b" } }, options("modules_enabled = { 'a' }", "modules_enabled = stack.unset", "modules_enabled = { 'b' }"));
	end);

	it("of stack.unset to a key of a map removes that key", function ()
		assert.same({ ssl = { key = "k" } }, options("ssl = { key = 'k', password = 'p' }", "ssl = { password = stack.unset }"));
	end);

	it("of stack.unset in a host lets it inherit again", function ()
		local stack = load {
			["core/1.cfg.lua"] = "limit = 1 VirtualHost 'a.example' limit = 2";
			["core/2.cfg.lua"] = "VirtualHost 'a.example' limit = stack.unset";
		};
		assert.is_nil(stack:options("a.example").limit);
		assert.equal(1, stack:options().limit);
	end);

	it("takes functions by reference", function ()
		local stack = load { ["core/a.cfg.lua"] = "call = function () return 'called' end same = call" };
		assert.equal("called", stack:options().call());
		assert.equal(stack:options().call, stack:options().same);
	end);

	it("keeps a table that is shared shared", function ()
		local result = options("local t = { 1 } one = { t, t } two = { a = t }");
		assert.equal(result.one[1], result.one[2]);
		assert.same({ { 1 }, { 1 } }, result.one);
		assert.same({ a = { 1 } }, result.two);
	end);

	it("visits a table that is shared a thousandfold once", function ()
		local result = options("local t = { 'leaf' } for _ = 1, 60 do t = { t, t } end deep = t");
		local depth = 0;
		local at = result.deep;
		while type(at[1]) == "table" do
			assert.equal(at[1], at[2] or at[1]);
			at, depth = at[1], depth + 1;
		end
		assert.equal(60, depth);
	end);

	it("of a table that contains itself is an error with its place", function ()
		for _, code in ipairs {
			"local t = {} t[1] = t\nloop = t"; "local t = {} t.inner = { t }\nloop = t"; "local t = {} t.a = { b = { c = t } }\nloop = { t }";
		} do
			local message, root = refuse { ["core/a.cfg.lua"] = code };
			has(message, root.."/core/a.cfg.lua:2: ");
			has(message, "a table contains itself");
			has(message, "loop");
		end
	end);

	it("of a table that is its own key is an error", function ()
		has(refuse { ["core/a.cfg.lua"] = "local t = {} t[t] = 1 loop = t" }, "core/a.cfg.lua:1: ");
	end);

	it("of a table nested too deep is an error with its place", function ()
		local message, root = refuse { ["core/a.cfg.lua"] = "local t = {} for _ = 1, 100000 do t = { t } end\ndeep = t" };
		has(message, root.."/core/a.cfg.lua:2: ");
		has(message, "nested more than ");
		has(message, "deep");
	end);

	it("of tables that stand in several places counts how deep they are in each", function ()
		local made = "local list, inner = {}, {}\nfor i = 1, 200 do\n\tinner = { a = inner }\n\tlist[i] = inner\nend\nlist.whole = inner\ndeep = list\n";
		local message, root = refuse { ["core/a.cfg.lua"] = made };
		has(message, root.."/core/a.cfg.lua:7: ");
		has(message, "nested more than ");
		local shared = options("local inner = { { 1 } }\nx = { inner, inner, { inner }, k = inner }\n").x;
		assert.equal(shared[1], shared[3][1]);
	end);

	it("takes tables as deep as anyone writes", function ()
		local at = options("local t = 'bottom' for _ = 1, 50 do t = { t } end deep = t").deep;
		for _ = 1, 50 do
			at = at[1];
		end
		assert.equal("bottom", at);
	end);
end);

describe("an option that one file assigns twice", function ()
	teardown(support.clean);

	it("is a finding with file and line, and the last one holds", function ()
		local stack, root = load { ["core/a.cfg.lua"] = "limit = 1\n\nlimit = 2\n" };
		assert.equal(2, stack:options().limit);
		assert.equal(1, #stack:findings());
		local finding = stack:findings()[1];
		assert.equal("warning", finding.severity);
		assert.equal(root.."/core/a.cfg.lua", finding.path);
		assert.equal(3, finding.line);
		has(finding.text, "Duplicate option 'limit'");
	end);

	it("is none in another scope, another file or another layer", function ()
		local stack = load {
			["core/1.cfg.lua"] = "limit = 1 Include 'more.lua'";
			["core/more.lua"] = "limit = 2";
			["core/2.cfg.lua"] = "limit = 3 VirtualHost 'a.example' limit = 1 VirtualHost 'b.example' limit = 1";
		};
		assert.same({}, stack:findings());
	end);

	it("is none where a directive adds, or an option is assigned to itself", function ()
		local stack = load { ["core/a.cfg.lua"] =
			"modules_enabled = { 'a' } modules_enabled = stack.append { 'b' } modules_enabled = modules_enabled modules_enabled { 'c' }" };
		assert.same({}, stack:findings());
		assert.same({ "a", "b", "c" }, stack:options().modules_enabled);
	end);

	with_each("is a warning of Prosody's configuration, also for a path of more than 60 characters", function (prosody)
		local long = ("a-very-long-name-"):rep(8);
		local root = support.tree { ["prosody.cfg.lua"] = main; ["core/"..long..".cfg.lua"] = "limit = 1\nlimit = 2\n" };
		local result, message = inside(prosody, root, "local good, _, warnings = load(); return { good = good; warnings = warnings }");
		assert.is_nil(message);
		assert.is_true(result.good);
		assert.equal(1, #result.warnings);
		assert.equal(root.."/core/"..long..".cfg.lua:2: Duplicate option 'limit'",
			result.warnings[1]:sub(1, #(root.."/core/"..long..".cfg.lua:2: Duplicate option 'limit'")));
	end);
end);

describe("Include in a layer", function ()
	teardown(support.clean);

	it("belongs to the layer that includes", function ()
		local stack, root = load {
			["core/a.cfg.lua"] = "Include 'parts/one.lua'\nlimit = 1";
			["core/parts/one.lua"] = "\nsize = 2";
		};
		assert.equal(1, #stack:layers());
		local assignment = stack:explain("size").assignments[1];
		assert.equal("core/a", assignment.layer);
		assert.equal(root.."/core/parts/one.lua", assignment.path);
		assert.equal(2, assignment.line);
	end);

	it("is relative to the including file, also when nested", function ()
		local stack = load {
			["core/a.cfg.lua"] = "Include 'x/one.lua'";
			["core/x/one.lua"] = "Include './y/two.lua' Include '../z.lua'";
			["core/x/y/two.lua"] = "two = true";
			["core/z.lua"] = "z = true";
		};
		assert.same({ two = true; z = true }, stack:options());
	end);

	it("takes an absolute path", function ()
		local folder = support.tree { ["there.lua"] = "there = true" };
		assert.is_true(load { ["core/a.cfg.lua"] = ("Include %q"):format(folder.."/there.lua") }:options().there);
	end);

	it("sorts what a wildcard finds, 2 before 10", function ()
		local files = { ["core/a.cfg.lua"] = "Include 'parts/*.lua'" };
		for i = 1, 12 do
			files[("core/parts/%d.lua"):format(i)] = ("order = (order or '')..'%d '"):format(i);
		end
		assert.equal("1 2 3 4 5 6 7 8 9 10 11 12 ", load(files):options().order);
	end);

	it("passes over hidden files and what the pattern does not match", function ()
		local stack = load {
			["core/a.cfg.lua"] = "Include 'parts/?.lua'";
			["core/parts/1.lua"] = "one = true";
			["core/parts/12.lua"] = "twelve = true";
			["core/parts/.2.lua"] = "hidden = true";
			["core/parts/3.luax"] = "tail = true";
		};
		assert.same({ one = true }, stack:options());
	end);

	it("may match nothing", function ()
		assert.same({}, load { ["core/a.cfg.lua"] = "Include 'parts/*.lua'"; ["core/parts/readme"] = "" }:options());
	end);

	it("starts in the global scope and leaves the including file in its own", function ()
		local stack = load {
			["core/a.cfg.lua"] = "VirtualHost 'a.example' Include 'b.lua' after = true";
			["core/b.lua"] = "inside = true VirtualHost 'b.example' there = true";
		};
		assert.same({ inside = true }, stack:options());
		assert.is_true(stack:options("a.example").after);
		assert.is_true(stack:options("b.example").there);
		assert.is_nil(stack:options("b.example").after);
	end);

	it("lets the included file read what the layer has set so far", function ()
		local stack = load { ["core/a.cfg.lua"] = "limit = 5 Include 'b.lua'"; ["core/b.lua"] = "twice = limit * 2" };
		assert.equal(10, stack:options().twice);
	end);

	it("of a file that is not there names both files and the line", function ()
		local message, root = refuse { ["core/a.cfg.lua"] = "\n\nInclude 'missing.lua'" };
		has(message, root.."/core/a.cfg.lua:3: ");
		has(message, root.."/core/missing.lua");
		has(message, "No such file or directory");
	end);

	it("of a wildcard in a folder that is not there names the folder and the line", function ()
		local message, root = refuse { ["core/a.cfg.lua"] = "\nInclude 'missing/*.lua'" };
		has(message, root.."/core/a.cfg.lua:2: ");
		has(message, root.."/core/missing");
	end);

	it("of a folder, a pipe or a giant file is an error and never a hang", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "Include 'parts'"; ["core/parts/x.lua"] = "" };
		local good, message = pcall(stackloader.load, nil, { root = root; variables = {} });
		assert.is_false(good);
		has(message, root.."/core/parts");
		has(message, "folder");
		support.write(root.."/core/a.cfg.lua", "Include 'pipe'");
		support.run("mkfifo "..support.quote(root.."/core/pipe"));
		good, message = pcall(stackloader.load, nil, { root = root; variables = {} });
		assert.is_false(good);
		has(message, root.."/core/pipe");
	end);

	it("of itself is an error that names the file", function ()
		local message, root = refuse { ["core/a.cfg.lua"] = "Include 'a.cfg.lua'" };
		has(message, root.."/core/a.cfg.lua");
		has(message, "include");
		message, root = refuse { ["core/a.cfg.lua"] = "Include 'b.lua'"; ["core/b.lua"] = "Include 'a.cfg.lua'" };
		has(message, root.."/core/");
		has(message, "does one include itself?");
	end);

	it("carries the place of an error in the included file", function ()
		local message, root = refuse { ["core/a.cfg.lua"] = "Include 'b.lua'"; ["core/b.lua"] = "\n\nerror 'in b'" };
		has(message, root.."/core/b.lua:3: in b");
		message, root = refuse { ["core/a.cfg.lua"] = "Include 'b.lua'"; ["core/b.lua"] = "\nx = = 1" };
		has(message, root.."/core/b.lua:2: unexpected symbol near '='");
	end);

	it("forgets the included file's options where the layer then fails", function ()
		local stack, good, message;
		good, message = pcall(function ()
			stack = load { ["core/a.cfg.lua"] = "Include 'b.lua' error 'no'"; ["core/b.lua"] = "limit = 1" };
		end);
		assert.is_false(good);
		assert.is_nil(stack);
		has(message, "core/a.cfg.lua:1: no");
	end);
end);

describe("RunScript in a layer", function ()
	teardown(support.clean);

	it("runs a Lua file relative to the layer and returns what it returns", function ()
		local stack = load {
			["core/a.cfg.lua"] = "limit, size = RunScript 'scripts/numbers.lua'";
			["core/scripts/numbers.lua"] = "return 5, 7";
		};
		assert.same({ limit = 5; size = 7 }, stack:options());
	end);

	it("runs it among Lua's globals, where it sets no option", function ()
		local stack = load {
			["core/a.cfg.lua"] = "RunScript 'script.lua'";
			["core/script.lua"] = "assert(VirtualHost == nil and stack == nil)";
		};
		assert.same({}, stack:options());
	end);

	it("names a script that is not there", function ()
		local message, root = refuse { ["core/a.cfg.lua"] = "RunScript 'missing.lua'" };
		has(message, root.."/core/missing.lua");
	end);

	it("carries the place of an error in the script", function ()
		local message, root = refuse { ["core/a.cfg.lua"] = "RunScript 'script.lua'"; ["core/script.lua"] = "\nerror 'here'" };
		has(message, root.."/core/script.lua:2: here");
	end);
end);

describe("the table stack of a layer", function ()
	teardown(support.clean);

	it("tells what was chosen", function ()
		local stack = load({
			["core/a.cfg.lua"] = [[
				seen = { stack.environment, stack.platform, stack.profile, stack.usecase, stack.domain, stack.tier }
				clients = stack.clients
			]];
			["profiles/small/profile.cfg.lua"] = "";
			["environments/staging.cfg.lua"] = "";
			["environments/docker.cfg.lua"] = "";
			["usecases/team/chat.cfg.lua"] = "";
			["clients/web/converse.cfg.lua"] = "";
			["clients/mobile/conversations.cfg.lua"] = "";
			["policies/performance/medium.cfg.lua"] = "";
		}, {
			PROSODY_ENVIRONMENT = "staging"; PROSODY_DEPLOYMENT_TYPE = "docker"; PROSODY_PROFILE = "small"; PROSODY_USECASE = "team/chat";
			PROSODY_CLIENT_OPTS = "mobile/conversations,web/converse"; PROSODY_DOMAIN = "example.org"; PROSODY_PERFORMANCE_TIER = "medium";
		});
		assert.same({ "staging", "docker", "small", "team/chat", "example.org", "medium" }, stack:options().seen);
		assert.same({ "mobile/conversations", "web/converse" }, stack:options().clients);
	end);

	it("tells the domain localhost and no clients where nobody says", function ()
		local result = options("domain = stack.domain clients = #stack.clients environment = stack.environment");
		assert.same({ domain = "localhost"; clients = 0; environment = "production" }, result);
	end);

	it("cannot be changed", function ()
		local message = refuse { ["core/a.cfg.lua"] = "\nstack.environment = 'x'" };
		has(message, "core/a.cfg.lua:2: stack.environment cannot be set");
	end);

	for _, prosody in ipairs(support.prosodies()) do
		it("tells the version of Prosody "..prosody.name, function ()
			local hosts = under(prosody, { ["core/a.cfg.lua"] = "version = stack.prosody_version" });
			assert.equal(prosody.version, hosts["*"].version);
		end);
	end

	it("tells which features are on, to any layer", function ()
		local stack = load({
			["core/a.cfg.lua"] = [[
				seen = { stack.feature "web/http", stack.feature "web/bosh", stack.feature "not/there" }
			]];
			["features/web/http.cfg.lua"] = "-- on\n";
			["features/web/bosh.cfg.lua"] = "-- off\n";
		}, { PROSODY_FEATURES_WEB_BOSH = "false" });
		assert.same({ true, false, false }, stack:options().seen);
	end);

	it("wants a name of a feature", function ()
		has(refuse { ["core/a.cfg.lua"] = "\nx = stack.feature()" }, "core/a.cfg.lua:2: bad argument #1");
	end);

	with_each("tells which modules are installed", function (prosody)
		local folder = support.tree { ["mod_ours.lua"] = ""; ["mod_folder/mod_folder.lua"] = "" };
		local hosts, message = under(prosody, {
			["core/a.cfg.lua"] = ("plugin_paths = { %q }"):format(folder);
			["core/b.cfg.lua"] = [[
				seen = {}
				for _, name in ipairs { "tls", "mod_tls", "ours", "folder", "muc", "no_such_module" } do
					seen[name] = stack.available(name)
				end
			]];
		});
		assert.is_nil(message);
		assert.same({ tls = true; mod_tls = true; ours = true; folder = true; muc = true; no_such_module = false }, hosts["*"].seen);
	end);
end);

describe("the table prosody of a layer", function ()
	teardown(support.clean);

	it("tells the chosen use case and clients", function ()
		local stack = load({
			["core/a.cfg.lua"] = "seen = { prosody.use_case, prosody.client_optimizations }";
			["usecases/team/chat.cfg.lua"] = "";
			["clients/web/converse.cfg.lua"] = "";
			["clients/mobile/monal.cfg.lua"] = "";
		}, { PROSODY_USECASE = "team/chat"; PROSODY_CLIENT_OPTS = "mobile/monal,web/converse" });
		assert.same({ "team/chat", "mobile/monal,web/converse" }, stack:options().seen);
	end);

	it("tells nothing of them where none was chosen", function ()
		assert.is_true(options("none = prosody.use_case == nil and prosody.client_optimizations == nil").none);
	end);

	it("has config.get, which gives what the layers have made of an option so far", function ()
		local stack = load {
			["core/1.cfg.lua"] = "limit = 1 modules_enabled = { 'a' } VirtualHost 'a.example' limit = 2";
			["core/2.cfg.lua"] = [[
				modules_enabled = { "b" }
				seen = {
					prosody.config.get("*", "limit"), prosody.config.get("a.example", "limit"), prosody.config.get("b.example", "limit"),
					prosody.config.get("*", "modules_enabled"), prosody.config.get("a.example", "modules_enabled"),
					prosody.config.get("*", "unheard_of") == nil,
				}
			]];
		};
		assert.same({ 1, 2, 1, { "a", "b" }, { "a", "b" }, true }, stack:options().seen);
	end);

	with_each("has what Prosody's own has", function (prosody)
		local hosts = under(prosody, { ["core/a.cfg.lua"] = "kind = prosody.process_type" });
		assert.equal("prosodyctl", hosts["*"].kind);
	end);
end);

describe("hosts and components of layers", function ()
	teardown(support.clean);

	with_each("come as Prosody's own statements make them", function (prosody)
		local hosts, message = under(prosody, { ["core/a.cfg.lua"] = [[
			VirtualHost "Upper.Example"
			one = 1
			VirtualHost "table.example" { two = 2 }
			three = 3
			Component "muc.example" "muc" { four = 4 }
			Component "external.example"
			component_secret = "hush"
			Component "plain.example" { five = 5 }
		]] });
		assert.is_nil(message);
		assert.same({
			["*"] = { three = 3 };
			["upper.example"] = { defined = true; one = 1 };
			["table.example"] = { defined = true; two = 2 };
			["muc.example"] = { component_module = "muc"; load_global_modules = false; four = 4 };
			["external.example"] = { component_module = "component"; load_global_modules = false; component_secret = "hush" };
			["plain.example"] = { component_module = "component"; load_global_modules = false; five = 5 };
		}, hosts);
	end);

	it("may be opened by any layer and refined", function ()
		local stack = load {
			["core/1.cfg.lua"] = "Component 'chat.example' name = 'before'";
			["core/2.cfg.lua"] = "Component 'chat.example' 'muc' max_history_messages = 10";
			["core/3.cfg.lua"] = "Component 'chat.example' name = 'after' modules_enabled = { 'muc_mam' }";
		};
		assert.same({ component_module = "muc"; load_global_modules = false; name = "after"; max_history_messages = 10;
			modules_enabled = { "muc_mam" } }, stack:options("chat.example"));
		assert.same({}, stack:findings());
	end);

	it("keep load_global_modules = true when a later layer opens the component again", function ()
		local stack = load {
			["core/1.cfg.lua"] = "Component 'chat.example' 'muc' load_global_modules = true";
			["core/2.cfg.lua"] = "Component 'chat.example' name = 'Rooms'";
		};
		assert.is_true(stack:options("chat.example").load_global_modules);
		assert.equal("muc", stack:options("chat.example").component_module);
	end);

	it("are an external component only where nobody names a module", function ()
		local stack = load { ["core/1.cfg.lua"] = "Component 'x.example' a = 1"; ["core/2.cfg.lua"] = "Component 'x.example' b = 2" };
		assert.equal("component", stack:options("x.example").component_module);
		assert.same({}, stack:findings());
	end);

	it("have the last module that was named, and a different one is a finding with both places", function ()
		local stack, root = load {
			["core/1.cfg.lua"] = "\nComponent 'x.example' 'muc'";
			["core/2.cfg.lua"] = "\n\nComponent 'x.example' 'pubsub'";
		};
		assert.equal("pubsub", stack:options("x.example").component_module);
		assert.equal(1, #stack:findings());
		local finding = stack:findings()[1];
		assert.equal("warning", finding.severity);
		assert.equal(root.."/core/2.cfg.lua", finding.path);
		assert.equal(3, finding.line);
		has(finding.text, "x.example");
		has(finding.text, "pubsub");
		has(finding.text, "muc");
		has(finding.text, root.."/core/1.cfg.lua:2");
	end);

	it("clash across layers with both places", function ()
		local message, root = refuse {
			["core/1.cfg.lua"] = "\nComponent 'x.example' 'muc'";
			["core/2.cfg.lua"] = "\n\nVirtualHost 'x.example'";
		};
		has(message, root.."/core/2.cfg.lua:3: Host \"x.example\" clashes with previously defined MUC Component \"x.example\"");
		has(message, root.."/core/1.cfg.lua:2");
		message, root = refuse {
			["core/1.cfg.lua"] = "\nVirtualHost 'x.example'";
			["core/2.cfg.lua"] = "\n\nComponent 'x.example' 'muc'";
		};
		has(message, root.."/core/2.cfg.lua:3: Component \"x.example\" clashes with previously defined VirtualHost \"x.example\"");
		has(message, root.."/core/1.cfg.lua:2");
	end);

	it("clash within a layer too", function ()
		has(refuse { ["core/a.cfg.lua"] = "VirtualHost 'x.example'\nComponent 'x.example' 'muc'" }, "core/a.cfg.lua:2: Component \"x.example\" clashes");
	end);

	it("must have a name, and options in a table", function ()
		has(refuse { ["core/a.cfg.lua"] = "\nVirtualHost(nil)" }, "core/a.cfg.lua:2: Host must have a name");
		has(refuse { ["core/a.cfg.lua"] = "\nComponent(false)" }, "core/a.cfg.lua:2: Component must have a name");
		has(refuse { ["core/a.cfg.lua"] = "\nVirtualHost {}" }, "core/a.cfg.lua:2: Host must have a name");
		has(refuse { ["core/a.cfg.lua"] = "\nVirtualHost 'x.example' 'muc'" },
			"core/a.cfg.lua:2: VirtualHost entries do not accept a module name (module 'muc' provided for host 'x.example')");
		has(refuse { ["core/a.cfg.lua"] = "\nVirtualHost 'x.example' (5)" }, "core/a.cfg.lua:2: Invalid syntax following VirtualHost");
		has(refuse { ["core/a.cfg.lua"] = "\nComponent 'x.example' 'muc' (5)" }, "core/a.cfg.lua:2: Invalid syntax following Component");
	end);

	with_each("must have a name that is one of a host", function (prosody)
		local _, message = under(prosody, { ["core/a.cfg.lua"] = "\nVirtualHost 'a\\255b'" });
		has(message, "core/a.cfg.lua:2: ");
		has(message, "contains forbidden characters");
	end);

	it("are unknown to options and explain where nobody opened them", function ()
		local stack = load { ["core/a.cfg.lua"] = "VirtualHost 'a.example'" };
		assert.is_nil(stack:options("b.example"));
		assert.is_nil(stack:explain("limit", "b.example"));
	end);
end);

describe("stack.each", function ()
	teardown(support.clean);

	local rooms = "Component 'one.example' 'muc'\nComponent 'two.example' 'muc'\nComponent 'files.example' 'http_file_share'\nVirtualHost 'a.example'";

	it("speaks to every component of a module, whoever opens it and when", function ()
		local stack = load {
			["core/1.cfg.lua"] = "Component 'early.example' 'muc'";
			["core/2.cfg.lua"] = "stack.each('muc', { modules_enabled = { 'muc_mam' }, limit = 5 })";
			["core/3.cfg.lua"] = rooms;
		};
		for _, host in ipairs { "early.example", "one.example", "two.example" } do
			assert.same({ "muc_mam" }, stack:options(host).modules_enabled);
			assert.equal(5, stack:options(host).limit);
		end
		assert.is_nil(stack:options("files.example").limit);
		assert.is_nil(stack:options("a.example").limit);
		assert.is_nil(stack:options().limit);
	end);

	it("goes by the module that the component has after all layers", function ()
		local stack = load {
			["core/1.cfg.lua"] = "Component 'x.example' name = 'not yet'";
			["core/2.cfg.lua"] = "stack.each('muc', { limit = 5 }) stack.each('component', { limit = 6 })";
			["core/3.cfg.lua"] = "Component 'x.example' 'muc'";
		};
		assert.equal(5, stack:options("x.example").limit);
	end);

	it("speaks to every virtual host with \"host\"", function ()
		local stack = load {
			["core/1.cfg.lua"] = "stack.each('host', { limit = 5 })";
			["core/2.cfg.lua"] = rooms;
			["core/3.cfg.lua"] = "VirtualHost 'b.example'";
		};
		assert.equal(5, stack:options("a.example").limit);
		assert.equal(5, stack:options("b.example").limit);
		assert.is_nil(stack:options("one.example").limit);
	end);

	it("is one assignment at this layer's place", function ()
		local stack = load {
			["core/1.cfg.lua"] = "Component 'one.example' 'muc' limit = 1\nComponent 'two.example' 'muc' modules_enabled = { 'x' }";
			["core/2.cfg.lua"] = "stack.each('muc', { limit = 2, modules_enabled = { 'y' } })";
			["core/3.cfg.lua"] = "Component 'two.example' limit = 3 modules_enabled = { 'z' }";
		};
		assert.equal(2, stack:options("one.example").limit);
		assert.equal(3, stack:options("two.example").limit);
		assert.same({ "x", "y", "z" }, stack:options("two.example").modules_enabled);
	end);

	it("takes directives", function ()
		local stack = load {
			["core/1.cfg.lua"] = "stack.each('muc', { limit = stack.force(2), name = stack.default 'Rooms' })";
			["core/2.cfg.lua"] = "Component 'one.example' 'muc' limit = 9 name = 'Own'\nComponent 'two.example' 'muc'";
		};
		assert.equal(2, stack:options("one.example").limit);
		assert.equal("Own", stack:options("one.example").name);
		assert.equal("Rooms", stack:options("two.example").name);
	end);

	it("is read back inside of the component", function ()
		local stack = load {
			["core/1.cfg.lua"] = "Component 'one.example' 'muc'";
			["core/2.cfg.lua"] = "stack.each('muc', { limit = 2 })";
			["core/3.cfg.lua"] = "Component 'one.example' twice = limit * 2";
		};
		assert.equal(4, stack:options("one.example").twice);
	end);

	it("does not change the scope that the file is in", function ()
		local stack = load { ["core/a.cfg.lua"] = "VirtualHost 'a.example' stack.each('host', { limit = 1 }) own = true" };
		assert.is_true(stack:options("a.example").own);
	end);

	it("opens no host", function ()
		local stack = load { ["core/a.cfg.lua"] = "stack.each('muc', { limit = 1 })" };
		assert.same({}, stack:hosts());
	end);

	it("is explained with layer, file and line", function ()
		local stack, root = load {
			["core/1.cfg.lua"] = "\nstack.each('muc', {\n\tlimit = 2,\n})";
			["core/2.cfg.lua"] = "Component 'one.example' 'muc'";
		};
		local assignment = stack:explain("limit", "one.example").assignments[1];
		assert.equal("core/1", assignment.layer);
		assert.equal(root.."/core/1.cfg.lua", assignment.path);
		assert.equal(3, assignment.line);
		assert.equal(2, assignment.value);
	end);

	it("needs a table of options", function ()
		has(refuse { ["core/a.cfg.lua"] = "\nstack.each('muc', 5)" }, "core/a.cfg.lua:2: stack.each(\"muc\", …) needs a table of options");
		has(refuse { ["core/a.cfg.lua"] = "\nstack.each()" }, "core/a.cfg.lua:2: bad argument #1");
	end);
end);

describe("a layer that changes _G", function ()
	teardown(support.clean);

	local function clean_global()
		rawset(_G, "stackloader_spec", nil);
	end

	before_each(clean_global);
	after_each(clean_global);

	it("is reported with its place", function ()
		local stack, root = load { ["core/a.cfg.lua"] = "\n_G.stackloader_spec = 1" };
		assert.equal(1, #stack:findings());
		local finding = stack:findings()[1];
		assert.equal("warning", finding.severity);
		assert.equal(root.."/core/a.cfg.lua", finding.path);
		assert.equal(2, finding.line);
		has(finding.text, "stackloader_spec");
		has(finding.text, "reload");
	end);

	it("is reported through Lua, RunScript and require too", function ()
		local stack, root = load {
			["core/a.cfg.lua"] = "Lua.stackloader_spec = 1";
		};
		assert.equal(1, #findings(stack, root));
		clean_global();
		stack, root = load { ["core/a.cfg.lua"] = "RunScript 'script.lua'"; ["core/script.lua"] = "\n\nstackloader_spec = 1" };
		assert.equal(1, #findings(stack, root));
		has(findings(stack, root)[1], "core/script.lua:3: ");
	end);

	it("is left alone where it only reads", function ()
		assert.same({}, load { ["core/a.cfg.lua"] = "x = _G.not_there == nil and _G.print ~= nil" }:findings());
	end);

	it("leaves the globals without a trace of the loader", function ()
		load { ["core/a.cfg.lua"] = "x = 1" };
		assert.is_nil(getmetatable(_G));
		refuse { ["core/a.cfg.lua"] = "error 'no'" };
		assert.is_nil(getmetatable(_G));
	end);

	with_each("fails where the globals are locked, with its place", function (prosody)
		local root = support.tree { ["prosody.cfg.lua"] = main; ["core/a.cfg.lua"] = "\n_G.made_up = 1" };
		local result, message = inside(prosody, root, [[
			setmetatable(_G, { __newindex = function (_, name) error("Attempt to set a global: "..tostring(name), 2); end;
				__index = function (_, name) error("Attempt to read a non-existent global: "..tostring(name), 2); end });
			local good, _, problem = load();
			return { good = good or false; problem = problem };
		]]);
		assert.is_nil(message);
		assert.is_false(result.good);
		has(result.problem, root.."/core/a.cfg.lua:2: Attempt to set a global: made_up");
	end);
end);

describe("a file that is no plain text", function ()
	teardown(support.clean);

	it("may begin with a byte-order mark", function ()
		local stack, root = load { ["core/a.cfg.lua"] = "\239\187\191limit = 1\nlimit = 2" };
		assert.equal(2, stack:options().limit);
		assert.equal(2, stack:findings()[1].line);
		assert.equal(root.."/core/a.cfg.lua", stack:findings()[1].path);
	end);

	it("may begin with a byte-order mark when it is included", function ()
		assert.is_true(load { ["core/a.cfg.lua"] = "Include 'b.lua'"; ["core/b.lua"] = "\239\187\191x = true" }:options().x);
	end);

	it("is refused where it is bytecode", function ()
		local code = string.dump(function () end);
		local message, root = refuse { ["core/a.cfg.lua"] = code };
		has(message, root.."/core/a.cfg.lua");
		has(message, "compiled Lua");
		has(refuse { ["core/a.cfg.lua"] = "\239\187\191"..code }, "compiled Lua");
		message, root = refuse { ["core/a.cfg.lua"] = "Include 'b.lua'"; ["core/b.lua"] = code };
		has(message, root.."/core/b.lua");
	end);

	it("is refused with the line on which it becomes too deep for Lua, wherever that is", function ()
		local texts = {
			["y = "..("{"):rep(250)] = 1; [("x = 1\n"):rep(500).."y = "..("{"):rep(250)] = 501; ["y =\n"..("{\n"):rep(100)..("{"):rep(150)] = 102;
		};
		for text, line in pairs(texts) do
			for _, rest in ipairs { "\n", ("\nx = 1"):rep(2000) } do
				local message, root = support.refuse { ["core/a.cfg.lua"] = text..("}"):rep(250)..rest };
				has(message, ("%s/core/a.cfg.lua:%d: too deep for Lua"):format(root, line));
			end
		end
	end);

	it("is a syntax error where it begins with #!, as in Prosody", function ()
		has(refuse { ["core/a.cfg.lua"] = "#!/usr/bin/lua\nx = 1" }, "core/a.cfg.lua:1: ");
	end);

	it("may be empty", function ()
		assert.same({}, options(""));
	end);
end);

describe("errors in layers", function ()
	teardown(support.clean);

	it("of syntax have path and line", function ()
		local message, root = refuse { ["core/a.cfg.lua"] = "x = 1\ny = {\n" };
		has(message, root.."/core/a.cfg.lua:3: unexpected symbol near <eof>");
	end);

	it("at run time have path and line", function ()
		local message, root = refuse { ["core/a.cfg.lua"] = "x = 1\ny = x.field.more\n" };
		has(message, root.."/core/a.cfg.lua:2: attempt to index a");
	end);

	it("of error() have path and line once", function ()
		local message, root = refuse { ["core/a.cfg.lua"] = "\n\nerror 'the reason'\n" };
		assert.equal(root.."/core/a.cfg.lua:3: the reason", message);
	end);

	it("without a place get that of the layer's line", function ()
		local message, root = refuse { ["core/a.cfg.lua"] = "error('the reason', 0)\n" };
		assert.equal(root.."/core/a.cfg.lua:1: the reason", message);
	end);

	it("name paths of any length whole", function ()
		local long = ("a-very-long-name-"):rep(8);
		for code, text in pairs { ["\nx = = 1"] = "unexpected symbol near '='"; ["\nerror 'no'"] = "no"; ["\nx = nil + 1"] = "attempt to perform" } do
			local message, root = refuse { ["core/"..long..".cfg.lua"] = code };
			assert.equal(root.."/core/"..long..".cfg.lua:2: "..text, message:sub(1, #(root.."/core/"..long..".cfg.lua:2: "..text)));
		end
	end);

	it("are all in one message, and those that may only follow are marked", function ()
		local message, root = refuse {
			["core/1.cfg.lua"] = "\nerror 'first'";
			["core/2.cfg.lua"] = "fine = true";
			["core/3.cfg.lua"] = "\n\nx = = 1";
			["stack/01-transport/tls.cfg.lua"] = "error 'third'";
		};
		local lines = {};
		for line in message:gmatch "[^\n]+" do
			lines[#lines + 1] = line;
		end
		assert.equal(4, #lines);
		has(lines[1], "3 problems");
		assert.equal("  "..root.."/core/1.cfg.lua:2: first", lines[2]);
		has(lines[3], root.."/core/3.cfg.lua:3: unexpected symbol near '='");
		has(lines[4], root.."/stack/01-transport/tls.cfg.lua:1: third");
		lacks(lines[2], "may only follow");
		has(lines[4], "may only follow");
	end);

	it("leave nothing of the broken layer to later ones", function ()
		local message = refuse {
			["core/1.cfg.lua"] = "half = 1 modules_enabled = { 'half' } error 'broken'";
			["core/2.cfg.lua"] = "error('seen: '..tostring(half)..' '..tostring(modules_enabled), 0)";
		};
		has(message, "seen: nil nil");
	end);

	it("may be values of any type", function ()
		for _, code in ipairs { "error {}", "error()", "error(nil)", "error(5)", "error(true)", "error(print)", "error(io.stdout)" } do
			local message, root = refuse { ["core/a.cfg.lua"] = code };
			has(message, root.."/core/a.cfg.lua");
		end
		has(refuse { ["core/a.cfg.lua"] = "error(setmetatable({}, { __tostring = function () return 'spoken' end }))" }, "spoken");
		has(refuse { ["core/a.cfg.lua"] = "error(setmetatable({}, { __tostring = function () error 'again' end }))" }, "core/a.cfg.lua");
		has(refuse { ["core/a.cfg.lua"] = "error(setmetatable({}, { __tostring = function () return 5 end }))" }, "core/a.cfg.lua");
	end);

	it("of a recursion without end come as an error", function ()
		local message, root = refuse { ["core/a.cfg.lua"] = "local function again() return 1 + again() end\nagain()" };
		has(message, root.."/core/a.cfg.lua:1: stack overflow");
	end);

	it("of a recursion through C come as an error", function ()
		local message = refuse { ["core/a.cfg.lua"] = "local function again(s) return (s:gsub('.', again)) end\nagain 'x'" };
		has(message, "core/a.cfg.lua");
		has(message, "stack overflow");
	end);

	it("of a metamethod in a loop come as an error", function ()
		local message = refuse { ["core/a.cfg.lua"] = "local t = setmetatable({}, {}) getmetatable(t).__index = function (s, k) return s[k] end\nx = t.y" };
		has(message, "core/a.cfg.lua");
	end);

	it("of a coroutine come as an error", function ()
		has(refuse { ["core/a.cfg.lua"] = "\nassert(coroutine.resume(coroutine.create(function () error 'inside' end)))" }, "inside");
		has(refuse { ["core/a.cfg.lua"] = "\ncoroutine.yield()" }, "core/a.cfg.lua:2: attempt to yield from outside a coroutine");
	end);

	it("that the layer catches itself are none", function ()
		assert.is_false(options("caught = pcall(error, 'x')").caught);
	end);

	it("name an option that is no name", function ()
		has(refuse { ["core/a.cfg.lua"] = "\n_ENV[{}] = 1" }, "core/a.cfg.lua:2: ");
		has(refuse { ["core/a.cfg.lua"] = "\n_ENV[true] = 1" }, "core/a.cfg.lua:2: ");
	end);

	with_each("keep Prosody's configuration empty", function (prosody)
		local root = support.tree { ["prosody.cfg.lua"] = main; ["core/1.cfg.lua"] = "x = 1"; ["core/2.cfg.lua"] = "error 'no'" };
		local result = inside(prosody, root, [[
			local good, _, problem = load();
			return { good = good or false; problem = problem; x = configmanager.get("*", "x") };
		]]);
		assert.is_false(result.good);
		assert.equal(root.."/core/2.cfg.lua:1: no", result.problem);
		assert.is_nil(result.x);
	end);
end);

describe("functions of a layer that run after the load", function ()
	teardown(support.clean);

	local function late()
		local stack, root = load { ["core/a.cfg.lua"] = [[
			limit = 1
			modules_enabled = { "a" }
			read = function () return limit, modules_enabled[1], ENV_NAME, stack.environment end
			assign = function () limit = 7 end
			force = function () limit = stack.force(9) end
			insert = function () table.insert(modules_enabled, "z") end
			open = function () VirtualHost "late.example" size = 1 end
		]] };
		return stack:options(), stack, root;
	end

	it("may read options", function ()
		local result = late();
		assert.same({ 1, "a", nil, "production" }, { result.read() });
	end);

	it("cannot set any, and the stack stays as it is", function ()
		local result, stack, root = late();
		for name, line in pairs { assign = 4; force = 5; open = 7 } do
			local good, message = pcall(result[name]);
			assert.is_false(good);
			has(message, root.."/core/a.cfg.lua:"..line..": an option can only be set while the configuration is being loaded");
		end
		pcall(result.insert);
		assert.equal(1, stack:options().limit);
		assert.same({ "a" }, stack:options().modules_enabled);
		assert.equal(1, stack:explain("limit").value);
		assert.same({}, stack:hosts());
	end);
end);

describe("layers and the working folder", function ()
	teardown(support.clean);

	it("load alike from any working folder", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "Include 'b.lua'"; ["core/b.lua"] = "x = true" };
		local before = lfs.currentdir();
		assert(lfs.chdir "/");
		local good, stack = pcall(stackloader.load, nil, { root = root; variables = {} });
		assert(lfs.chdir(before));
		assert.is_true(good, stack);
		assert.is_true(stack:options().x);
	end);
end);

describe("stack.available", function ()
	teardown(support.clean);

	local folder;
	setup(function ()
		folder = support.tree { ["mod_ours.lua"] = ""; ["custom_plugins/mod_custom.lua"] = "" };
	end);

	--- Which of the modules ours and custom are there.
	local function seen(globals, code)
		return support.with_globals(globals, {}, function ()
			return options((code or "").." seen = { stack.available 'ours', stack.available 'custom' }").seen;
		end);
	end

	it("looks into each of Prosody's folders that there are", function ()
		assert.same({ true, false }, seen { CFG_PLUGINDIR = folder });
		assert.same({ true, false }, seen { CFG_PLUGINDIR = folder..";/nowhere" });
		assert.same({ true, false }, seen { CFG_PLUGINDIR = "/nowhere;;"..folder });
		assert.same({ false, true }, seen { CFG_DATADIR = folder });
		assert.same({ true, true }, seen { CFG_DATADIR = folder; CFG_PLUGINDIR = folder });
		assert.same({ false, false }, seen { CFG_DATADIR = 5; CFG_PLUGINDIR = false });
	end);

	it("is false where a module is missing that the module cannot load without", function ()
		local plugins = support.tree {
			["mod_whole.lua"] = "module:depends 'part'\nlocal other = module:depends(\"circle\");\n"; ["mod_part.lua"] = "";
			["mod_circle.lua"] = "module:depends('whole')\n"; ["mod_broken.lua"] = "module:depends(\"gone\")\n";
			["mod_behind.lua"] = "local x = 1\nmodule:depends( 'broken' )\n";
			["mod_loose.lua"] = "if x then\n\tmodule:depends 'gone'\nend\n-- module:depends 'gone'\nmodule:depends('gone', true)\n"
				.."local function f() module:depends 'gone' end\nmodule:depends(name)\nmodule:depends 'gone\nmodule:depends";
		};
		local answers = support.with_globals({ CFG_PLUGINDIR = plugins }, {}, function ()
			return options [[
				seen = {}
				for _, name in ipairs { "whole", "circle", "part", "broken", "behind", "loose" } do seen[name] = stack.available(name) end
			]].seen;
		end);
		assert.same({ whole = true, circle = true, part = true, broken = false, behind = false, loose = true }, answers);
	end);

	it("passes over the files that Prosody does not load for what their headers say", function ()
		local plugins = support.tree {
			["mod_old.lua"] = "--% lua: 5.1, 5.2\n"; ["mod_new.lua"] = "--% lua: 5.4\n"; ["mod_plain.lua"] = "--% key: 5.1\n";
			["mod_built_in.lua"] = "--% conflicts: other, one_there\n"; ["mod_apart.lua"] = "--% conflicts: other\n";
			["mod_lacking.lua"] = "--% requires: one_there other\n"; ["mod_served.lua"] = "--% requires: one_there\n";
			["mod_twice/mod_twice.lua"] = "--% requires: other\n"; ["mod_twice.lua"] = "";
			["mod_needy.lua"] = "module:depends 'lacking'\n";
		};
		local code = [[
			seen = {}
			for name in ("old new plain built_in apart lacking served twice needy"):gmatch "%S+" do seen[name] = stack.available(name) end
		]];
		local function ask()
			return support.with_globals({ CFG_PLUGINDIR = plugins }, {}, function ()
				return options(code).seen;
			end);
		end
		package.loaded["prosody.core.features"] = { available = { contains = function (_, name) return name == "one_there"; end } };
		local good, answers = pcall(ask);
		package.loaded["prosody.core.features"] = nil;
		assert(good, answers);
		assert.same({ old = false, new = true, plain = true, built_in = false, apart = true, lacking = false, served = true, twice = true, needy = false },
			answers);
		assert.same({ old = false, new = true, plain = true, built_in = true, apart = true, lacking = true, served = true, twice = true, needy = true },
			ask());
	end);

	it("looks again with each load, and where the folder's names alone do not tell", function ()
		local plugins = support.tree { ["mod_gone.lua"] = "", ["mod_deep/mod_deep.lua"] = "", ["share/lua/5.4/mod_rock.lua"] = "", ["a.txt"] = "" };
		local root = support.tree { ["core/a.cfg.lua"] = [[
			seen = {};
			for i, name in ipairs { "gone", "come", "deep", "rock", "a.txt", "a/b", ("x"):rep(65), ("y"):rep(64) } do seen[i] = stack.available(name) end
			later = function (name) return stack.available(name) end
		]] };
		local function ask(path)
			return support.with_globals({ CFG_PLUGINDIR = path or plugins }, {}, function ()
				return stackloader.load({}, { root = root, variables = {}, clock = os.time() + 3600 }):options();
			end);
		end
		local function names(found)
			local marks = "";
			for _, there in ipairs(found.seen) do
				marks = marks..(there and "x" or "-");
			end
			return marks;
		end
		assert.equal("x-xx----", names(ask()));
		local second = ask();
		assert.equal("x-xx----", names(second));
		os.remove(plugins.."/mod_deep/mod_deep.lua");   -- the folder above it stays as it was
		assert.equal("x--x----", names(ask()));
		support.write(plugins.."/mod_come.lua", "");
		support.write(plugins.."/mod_a/b.lua", "");
		support.write(plugins.."/mod_"..("x"):rep(65)..".lua", "");
		support.write(plugins.."/mod_"..("y"):rep(64)..".lua", "");
		os.remove(plugins.."/mod_gone.lua");
		assert.equal("-x-x-xxx", names(ask()));
		support.with_globals({ CFG_PLUGINDIR = plugins }, {}, function ()
			assert.same({ false, true }, { second.later "gone", second.later "come" });
		end);
		assert.equal("--------", names(ask(plugins.."/mod_come.lua")));
		assert.equal("--------", names(ask(plugins.."/mod_come.lua/below")));
		assert(os.execute(("ln -s loop '%s/loop'"):format(plugins)));
		assert.equal("--------", names(ask(plugins.."/loop")));
		assert.equal("-x-x-xxx", names(ask(plugins)));
	end);

	it("looks into the folders of the option, where it is a list of such", function ()
		assert.same({ true, false }, seen({ CFG_DATADIR = false }, ("plugin_paths = { '/nowhere', %q, '/nowhere' }"):format(folder)));
		assert.same({ false, false }, seen({}, "plugin_paths = { 5 }"));
	end);
end);

describe("stack.each", function ()
	teardown(support.clean);

	it("belongs to the file that calls it, also behind an Include", function ()
		local stack, root = load {
			["core/a.cfg.lua"] = "Include 'b.lua'\nstack.each('host', { x = 1 })\nVirtualHost 'a.example'";
			["core/b.lua"] = "y = 1";
		};
		local assignment = stack:explain("x", "a.example").assignments[1];
		assert.same({ root.."/core/a.cfg.lua", 2 }, { assignment.path, assignment.line });
	end);

	it("belongs to the layer where no file of it can be found", function ()
		local stack = load {
			["core/a.cfg.lua"] = "y = { 1, print }";
			["core/b.cfg.lua"] = [[
				VirtualHost 'a.example'
				return (Lua or _G).load("stack.each('host', { x = 1 })", "=text", "t", { stack = stack })()   -- a tail call
			]];
		};
		assert.equal("core/b", stack:explain("x", "a.example").assignments[1].layer);
	end);
end);

describe("the table prosody where there is none", function ()
	teardown(support.clean);

	it("refuses fields, and gives options of nobody", function ()
		for _, none in ipairs { false, 5 } do
			support.with_globals({ prosody = none }, {}, function ()
				has(refuse { ["core/a.cfg.lua"] = "\nprosody.field = 1" }, "core/a.cfg.lua:2: there is no `prosody` here to set a field of");
			end);
		end
		assert.equal(1, options("x = 1", "y = prosody.config.get(nil, 'x')").y);
		local own = {};
		support.with_globals({ prosody = own }, {}, function ()
			assert.equal(2, options("prosody.field = 2 x = prosody.field").x);
		end);
		assert.equal(2, own.field);
	end);
end);

describe("the globals", function ()
	teardown(support.clean);

	it("that a layer sets are told of with their line, with their layer's file, or not at all where no layer runs", function ()
		local root = support.tree {
			["core/a.cfg.lua"] = [[
				local G = (Lua or _G)
				G.made_by_a = 1
				return G.load("made_by_text = 1 return {}", "=text", "t", G)()
			]];
			["core/b.cfg.lua"] = [[
				local G = (Lua or _G)
				return { utilities = { validate_it = function () G.made_later = 1 end } }
			]];
		};
		local _, stack = coroutine.resume(coroutine.create(stackloader.load), nil, { root = root, variables = {} });
		_G.made_by_a, _G.made_by_text, _G.made_later = nil, nil, nil;
		local list = findings(stack, root);
		has(list[1], "core/a.cfg.lua:2: this sets the Lua global 'made_by_a'");
		has(list[2], "core/a.cfg.lua: this sets the Lua global 'made_by_text'");
		assert.equal(2, #list);
	end);

	it("may be locked in a layer's own way, or unlocked", function ()
		local lock = {};
		_G.test_lock = lock;
		local stack = load { ["core/a.cfg.lua"] = "local G = (Lua or _G) G.setmetatable(G, G.test_lock) x = 1" };
		local locked = getmetatable(_G);
		setmetatable(_G, nil);
		assert.equal(1, stack:options().x);
		assert.equal(lock, locked);
		stack = load { ["core/a.cfg.lua"] = "local G = (Lua or _G) G.setmetatable(G, nil) x = 2" };
		assert.equal(2, stack:options().x);
		assert.is_nil(getmetatable(_G));
		_G.test_lock = nil;
	end);

	it("may lack os", function ()
		support.with_globals({}, { os = false }, function ()
			assert.equal(1, options("x = 1").x);
		end);
	end);
end);

describe("the options of a host in one table", function ()
	teardown(support.clean);

	it("may be given by __pairs, and in any keys", function ()
		local stack = load { ["core/a.cfg.lua"] = [[
			VirtualHost "a.example" (setmetatable({}, { __pairs = function () return next, { x = 1, y = 2 }, nil end }))
			VirtualHost "b.example" { [true] = 1, [false] = 2, [3] = 4, [5] = 6, z = 7 }
			VirtualHost "c.example" { [false] = 1, [true] = 2, [3] = 4 }
			VirtualHost "d.example" { [print] = 1, [type] = 2 }
		]] };
		assert.same({ defined = true, x = 1, y = 2 }, stack:options "a.example");
		assert.same({ defined = true, z = 7, [3] = 4, [5] = 6, [true] = 1 }, stack:options "b.example");
		assert.same({ defined = true, [true] = 2, [3] = 4 }, stack:options "c.example");
		assert.same({ defined = true, [print] = 1, [type] = 2 }, stack:options "d.example");
	end);

	it("belong to a host whose name is put into lower case where Prosody's own way is not to be had", function ()
		support.with_globals({}, { ["util.encodings"] = {} }, function ()
			assert.same("a.example", load({ ["core/a.cfg.lua"] = "VirtualHost 'A.example'" }):hosts()[1].name);
		end);
	end);

	it("may say that a component is defined", function ()
		local stack = load { ["core/a.cfg.lua"] = [[
			Component "a.example" "muc" defined = true
			Component "a.example" "muc" x = 1
		]] };
		assert.equal(1, stack:options("a.example").x);
	end);
end);

describe("files that cannot be a value", function ()
	teardown(support.clean);

	it("are refused with the reason", function ()
		local huge = support.folder().."/huge";
		local file = assert(io.open(huge, "wb"));
		file:seek("set", 5 << 30);
		file:write "x";
		file:close();
		for path, reason in pairs {
			["/dev/null"] = "this is no regular file (a pipe, a socket or a device)";
			[huge] = "the file is larger than any value of a configuration; is it the right one?";
			["/proc/self/mem"] = "/proc/self/mem: ";
			["/proc/self"] = "this is a folder, a file was expected";
		} do
			has(refuse { ["core/a.cfg.lua"] = ("\nx = FileContents %q"):format(path) }, reason);
		end
		has(refuse { ["core/a.cfg.lua"] = "x = FileContents('a.cfg.lua', 'b')" }, "expected \"a\" for the whole file");
		has(refuse { ["core/a.cfg.lua"] = "x = FileContents('a.cfg.lua', '*')" }, "expected \"a\" for the whole file");
		has(refuse { ["core/a.cfg.lua"] = "x = FileContents('a.cfg.lua', {})" }, "expected \"a\" for the whole file");
	end);
end);

describe("a layer's error", function ()
	teardown(support.clean);

	it("is told by its text, whatever that begins with", function ()
		local long = ("long"):rep(20);
		for name, code in pairs {
			["core/a.cfg.lua"] = "error('...something', 0)";
			["core/"..long..".cfg.lua"] = "error('...something', 0)";
		} do
			local message, root = refuse { [name] = code };
			assert.equal(root.."/"..name..":1: ...something", message);
		end
		local message, root = refuse { ["core/a.cfg.lua"] = "local path = PATH error(path..' is wrong', 0)" };
		has(message, root.."/core/a.cfg.lua:");
	end);

	it("may begin with the layer's path, and with any number", function ()
		local root = support.folder();
		local path = root.."/core/a.cfg.lua";
		for tail, shown in pairs { [" is wrong"] = path.." is wrong", [":123456789012: x"] = "x", [":12: y"] = path..":12: y" } do
			support.write(path, ("error(%q, 0)"):format(path..tail));
			local good, message = pcall(stackloader.load, nil, { root = root, variables = {} });
			assert.is_false(good);
			has(message, shown);
		end
	end);

	it("is told where nothing but load has called it", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "\nerror 'told'" };
		local good, message = coroutine.resume(coroutine.create(stackloader.load), nil, { root = root, variables = {} });
		assert.is_false(good);
		assert.equal(root.."/core/a.cfg.lua:2: told", message);
	end);

	it("is a text also where its own text cannot be made", function ()
		for _, wrong in ipairs { "error {}", "return 5", "local t = setmetatable({}, getmetatable({})) error(t)" } do
			has(refuse { ["core/a.cfg.lua"] = ("error(setmetatable({}, { __tostring = function () %s end }))"):format(wrong) }, "core/a.cfg.lua");
		end
	end);
end);

describe("an included file", function ()
	teardown(support.clean);

	it("may be empty, and none of another kind", function ()
		local folder = support.tree { empty = "", ["layers/a.cfg.lua"] = "x = 1" };
		local huge = assert(io.open(folder.."/huge", "wb"));
		huge:seek("set", 65 << 20);
		huge:write "x";
		huge:close();
		local function include(path)
			return ("x = 1 Include %q"):format(path);
		end
		assert.equal(1, options(include(folder.."/empty")).x);
		has(refuse { ["core/a.cfg.lua"] = include(folder.."/huge") }, "the file is larger than any configuration; is it one?");
		has(refuse { ["core/a.cfg.lua"] = include(folder.."/layers") }, "this is a folder, a file was expected");
		has(refuse { ["core/a.cfg.lua"] = include "/dev/null" }, "this is no regular file (a pipe, a socket or a device)");
	end);
end);
