--- Where Prosody's own table of options cannot be reached, the configuration goes through the statements that its files have.
local support = require "spec.support";
local stackloader = require "stackloader";

--- An environment as a configuration file has it, whose table of options has no name that the module knows. Returns both.
local function environment()
	local hosts = { ["*"] = {} };
	local env = { __currenthost = "*" };
	local function fill(name)
		return function (options)
			for option, value in pairs(options) do
				hosts[name][option] = value;
			end
			rawset(env, "__currenthost", "*");
		end;
	end
	function env.VirtualHost(name)
		hosts[name] = hosts[name] or { defined = true };
		rawset(env, "__currenthost", name);
		return fill(name);
	end
	function env.Component(name)
		hosts[name] = { component_module = "component", load_global_modules = false };
		rawset(env, "__currenthost", name);
		return function (module)
			if type(module) == "string" then
				hosts[name].component_module = module;
				return fill(name);
			end
			return fill(name)(module);
		end;
	end
	setmetatable(env, { __newindex = function (_, option, value) hosts[rawget(env, "__currenthost")][option] = value; end });
	return env, hosts;
end

describe("a configuration applied without Prosody's table of options", function ()
	teardown(support.clean);

	local root = support.tree {
		["core/all.cfg.lua"] = [[
			admins = { "a@example.com" }
			local both = { "x" }
			one, two = both, both
			VirtualHost "example.com"
			modules_enabled = { "mam" }
			VirtualHost "table.example" { "positional", name = "T" }
			Component "rooms.example.com" "muc" { name = "Rooms" }
			Component "gateway.example.com"
			component_secret = "s"
		]];
		["local/more.cfg.lua"] = [[
			admins = { "b@example.com" }
			Component "rooms.example.com"
			load_global_modules = true
		]];
	};

	it("has every option of the global scope, of hosts and of components", function ()
		local env, hosts = environment();
		stackloader.load(env, { root = root, variables = {} });
		assert.same({
			["*"] = { admins = { "a@example.com", "b@example.com" }, one = { "x" }, two = { "x" } };
			["example.com"] = { defined = true, modules_enabled = { "mam" } };
			["table.example"] = { defined = true, "positional", name = "T" };
			["rooms.example.com"] = { component_module = "muc", load_global_modules = true, name = "Rooms" };
			["gateway.example.com"] = { component_module = "component", load_global_modules = false, component_secret = "s" };
		}, hosts);
	end);

	it("keeps a table shared that one scope has twice, and is a copy of the stack's own", function ()
		local env, hosts = environment();
		local stack = stackloader.load(env, { root = root, variables = {} });
		assert.is_true(rawequal(hosts["*"].one, hosts["*"].two));
		hosts["*"].admins[1] = "changed@example.com";
		assert.equal("a@example.com", stack:options().admins[1]);
	end);

	it("leaves the calling file in the scope that it was in", function ()
		local env = environment();
		env.VirtualHost "main.example";
		stackloader.load(env, { root = root, variables = {} });
		assert.equal("main.example", env.__currenthost);
	end);
end);

describe("what the main file set of a host before the load", function ()
	teardown(support.clean);

	for code, expected in pairs {
		["limit = stack.force(5)"] = 5;
		["limit = stack.at_most(2)"] = 2;
		["stack.each('host', { limit = stack.force(5) })"] = 5;
		["stack.each('host', { limit = stack.at_most(2) })"] = 2;
		["VirtualHost 'a.example' limit = stack.force(5)"] = 5;
		["limit = stack.default(5)"] = 3;
		["limit = 5"] = 3;
	} do
		it("holds as far as a layer lets it: "..code, function ()
			local list = { "x" };
			local env, config = support.environment { ["a.example"] = { defined = true, limit = 3, list = list } };
			local stack = stackloader.load(env, { root = support.tree { ["core/a.cfg.lua"] = code }, variables = {}, sysroot = "/nowhere" });
			assert.equal(expected, config["a.example"].limit);
			assert.equal(list, config["a.example"].list);
			assert.equal(expected, stack:explain("limit", "a.example").value);
			for _, finding in ipairs(stack:findings()) do
				support.lacks(finding.text, "was set after stackloader.load");
			end
		end);
	end

	for what, text in pairs {
		["a bracket that closes nothing"] = "]\nnamed = 7\n";
		["a bracket that closes another"] = "t = { [\"\\xZZ\"] = 1, [\"x\"] = { } }\nother = (6 ] named = 5 )\n} end\n";
	} do
		it("has no line where the file is no longer what ran: "..what, function ()
			local root = support.tree { ["main.lua"] = text, ["core/a.cfg.lua"] = "a = 1" };
			local env, config = support.environment();
			config["*"].named = 7;
			local main = assert(load("local stackloader, env, options = ...\nlocal stack = stackloader.load(env, options)\nreturn stack",
				"@"..root.."/main.lua"));
			local stack = main(stackloader, env, { root = root, variables = {}, sysroot = "/nowhere" });
			local assignment = stack:explain "named".assignments[1];
			assert.same({ "main", root.."/main.lua", 7 }, { assignment.layer, assignment.path, assignment.value });
			assert.is_nil(assignment.line);
		end);
	end

	it("is without the modules that a layer forces into modules_disabled", function ()
		local env, config = support.environment { ["a.example"] = { defined = true, modules_enabled = { "register", "mam" } } };
		stackloader.load(env, { root = support.tree { ["core/a.cfg.lua"] = "modules_disabled = stack.force { 'register' }" }, variables = {},
			sysroot = "/nowhere" });
		assert.same({ "mam" }, config["a.example"].modules_enabled);
	end);
end);
