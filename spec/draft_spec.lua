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
