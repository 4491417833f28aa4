--- Hosts that one data file alone speaks of go to Prosody as they were read, and into the journal when somebody asks. What is told of them is what
-- is told where Lua runs the same file, which journals all of it at once.
local inside = require "spec.inside";
local support = require "spec.support";
local stackloader = require "stackloader";
local tell = require "spec.fuzz.tell".tell;

local has, lacks = support.has, support.lacks;

-- A time long after every file was written, so that what is read is trusted.
local later = os.time() + 3600;

local function copy(value, met)
	if type(value) ~= "table" then
		return value;
	end
	met[value] = met[value] or {};
	for key, inner in next, value do
		met[value][key] = copy(inner, met);
	end
	return met[value];
end

local function load(root, options, preset)
	options = options or {};
	options.root, options.variables, options.sysroot, options.clock = root, options.variables or {}, "/nowhere", later;
	local env, config = support.environment(preset);
	return stackloader.load(env, options), config;
end

local function count_options(stack)
	return stack:about().options;
end

local function sole_layers(stack)
	local list = {};
	for _, host in ipairs(stack:hosts()) do
		for _, option in ipairs(stack:names(host.name)) do
			list[#list + 1] = { host.name, option, stack:sole(option, host.name) };
		end
	end
	return list;
end

local function all_options(stack)
	local list = {};
	for _, host in ipairs(stack:hosts()) do
		list[host.name] = stack:options(host.name);
	end
	return list;
end

-- Questions that may come first, while the hosts still wait.
local first_questions = {
	nothing = function () end;
	about = count_options; hosts = function (stack) return stack:hosts(); end; options = all_options; sole = sole_layers;
	findings = function (stack) return stack:findings(); end;
	explain = function (stack) return stack:explain("limit", "a.example"), stack:explain("limit"); end;
	redact = function (stack) return stack:redact { text = "of hush-hush-1 and pass-word-9" }; end;
	mask = function (stack) return stack:mask "of hush-hush-1 and pass-word-9"; end;
};

--- What is told, the first question first. Later changes are told in the order in which the journal came to know what they change.
local function ask(stack, first)
	local answers = { first = first(stack), told = tell(stack), sole = sole_layers(stack), options = all_options(stack), count = count_options(stack) };
	table.sort(answers.told.findings, function (one, other) return one.text < other.text; end);
	return answers;
end

--- The answers of a load of the files, or its refusal.
local function outcome(root, options, preset, change, first)
	local ok, stack, config = pcall(load, root, options, preset);
	if not ok then
		return { refusal = stack };
	end
	local given = copy(config, {});
	if change then
		change(config);
	end
	local answers = ask(stack, first);
	answers.given = given;
	return answers, stack, config;
end

--- Loads the files as they are, again with what was kept, and with all data files run by Lua. Data files begin with a blank line. Returns the
-- answers, which are the same, the stack and the table that Prosody got.
local function same(files, how)
	how = how or {};
	local root = support.tree(files);
	local answers, stack, config;
	for name, question in pairs(first_questions) do
		answers, stack, config = outcome(root, how.options, how.preset, how.change, question);
		assert.same(answers, (outcome(root, how.options, how.preset, how.change, question)), name);
		for path, text in pairs(files) do
			if text:sub(1, 1) == "\n" then
				support.write(root.."/"..path, text.."\nlocal _ = 1");
			end
		end
		assert.same(outcome(root, how.options, how.preset, how.change, question), answers, name);
		for path, text in pairs(files) do
			support.write(root.."/"..path, text);
		end
	end
	return answers, stack, config;
end

local hosts = [[

VirtualHost "a.example"
	limit = 10
	modules_enabled = { "mam", "csi" }
	map = { a = { b = 1 }, c = "x" }

VirtualHost "b.example"
	limit = 20
	modules_disabled = { "ping" }

VirtualHost "bare.example"
Component "rooms.example" "muc"
	name = "Rooms"
	limit = 30
Component "gateway.example"
	component_secret = "hush-hush-1"
]];

describe("a host that one data file alone speaks of", function ()
	teardown(support.clean);

	it("goes to Prosody and is told of with its layer, path, line and value, and with what its statement implies", function ()
		local _, stack, config = same { ["core/a.cfg.lua"] = hosts };
		local path = stack:layers()[1].path;
		assert.is_true(stack:layers()[1].data);
		assert.same({ defined = true, limit = 10, modules_enabled = { "mam", "csi" }, map = { a = { b = 1 }, c = "x" } }, config["a.example"]);
		assert.same({ component_module = "component", load_global_modules = false, component_secret = "hush-hush-1" }, config["gateway.example"]);
		assert.same({
			{ name = "a.example", layer = "core/a", path = path, line = 2 },
			{ name = "b.example", layer = "core/a", path = path, line = 7 },
			{ name = "bare.example", layer = "core/a", path = path, line = 11 },
			{ name = "rooms.example", module = "muc", layer = "core/a", path = path, line = 12 },
			{ name = "gateway.example", module = "component", layer = "core/a", path = path, line = 15 },
		}, stack:hosts());
		local function assignment(option, host)
			local first = stack:explain(option, host).assignments[1];
			return { first.layer, first.path, first.line, first.value, first.implied };
		end
		assert.same({ "core/a", path, 3, 10 }, assignment("limit", "a.example"));
		assert.same({ "core/a", path, 2, true, true }, assignment("defined", "a.example"));
		assert.same({ "core/a", path, 12, "muc" }, assignment("component_module", "rooms.example"));
		assert.same({ "core/a", path, 12, false, true }, assignment("load_global_modules", "rooms.example"));
		assert.same({ "core/a", path, 15, "component", true }, assignment("component_module", "gateway.example"));
		assert.same({ "component_module", "load_global_modules", "name", "limit" }, stack:names "rooms.example");
		assert.is_nil(stack:options "c.example");
	end);

	for what, files in pairs {
		["spoken of in a second data file"] = {
			["core/b.cfg.lua"] = '\nVirtualHost "a.example"\n\tlimit = 11\n\tmodules_enabled = { "mam", "more" }\n\tmap = { a = { d = 2 } }\n';
		};
		["named once more in a second data file"] = { ["core/b.cfg.lua"] = '\nComponent "rooms.example"\nVirtualHost "bare.example"\n' };
		["read back and refined by a later layer"] = {
			["core/b.cfg.lua"] = [[
				VirtualHost "a.example"
					limit = limit + 1
					modules_enabled[#modules_enabled + 1] = "late"
					again = map
				Component "rooms.example" { name = name .. "!" }
			]];
		};
		["asked of by a later layer"] = { ["core/b.cfg.lua"] = "asked = { prosody.config.get('a.example', 'limit'), prosody.config.get('x', 'y') }" };
		["opened by a later layer"] = { ["core/b.cfg.lua"] = 'local _ = 1 VirtualHost "a.example" Component "rooms.example"' };
		["taken from and added to by a later layer"] = {
			["core/b.cfg.lua"] = [[
				VirtualHost "a.example"
					modules_enabled = stack.remove { "csi", "nothing" }
					map = { a = stack.unset, c = stack.force "y" }
					limit = stack.unset
				VirtualHost "b.example" { limit = stack.at_most(15), modules_disabled = stack.append { "x" } }
				Component "rooms.example" "pubsub"
			]];
		};
		["in the reach of stack.each after it"] = {
			["core/b.cfg.lua"] = "stack.each('host', { limit = 5, new = true }) stack.each('muc', { name = stack.default 'R', limit = stack.at_most(3) })";
		};
		["in the reach of stack.each before it"] = {
			["core/0.cfg.lua"] = "stack.each('host', { limit = 5, new = true }) stack.each('component', { limit = stack.force(1) })";
		};
		["beside stack.each of a kind that no host has"] = { ["core/b.cfg.lua"] = "stack.each('pubsub', { limit = 5 })" };
		["under a global force of one of its modules into modules_disabled"] = {
			["core/0.cfg.lua"] = "modules_disabled = stack.force(stack.append { 'csi' })";
		};
		["under a global force of what it disables into modules_enabled"] = {
			["core/0.cfg.lua"] = "modules_enabled = stack.force(stack.append { 'ping' })";
		};
		["under modules_enabled of the global scope"] = { ["core/b.cfg.lua"] = "modules_enabled = { 'roster', 'csi' }" };
		["under global options that come later"] = { ["core/b.cfg.lua"] = "\nlimit = 99\nmap = { c = 'z' }\nother = 1\n" };
		["under global options that come earlier"] = { ["core/0.cfg.lua"] = "\nlimit = 99\nmap = { c = 'z' }\n" };
		["in the folder of tenants"] = {
			["domains/tenants/t.example.cfg.lua"] = '\nVirtualHost "t.example"\n\tlimit = 5\nComponent "r.t.example" "muc"\n';
		};
		["below a validator that looks at all"] = {
			["core/b.cfg.lua"] = [[
				return { utilities = { validate_it = function (config, all)
					return false, tostring(config.limit) .. all["a.example"].limit .. all["rooms.example"].name
				end } }
			]];
		};
	} do
		it("is told of the same way "..what, function ()
			files["core/a.cfg.lua"] = hosts;
			same(files);
		end);
	end

	for _, directive in ipairs { "force(15)", "at_most(15)", "at_least(15)", "one_of { 20, 30 }", "default(15)", "force(stack.unset)" } do
		for _, path in ipairs { "core/0.cfg.lua", "core/b.cfg.lua" } do
			it(("is told of the same way with a global stack.%s in %s"):format(directive, path), function ()
				local _, stack, config = same { ["core/a.cfg.lua"] = hosts, [path] = "limit = stack."..directive };
				for _, host in ipairs { "a.example", "b.example", "rooms.example" } do
					assert.equal(config[host].limit, stack:explain("limit", host).value);
				end
			end);
		end
	end

	it("is reached by a global force of what its statement sets", function ()
		local _, _, config = same { ["core/a.cfg.lua"] = hosts, ["core/b.cfg.lua"] = "load_global_modules = stack.force(true)" };
		assert.is_true(config["rooms.example"].load_global_modules);
	end);

	it("holds the global bounds, forces and what reaches every host", function ()
		local _, _, config = same {
			["core/a.cfg.lua"] = hosts;
			["core/b.cfg.lua"] = "limit = stack.at_most(15) map = { c = stack.force 'held' } modules_disabled = stack.force { 'mam' }";
		};
		assert.same({ 10, 15, 15 }, { config["a.example"].limit, config["b.example"].limit, config["rooms.example"].limit });
		assert.same({ a = { b = 1 }, c = "held" }, config["a.example"].map);
		assert.same({ "csi" }, config["a.example"].modules_enabled);
	end);

	it("loses what it disables of modules that are forced on, with a warning that names both places", function ()
		local answers, stack, config = same {
			["core/a.cfg.lua"] = hosts; ["core/b.cfg.lua"] = "modules_enabled = stack.force(stack.append { 'ping' })";
		};
		assert.same({}, config["b.example"].modules_disabled);
		assert.equal(1, #answers.told.findings);
		local root = stack:layers()[1].path:match "^(.*)/core/";
		assert.same({ root.."/core/a.cfg.lua", 9 }, { stack:findings()[1].path, stack:findings()[1].line });
		has(stack:findings()[1].text, 'modules_disabled in b.example: "ping" loses against the force at '..root.."/core/b.cfg.lua:1");
	end);

	it("is counted in the warning that a later global value does not reach hosts", function ()
		local list = {};
		for i = 1, 6 do
			list[i] = ('VirtualHost "h%d.example"\n\tlimit = %d\n'):format(i, i);
		end
		local answers = same { ["core/a.cfg.lua"] = "\n"..table.concat(list), ["core/b.cfg.lua"] = "\nlimit = 99\n" };
		assert.equal(4, #answers.told.findings);
		has(answers.told.findings[1].text, "limit in h1.example keeps its own value");
		has(answers.told.findings[4].text, "limit: 3 more hosts keep their own value");
	end);

	it("is refused as another kind of host, with both places", function ()
		for _, second in ipairs { '\nComponent "a.example" "muc"\n', "local _ = 1\nComponent 'a.example'" } do
			local root = support.tree { ["core/a.cfg.lua"] = hosts, ["core/b.cfg.lua"] = second };
			local _, message = pcall(load, root);
			has(message, root.."/core/b.cfg.lua:2: ");
			has(message, "Component \"a.example\" clashes with previously defined VirtualHost");
			has(message, root.."/core/a.cfg.lua:2");
			same { ["core/a.cfg.lua"] = hosts, ["core/b.cfg.lua"] = second };
		end
		for _, name in ipairs { "rooms.example", "gateway.example" } do
			same { ["core/a.cfg.lua"] = hosts, ["core/b.cfg.lua"] = '\nx = 1\nVirtualHost "'..name..'"\n' };
		end
	end);

	it("is the other kind of host where layers have taken back what it was, or made it both", function ()
		for _, second in ipairs {
			"Component 'rooms.example' component_module = stack.unset VirtualHost 'rooms.example' x = 1";
			"VirtualHost 'a.example' component_module = 'muc' Component 'a.example' 'muc'";
			"VirtualHost 'a.example' defined = false Component 'a.example' 'muc'";
			"VirtualHost 'new.example' defined = stack.unset Component 'new.example' 'muc'";
			"Component 'new.example' component_module = stack.remove 'component' VirtualHost 'new.example'";
		} do
			same { ["core/a.cfg.lua"] = hosts, ["core/b.cfg.lua"] = second };
		end
	end);

	it("is warned of where its name is no address", function ()
		local answers = same { ["core/a.cfg.lua"] = '\nVirtualHost "a..b"\nVirtualHost ".a"\n\tx = 1\nComponent "a/b" "muc"\n' };
		assert.equal(3, #answers.told.findings);
		for _, finding in ipairs(answers.told.findings) do
			has(finding.text, "cannot be the address of a host");
		end
	end);

	it("stays as it is where layers around it fail", function ()
		same { ["core/a.cfg.lua"] = hosts, ["core/b.cfg.lua"] = "VirtualHost 'a.example' limit = limit + 1 error 'broken'" };
		same { ["core/a.cfg.lua"] = hosts, ["core/b.cfg.lua"] = "x = = 1", ["core/c.cfg.lua"] = '\nVirtualHost "a.example"\n\tlimit = 2\n' };
	end);
end);

describe("the main file and a host that waits", function ()
	teardown(support.clean);

	it("meet where it set something of that host before the load", function ()
		local preset = { ["a.example"] = { defined = true, limit = 7 }, ["rooms.example"] = { component_module = "muc", load_global_modules = false } };
		local _, _, config = same({ ["core/a.cfg.lua"] = hosts }, { preset = preset });
		assert.same({ 7, "csi" }, { config["a.example"].limit, config["a.example"].modules_enabled[2] });
		assert.equal("Rooms", config["rooms.example"].name);
		same({ ["core/a.cfg.lua"] = hosts }, { preset = { ["a.example"] = { component_module = "muc", load_global_modules = false } } });
	end);

	for what, change in pairs {
		["limit in a.example"] = function (config) config["a.example"].limit = 11; end;
		["modules_enabled in a.example"] = function (config) table.insert(config["a.example"].modules_enabled, "more"); end;
		["map in a.example"] = function (config) config["a.example"].map.a.b = 2; end;
		["name in rooms.example"] = function (config) config["rooms.example"].name = nil; end;
		["defined in bare.example"] = function (config) config["bare.example"] = {}; end;
	} do
		it("disagree, which is a finding, where it changed "..what.." afterwards", function ()
			local answers = same({ ["core/a.cfg.lua"] = hosts }, { change = change });
			assert.equal(1, #answers.told.findings);
			has(answers.told.findings[1].text, what.." was set after stackloader.load");
		end);
	end

	local kinds = [[

VirtualHost "k.example"
	yes = true
	no = false
	whole = 5
	part = 0.5
	text = "text"
	list = { 1, "two", { 3 } }
	map = { a = 1, b = { c = "d" }, "listed" }
	empty = {}
Component "c.example" "muc"
Component "e.example"
]];

	--- What is found where the main file changes that; the option must be named.
	local function found_after(option, host, change)
		local root = support.tree { ["core/a.cfg.lua"] = kinds };
		local stack, config = load(root);
		change(config[host], config);
		local findings = stack:findings();
		assert.equal(1, #findings, option);
		has(findings[1].text, option.." in "..host.." was set after stackloader.load");
	end

	it("disagree where a value is another one, or of another kind, to the last key", function ()
		local changes = {
			yes = { false, 1, "true" }; no = { true, 0 }; whole = { 6, 5.5, "5", {} };
			part = { 0.25, 0.75, 1, "0.5" }; text = { "Text", "text2", 5, false };
			list = { { 1, "two" }, { 1, "two", { 3 }, 4 }, { 1, "two", { 4 } }, { 1, "two", 3 }, { "two", 1, { 3 } }, { 1, "two", { 3 }, k = 1 }, 1, {} };
			map = { { a = 1, b = { c = "d" } },
				{ a = 1, b = { c = "d", e = 1 }, "listed" }, { a = 1, b = "d", "listed" }, { a = 2, b = { c = "d" }, "listed" } };
			empty = { { 1 }, { k = 1 }, false, setmetatable({ 1 }, { __index = {} }) };
			defined = { false };
		};
		for option, values in pairs(changes) do
			for _, value in ipairs(values) do
				found_after(option, "k.example", function (host) host[option] = value; end);
			end
			found_after(option, "k.example", function (host) host[option] = nil; end);
		end
		found_after("component_module", "c.example", function (host) host.component_module = "pubsub"; end);
		found_after("load_global_modules", "c.example", function (host) host.load_global_modules = nil; end);
		found_after("component_module", "e.example", function (host) host.component_module = "muc"; end);
	end);

	it("disagree on nothing of a host that is gone", function ()
		local stack, config = load(support.tree { ["core/a.cfg.lua"] = kinds });
		config["k.example"], config["c.example"] = nil, true;
		assert.same({}, stack:findings());
	end);

	it("agree where nothing but what Prosody itself does has happened: a metatable that looks up defaults", function ()
		local stack, config = load(support.tree { ["core/a.cfg.lua"] = kinds });
		assert.same({}, stack:findings());
		config["k.example"].whole = 5.0;
		setmetatable(config["k.example"].map, { __index = { more = 1 } });
		assert.same({}, stack:findings());
	end);

	it("agree where it only added to the host, or set the same", function ()
		local answers = same({ ["core/a.cfg.lua"] = hosts }, { change = function (config)
			config["a.example"].new = 1;
			config["a.example"].map = { a = { b = 1 }, c = "x" };
			config["new.example"] = { defined = true };
		end });
		assert.same({}, answers.told.findings);
	end);
end);

describe("the values of a host that waits", function ()
	teardown(support.clean);

	it("are Prosody's own, and what explain tells stays what the layer says", function ()
		local root = support.tree { ["core/a.cfg.lua"] = hosts };
		for _ = 1, 2 do
			local stack, config = load(root);
			config["a.example"].map.a.b = "changed";
			config["a.example"].modules_enabled[1] = nil;
			assert.same({ a = { b = 1 }, c = "x" }, stack:options "a.example".map);
			stack:options "a.example".map.c = "changed too";
			assert.same({ a = { b = 1 }, c = "x" }, stack:explain("map", "a.example").value);
			assert.same({ "mam", "csi" }, stack:options "a.example".modules_enabled);
		end
	end);

	it("survive a reload that changes the file, and one after which the host waits no more", function ()
		local root = support.tree { ["core/a.cfg.lua"] = hosts };
		local old = load(root);
		support.write(root.."/core/a.cfg.lua", (hosts:gsub("10", "12")));
		local new, config = load(root);
		assert.same({ 10, 12, 12 }, { old:explain("limit", "a.example").value, new:explain("limit", "a.example").value, config["a.example"].limit });
		support.write(root.."/core/b.cfg.lua", "VirtualHost 'a.example' limit = limit * 2");
		new, config = load(root);
		assert.is_true(new:layers()[1].kept);
		assert.same({ 24, 24 }, { new:options "a.example".limit, config["a.example"].limit });
		assert.equal(10, old:options "a.example".limit);
	end);

	it("are found without Prosody's table, too", function ()
		local root = support.tree { ["core/a.cfg.lua"] = hosts };
		local stack = stackloader.load(nil, { root = root, variables = {}, sysroot = "/nowhere" });
		assert.same({ "mam", "csi" }, stack:options "a.example".modules_enabled);
		assert.equal(30, stack:explain("limit", "rooms.example").value);
	end);

	it("are given to Prosody where the metatable of its hosts is out of reach, or it has a host of that name already", function ()
		local root = support.tree { ["core/a.cfg.lua"] = hosts };
		local _, same_config = load(root, nil, { ["bare.example"] = {}, ["a.example"] = {} });
		assert.same({ limit = 20, modules_disabled = { "ping" }, defined = true }, same_config["b.example"]);
		assert.same({ limit = 10, modules_enabled = { "mam", "csi" }, map = { a = { b = 1 }, c = "x" }, defined = true }, same_config["a.example"]);
		assert.same({ defined = true }, same_config["bare.example"]);
		local config_table = { ["*"] = {} };
		local env = setmetatable({ VirtualHost = function (name) config_table[name] = { by = "VirtualHost" }; end }, {
			__newindex = function (_, option, value) config_table["*"][option] = value; end
		});
		stackloader.load(env, { root = root, variables = {}, sysroot = "/nowhere" });
		assert.same({ limit = 20, modules_disabled = { "ping" }, defined = true, by = "VirtualHost" }, config_table["b.example"]);
	end);

	it("go through the statements where Prosody's table cannot be reached", function ()
		local made = {};
		local env = {};
		function env.VirtualHost(name)
			return function (options) made[name] = options; end;
		end
		env.Component = env.VirtualHost;
		stackloader.load(env, { root = support.tree { ["core/a.cfg.lua"] = hosts }, variables = {}, sysroot = "/nowhere" });
		assert.same({ defined = true, limit = 20, modules_disabled = { "ping" } }, made["b.example"]);
		assert.same({ component_module = "muc", load_global_modules = false, name = "Rooms", limit = 30 }, made["rooms.example"]);
	end);
end);

describe("a secret of a host that waits", function ()
	teardown(support.clean);

	local secrets = { "an-option-of-12", "a-key-of-34", "in-an-address-56", "deep-down-78" };
	local files = { ["core/a.cfg.lua"] = [[

VirtualHost "a.example"
	ldap_password = "an-option-of-12"
	map = { auth = { token = "a-key-of-34", deep = { { secret = { "deep-down-78" } } } } }
	uri = "postgres://user:in-an-address-56@db/x"
	limit = 1
]] };

	local function lacks_secrets(value)
		if type(value) == "table" then
			for key, inner in pairs(value) do
				lacks_secrets(key);
				lacks_secrets(inner);
			end
		else
			for _, secret in ipairs(secrets) do
				lacks(tostring(value), secret);
			end
		end
	end

	it("is in no answer but options, whatever is asked first", function ()
		files["core/b.cfg.lua"] = "return { utilities = { validate_it = function (_, all) return false, all['a.example'].map.auth.token end } }";
		local _, stack = same(files);
		for _, option in ipairs(stack:names "a.example") do
			lacks_secrets(stack:explain(option, "a.example"));
		end
		lacks_secrets(stack:findings());
		for _, question in ipairs { "redact", "mask" } do
			stack = load(support.tree(files));
			lacks_secrets(stack[question](stack, { "x "..table.concat(secrets, " y ").." z" }));
		end
		assert.equal("an-option-of-12", stack:options "a.example".ldap_password);
	end);

	for what, option in pairs {
		["by its name"] = "ldap_password = 'hush-hush-1'"; ["in a table"] = "map = { { deep = { api_key = 'hush-hush-1' } } }";
		["in an address"] = "uri = 'postgres://user:hush-hush-1@db/x'"; ["in a list of addresses"] = "uris = { 'a', 'https://u:hush-hush-1@h' }";
	} do
		it("is known before the host is asked for, where it is one "..what, function ()
			local tree = { ["core/a.cfg.lua"] = "\nVirtualHost 'b.example'\n\tx = 1\nVirtualHost 'a.example'\n\tx = 2\n\t"..option.."\n\ty = 3\n" };
			local stack = load(support.tree(tree));
			assert.equal("a (secret) b", stack:redact "a hush-hush-1 b");
			assert.equal("a (secret) b", stack:mask "a hush-hush-1 b");
			tree["core/b.cfg.lua"] = "error 'of hush-hush-1'";
			local _, message = pcall(load, support.tree(tree));
			has(message, "of (secret)");
		end);
	end

	it("is known of hosts in later layers as well as in earlier ones", function ()
		local data = "\nVirtualHost '%s.example'\n\tpassword = 'hush-hush-%s'\n";
		local _, message = pcall(load, support.tree {
			["core/a.cfg.lua"] = data:format("a", "a"), ["core/b.cfg.lua"] = "error 'b: hush-hush-a hush-hush-d'";
			["core/c.cfg.lua"] = "\nVirtualHost 'plain.example'\n", ["core/d.cfg.lua"] = data:format("d", "d");
			["core/e.cfg.lua"] = "error 'e: hush-hush-a hush-hush-d'";
		});
		has(message, "b: (secret) (secret)");
		has(message, "e: (secret) (secret)");
	end);

	it("is not in what a broken layer raises", function ()
		local _, message = pcall(load, support.tree {
			["core/a.cfg.lua"] = files["core/a.cfg.lua"]; ["core/b.cfg.lua"] = "error('in: '..prosody.config.get('a.example', 'ldap_password'))";
			["core/c.cfg.lua"] = "error 'of an-option-of-12 and a-key-of-34 and deep-down-78 and in-an-address-56'";
		});
		has(message, "core/c.cfg.lua");
		lacks_secrets(message);
	end);
end);

describe("a restricted file's host", function ()
	teardown(support.clean);

	it("waits as others do, and is told of the same way as without the restriction", function ()
		local files = {
			["domains/tenants/t.example.cfg.lua"] = '\nVirtualHost "t.example"\n\tlimit = 5\n\tmodules_enabled = { "mam" }\nComponent "r.t.example" "muc"\n';
			["domains/tenants/u.example.cfg.lua"] = '\nVirtualHost "u.example"\n\tlimit = 6\n';
			["policies/security/baseline.cfg.lua"] = "limit = stack.at_most(5)";
		};
		local root = support.tree(files);
		local function nothing() end
		local free, _, config = outcome(root, {}, nil, nil, nothing);
		for _ = 1, 2 do
			local restricted, stack, other = outcome(root, { restrict = { ["domains/tenants"] = { options = { "safe", "limit" } } } }, nil, nil, nothing);
			assert.same(free, restricted);
			assert.same(config, other);
			assert.is_true(stack:layers()[1].restricted);
		end
		assert.same({ 5, 5 }, { config["t.example"].limit, config["u.example"].limit });
	end);
end);

describe("a command that wants to tell of a configuration that does not load", function ()
	teardown(support.clean);

	it("finds hosts that wait beside layers that fail", function ()
		local root = support.tree {
			["prosody.cfg.lua"] = support.main_file; ["core/a.cfg.lua"] = hosts;
			["core/c.cfg.lua"] = '\nVirtualHost "c.example"\n\tlimit = 3\n';
			["core/b.cfg.lua"] = "VirtualHost 'a.example' limit = limit + 1 VirtualHost 'c.example' limit = 4 error 'broken'";
		};
		for _, prosody in ipairs(support.prosodies()) do
			local result, message = inside(prosody, root, [[
				load();
				local stack = stackloader.failed();
				return {
					hosts = stack:hosts(); limit = stack:explain("limit", "a.example").assignments;
					options = stack:options "c.example"; broken = stack:about().broken;
				};
			]], { arguments = { "mod_stackloader", "explain", "limit" } });
			assert.is_nil(message);
			assert.equal(6, #result.hosts);
			assert.same({ 1, 10, 3 }, { #result.limit, result.limit[1].value, result.limit[1].line });
			assert.same({ defined = true, limit = 3 }, result.options);
			assert.is_true(result.broken);
		end
	end);
end);
