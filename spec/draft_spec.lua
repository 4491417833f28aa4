--- What a layer of code says where data could say it: it is taken in as data, and nobody can tell.
local support = require "spec.support";
local stackloader = require "stackloader";

local function load(root, variables)
	local env, config = support.environment();
	return stackloader.load(env, { root = root, variables = variables or {}, sysroot = "/nowhere", clock = os.time() + 3600 }), config;
end

local function place(stack, option, host)
	local assignment = stack:explain(option, host).assignments[1];
	return assignment.line, assignment.value;
end

describe("a layer of code", function ()
	teardown(support.clean);

	it("is no data for that it says what data could", function ()
		local stack = load(support.tree { ["core/a.cfg.lua"] = "x = 1 + 1\n", ["core/b.cfg.lua"] = "y = 2\n" });
		local data = {};
		for _, layer in ipairs(stack:layers()) do
			data[layer.id] = layer.data;
		end
		assert.same({ [2] = true }, { data["core/a"], data["core/b"] });
	end);

	it("can say any number of things, in any number of lines and bytes", function ()
		local lines = { "local x = 'x'", 'VirtualHost "a.example"' };
		for i = 3, 1502 do
			lines[i] = ("option_%d = x..%d"):format(i, i);
		end
		local stack, config = load(support.tree {
			["core/a.cfg.lua"] = table.concat(lines, "\n");
			["core/b.cfg.lua"] = "local x = 'x'\nfirst = x\n"..("\n"):rep(20000).."last = x\n";
			["core/c.cfg.lua"] = "local x = ('x'):rep(9000)\nbig = x\nbigger = { x, x }\n";
		});
		assert.equal("x700", config["a.example"].option_700);
		assert.equal("x1502", config["a.example"].option_1502);
		assert.same({ 1502, "x1502" }, { place(stack, "option_1502", "a.example") });
		assert.same({ 2, 20003 }, { (place(stack, "first")), (place(stack, "last")) });
		assert.same({ 9000, 18000 }, { #config["*"].big, #table.concat(config["*"].bigger) });
		assert.same({ 2, 3 }, { (place(stack, "big")), (place(stack, "bigger")) });
	end);

	it("can open hosts wherever the room for what is noted of it ends", function ()
		for count = 70, 85 do
			local lines = { "local x = 'x'" };
			for i = 1, count do
				lines[i + 1] = ("option_%d = x..%d"):format(i, i);
			end
			lines[count + 2] = 'Component "rooms.example" "muc"\n\tlist = { x, { a = 1, b = x } }\nVirtualHost "a.example"\n\tname = x\n'
				..(count % 2 == 0 and 'VirtualHost "b_c.example"\n' or "");
			local stack, config = load(support.tree { ["core/a.cfg.lua"] = table.concat(lines, "\n") });
			assert.same({ component_module = "muc", load_global_modules = false, list = { "x", { a = 1, b = "x" } } }, config["rooms.example"]);
			assert.same({ defined = true, name = "x" }, config["a.example"]);
			assert.equal("x"..count, config["*"]["option_"..count]);
			assert.same({ count + 3, { "x", { a = 1, b = "x" } } }, { place(stack, "list", "rooms.example") });
			assert.same(config["rooms.example"], stack:options "rooms.example");
		end
	end);

	it("can set more options than a data file may", function ()
		local lines = { "local x = 1", 'VirtualHost "a.example"' };
		for i = 3, 250 do
			lines[i] = ("o%d = x"):format(i);
		end
		local stack, config = load(support.tree { ["core/a.cfg.lua"] = table.concat(lines, "\n") });
		assert.same({ 3, 250 }, { (place(stack, "o3", "a.example")), (place(stack, "o250", "a.example")) });
		assert.same({ true, 1, 1 }, { config["a.example"].defined, config["a.example"].o3, config["a.example"].o250 });
	end);

	it("can open hosts wherever the room for its text ends", function ()
		for length = 4010, 4096 do
			local stack, config = load(support.tree {
				["core/a.cfg.lua"] = ('x = ("x"):rep(%d)\nVirtualHost "a.example"\nComponent "b.a.example" "muc"\nComponent "c.a.example"\n'):format(length);
			});
			assert.same({ length, true, "muc", "component" }, { #config["*"].x, config["a.example"].defined, config["b.a.example"].component_module,
				config["c.a.example"].component_module });
			assert.equal(4, (place(stack, "component_module", "c.a.example")));
		end
	end);

	it("can name options as it likes", function ()
		local lines = { "local x = 1" };
		for code = 1, 127 do
			lines[code + 1] = ("_ENV['a\\%03d'] = x"):format(code);
		end
		lines[129], lines[130], lines[131] = "_ENV['end'] = x", "_ENV[''] = x", "_ENV[7] = x";
		local root = support.folder();
		for line = 2, #lines do   -- each for itself: one that data could not name would speak for all
			support.write(("%s/core/%03d.cfg.lua"):format(root, line), ("\n"):rep(line - 1)..lines[line]:gsub("x$", line));
		end
		local stack, config = load(root);
		for line = 2, #lines do
			local option = line < 129 and ("a%c"):format(line - 1) or ({ "end", "", 7 })[line - 128];
			assert.equal(line, config["*"][option], option);
			if option ~= 7 then
				assert.same({ line, line }, { place(stack, option) });
			end
		end
	end);

	it("can have any fraction", function ()
		local numbers = { "0.1", "-0.1", "2.5", "-12345.678", "1/3", "0.3 - 0.1", "0.1 + 0.2", "0.000123456789012345", "1e-5", "99999999999.125" };
		for _, number in ipairs(numbers) do
			local _, config = load(support.tree { ["core/a.cfg.lua"] = "local n = "..number.."\nx = n\n" });
			assert.equal(("%a"):format(_G.load("return "..number)()), ("%a"):format(config["*"].x));
		end
	end);

	-- What opens a host, or is said elsewhere than there, each with what comes of it.
	for code, expected in pairs {
		['local n = 1 Component "a.example" component_module = "muc" x = n'] =
			{ ["a.example"] = { component_module = "muc", load_global_modules = false, x = 1 } };
		['local n = 1 Component "a.example" Component "a.example" x = n'] =
			{ ["a.example"] = { component_module = "component", load_global_modules = false, x = 1 } };
		['local n = 1 VirtualHost "a.example" VirtualHost "a.example" x = n'] = { ["a.example"] = { defined = true, x = 1 } };
		['local n = 1 VirtualHost "a.example" load_global_modules = true x = n'] =
			{ ["a.example"] = { defined = true, load_global_modules = true, x = 1 } };
		['local n = 1 VirtualHost "a.example" x = n VirtualHost "b.example" x = n VirtualHost "a.example" y = n'] =
			{ ["a.example"] = { defined = true, x = 1, y = 1 }, ["b.example"] = { defined = true, x = 1 } };
		['local n = 1 VirtualHost "*" x = n'] = { ["*"] = { x = 1, defined = true } };
		['local n = 1 defined = n'] = { ["*"] = { defined = 1 } };
		['local n = 1 VirtualHost "a.example" rawset(_ENV, "__currenthost", "b.example") defined = true x = n'] =
			{ ["a.example"] = { defined = true }, ["b.example"] = { defined = true, x = 1 } };
		['local n = 1 VirtualHost "a.example" rawset(_ENV, "__currenthost", "b.example") x = n'] =
			{ ["a.example"] = { defined = true }, ["b.example"] = { x = 1 } };
		['local n = 1 coroutine.wrap(VirtualHost)("a.example") x = n'] = { ["a.example"] = { defined = true, x = 1 } };
		['local n = 1 VirtualHost "a.example" { x = n } y = n'] = { ["*"] = { y = 1 }, ["a.example"] = { defined = true, x = 1 } };
		['local n = 1 VirtualHost "a.example" { feature_info = n }'] = { ["a.example"] = { defined = true, feature_info = 1 } };
		['local n = 1 Component "a.example"\n"muc" x = n'] = { ["a.example"] = { component_module = "muc", load_global_modules = false, x = 1 } };
		['local n = 1 stack.each("host", { x = n }) VirtualHost "a.example"'] = { ["a.example"] = { defined = true, x = 1 } };
		['local t = { 1 } x = t t[2] = 2'] = { ["*"] = { x = { 1, 2 } } };
		['local t = setmetatable({ {} }, {}) t[2] = t[1] x = { t }'] = { ["*"] = { x = { { {}, {} } } } };
	} do
		it("may say: "..code:gsub("\n", " "), function ()
			local _, config = load(support.tree { ["core/a.cfg.lua"] = code });
			expected["*"] = expected["*"] or {};
			assert.same(expected, config);
		end);
	end

	it("tells what it said in a load, whatever it says in the next", function ()
		local root = support.tree {
			["core/a.cfg.lua"] = 'local given = ENV_NAME\nVirtualHost "a.example"\n\tname = given\n\tlist = { given, 1 }\n';
			["core/b.cfg.lua"] = 'local rooms = "rooms."..ENV_NAME..".example"\nComponent(rooms)\n"muc"\n\tname = 2 * 3\n';
		};
		local stacks, configs, names = {}, {}, { "one", "two", "two", "three" };
		for i, name in ipairs(names) do
			stacks[i], configs[i] = load(root, { NAME = name });
		end
		collectgarbage();
		for i, name in ipairs(names) do
			assert.same({ 3, name }, { place(stacks[i], "name", "a.example") });
			assert.same({ 4, { name, 1 } }, { place(stacks[i], "list", "a.example") });
			assert.same({ ["*"] = {}, ["a.example"] = { defined = true, name = name, list = { name, 1 } };
				["rooms."..name..".example"] = { component_module = "muc", load_global_modules = false, name = 6 } }, configs[i]);
			assert.same(i > 1 and { true, true } or {}, { stacks[i]:layers()[1].kept, stacks[i]:layers()[2].kept });
		end
	end);

	it("gives Prosody its own tables, and nobody else", function ()
		finally(function () _G.leaked, _G.included = nil, nil; end);
		local root = support.tree {
			["core/a.cfg.lua"] = 'local name = "a"\nVirtualHost "a.example"\n\tlist = { name }\n\tmap = { k = { name } }\n';
			["core/b.cfg.lua"] = 'local own = { "b" }\nVirtualHost "b.example"\n\tlist = own\n_G.leaked = own\n';
			["core/c.cfg.lua"] = 'local own = { "c" }\nVirtualHost "c.example"\n\tlist = own\nown[2] = "d"\n';
			["core/d.cfg.lua"] = 'local own = { "d" }\nVirtualHost "d.example"\n\tlist = own\nreturn { version = "1", list = own }\n';
			["core/e.cfg.lua"] = '_G.included = { "e" }\nVirtualHost "e.example"\n\tlist = _G.included\nInclude "nothing.lua"\n';
			["core/nothing.lua"] = "";
			["core/z.cfg.lua"] = "for _, list in ipairs { _G.leaked, _G.included, stack.layer('core/d').list } do table.insert(list, 'more') end\n";
		};
		local expected = { ["a.example"] = { "a" }, ["b.example"] = { "b" },
			["c.example"] = { "c", "d" }, ["d.example"] = { "d" }, ["e.example"] = { "e" } };
		for _ = 1, 3 do
			local stack, config = load(root);
			for host, list in pairs(expected) do
				assert.same(list, config[host].list);
				table.insert(config[host].list, "a module's own");
				assert.same(list, (select(2, place(stack, "list", host))));
				assert.same(list, stack:options(host).list);
			end
			assert.same({ k = { "a" } }, config["a.example"].map);
			config["a.example"].map.k = nil;
			assert.same({ k = { "a" } }, stack:options("a.example").map);
		end
	end);

	it("warns of what it says twice in one host, and of nothing it says in two", function ()
		local stack = load(support.tree {
			["core/a.cfg.lua"] = 'local one = 1\nVirtualHost "a.example"\n\tx = one\nVirtualHost "b.example"\n\tx = one\n\ty = one\n\ty = one\n';
		});
		local findings = stack:findings();
		assert.equal(1, #findings);
		assert.equal(7, findings[1].line);
		support.has(findings[1].text, "Duplicate option 'y': what line 6 says of it is lost");
	end);
end);
