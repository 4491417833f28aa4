--- How what layers say of one option becomes one value: the rules of merging, each by a case written by hand.
local support = require "spec.support";
local stackloader = require "stackloader";

-- Loads layers in order: each text is a file core/1.cfg.lua, core/2.cfg.lua …
local function assemble(texts, options)
	local files = {};
	for index, text in ipairs(texts) do
		files["core/"..index..".cfg.lua"] = text;
	end
	local settings = { root = support.tree(files), variables = {} };
	for name, value in pairs(options or {}) do
		settings[name] = value;
	end
	return stackloader.load(nil, settings);
end

-- The value of option x after these layers.
local function x_of(...)
	return assemble({ ... }):options().x;
end

local function modules_of(...)
	return assemble({ ... }):options().modules_enabled;
end

-- What load raises.
local function failure(...)
	local texts = { ... };
	local ok, message = pcall(assemble, texts);
	assert.is_false(ok, "the stack loads");
	assert.is_string(message);
	return message;
end

local function in_words(finding)
	return finding.severity..": "..tostring(finding.path)..":"..tostring(finding.line)..": "..finding.text;
end

-- Whether one line names all the words. A place such as "1:2" is the second line of core/1.cfg.lua.
local function names_all(line, words)
	for _, word in ipairs(words) do
		local file, number = word:match("^(%d+):(%d+)$");
		local pattern = file and "core/"..file.."%.cfg%.lua:"..number.."%f[%D]" or word:gsub("%p", "%%%0");
		if not line:find(pattern) then
			return false;
		end
	end
	return true;
end

local function warnings_of(stack)
	local lines = {};
	for _, finding in ipairs(stack:findings()) do
		if finding.severity == "warning" then
			lines[#lines + 1] = in_words(finding);
		end
	end
	return lines;
end

-- One warning names all of these places and words.
local function assert_warns(stack, ...)
	local lines = warnings_of(stack);
	for _, line in ipairs(lines) do
		if names_all(line, { ... }) then
			return;
		end
	end
	error("no warning names "..table.concat({ ... }, ", ")..":\n"..table.concat(lines, "\n"), 2);
end

local function assert_silent(stack)
	assert.same({}, warnings_of(stack));
end

-- The load fails and one line of the message names all of these.
local function assert_fails(texts, ...)
	local message = failure(table.unpack(texts));
	for line in message:gmatch("[^\n]+") do
		if names_all(line, { ... }) then
			return;
		end
	end
	error("no line names "..table.concat({ ... }, ", ")..":\n"..message, 2);
end

describe("elements and keys out of the ordinary", function ()
	teardown(support.clean);

	it("are the same where they are equal, however large or deep, and functions only where they are the same", function ()
		local deep = ("{ "):rep(40)..("} "):rep(40);
		for _, element in ipairs { "{ 1e300 }", "{ -1e300 }", "{ 1.0, 2.5 }", deep } do
			assert.equal(1, #modules_of("modules_enabled = { "..element.." }", "modules_enabled = stack.append { "..element.." }"), element);
		end
		assert.equal(2, #modules_of("modules_enabled = { { print } }", "modules_enabled = stack.append { { print }, { type } }"));
		local large = "{ ('x'):rep(1100000) }";
		assert.equal(2, #modules_of("modules_enabled = { "..large.." }", "modules_enabled = stack.append { "..large.." }"));
	end);

	it("are names of hosts only where somebody can write their address", function ()
		local texts, names = {}, { "a\"b", "a b", "a\127b", ".a", "a..b", ("a"):rep(1100), "good.example" };
		for index, name in ipairs(names) do
			texts[index] = ("VirtualHost %q"):format(name);
		end
		local findings = assemble(texts):findings();
		assert.equal(#names - 1, #findings);
		for _, one in ipairs(findings) do
			support.has(one.text, "cannot be the address of a host; expected a name such as example.com");
		end
	end);

	it("are written as Lua writes them, and no more of them than a line has room for", function ()
		local stack = assemble { "x = stack.env.string('A', { ['a~'] = 1, ['b:'] = 2, ['1c'] = 3, A_1 = 4, ['end'] = 5, [''] = 6 })" };
		assert.equal('{ [""] = 6, ["1c"] = 3, A_1 = 4, ["a~"] = 1, ["b:"] = 2, ["end"] = 5 }', stack:variables()[1].reads[1].default);
		local text = failure("x = stack.at_most { "..("'element', "):rep(100).." }");
		support.has(text, '{ "element", "element", ');
		support.has(text, "…");
	end);
end);

describe("merging", function ()
	teardown(support.clean);

	describe("the order of layers", function ()
		it("decides inside the global scope", function ()
			assert.equal(3, x_of("x = 1", "x = 2", "x = 3"));
		end);

		it("decides inside a host", function ()
			local stack = assemble { 'VirtualHost "a.example"\nx = 1', 'VirtualHost "a.example"\nx = 2' };
			assert.equal(2, stack:options("a.example").x);
			assert.is_nil(stack:options().x);
		end);

		it("does not let a later global assignment reach a host that has its own value", function ()
			local stack = assemble { 'VirtualHost "a.example"\nx = 1', "x = 2" };
			assert.equal(1, stack:options("a.example").x);
			assert.equal(2, stack:options().x);
		end);

		it("gives a finding with both places where a later global assignment does not reach a host", function ()
			local stack = assemble { 'VirtualHost "a.example"\nx = 1', "\nx = 2" };
			assert_warns(stack, "1:2", "2:2", "a.example");
		end);

		it("gives no finding where the later global value is the host's own", function ()
			assert_silent(assemble { 'VirtualHost "a.example"\nx = 1', "x = 1" });
		end);

		it("gives that finding where the host's value is a default, which still beats the global one", function ()
			local stack = assemble { 'VirtualHost "a.example"\nx = stack.default(1)', "x = 2" };
			assert.equal(1, stack:options("a.example").x);
			assert_warns(stack, "1:2", "2:1");
		end);

		it("gives no finding where the host speaks later than the global scope", function ()
			assert_silent(assemble { "x = 2", 'VirtualHost "a.example"\nx = 1' });
		end);

		it("gives no finding for module lists, which Prosody unites", function ()
			assert_silent(assemble { 'VirtualHost "a.example"\nmodules_enabled = { "a" }', 'modules_enabled = { "b" }' });
		end);

		it("does not mix the values of two hosts", function ()
			local stack = assemble {
				'VirtualHost "a.example"\nx = { a = 1 }\nVirtualHost "b.example"\nx = { b = 1 }',
				'VirtualHost "a.example"\nx = { c = 1 }',
			};
			assert.same({ a = 1, c = 1 }, stack:options("a.example").x);
			assert.same({ b = 1 }, stack:options("b.example").x);
		end);
	end);

	describe("a value that only one layer sets", function ()
		for name, text in pairs {
			["a list with duplicates"] = "{ 1, 1, 2 }",
			["an accumulating scalar"] = '"one"',
			["a mixed table"] = '{ "a", "b", c = { d = { 1, 2 } } }',
			["an empty table"] = "{}",
			["a nested empty table"] = "{ a = {} }",
			["false"] = "false",
			["a float"] = "1.5",
			["integer keys with a gap"] = "{ [1] = 1, [3] = 3 }",
		} do
			it("passes untouched: "..name, function ()
				local expected = assert(load("return "..text))();
				local stack = assemble { "x = "..text.."\nadmins = "..text, "y = 1" };
				assert.same(expected, stack:options().x);
				assert.same(expected, stack:options().admins);
			end);
		end

		it("passes untouched in a host beside a global value", function ()
			local stack = assemble { "x = { 1 }", 'VirtualHost "a.example"\nx = { 2, 2 }' };
			assert.same({ 2, 2 }, stack:options("a.example").x);
		end);

		it("keeps integers and floats apart", function ()
			assert.equal("float", math.type(x_of("x = 1.0")));
			assert.equal("integer", math.type(x_of("x = 1")));
		end);
	end);

	describe("a scalar", function ()
		it("replaces a string", function ()
			assert.equal("b", x_of('x = "a"', 'x = "b"'));
		end);

		it("replaces a boolean, by false too", function ()
			assert.is_false(x_of("x = true", "x = false"));
			assert.is_true(x_of("x = false", "x = true"));
		end);

		it("replaces a scalar of another type, without a finding", function ()
			local stack = assemble { "x = 1", 'x = "one"' };
			assert.equal("one", stack:options().x);
			assert_silent(stack);
		end);
	end);

	describe("a map", function ()
		it("merges key by key", function ()
			assert.same({ a = 1, b = 3, c = 4 }, x_of("x = { a = 1, b = 2 }", "x = { b = 3, c = 4 }"));
		end);

		it("merges to any depth", function ()
			assert.same({ a = { b = { c = { d = 1, e = 2, f = 3 } } } },
				x_of("x = { a = { b = { c = { d = 1, e = 1 } } } }", "x = { a = { b = { c = { e = 2, f = 3 } } } }"));
		end);

		it("merges over three layers", function ()
			assert.same({ a = 1, b = 2, c = 3 }, x_of("x = { a = 1 }", "x = { b = 2 }", "x = { c = 3 }"));
		end);

		it("replaces a list inside it", function ()
			assert.same({ a = { 3 }, b = 1 }, x_of("x = { a = { 1, 2 }, b = 1 }", "x = { a = { 3 } }"));
		end);

		it("replaces a list inside it also where the option accumulates", function ()
			assert.same({ a = { 3 } }, assemble({ "admins = { a = { 1, 2 } }", "admins = { a = { 3 } }" }):options().admins);
		end);

		it("empties a list inside it by {}", function ()
			assert.same({ a = {} }, x_of("x = { a = { 1, 2 } }", "x = { a = {} }"));
		end);

		it("takes false as a value of a key", function ()
			assert.same({ a = false }, x_of("x = { a = true }", "x = { a = false }"));
		end);

		it("merges in a host", function ()
			local stack = assemble { 'VirtualHost "a.example"\nx = { a = 1 }', 'VirtualHost "a.example"\nx = { b = 2 }' };
			assert.same({ a = 1, b = 2 }, stack:options("a.example").x);
		end);

		it("does not merge a host's with the global one", function ()
			local stack = assemble { "x = { a = 1 }", 'VirtualHost "a.example"\nx = { b = 2 }' };
			assert.same({ b = 2 }, stack:options("a.example").x);
		end);

		it("merges keys that are numbers", function ()
			assert.same({ [5222] = "a", [5269] = "b" }, x_of('x = { [5222] = "a" }', 'x = { [5269] = "b" }'));
		end);
	end);

	describe("a list", function ()
		it("replaces", function ()
			assert.same({ 5223 }, assemble({ "c2s_ports = { 5222, 5322 }", "c2s_ports = { 5223 }" }):options().c2s_ports);
		end);

		it("never merges by index", function ()
			assert.same({ { b = 1 } }, x_of("x = { { a = 1 }, { c = 1 } }", "x = { { b = 1 } }"));
		end);

		it("keeps duplicates when it replaces", function ()
			assert.same({ 2, 2 }, x_of("x = { 1 }", "x = { 2, 2 }"));
		end);
	end);

	describe("a list of an accumulating option", function ()
		for _, option in ipairs {
			"modules_enabled", "modules_disabled", "admins", "plugin_paths", "disco_items", "external_services",
			"trusted_proxies", "s2s_secure_domains", "s2s_insecure_domains", "unlimited_jids", "firewall_scripts",
		} do
			it("adds up: "..option, function ()
				local stack = assemble { option..' = { "a", "b" }', option..' = { "c" }' };
				assert.same({ "a", "b", "c" }, stack:options()[option]);
				assert_silent(stack);
			end);
		end

		it("keeps the place of the first appearance", function ()
			assert.same({ "a", "b", "c", "d" }, modules_of('modules_enabled = { "a", "b", "c" }', 'modules_enabled = { "c", "a", "d" }'));
		end);

		it("holds an element once over any number of layers", function ()
			assert.same({ "a", "b", "c" },
				modules_of('modules_enabled = { "a" }', 'modules_enabled = { "b", "a" }', 'modules_enabled = { "a", "b", "c" }'));
		end);

		it("holds elements once that are equal by value", function ()
			local stack = assemble {
				'disco_items = { { "a.example", "A" } }',
				'disco_items = { { "b.example", "B" }, { "a.example", "A" } }',
			};
			assert.same({ { "a.example", "A" }, { "b.example", "B" } }, stack:options().disco_items);
		end);

		it("holds elements once that are equal maps, whatever the order of their keys", function ()
			local stack = assemble {
				'external_services = { { type = "stun", host = "h", port = 1 } }',
				'external_services = { { port = 1, host = "h", type = "stun" }, { type = "turn", host = "h", port = 1 } }',
			};
			assert.same({ { type = "stun", host = "h", port = 1 }, { type = "turn", host = "h", port = 1 } },
				stack:options().external_services);
		end);

		it("does not merge elements that are maps", function ()
			local stack = assemble {
				'external_services = { { type = "stun" } }', 'external_services = { { type = "stun", port = 1 } }',
			};
			assert.same({ { type = "stun" }, { type = "stun", port = 1 } }, stack:options().external_services);
		end);

		it("takes 1 and 1.0 as equal, 1 and \"1\" not", function ()
			assert.same({ 1, "1" }, assemble({ "admins = { 1 }", 'admins = { 1.0, "1" }' }):options().admins);
		end);

		it("counts a scalar as one element, on either side", function ()
			assert.same({ "a", "b" }, assemble({ 'admins = "a"', 'admins = { "b", "a" }' }):options().admins);
			assert.same({ "a", "b" }, assemble({ 'admins = { "a" }', 'admins = "b"' }):options().admins);
			assert.same({ "a", "b" }, assemble({ 'admins = "a"', 'admins = "b"' }):options().admins);
		end);

		it("does not report the scalar beside the list as a change of kind", function ()
			assert_silent(assemble { 'admins = "a"', 'admins = { "b" }' });
		end);

		it("adds up in a host, without the global elements", function ()
			local stack = assemble {
				'admins = { "g" }\nVirtualHost "a.example"\nadmins = { "a" }', 'VirtualHost "a.example"\nadmins = { "b" }',
			};
			assert.same({ "a", "b" }, stack:options("a.example").admins);
			assert.same({ "g" }, stack:options().admins);
		end);

		it("stays as it is under {}", function ()
			assert.same({ "a" }, modules_of('modules_enabled = { "a" }', "modules_enabled = {}"));
		end);

		it("takes what comes after {}", function ()
			assert.same({ "a" }, modules_of("modules_enabled = {}", 'modules_enabled = { "a" }'));
		end);
	end);

	describe("an option that is one choice", function ()
		for _, option in ipairs { "sql", "gc", "log", "statistics_config" } do
			it("is replaced whole: "..option, function ()
				local stack = assemble { option..' = { a = 1, b = { c = 1 } }', option..' = { b = { d = 2 } }' };
				assert.same({ b = { d = 2 } }, stack:options()[option]);
			end);
		end

		it("is replaced by {}", function ()
			assert.same({}, assemble({ 'log = { info = "a" }', "log = {}" }):options().log);
		end);

		it("is replaced where it is a list", function ()
			assert.same({ { to = "b" } }, assemble({ 'log = { { to = "a" } }', 'log = { { to = "b" } }' }):options().log);
		end);
	end);

	describe("an opaque value", function ()
		it("replaces: a function", function ()
			local x = x_of("x = function () return 1 end", "x = function () return 2 end");
			assert.equal(2, x());
		end);

		it("replaces: a userdata, kept by reference", function ()
			assert.equal(io.stderr, x_of("x = io.stdout", "x = io.stderr"));
		end);

		it("replaces: a table with a metatable of its own, kept by reference", function ()
			local mark = setmetatable({ a = 1 }, { __name = "mark" });
			local merged = stackloader.merge({ x = { b = 2 } }, { x = mark });
			assert.equal(mark, merged.x);
		end);

		it("is replaced by a map, not merged with it", function ()
			assert.same({ b = 2 }, x_of("x = setmetatable({ a = 1 }, {})", "x = { b = 2 }"));
		end);

		it("replaces also where the option accumulates", function ()
			local admins = assemble({ 'admins = { "a" }', "admins = setmetatable({ 'b' }, {})" }):options().admins;
			assert.equal("b", admins[1]);
			assert.is_nil(admins[2]);
		end);

		it("is kept by reference inside a map", function ()
			assert.same({ a = io.stdout, b = 1 }, x_of("x = { a = io.stdout }", "x = { b = 1 }"));
		end);

		it("runs no metamethod", function ()
			local bomb = setmetatable({}, {
				__index = error, __newindex = error, __pairs = error, __len = error, __eq = error, __call = error, __tostring = error,
			});
			assert.equal(bomb, stackloader.merge({ x = bomb, y = { bomb } }, { y = { bomb }, z = bomb }).x);
			assert.equal(bomb, stackloader.merge({ admins = { bomb } }, { admins = { bomb } }).admins[1]);
		end);
	end);

	describe("the merge option of load", function ()
		it("makes an option accumulate", function ()
			local texts = { "my_option = { 1 }\nother = { 1 }", "my_option = { 2 }\nother = { 2 }" };
			local stack = assemble(texts, { merge = { my_option = "append" } });
			assert.same({ 1, 2 }, stack:options().my_option);
			assert.same({ 2 }, stack:options().other);
		end);

		it("extends the table: the built-in ones still accumulate", function ()
			local stack = assemble({ 'admins = { "a" }', 'admins = { "b" }' }, { merge = { my_option = "append" } });
			assert.same({ "a", "b" }, stack:options().admins);
		end);
	end);

	describe("a mixed table", function ()
		it("has its list part replaced and its named part merged", function ()
			assert.same({ 3, a = 1, b = 2 }, x_of("x = { 1, 2, a = 1 }", "x = { 3, b = 2 }"));
		end);

		it("has its list part united and its named part merged where the option accumulates", function ()
			local stack = assemble { 'admins = { "a", k = 1 }', 'admins = { "b", "a", l = 2 }' };
			assert.same({ "a", "b", k = 1, l = 2 }, stack:options().admins);
		end);

		it("keeps its list part under a map", function ()
			assert.same({ 1, 2, a = 1, b = 2 }, x_of("x = { 1, 2, a = 1 }", "x = { b = 2 }"));
		end);

		it("keeps its named part under a list", function ()
			assert.same({ 3, a = 1 }, x_of("x = { 1, 2, a = 1 }", "x = { 3 }"));
		end);

		it("changes the kind of neither a list nor a map", function ()
			local stack = assemble { "x = { 1 }\ny = { a = 1 }", "x = { 2, a = 1 }\ny = { 1, b = 1 }", "x = { 3 }\ny = { c = 1 }" };
			assert.same({ 3, a = 1 }, stack:options().x);
			assert.same({ 1, a = 1, b = 1, c = 1 }, stack:options().y);
			assert_silent(stack);
		end);
	end);

	describe("{}", function ()
		it("leaves a map as it is", function ()
			assert.same({ a = 1 }, x_of("x = { a = 1 }", "x = {}"));
		end);

		it("empties a list that replaces", function ()
			assert.same({}, x_of("x = { 1, 2 }", "x = {}"));
		end);

		it("becomes what comes later, of any kind", function ()
			assert.same({ 1 }, x_of("x = {}", "x = { 1 }"));
			assert.same({ a = 1 }, x_of("x = {}", "x = { a = 1 }"));
			assert.equal(1, x_of("x = {}", "x = 1"));
		end);

		it("is never reported as a change of kind", function ()
			assert_silent(assemble { "x = {}\ny = {}\nz = { 1 }\nw = { a = 1 }", "x = { 1 }\ny = { a = 1 }\nz = {}\nw = {}" });
		end);
	end);

	describe("a change of kind", function ()
		for name, case in pairs {
			["a list to a map"] = { "{ 1 }", "{ a = 1 }" },
			["a map to a list"] = { "{ a = 1 }", "{ 1 }" },
			["a scalar to a list"] = { "1", "{ 1 }" },
			["a scalar to a map"] = { "true", "{ a = 1 }" },
			["a list to a scalar"] = { "{ 1 }", "1" },
			["a map to a scalar"] = { "{ a = 1 }", "false" },
		} do
			it("replaces, with a finding: "..name, function ()
				local stack = assemble { "x = "..case[1], "\nx = "..case[2] };
				assert.same(assert(load("return "..case[2]))(), stack:options().x);
				assert_warns(stack, "2:2", "x");
			end);
		end

		it("replaces, with a finding, inside a map", function ()
			local stack = assemble { "x = { a = { b = 1 }, c = 1 }", "x = { a = { 1 } }" };
			assert.same({ a = { 1 }, c = 1 }, stack:options().x);
			assert_warns(stack, "2:1", "a");
		end);

		it("replaces, with a finding, where a map meets an accumulating list", function ()
			local stack = assemble { 'admins = { "a" }', "admins = { a = true }" };
			assert.same({ a = true }, stack:options().admins);
			assert_warns(stack, "2:1", "admins");
		end);

		it("replaces, with a finding, in a host", function ()
			local stack = assemble { 'VirtualHost "a.example"\nx = { 1 }', 'VirtualHost "a.example"\nx = { a = 1 }' };
			assert.same({ a = 1 }, stack:options("a.example").x);
			assert_warns(stack, "2:2", "x");
		end);

		it("is no finding between a host and the global scope", function ()
			assert_silent(assemble { "x = { 1 }", 'VirtualHost "a.example"\nx = { a = 1 }' });
		end);
	end);

	describe("subtables that are shared", function ()
		it("stay shared where nothing merges into them", function ()
			local x = x_of("local t = { 1 }\nx = { a = t, b = t }", "x = { c = 1 }");
			assert.equal(x.a, x.b);
		end);

		it("are not changed for one user when another is merged into", function ()
			local stack = assemble { "local t = { k = 1 }\nx = { a = t, b = t }\ny = t", "x = { a = { l = 2 } }" };
			assert.same({ a = { k = 1, l = 2 }, b = { k = 1 } }, stack:options().x);
			assert.same({ k = 1 }, stack:options().y);
		end);

		it("are visited once", function ()
			local deep = "local t = { 1 }\nfor _ = 1, 40 do t = { a = t, b = t } end\nx = t";
			local x = x_of(deep, "x = { c = 1 }");
			assert.equal(x.a, x.b);
			assert.equal(1, x.c);
		end);

		it("are visited once where both sides share", function ()
			local deep = "local t = { 1 }\nfor _ = 1, 25 do t = { a = t, b = t } end\nx = t";
			local x = x_of(deep, deep);
			assert.same({ 1 }, x.a.b.a.b.a.b.a.b.a.b.a.b.a.b.a.b.a.b.a.b.a.b.a.b.a);
		end);
	end);

	describe("cycles and depth", function ()
		it("refuses a cyclic value, with its place", function ()
			assert_fails({ "y = 1\nlocal t = {}\nt.t = t\nx = t" }, "1:4", "x");
		end);

		it("refuses a cyclic value in a host", function ()
			assert_fails({ 'VirtualHost "a.example"\nlocal t = { {} }\nt[1][1] = t\nx = t' }, "1:4", "x");
		end);

		it("refuses a value nested too deep", function ()
			assert_fails({ "local t = {}\nlocal top = t\nfor _ = 1, 200000 do t.a = {}; t = t.a end\nx = top" }, "1:4", "x");
		end);
	end);

	describe("within one file", function ()
		it("a plain assignment restarts what the file says of the option", function ()
			assert.same({ "c" }, modules_of('modules_enabled = { "a" }\nmodules_enabled = { "c" }'));
			assert.same({ b = 1 }, x_of("x = { a = 1 }\nx = { b = 1 }"));
		end);

		it("a plain assignment keeps what earlier layers say", function ()
			assert.same({ "a", "c" }, modules_of('modules_enabled = { "a" }', 'modules_enabled = { "b" }\nmodules_enabled = { "c" }'));
		end);

		it("a plain assignment drops the directives before it", function ()
			assert.equal(2, x_of("x = stack.force(1)\nx = 2"));
			assert.same({ "b" }, modules_of('modules_enabled = stack.append { "a" }\nmodules_enabled = { "b" }'));
			assert.equal(10, x_of("x = stack.at_most(5)\nx = 10"));
		end);

		it("a directive adds to what the file says", function ()
			assert.same({ "a", "b" }, modules_of('modules_enabled = { "a" }\nmodules_enabled = stack.append { "b" }'));
			assert.same({ 1, 2 }, x_of("x = { 1 }\nx = stack.append { 2 }"));
			assert.equal(5, x_of("x = 10\nx = stack.at_most(5)"));
		end);

		it("directives add to one another", function ()
			assert.same({ "a", "c" },
				modules_of('modules_enabled = stack.append { "a", "b" }\nmodules_enabled = stack.remove { "b" }\n'
					..'modules_enabled = stack.append { "c" }'));
		end);

		it("restarts one scope only", function ()
			local stack = assemble { 'x = 1\nVirtualHost "a.example"\nx = stack.force(2)\nVirtualHost "b.example"\nx = 3\nx = 4' };
			assert.equal(1, stack:options().x);
			assert.equal(2, stack:options("a.example").x);
			assert.equal(4, stack:options("b.example").x);
		end);

		it("assigning nil cancels what the file set and leaves earlier layers alone", function ()
			assert.equal(1, x_of("x = 1", "x = 2\nx = nil"));
			assert.equal(1, x_of("x = 1", "x = stack.force(2)\nx = nil"));
			assert.is_nil(x_of("x = 1\nx = nil"));
		end);

		it("assigning after nil counts", function ()
			assert.equal(3, x_of("x = 1", "x = 2\nx = nil\nx = 3"));
		end);

		it("an included file belongs to the layer that includes it", function ()
			local root = support.tree {
				["core/1.cfg.lua"] = "x = stack.force(1)\nInclude \"inc/x.lua\"",
				["core/inc/x.lua"] = "x = 2\ny = 1",
				["core/2.cfg.lua"] = "y = 2",
			};
			local stack = stackloader.load(nil, { root = root, variables = {} });
			assert.equal(2, stack:options().x);
			assert.equal(2, stack:options().y);
		end);
	end);

	describe("stack.append", function ()
		it("adds to the end of a list that would be replaced", function ()
			assert.same({ 1, 2, 3 }, x_of("x = { 1, 2 }", "x = stack.append { 3 }"));
		end);

		it("adds what is not there yet", function ()
			assert.same({ 1, 2, 3 }, x_of("x = { 1, 2 }", "x = stack.append { 2, 3, 3, 1 }"));
		end);

		it("adds a scalar as one element", function ()
			assert.same({ 1, 2 }, x_of("x = { 1 }", "x = stack.append(2)"));
		end);

		it("makes a scalar a list of one first", function ()
			assert.same({ 1, 2 }, x_of("x = 1", "x = stack.append { 2 }"));
		end);

		it("sets an option that nobody set", function ()
			assert.same({ "a" }, x_of('x = stack.append { "a" }'));
			assert.same({ "a" }, x_of('x = stack.append "a"'));
		end);

		it("merges a map into a map", function ()
			assert.same({ a = 1, b = 2 }, x_of("x = { a = 1 }", "x = stack.append { b = 2 }"));
		end);

		it("loses nothing where list, map and scalar meet", function ()
			assert.same({ 1, a = 1 }, x_of("x = { a = 1 }", "x = stack.append { 1 }"));
			assert.same({ 1, a = 1 }, x_of("x = { 1 }", "x = stack.append { a = 1 }"));
			assert.same({ "s", a = 1 }, x_of('x = "s"', "x = stack.append { a = 1 }"));
		end);

		it("adds to a list of lists", function ()
			assert.same({ { "a" }, { "b" } }, x_of('x = { { "a" } }', 'x = stack.append { { "a" }, { "b" } }'));
		end);

		it("adds inside a map", function ()
			assert.same({ a = { 1, 2 } }, x_of("x = { a = { 1 } }", "x = { a = stack.append { 2 } }"));
		end);
	end);

	describe("stack.prepend", function ()
		it("adds to the front, in its own order", function ()
			assert.same({ 3, 4, 1, 2 }, x_of("x = { 1, 2 }", "x = stack.prepend { 3, 4 }"));
		end);

		it("moves what is there already to the front", function ()
			assert.same({ "c", "a", "b" }, modules_of('modules_enabled = { "a", "b", "c" }', 'modules_enabled = stack.prepend { "c" }'));
		end);

		it("of a later layer comes before that of an earlier one", function ()
			assert.same({ 3, 2, 1 }, x_of("x = { 1 }", "x = stack.prepend { 2 }", "x = stack.prepend { 3 }"));
		end);

		it("adds a scalar as one element, and makes a scalar a list of one first", function ()
			assert.same({ 2, 1 }, x_of("x = 1", "x = stack.prepend(2)"));
		end);

		it("sets an option that nobody set", function ()
			assert.same({ "a", "b" }, x_of('x = stack.prepend { "a", "b" }'));
		end);
	end);

	describe("stack.remove", function ()
		it("takes elements out of a list", function ()
			assert.same({ "b" }, modules_of('modules_enabled = { "a", "b", "c" }', 'modules_enabled = stack.remove { "a", "c" }'));
			assert.same({ 2 }, x_of("x = { 1, 2 }", "x = stack.remove { 1 }"));
		end);

		it("takes a scalar as one element", function ()
			assert.same({ "b" }, modules_of('modules_enabled = { "a", "b" }', 'modules_enabled = stack.remove "a"'));
		end);

		it("takes out elements that are equal by value", function ()
			assert.same({ { "b" } }, x_of('x = { { "a" }, { "b" } }', 'x = stack.remove { { "a" } }'));
		end);

		it("takes keys out of a map", function ()
			assert.same({ b = 2 }, x_of("x = { a = 1, b = 2 }", 'x = stack.remove { "a" }'));
		end);

		it("unsets a scalar that is equal", function ()
			assert.is_nil(x_of("x = 1", "x = stack.remove(1)"));
			assert.equal(1, x_of("x = 1", "x = stack.remove(2)"));
		end);

		it("leaves an empty list where it takes the last element", function ()
			assert.same({}, x_of("x = { 1 }", "x = stack.remove { 1 }"));
		end);

		it("of what is not there changes nothing", function ()
			assert.same({ 1 }, x_of("x = { 1 }", "x = stack.remove { 2 }"));
			assert.is_nil(x_of("x = stack.remove { 2 }"));
		end);

		it("does not keep a later layer from adding the element again, at the end", function ()
			assert.same({ "b", "a" }, modules_of('modules_enabled = { "a", "b" }', 'modules_enabled = stack.remove { "a" }',
				'modules_enabled = { "a" }'));
		end);

		it("works inside a map", function ()
			assert.same({ a = { 1 }, b = 1 }, x_of("x = { a = { 1, 2 }, b = 1 }", "x = { a = stack.remove { 2 } }"));
		end);
	end);

	describe("stack.replace", function ()
		it("sets a map whole", function ()
			assert.same({ b = 1 }, x_of("x = { a = 1 }", "x = stack.replace { b = 1 }"));
		end);

		it("sets an accumulating list whole", function ()
			assert.same({ "b" }, modules_of('modules_enabled = { "a" }', 'modules_enabled = stack.replace { "b" }'));
		end);

		it("empties a map or an accumulating list by {}", function ()
			assert.same({}, x_of("x = { a = 1 }", "x = stack.replace {}"));
			assert.same({}, modules_of('modules_enabled = { "a" }', "modules_enabled = stack.replace {}"));
		end);

		it("is no change of kind worth a finding", function ()
			local stack = assemble { "x = { a = 1 }", "x = stack.replace { 1 }" };
			assert.same({ 1 }, stack:options().x);
			assert_silent(stack);
		end);

		it("lets later layers merge again", function ()
			assert.same({ "b", "c" },
				modules_of('modules_enabled = { "a" }', 'modules_enabled = stack.replace { "b" }', 'modules_enabled = { "c" }'));
		end);

		it("works inside a map", function ()
			assert.same({ a = { c = 1 }, d = 1 }, x_of("x = { a = { b = 1 }, d = 1 }", "x = { a = stack.replace { c = 1 } }"));
		end);
	end);

	describe("stack.unset", function ()
		it("leaves nothing set", function ()
			assert.is_nil(x_of("x = 1", "x = stack.unset"));
			assert.is_nil(x_of("x = { a = 1 }", "x = stack.unset()"));
		end);

		it("lets a later layer set the option anew", function ()
			assert.same({ b = 1 }, x_of("x = { a = 1 }", "x = stack.unset", "x = { b = 1 }"));
		end);

		it("takes a key out of a map", function ()
			assert.same({ b = 2 }, x_of("x = { a = 1, b = 2 }", "x = { a = stack.unset }"));
		end);

		it("of what nobody set changes nothing", function ()
			assert.is_nil(x_of("x = stack.unset"));
		end);

		it("in a host takes the host's own value only", function ()
			local stack = assemble { 'x = 1\nVirtualHost "a.example"\nx = 2', 'VirtualHost "a.example"\nx = stack.unset' };
			assert.equal(1, stack:options().x);
			assert.is_nil(stack:options("a.example").x);
		end);
	end);

	describe("stack.default", function ()
		it("gives way to a plain value, earlier or later", function ()
			assert.equal(1, x_of("x = 1", "x = stack.default(2)"));
			assert.equal(1, x_of("x = stack.default(2)", "x = 1"));
		end);

		it("counts where nobody says more", function ()
			assert.equal(2, x_of("x = stack.default(2)"));
		end);

		it("is replaced by a later default", function ()
			assert.equal(3, x_of("x = stack.default(2)", "x = stack.default(3)"));
		end);

		it("counts for each key of a map by itself", function ()
			assert.same({ a = 1, b = 3 }, x_of("x = { a = 1 }", "x = stack.default { a = 2, b = 3 }"));
			assert.same({ a = 1, b = 3 }, x_of("x = stack.default { a = 2, b = 3 }", "x = { a = 1 }"));
		end);

		it("inside a map counts for that key", function ()
			assert.same({ a = 1, b = 3 }, x_of("x = { a = 1 }", "x = { a = stack.default(2), b = 3 }"));
			assert.same({ a = 2, b = 3 }, x_of("x = { a = stack.default(2), b = 3 }"));
			assert.same({ a = 5, b = 3 }, x_of("x = { a = stack.default(2), b = 3 }", "x = { a = 5 }"));
		end);

		it("counts for each element of an accumulating list by itself", function ()
			assert.same({ "a", "b" }, modules_of('modules_enabled = stack.default { "a" }', 'modules_enabled = { "b" }'));
		end);

		it("of an element can be removed by a plain directive, earlier too", function ()
			assert.same({ "b" }, modules_of('modules_enabled = stack.remove { "a" }', 'modules_enabled = stack.default { "a", "b" }',
				'modules_enabled = stack.remove { "a" }'));
			assert.same({ "b" }, modules_of('modules_enabled = stack.remove { "a" }', 'modules_enabled = stack.default { "a", "b" }'));
		end);

		it("of a list that replaces gives way whole", function ()
			assert.same({ 5222 }, x_of("x = { 5222 }", "x = stack.default { 1, 2 }"));
		end);

		it("as the only element of a list counts until a layer says more", function ()
			assert.same({ 5222 }, x_of("x = { stack.default(5222) }"));
			assert.same({ 5223 }, x_of("x = { stack.default(5222) }", "x = { 5223 }"));
			assert.same({ 5223 }, x_of("x = { 5223 }", "x = { stack.default(5222) }"));
		end);

		it("is a level of an operation", function ()
			assert.same({ "a", "b" }, modules_of('modules_enabled = stack.default(stack.append { "a" })', 'modules_enabled = { "b" }'));
			assert.equal(1, x_of("x = 1", "x = stack.default(stack.unset)"));
			assert.is_nil(x_of("x = stack.default(1)", "x = stack.default(stack.unset)"));
		end);
	end);

	describe("stack.force", function ()
		it("is not weakened by a later layer", function ()
			assert.equal(1, x_of("x = stack.force(1)", "x = 2", "x = 3"));
		end);

		it("refines an earlier layer, silently", function ()
			local stack = assemble { "x = 2", "x = stack.force(1)" };
			assert.equal(1, stack:options().x);
			assert_silent(stack);
		end);

		it("makes a later different value lose with a warning that names both places", function ()
			local stack = assemble { "x = stack.force(1)", "\n\nx = 2" };
			assert_warns(stack, "1:1", "2:3", "x");
		end);

		it("is silent where the later value is the same", function ()
			assert_silent(assemble { "x = stack.force(1)", "x = 1" });
			assert_silent(assemble { 'x = stack.force { a = { "b" } }', 'x = { a = { "b" } }' });
		end);

		it("does not let a later unset through", function ()
			local stack = assemble { "x = stack.force(1)", "x = stack.unset" };
			assert.equal(1, stack:options().x);
			assert_warns(stack, "1:1", "2:1");
		end);

		it("of a list that replaces keeps the list", function ()
			local stack = assemble { "x = stack.force { 1, 2 }", "x = { 3 }" };
			assert.same({ 1, 2 }, stack:options().x);
			assert_warns(stack, "1:1", "2:1");
		end);

		it("of a map locks its keys and lets others in", function ()
			local stack = assemble { "x = stack.force { a = 1 }", "x = { a = 2, b = 3 }" };
			assert.same({ a = 1, b = 3 }, stack:options().x);
			assert_warns(stack, "1:1", "2:1");
		end);

		it("of a map is silent about other keys", function ()
			local stack = assemble { "x = stack.force { a = 1 }", "x = { b = 3 }" };
			assert.same({ a = 1, b = 3 }, stack:options().x);
			assert_silent(stack);
		end);

		it("inside a map locks that key against everything", function ()
			local stack = assemble { "x = { a = stack.force(1), b = 2 }", "x = { a = 5, b = 6 }" };
			assert.same({ a = 1, b = 6 }, stack:options().x);
			assert_warns(stack, "1:1", "2:1");
			assert.same({ a = 1 }, x_of("x = { a = stack.force(1) }", "x = stack.unset"));
			assert.same({ a = 1, c = 3 }, x_of("x = { a = stack.force(1), b = 2 }", "x = stack.replace { c = 3 }"));
			assert.same({ a = 1 }, x_of("x = { a = stack.force(1) }", 'x = stack.remove { "a" }'));
		end);

		it("inside a map inside a map locks that key", function ()
			local stack = assemble {
				'limits = { c2s = { rate = stack.force("10kb/s"), burst = "2s" } }', 'limits = { c2s = { rate = "1mb/s", burst = "5s" } }',
			};
			assert.same({ c2s = { rate = "10kb/s", burst = "5s" } }, stack:options().limits);
			assert_warns(stack, "1:1", "2:1");
		end);

		it("inside a map holds in an option that is one choice", function ()
			assert.same({ debug = "d", error = "e" },
				assemble({ 'log = { error = stack.force("e"), info = "i" }', 'log = { debug = "d" }' }):options().log);
		end);

		it("of a key refines an earlier layer, silently", function ()
			local stack = assemble { "x = { a = 1, b = 2 }", "x = { a = stack.force(3) }" };
			assert.same({ a = 3, b = 2 }, stack:options().x);
			assert_silent(stack);
		end);

		it("of an accumulating list keeps its elements and lets others in", function ()
			local stack = assemble { 'modules_enabled = stack.force { "a" }', 'modules_enabled = { "b" }' };
			assert.same({ "a", "b" }, stack:options().modules_enabled);
			assert_silent(stack);
		end);

		it("of an element does not let it be removed", function ()
			local stack = assemble { 'modules_enabled = { stack.force("a"), "b" }', 'modules_enabled = stack.remove { "a", "b" }' };
			assert.same({ "a" }, stack:options().modules_enabled);
			assert_warns(stack, "1:1", "2:1");
		end);

		it("of an element keeps its early place", function ()
			assert.same({ "a", "b", "c" }, modules_of('modules_enabled = { stack.force("a") }', 'modules_enabled = { "b" }',
				'modules_enabled = { "c" }'));
		end);

		it("of an element brings it back into a list that replaces", function ()
			local stack = assemble { "x = { 1, stack.force(2) }", "x = { 3 }" };
			assert.same({ 2, 3 }, stack:options().x);
			assert_warns(stack, "1:1", "2:1");
		end);

		it("of an append holds", function ()
			local stack = assemble { "x = { 1 }", "x = stack.force(stack.append { 2 })", "x = { 3 }" };
			assert.same({ 2, 3 }, stack:options().x);
			assert_warns(stack, "2:1", "3:1");
		end);

		it("of a prepend holds at the front", function ()
			assert.same({ 2, 1, 3 }, assemble({
				"admins = { 1 }", "admins = stack.force(stack.prepend { 2 })", "admins = { 3 }",
			}):options().admins);
		end);

		it("of a remove holds against a later addition, with a warning", function ()
			local stack = assemble {
				'modules_enabled = { "a", "b" }', 'modules_enabled = stack.force(stack.remove { "a" })', 'modules_enabled = { "a", "c" }',
			};
			assert.same({ "b", "c" }, stack:options().modules_enabled);
			assert_warns(stack, "2:1", "3:1");
		end);

		it("of a replace holds against later additions", function ()
			local stack = assemble { 'modules_enabled = stack.force(stack.replace { "a" })', 'modules_enabled = { "b" }' };
			assert.same({ "a" }, stack:options().modules_enabled);
			assert_warns(stack, "1:1", "2:1");
		end);

		it("of an unset holds against a later value", function ()
			local stack = assemble { "x = stack.force(stack.unset)", "x = 1" };
			assert.is_nil(stack:options().x);
			assert_warns(stack, "1:1", "2:1");
		end);

		it("is silent about defaults", function ()
			local stack = assemble { "x = stack.force(1)", "x = stack.default(2)" };
			assert.equal(1, stack:options().x);
			assert_silent(stack);
		end);

		it("of false holds", function ()
			assert.is_false(x_of("x = stack.force(false)", "x = true"));
		end);

		it("holds against a variable, with a warning that names both", function ()
			local stack = assemble({ "max_size = stack.force(1)" }, { variables = { PROSODY_OPTION_MAX_SIZE = "2" } });
			assert.equal(1, stack:options().max_size);
			assert_warns(stack, "1:1", "PROSODY_OPTION_MAX_SIZE");
		end);

		it("holds against a later axis", function ()
			local root = support.tree {
				["core/1.cfg.lua"] = "x = stack.force(1)", ["stack/01-a/a.cfg.lua"] = "x = 2", ["local/z.cfg.lua"] = "x = 3",
			};
			local stack = stackloader.load(nil, { root = root, variables = {} });
			assert.equal(1, stack:options().x);
			assert_warns(stack, "1:1", "stack/01-a/a.cfg.lua:1");
			assert_warns(stack, "1:1", "local/z.cfg.lua:1");
		end);
	end);

	describe("within a level", function ()
		it("operations fold in order", function ()
			assert.same({ "b", "a" }, modules_of('modules_enabled = { "a", "b" }', 'modules_enabled = stack.remove { "a" }',
				'modules_enabled = stack.append { "a" }'));
		end);

		it("forces fold in order", function ()
			assert.same({ 1, 2, 3 }, x_of("x = stack.force { 1, 2 }", "x = stack.force(stack.append { 3 })"));
			assert.same({ a = 1, b = 2 }, x_of("x = stack.force { a = 1 }", "x = stack.force { b = 2 }"));
		end);

		it("the highest level decides, wherever it stands", function ()
			assert.equal(2, x_of("x = 1", "x = stack.force(2)", "x = stack.default(3)", "x = 4"));
		end);
	end);

	describe("two forces", function ()
		it("contradict as two different sets: an error that names both places", function ()
			assert_fails({ "x = stack.force(1)", "\nx = stack.force(2)" }, "1:1", "2:2", "x");
		end);

		it("contradict as two different lists", function ()
			assert_fails({ "x = stack.force { 1 }", "x = stack.force { 2 }" }, "1:1", "2:1");
		end);

		it("contradict as two sets of one key", function ()
			assert_fails({ "x = stack.force { a = 1, b = 1 }", "x = stack.force { a = 2 }" }, "1:1", "2:1");
			assert_fails({ "x = { a = stack.force(1) }", "x = { a = stack.force(2) }" }, "1:1", "2:1");
			assert_fails({ "x = { a = stack.force(1) }", "x = stack.force { a = 2 }" }, "1:1", "2:1");
		end);

		it("contradict as append and remove of one element", function ()
			assert_fails({
				'modules_enabled = stack.force(stack.append { "a", "b" })', 'modules_enabled = stack.force(stack.remove { "b" })',
			}, "1:1", "2:1");
		end);

		it("contradict as remove and append of one element", function ()
			assert_fails({
				'modules_enabled = stack.force(stack.remove { "b" })', 'modules_enabled = { stack.force("b") }',
			}, "1:1", "2:1");
		end);

		it("contradict as set and remove of an accumulating option", function ()
			assert_fails({ 'admins = stack.force { "a" }', 'admins = stack.force(stack.remove { "a" })' }, "1:1", "2:1");
		end);

		it("contradict where one layer's undoes another's, whatever the operations", function ()
			for _, texts in ipairs {
				{ "x = stack.force(stack.append { 1 })", "x = stack.force { 2 }" };
				{ "x = stack.force(stack.append { 1 })", "x = stack.force(stack.unset)" };
				{ "x = stack.force(stack.replace {})", "x = stack.force(stack.append { 1 })" };
				{ "x = { a = stack.force(1) }", "x = stack.force(stack.remove { 'a' })" };
				{ "stack.each('muc', { x = stack.force(stack.append { 1 }) })", "Component 'r.example' 'muc'\nx = stack.force(stack.replace { 2 })" };
			} do
				local text = table.concat({ failure(table.unpack(texts)) }, "\n");
				support.has(text, "contradict each other");
			end
		end);

		it("of one layer fold in order", function ()
			assert.same({ 2 }, x_of "x = stack.force(stack.append { 1 })\nx = stack.force(stack.replace { 2 })");
			assert.same({ 1 }, x_of "x = stack.force(stack.replace {})\nx = stack.force(stack.append { 1 })");
		end);

		it("agree where they are the same", function ()
			assert.equal(1, x_of("x = stack.force(1)", "x = stack.force(1)"));
			assert.same({ 1 }, x_of("x = stack.force { 1 }", "x = stack.force { 1 }"));
		end);

		it("agree about different keys and different elements", function ()
			local stack = assemble {
				'x = stack.force { a = { b = 1 } }\nmodules_enabled = stack.force { "a" }',
				'x = stack.force { a = { c = 1 } }\nmodules_enabled = stack.force { "b" }',
			};
			assert.same({ a = { b = 1, c = 1 } }, stack:options().x);
			assert.same({ "a", "b" }, stack:options().modules_enabled);
			assert_silent(stack);
		end);

		it("contradict inside a host", function ()
			assert_fails({
				'VirtualHost "a.example"\nx = stack.force(1)', 'VirtualHost "a.example"\nx = stack.force(2)',
			}, "1:2", "2:2");
		end);

		it("contradict between the global scope and a host", function ()
			assert_fails({ "x = stack.force(1)", 'VirtualHost "a.example"\nx = stack.force(2)' }, "1:1", "2:2");
		end);

		it("contradict between the global scope and a host in module lists", function ()
			assert_fails({
				'VirtualHost "a.example"\nmodules_enabled = stack.force(stack.remove { "x" })', 'modules_enabled = { stack.force("x") }',
			}, "1:2", "2:1");
		end);

		it("contradict as a set and an unset", function ()
			assert_fails({ "x = stack.force(1)", "x = stack.force(stack.unset)" }, "1:1", "2:1");
		end);

		it("do not contradict in two hosts", function ()
			local stack = assemble { 'VirtualHost "a.example"\nx = stack.force(1)\nVirtualHost "b.example"\nx = stack.force(2)' };
			assert.equal(1, stack:options("a.example").x);
			assert.equal(2, stack:options("b.example").x);
		end);

		it("that contradict do not hide one another: every pair is reported", function ()
			local message = failure("x = stack.force(1)\ny = stack.force(1)", "x = stack.force(2)\ny = stack.force(2)");
			assert.matches("core/2%.cfg%.lua:1", message);
			assert.matches("core/2%.cfg%.lua:2", message);
		end);
	end);

	describe("a global force in a host that has its own value", function ()
		it("replaces a scalar, with a warning that names both places", function ()
			local stack = assemble { "x = stack.force(1)", 'VirtualHost "a.example"\nx = 2' };
			assert.equal(1, stack:options("a.example").x);
			assert_warns(stack, "1:1", "2:2", "a.example");
		end);

		it("replaces a value that the host set before", function ()
			local stack = assemble { 'VirtualHost "a.example"\nx = 2', "x = stack.force(1)" };
			assert.equal(1, stack:options("a.example").x);
			assert_warns(stack, "1:2", "2:1");
		end);

		it("is silent where the host says the same", function ()
			local stack = assemble { "x = stack.force(1)", 'VirtualHost "a.example"\nx = 1' };
			assert.equal(1, stack:options("a.example").x);
			assert_silent(stack);
		end);

		it("sets nothing in a host that has no value of its own", function ()
			local stack = assemble { "x = stack.force(1)", 'VirtualHost "a.example"\ny = 2' };
			assert.is_nil(stack:options("a.example").x);
			assert_silent(stack);
		end);

		it("writes a locked key into the host's map", function ()
			local stack = assemble { "x = { a = stack.force(1), b = 1 }", 'VirtualHost "a.example"\nx = { c = 2 }' };
			assert.same({ a = 1, c = 2 }, stack:options("a.example").x);
			assert.same({ a = 1, b = 1 }, stack:options().x);
		end);

		it("writes the keys of a forced map into the host's map", function ()
			local stack = assemble { "x = stack.force { a = { b = 1 } }", 'VirtualHost "a.example"\nx = { a = { b = 2, c = 3 } }' };
			assert.same({ a = { b = 1, c = 3 } }, stack:options("a.example").x);
			assert_warns(stack, "1:1", "2:2");
		end);

		it("adds an element", function ()
			local stack = assemble { 'admins = stack.force(stack.append { "g" })', 'VirtualHost "a.example"\nadmins = { "a" }' };
			local admins = stack:options("a.example").admins;
			table.sort(admins);
			assert.same({ "a", "g" }, admins);
		end);

		it("takes an element out", function ()
			local stack = assemble { 'admins = stack.force(stack.remove { "x" })', 'VirtualHost "a.example"\nadmins = { "a", "x" }' };
			assert.same({ "a" }, stack:options("a.example").admins);
			assert_warns(stack, "1:1", "2:2");
		end);

		it("adds nothing to module lists, which Prosody unites", function ()
			local stack = assemble {
				'modules_enabled = { stack.force("g") }\nmodules_disabled = stack.force { "d" }',
				'VirtualHost "a.example"\nmodules_enabled = { "a" }\nmodules_disabled = { "e" }',
			};
			assert.same({ "a" }, stack:options("a.example").modules_enabled);
			assert.same({ "e" }, stack:options("a.example").modules_disabled);
			assert_silent(stack);
		end);

		it("takes a module out of the host's list", function ()
			local stack = assemble {
				'modules_enabled = stack.force(stack.remove { "x" })', 'VirtualHost "a.example"\nmodules_enabled = { "a", "x" }',
			};
			assert.same({ "a" }, stack:options("a.example").modules_enabled);
			assert_warns(stack, "1:1", "2:2");
		end);

		it("unsets a forced unset's option", function ()
			local stack = assemble { "x = stack.force(stack.unset)", 'VirtualHost "a.example"\nx = 1' };
			assert.is_nil(stack:options("a.example").x);
			assert_warns(stack, "1:1", "2:2");
		end);

		it("counts in components too", function ()
			local stack = assemble { "x = stack.force(1)", 'Component "c.example" "muc"\nx = 2' };
			assert.equal(1, stack:options("c.example").x);
		end);

		it("writes nothing into a host whose own assignments come to nothing: it inherits the whole value", function ()
			local stack = assemble {
				"x = { a = stack.force(1), b = 2 }",
				'VirtualHost "a.example"\nx = stack.unset\nVirtualHost "b.example"\nx = stack.remove { "z" }',
			};
			assert.is_nil(stack:options("a.example").x);
			assert.is_nil(stack:options("b.example").x);
			assert_silent(stack);
		end);

		it("holds on top of the host's own force", function ()
			local stack = assemble { 'x = stack.force(stack.prepend "a")', 'VirtualHost "a.example"\nx = stack.force { "f" }' };
			assert.same({ "a", "f" }, stack:options("a.example").x);
		end);

		it("is silent where the host merely lacks the key or the element, earlier or later", function ()
			local global = 'x = stack.force { a = 1 }\nadmins = stack.force { "g" }';
			local host = 'VirtualHost "a.example"\nx = { c = 2 }\nadmins = { "h" }';
			for _, texts in ipairs { { global, host }, { host, global } } do
				local stack = assemble(texts);
				assert.same({ a = 1, c = 2 }, stack:options("a.example").x);
				assert_silent(stack);
			end
		end);

		it("writes a locked key beside the elements of the host's list", function ()
			local stack = assemble { "x = { a = stack.force(1) }", 'VirtualHost "a.example"\nx = { 5 }' };
			assert.same({ 5, a = 1 }, stack:options("a.example").x);
		end);

		it("counts for a value that stack.each gave the host", function ()
			local stack = assemble { "x = stack.force(1)", 'stack.each("host", { x = 2 })\nVirtualHost "a.example"' };
			assert.equal(1, stack:options("a.example").x);
		end);
	end);

	describe("a host's own force", function ()
		it("holds against later values of the host", function ()
			local stack = assemble { 'VirtualHost "a.example"\nx = stack.force(1)', 'VirtualHost "a.example"\nx = 2' };
			assert.equal(1, stack:options("a.example").x);
			assert_warns(stack, "1:2", "2:2");
		end);

		it("leaves the global value and other hosts alone", function ()
			local stack = assemble { 'x = 1\nVirtualHost "a.example"\nx = stack.force(2)\nVirtualHost "b.example"\nx = 3' };
			assert.equal(1, stack:options().x);
			assert.equal(3, stack:options("b.example").x);
		end);
	end);

	describe("a module that a host removes", function ()
		it("goes to the host's modules_disabled where the global list enables it", function ()
			local stack = assemble { 'modules_enabled = { "a", "b" }', 'VirtualHost "h.example"\nmodules_enabled = stack.remove { "a" }' };
			assert.same({ "a" }, stack:options("h.example").modules_disabled);
			assert.same({ "a", "b" }, stack:options().modules_enabled);
			assert.is_nil(stack:options().modules_disabled);
		end);

		it("goes there whether the global list enables it earlier or later", function ()
			local stack = assemble { 'VirtualHost "h.example"\nmodules_enabled = stack.remove { "a" }', 'modules_enabled = { "a", "b" }' };
			assert.same({ "a" }, stack:options("h.example").modules_disabled);
		end);

		it("goes to the end of what the host disables anyway, once", function ()
			local stack = assemble {
				'modules_enabled = { "a", "b" }',
				'VirtualHost "h.example"\nmodules_disabled = { "z", "b" }\nmodules_enabled = stack.remove { "a", "b" }',
			};
			assert.same({ "z", "b", "a" }, stack:options("h.example").modules_disabled);
		end);

		it("goes nowhere where the global list does not enable it", function ()
			local stack = assemble { 'modules_enabled = { "b" }', 'VirtualHost "h.example"\nmodules_enabled = stack.remove { "a" }' };
			assert.is_nil(stack:options("h.example").modules_disabled);
		end);

		it("leaves the host's own list as well", function ()
			local stack = assemble {
				'modules_enabled = { "a" }\nVirtualHost "h.example"\nmodules_enabled = { "a", "c" }',
				'VirtualHost "h.example"\nmodules_enabled = stack.remove { "a" }',
			};
			assert.same({ "c" }, stack:options("h.example").modules_enabled);
			assert.same({ "a" }, stack:options("h.example").modules_disabled);
		end);

		it("stays on where the global list forces it in, with a warning that names both places", function ()
			local stack = assemble {
				'modules_enabled = { stack.force("a") }', 'VirtualHost "h.example"\nmodules_enabled = stack.remove { "a" }',
			};
			assert.is_nil(stack:options("h.example").modules_disabled);
			assert_warns(stack, "1:1", "2:2");
		end);

		it("stays on where the host itself adds it again later", function ()
			local stack = assemble {
				'modules_enabled = { "a" }', 'VirtualHost "h.example"\nmodules_enabled = stack.remove { "a" }',
				'VirtualHost "h.example"\nmodules_enabled = { "a" }',
			};
			assert.same({ "a" }, stack:options("h.example").modules_enabled);
			assert.is_nil(stack:options("h.example").modules_disabled);
		end);

		it("goes behind what the host disables anyway also where the removal is the first of all assignments", function ()
			local stack = assemble {
				'stack.each("host", { modules_enabled = stack.remove { "d" } })\nVirtualHost "h.example"',
				'stack.each("host", { modules_disabled = { "e", "f" } })', 'modules_enabled = { "d" }',
			};
			assert.same({ "e", "f", "d" }, stack:options("h.example").modules_disabled);
		end);

		it("is disabled by stack.each in every host", function ()
			local stack = assemble {
				'modules_enabled = { "a" }\nVirtualHost "h.example"\nVirtualHost "i.example"',
				'stack.each("host", { modules_enabled = stack.remove { "a" } })',
			};
			assert.same({ "a" }, stack:options("h.example").modules_disabled);
			assert.same({ "a" }, stack:options("i.example").modules_disabled);
		end);
	end);

	describe("a module forced into modules_disabled", function ()
		it("leaves every host's modules_enabled, with a warning that names both places", function ()
			local stack = assemble {
				'modules_disabled = stack.force { "x" }',
				'VirtualHost "h.example"\nmodules_enabled = { "x", "y" }\nVirtualHost "i.example"\nmodules_enabled = { "z", "x" }',
			};
			assert.same({ "y" }, stack:options("h.example").modules_enabled);
			assert.same({ "z" }, stack:options("i.example").modules_enabled);
			assert_warns(stack, "1:1", "2:2");
			assert_warns(stack, "1:1", "2:4");
		end);

		it("as a forced element leaves a component's modules_enabled", function ()
			local stack = assemble {
				'Component "c.example" "muc"\nmodules_enabled = { "x", "y" }', 'modules_disabled = { stack.force("x") }',
			};
			assert.same({ "y" }, stack:options("c.example").modules_enabled);
		end);

		it("by a forced replace leaves it as well", function ()
			local stack = assemble {
				'VirtualHost "h.example"\nmodules_enabled = { "x", "y" }', 'modules_disabled = stack.force(stack.replace { "x" })',
			};
			assert.same({ "y" }, stack:options("h.example").modules_enabled);
		end);

		it("of one host leaves that host's modules_enabled only", function ()
			local stack = assemble {
				'VirtualHost "h.example"\nmodules_enabled = { "x", "y" }\nVirtualHost "i.example"\nmodules_enabled = { "x" }',
				'VirtualHost "h.example"\nmodules_disabled = stack.force { "x" }',
			};
			assert.same({ "y" }, stack:options("h.example").modules_enabled);
			assert.same({ "x" }, stack:options("i.example").modules_enabled);
		end);

		it("plainly disabled stays in a host's modules_enabled", function ()
			local stack = assemble { 'modules_disabled = { "x" }', 'VirtualHost "h.example"\nmodules_enabled = { "x" }' };
			assert.same({ "x" }, stack:options("h.example").modules_enabled);
		end);
	end);

	describe("a module forced off", function ()
		it("leaves the global modules_enabled, with a warning where that comes later", function ()
			local force = 'modules_disabled = stack.force { "x" }';
			local later = assemble { force, 'modules_enabled = { "x", "y" }' };
			assert.same({ "y" }, later:options().modules_enabled);
			assert.same({ "x" }, later:options().modules_disabled);
			assert_warns(later, "1:1", "2:1", 'modules_enabled: "x" loses against the force');
			local earlier = assemble { 'modules_enabled = { "x", "y" }', force };
			assert.same({ "y" }, earlier:options().modules_enabled);
			assert_silent(earlier);
		end);

		it("leaves it silently where it stands there as a default", function ()
			local stack = assemble { 'modules_disabled = stack.force { "x" }', 'modules_enabled = stack.default { "x", "y" }' };
			assert.same({ "y" }, stack:options().modules_enabled);
			assert_silent(stack);
		end);

		it("by stack.each leaves the lists of those hosts", function ()
			local stack = assemble {
				'VirtualHost "h.example"\nmodules_enabled = { "x", "y" }\nComponent "c.example" "muc"\nmodules_enabled = { "x" }',
				'stack.each("host", { modules_disabled = stack.force { "x" } })',
			};
			assert.same({ "y" }, stack:options("h.example").modules_enabled);
			assert.same({ "x" }, stack:options("c.example").modules_enabled);
			assert_warns(stack, "1:2", "2:1");
		end);

		it("is said of with all modules of one place in one warning", function ()
			local stack = assemble {
				'modules_disabled = { stack.force("x"), stack.force("z") }', 'VirtualHost "h.example"\nmodules_enabled = { "z", "y", "x" }',
			};
			assert.equal(1, #warnings_of(stack));
			assert_warns(stack, "1:1", "2:2", '{ "z", "x" } loses');
		end);
	end);

	describe("a module forced into modules_enabled", function ()
		local force = 'modules_enabled = stack.force(stack.append { "limits" })';

		it("leaves a host's modules_disabled, whichever comes first, with a warning that names both places", function ()
			local host = 'VirtualHost "h.example"\nmodules_disabled = { "y", "limits" }';
			local after = assemble { force, host };
			assert.same({ "y" }, after:options("h.example").modules_disabled);
			assert_warns(after, "1:1", "2:2", 'modules_disabled in h.example: "limits" loses against the force', "keeps it on");
			local before = assemble { host, force };
			assert.same({ "y" }, before:options("h.example").modules_disabled);
			assert_warns(before, "1:2", "2:1");
			assert.equal(1, #warnings_of(before));
		end);

		it("leaves the global modules_disabled, whichever comes first, with a warning that names both places", function ()
			for _, texts in ipairs { { force, 'modules_disabled = { "limits", "y" }' }, { 'modules_disabled = { "limits", "y" }', force } } do
				local stack = assemble(texts);
				assert.same({ "limits" }, stack:options().modules_enabled);
				assert.same({ "y" }, stack:options().modules_disabled);
				assert_warns(stack, "1:1", "2:1");
			end
		end);

		it("leaves it however it got there", function ()
			for _, text in ipairs {
				'modules_disabled = "limits"', 'modules_disabled = stack.prepend "limits"', 'modules_disabled = stack.replace { "limits" }',
				'stack.each("host", { modules_disabled = { "limits" } })', 'modules_disabled = { "y", limits = "limits", "limits" }',
				'VirtualHost "h.example" { modules_disabled = { "limits" } }',
				'VirtualHost "h.example"\nmodules_disabled = modules_disabled or {}\nmodules_disabled[1] = "limits"',
			} do
				local stack = assemble { force..'\nVirtualHost "h.example"', text };
				for _, scope in ipairs { "*", "h.example" } do
					local disabled = stack:options(scope ~= "*" and scope or nil).modules_disabled;
					assert.is_false(support.contains(type(disabled) == "table" and disabled or { disabled }, "limits"), text);
				end
				assert_warns(stack, "1:1", "limits", "loses against the force");
			end
		end);

		it("is said of at every place that disables it, but for those that a later one replaces", function ()
			local stack = assemble { 'modules_disabled = { "limits" }', 'modules_disabled = { "y", "limits" }', force };
			assert_warns(stack, "1:1", "3:1");
			assert_warns(stack, "2:1", "3:1");
			local replaced = assemble { 'modules_disabled = { "limits" }', 'modules_disabled = stack.replace { "limits" }', force };
			assert_warns(replaced, "2:1", "3:1");
			assert.equal(1, #warnings_of(replaced));
		end);

		it("keeps the named part of the list that it leaves", function ()
			local stack = assemble { force, 'VirtualHost "h.example"\nmodules_disabled = { "limits", "y", k = "v" }' };
			assert.same({ "y", k = "v" }, stack:options("h.example").modules_disabled);
		end);

		it("leaves it silently where it stands there as a default", function ()
			local stack = assemble {
				force, 'modules_disabled = stack.default { "limits" }\nVirtualHost "h.example"\nmodules_disabled = stack.default "limits"',
			};
			assert.same({}, stack:options().modules_disabled);
			assert.is_nil(stack:options("h.example").modules_disabled);
			assert_silent(stack);
		end);

		it("is forced as an element, by a plain list and by a replacement too", function ()
			for _, text in ipairs {
				'{ "a", stack.force("limits") }', 'stack.force { "limits" }', 'stack.force "limits"', 'stack.force(stack.replace { "limits" })',
				'stack.force(stack.prepend { "limits" })',
			} do
				local stack = assemble { "modules_enabled = "..text, 'VirtualHost "h.example"\nmodules_disabled = { "limits" }' };
				assert.same({}, stack:options("h.example").modules_disabled, text);
				assert_warns(stack, "1:1", "2:2");
			end
		end);

		it("is an error where another layer forces the list whole without it", function ()
			assert_fails({ force, 'modules_enabled = stack.force(stack.replace { "b" })', 'modules_disabled = { "limits" }' }, "1:1", "2:1");
		end);

		it("is forced no longer where a later force of the same layer says the list whole", function ()
			local stack = assemble { force..'\nmodules_enabled = stack.force(stack.replace { "b" })', 'modules_disabled = { "limits" }' };
			assert.same({ "limits" }, stack:options().modules_disabled);
			assert_silent(stack);
		end);

		it("leaves the main file's and the variable's lists", function ()
			local root = support.tree { ["policies/security/baseline.cfg.lua"] = force };
			local env, config = support.environment { ["*"] = { modules_disabled = { "limits", "y" } }, ["h.example"] = { modules_disabled = { "limits" } } };
			local stack = stackloader.load(env, { root = root, variables = { PROSODY_OPTION_MODULES_DISABLED = "z,limits" } });
			assert.same({ "y", "z" }, config["*"].modules_disabled);
			assert.same({}, config["h.example"].modules_disabled);
			local texts = {};
			for _, finding in ipairs(stack:findings()) do
				texts[#texts + 1] = finding.text;
			end
			table.sort(texts);
			local loses = ' "limits" loses against the force at '..root.."/policies/security/baseline.cfg.lua:1, which keeps it on";
			assert.equal(3, #texts);
			support.has(texts[1], "modules_disabled in h.example:"..loses);
			support.has(texts[2], "modules_disabled:"..loses);
			support.has(texts[3], "modules_disabled:"..loses);
		end);

		it("leaves a component's list only where components take it over", function ()
			local stack = assemble {
				'modules_enabled = stack.force(stack.append { "tls", "mam" })',
				'Component "c.example" "pubsub"\nmodules_disabled = { "tls", "mam" }\nmodules_enabled = { "mam" }',
			};
			assert.same({ "mam" }, stack:options("c.example").modules_disabled);
			assert_warns(stack, "1:1", "2:2", '"tls" loses');
			assert.equal(1, #warnings_of(stack));
		end);

		it("of one host leaves that host's modules_disabled only", function ()
			local stack = assemble {
				'VirtualHost "h.example"\nmodules_disabled = { "x" }\nVirtualHost "i.example"\nmodules_disabled = { "x" }',
				'VirtualHost "h.example"\nmodules_enabled = stack.force { "x" }',
			};
			assert.same({}, stack:options("h.example").modules_disabled);
			assert.same({ "x" }, stack:options("i.example").modules_disabled);
			assert_warns(stack, "1:2", "2:2");
		end);

		it("by stack.each leaves the lists of those components, which the global one does not reach", function ()
			local stack = assemble {
				'stack.each("muc", { modules_enabled = stack.force(stack.append { "muc_mam" }) })',
				'Component "c.example" "muc"\nmodules_disabled = { "muc_mam" }\nComponent "d.example" "pubsub"\nmodules_disabled = { "muc_mam" }',
			};
			assert.same({}, stack:options("c.example").modules_disabled);
			assert.same({ "muc_mam" }, stack:options("d.example").modules_disabled);
			assert_warns(stack, "1:1", "2:2");
		end);

		it("is explained with the place of the force", function ()
			local stack = assemble {
				'modules_enabled = { stack.force "a", stack.force "b", stack.force "c", stack.force "d" }',
				'VirtualHost "h.example"\nmodules_disabled = { "y", "a", "b", "c", "d" }\nmodules_enabled = stack.remove { "z" }', 'modules_enabled = { "z" }',
			};
			local answer = stack:explain("modules_disabled", "h.example");
			assert.same({ "y", "z" }, answer.value);
			local last = answer.assignments[#answer.assignments];
			assert.equal("settle", last.operation);
			assert.same({ "y", "z" }, last.result);
			assert.is_truthy(last.note:find('^"a" is forced on at .*core/1%.cfg%.lua:1; "b" is forced on at .*; "c" is forced on at .*; and 1 more; '
				.."modules that this host removes and the global modules_enabled has are disabled here$"), last.note);
		end);

		it("explains what leaves modules_enabled likewise", function ()
			local stack = assemble { 'modules_enabled = { "x" }', 'modules_disabled = stack.force { "x" }' };
			local answer = stack:explain "modules_enabled";
			assert.same({}, answer.value);
			assert.is_truthy(answer.assignments[2].note:find('^"x" is forced off at .*core/2%.cfg%.lua:1$'), answer.assignments[2].note);
		end);

		it("counts at 7,000 modules against lists that name all of them, in one warning for each place", function ()
			local names, elements = {}, {};
			for index = 1, 7000 do
				names[index], elements[index] = ("%q"):format("m"..index), ("stack.force %q"):format("m"..index);
			end
			local list = "{ "..table.concat(names, ", ").." }";
			local host = '\nVirtualHost "h.example"\nmodules_%s = '..list;
			for _, pair in ipairs { { "enabled", "disabled" }, { "disabled", "enabled" } } do
				for _, forced in ipairs { "stack.force(stack.append "..list..")", "{ "..table.concat(elements, ", ").." }" } do
					local stack = assemble { "modules_"..pair[1].." = "..forced, "modules_"..pair[2].." = "..list..host:format(pair[2]) };
					assert.same({}, stack:options()["modules_"..pair[2]]);
					assert.same({}, stack:options("h.example")["modules_"..pair[2]]);
					assert.equal(7000, #stack:options()["modules_"..pair[1]]);
					assert_warns(stack, "1:1", "2:1", '{ "m1", "m2"');
					assert_warns(stack, "1:1", "2:3", "h.example");
					assert.equal(2, #warnings_of(stack));
				end
			end
			local removing = assemble { "modules_enabled = "..list, 'VirtualHost "h.example"\nmodules_enabled = stack.remove '..list };
			assert.equal(7000, #removing:options("h.example").modules_disabled);
		end);
	end);

	describe("a module forced on and off", function ()
		local on, off = 'modules_enabled = stack.force(stack.append { "limits" })', 'modules_disabled = stack.force(stack.append { "limits" })';
		local host, rooms = 'VirtualHost "h.example"\n', 'Component "c.example" "muc"\n';

		for what, texts in pairs {
			["globally in both lists"] = { on, off, "1:1", "2:1" };
			["globally in both lists, the other way round"] = { off, on, "1:1", "2:1" };
			["globally and by a host"] = { on, host..off, "1:1", "2:2", "modules_disabled in h.example" };
			["by a host and globally"] = { host..off, on, "1:2", "2:1" };
			["by a host against a global force off"] = { off, host..on, "1:1", "2:2", "modules_enabled in h.example" };
			["by a component against a global force off"] = { off, rooms..on, "1:1", "2:2", "modules_enabled in c.example" };
			["by one host in both lists"] = { host..on, host..off, "1:2", "2:2" };
			["by stack.each against a global force on"] = { on..'\nVirtualHost "h.example"', 'stack.each("host", { '..off.." })", "1:1", "2:1" };
			["by stack.each against a global force off"] = { off..'\nVirtualHost "h.example"', 'stack.each("host", { '..on.." })", "1:1", "2:1" };
			["by stack.each against a host"] = { 'stack.each("host", { '..on.." })", host..off, "1:1", "2:2" };
			["by a host's forced removal"] = { on, host..'modules_enabled = stack.force(stack.remove { "limits" })', "1:1", "2:2" };
			["by a component's removal of a module that components take over"] = {
				'modules_enabled = { stack.force "tls" }', rooms..'modules_enabled = stack.force(stack.remove { "tls" })', "1:1", "2:2",
			};
			["by a component, off, that takes it over"] = {
				'modules_enabled = { stack.force "tls" }', rooms..'modules_disabled = stack.force { "tls" }', "1:1", "2:2",
			};
		} do
			it(what.." is an error that names both places", function ()
				assert_fails({ texts[1], texts[2] }, table.unpack(texts, 3));
			end);
		end

		it("is one error for one pair of places, however many modules and hosts it is about", function ()
			local message = failure('modules_enabled = stack.force { "a", "b" }\nVirtualHost "h.example"\nVirtualHost "i.example"',
				'stack.each("host", { modules_disabled = stack.force { "a", "b" } })');
			local _, count = message:gsub("contradict each other", "");
			assert.equal(1, count);
		end);

		it("is none where a component does not take the global module over", function ()
			local stack = assemble {
				on, rooms..off, 'Component "d.example" "muc"\nmodules_enabled = stack.force(stack.remove { "limits" })',
			};
			assert.same({ "limits" }, stack:options("c.example").modules_disabled);
			assert_silent(stack);
		end);
	end);

	describe("a force that keeps a module out of modules_disabled", function ()
		for what, force in pairs {
			["by a removal"] = 'stack.force(stack.remove { "roster" })'; ["by a replacement"] = 'stack.force(stack.replace { "x" })';
			["by an empty list"] = "stack.force(stack.replace {})"; ["by an unset"] = "stack.force(stack.unset)";
		} do
			it(what.." holds against a host that removes the module from modules_enabled", function ()
				local stack = assemble {
					'modules_enabled = { "roster" }\nmodules_disabled = '..force, 'VirtualHost "h.example"\nmodules_enabled = stack.remove { "roster" }',
				};
				local own = stack:options("h.example").modules_disabled;
				assert.is_false(support.contains(own or {}, "roster"));
				assert_warns(stack, "1:2", "2:2", "modules_enabled in h.example");
			end);
		end

		it("is an error against the host's own forced removal", function ()
			assert_fails({
				'modules_enabled = { "roster" }\nmodules_disabled = stack.force(stack.remove { "roster" })',
				'VirtualHost "h.example"\nmodules_enabled = stack.force(stack.remove { "roster" })',
			}, "1:2", "2:2");
		end);

		it("of the host itself holds too", function ()
			local stack = assemble {
				'modules_enabled = { "roster" }',
				'VirtualHost "h.example"\nmodules_disabled = stack.force(stack.remove { "roster" })\nmodules_enabled = stack.remove { "roster" }',
			};
			assert.is_nil(stack:options("h.example").modules_disabled);
			assert_warns(stack, "2:2", "2:3");
		end);
	end);

	describe("stack.each", function ()
		it("gives every component of a module the value, whoever opens it and when", function ()
			local stack = assemble {
				'Component "a.example" "muc"', 'stack.each("muc", { modules_enabled = { "muc_mam" }, x = 1 })',
				'Component "b.example" "muc"\nComponent "c.example" "proxy65"\nVirtualHost "d.example"',
			};
			assert.same({ "muc_mam" }, stack:options("a.example").modules_enabled);
			assert.same({ "muc_mam" }, stack:options("b.example").modules_enabled);
			assert.equal(1, stack:options("b.example").x);
			assert.is_nil(stack:options("c.example").x);
			assert.is_nil(stack:options("d.example").x);
			assert.is_nil(stack:options().x);
		end);

		it("gives every virtual host the value", function ()
			local stack = assemble { 'stack.each("host", { x = 1 })\nVirtualHost "a.example"\nComponent "c.example" "muc"' };
			assert.equal(1, stack:options("a.example").x);
			assert.is_nil(stack:options("c.example").x);
		end);

		it("counts at its layer's place among the host's own assignments", function ()
			local texts = {
				'VirtualHost "a.example"\nx = 1\nadmins = { "a" }', 'stack.each("host", { x = 2, admins = { "b" } })',
				'VirtualHost "a.example"\ny = 3',
			};
			local stack = assemble(texts);
			assert.equal(2, stack:options("a.example").x);
			assert.same({ "a", "b" }, stack:options("a.example").admins);
			texts[3] = 'VirtualHost "a.example"\nx = 3';
			assert.equal(3, assemble(texts):options("a.example").x);
		end);

		it("takes directives", function ()
			local stack = assemble {
				'VirtualHost "a.example"\nx = 1', 'stack.each("host", { x = stack.force(2) })', 'VirtualHost "a.example"\nx = 3',
			};
			assert.equal(2, stack:options("a.example").x);
			assert_warns(stack, "2:1", "3:2");
		end);

		it("speaks to a component whose module is only decided later", function ()
			local stack = assemble {
				'Component "a.example"\ny = 1', 'stack.each("muc", { x = 1 })', 'Component "a.example" "muc"',
			};
			assert.equal(1, stack:options("a.example").x);
		end);

		it("bounds every such scope where it holds a constraint", function ()
			local stack = assemble { 'stack.each("host", { x = stack.at_most(5) })\nVirtualHost "a.example"\nx = 9' };
			assert.equal(5, stack:options("a.example").x);
		end);
	end);

	describe("stack.at_most", function ()
		it("moves a value that is higher, earlier or later, to the bound", function ()
			assert.equal(5, x_of("x = 9", "x = stack.at_most(5)"));
			assert.equal(5, x_of("x = stack.at_most(5)", "x = 9"));
		end);

		it("leaves a value inside alone", function ()
			local stack = assemble { "x = stack.at_most(5)", "x = 3" };
			assert.equal(3, stack:options().x);
			assert_silent(stack);
		end);

		it("allows the bound itself", function ()
			assert_silent(assemble { "x = stack.at_most(5)", "x = 5" });
		end);

		it("gives an unset option the bound", function ()
			assert.equal(5, x_of("x = stack.at_most(5)"));
		end);

		it("warns of a later value that it moves, naming both places", function ()
			local stack = assemble { "x = stack.at_most(5)", "\nx = 9" };
			assert_warns(stack, "1:1", "2:2", "x");
		end);

		it("moves an earlier value silently", function ()
			assert_silent(assemble { "x = 9", "x = stack.at_most(5)" });
		end);

		it("compares durations as Prosody writes them", function ()
			assert.equal("30d", x_of('x = "1y"', 'x = stack.at_most("30d")'));
			assert.equal("4w", x_of('x = "4w"', 'x = stack.at_most("30d")'));
			assert.equal("30d", x_of('x = "never"', 'x = stack.at_most("30d")'));
			assert.equal("12h", x_of('x = "12h"', 'x = stack.at_most("1d")'));
		end);

		it("takes false as a duration without end", function ()
			assert.equal("30d", x_of("x = false", 'x = stack.at_most("30d")'));
		end);

		it("compares a number of seconds with a duration", function ()
			assert.equal(3600, x_of("x = 3600", 'x = stack.at_most("1d")'));
			assert.equal("1d", x_of("x = 864000", 'x = stack.at_most("1d")'));
		end);

		it("compares sizes", function ()
			assert.equal("10MB", x_of('x = "50MB"', 'x = stack.at_most("10MB")'));
			assert.equal("512 kB", x_of('x = "512 kB"', 'x = stack.at_most("10MB")'));
			assert.equal("10 MiB", x_of("x = 104857600", 'x = stack.at_most("10 MiB")'));
		end);

		it("moves a value that cannot be compared to the bound", function ()
			assert.equal(5, x_of("x = { 1 }", "x = stack.at_most(5)"));
			assert.equal(5, x_of('x = "many"', "x = stack.at_most(5)"));
		end);

		it("refuses a bare m, with its place", function ()
			assert_fails({ '\nx = stack.at_most("5m")' }, "1:2", "5m");
		end);

		it("bounds a default and what comes out of levels", function ()
			assert.equal(5, x_of("x = stack.at_most(5)", "x = stack.default(9)"));
		end);
	end);

	describe("stack.at_least", function ()
		it("moves a value that is lower to the bound", function ()
			assert.equal(5, x_of("x = 1", "x = stack.at_least(5)"));
			assert.equal("1w", x_of('x = "1d"', 'x = stack.at_least("1w")'));
		end);

		it("leaves a higher one alone, never included", function ()
			assert.equal(9, x_of("x = 9", "x = stack.at_least(5)"));
			assert.equal("never", x_of('x = "never"', 'x = stack.at_least("1w")'));
		end);

		it("gives an unset option the bound", function ()
			assert.equal(5, x_of("x = stack.at_least(5)"));
		end);

		it("warns of a later value that it moves", function ()
			assert_warns(assemble { "x = stack.at_least(5)", "x = 1" }, "1:1", "2:1");
		end);
	end);

	describe("stack.one_of", function ()
		it("moves another value to the first", function ()
			assert.equal("a", x_of('x = "c"', 'x = stack.one_of { "a", "b" }'));
		end);

		it("leaves one of them alone", function ()
			local stack = assemble { 'x = stack.one_of { "a", "b" }', 'x = "b"' };
			assert.equal("b", stack:options().x);
			assert_silent(stack);
		end);

		it("gives an unset option the first", function ()
			assert.equal("a", x_of('x = stack.one_of { "a", "b" }'));
		end);

		it("works on booleans and numbers", function ()
			assert.is_true(x_of("x = false", "x = stack.one_of { true }"));
			assert.equal(2, x_of("x = 3", "x = stack.one_of { 2, 4 }"));
			assert.is_false(x_of("x = stack.one_of { false, true }", "x = false"));
		end);

		it("warns of a later value that it moves", function ()
			assert_warns(assemble { 'x = stack.one_of { "a" }', 'x = "b"' }, "1:1", "2:1");
		end);
	end);

	describe("several constraints", function ()
		it("intersect", function ()
			assert.equal(3, x_of("x = stack.at_most(5)", "x = stack.at_most(3)", "x = 9"));
			assert.equal(4, x_of("x = stack.at_least(4)", "x = stack.at_least(2)", "x = 1"));
			assert.equal(3, x_of("x = stack.at_least(2)", "x = stack.at_most(4)", "x = 3"));
			assert.equal("b", x_of('x = stack.one_of { "a", "b" }', 'x = stack.one_of { "b", "c" }', 'x = "a"'));
		end);

		it("of one_of and a bound move to the first that is inside", function ()
			assert.equal(3, x_of("x = stack.one_of { 1, 3, 5 }", "x = stack.at_least(2)", "x = 4"));
		end);

		it("of one layer intersect", function ()
			assert.equal(2, x_of("x = stack.at_least(2)\nx = stack.at_most(4)", "x = 1"));
		end);

		it("that contradict are an error naming both places", function ()
			assert_fails({ "x = stack.at_least(5)", "\nx = stack.at_most(3)" }, "1:1", "2:2", "x");
			assert_fails({ 'x = stack.one_of { "a" }', 'x = stack.one_of { "b" }' }, "1:1", "2:1");
			assert_fails({ "x = stack.one_of { 1, 2 }", "x = stack.at_least(3)" }, "1:1", "2:1");
			assert_fails({ 'x = stack.at_least("never")', 'x = stack.at_most("1y")' }, "1:1", "2:1");
		end);

		it("contradict a force that is outside: an error naming both places", function ()
			assert_fails({ "x = stack.force(9)", "x = stack.at_most(5)" }, "1:1", "2:1");
			assert_fails({ "x = stack.at_most(5)", "x = stack.force(9)" }, "1:1", "2:1");
			assert_fails({ 'x = stack.one_of { "a" }', 'x = stack.force("b")' }, "1:1", "2:1");
		end);

		it("agree with a force that is inside", function ()
			assert.equal(4, x_of("x = stack.force(4)", "x = stack.at_most(5)", "x = 9"));
		end);
	end);

	describe("a global constraint", function ()
		it("bounds each host's own value, with a warning that names both places", function ()
			local stack = assemble { "x = stack.at_most(5)", 'VirtualHost "a.example"\nx = 9\nVirtualHost "b.example"\nx = 3' };
			assert.equal(5, stack:options("a.example").x);
			assert.equal(3, stack:options("b.example").x);
			assert_warns(stack, "1:1", "2:2");
		end);

		it("bounds a host's earlier value, with a warning too", function ()
			local stack = assemble { 'VirtualHost "a.example"\nx = 9', "x = stack.at_most(5)" };
			assert.equal(5, stack:options("a.example").x);
			assert_warns(stack, "1:2", "2:1");
		end);

		it("sets nothing in a host that has no value of its own", function ()
			local stack = assemble { "x = stack.at_most(5)", 'VirtualHost "a.example"\ny = 9' };
			assert.is_nil(stack:options("a.example").x);
			assert.equal(5, stack:options().x);
		end);

		it("contradicts a host's force that is outside", function ()
			assert_fails({ "x = stack.at_most(5)", 'VirtualHost "a.example"\nx = stack.force(9)' }, "1:1", "2:2");
		end);
	end);

	describe("a constraint inside a host", function ()
		it("bounds the host's own value", function ()
			local stack = assemble { 'x = 9\nVirtualHost "a.example"\nx = stack.at_most(5)', 'VirtualHost "a.example"\nx = 7' };
			assert.equal(5, stack:options("a.example").x);
			assert.equal(9, stack:options().x);
		end);

		it("bounds what the host inherits", function ()
			local stack = assemble { 'x = 9\nVirtualHost "a.example"\nx = stack.at_most(5)' };
			assert.equal(5, stack:options("a.example").x);
			assert.equal(9, stack:options().x);
		end);

		it("sets nothing where what the host inherits is inside", function ()
			local stack = assemble { 'x = 3\nVirtualHost "a.example"\nx = stack.at_most(5)' };
			assert.is_nil(stack:options("a.example").x);
		end);

		it("gives the host the bound where nobody sets a value", function ()
			local stack = assemble { 'VirtualHost "a.example"\nx = stack.at_most(5)' };
			assert.equal(5, stack:options("a.example").x);
			assert.is_nil(stack:options().x);
		end);

		it("intersects with the global one", function ()
			local stack = assemble { 'x = stack.at_most(5)\nVirtualHost "a.example"\nx = stack.at_most(3)', 'VirtualHost "a.example"\nx = 4' };
			assert.equal(3, stack:options("a.example").x);
			assert_fails({ 'x = stack.at_most(5)\nVirtualHost "a.example"\nx = stack.at_least(7)' }, "1:1", "1:3");
		end);

		it("contradicts an inherited force that is outside", function ()
			assert_fails({ 'x = stack.force(9)\nVirtualHost "a.example"\nx = stack.at_most(5)' }, "1:1", "1:3");
		end);
	end);

	describe("an option read back", function ()
		it("and added to in place means what it adds", function ()
			assert.same({ "a", "b", "c" }, modules_of('modules_enabled = { "a" }', 'table.insert(modules_enabled, "b")',
				'table.insert(modules_enabled, "c")'));
			assert.same({ 1, 2 }, x_of("x = { 1 }", "table.insert(x, 2)"));
		end);

		it("and added to at the front keeps that place", function ()
			assert.same({ "b", "a" }, modules_of('modules_enabled = { "a" }', 'table.insert(modules_enabled, 1, "b")'));
		end);

		it("and taken from in place means what it removes", function ()
			assert.same({ "a" }, modules_of('modules_enabled = { "a", "b" }', "table.remove(modules_enabled)"));
		end);

		it("and edited in the middle means exactly this", function ()
			assert.same({ "a", "c", "b" }, modules_of('modules_enabled = { "a", "b" }', 'table.insert(modules_enabled, 2, "c")'));
			assert.same({ "b", "a" }, modules_of('modules_enabled = { "a", "b" }', "table.sort(modules_enabled, function (a, b) return a > b end)"));
		end);

		it("and assigned to its own option means exactly this", function ()
			assert.same({ "a" }, modules_of('modules_enabled = { "a" }', "modules_enabled = modules_enabled or {}"));
			assert.same({ "a", "b" },
				modules_of('modules_enabled = { "a" }', 'modules_enabled = modules_enabled or {}\ntable.insert(modules_enabled, "b")'));
			assert.same({ "b" }, modules_of('modules_enabled = modules_enabled or {}\ntable.insert(modules_enabled, "b")'));
		end);

		it("and edited by key changes the keys", function ()
			assert.same({ a = 2, b = { c = 1, d = 2 } }, x_of("x = { a = 1, b = { c = 1 } }", "x.a = 2\nx.b.d = 2"));
			assert.same({ b = 2 }, x_of("x = { a = 1, b = 2 }", "x.a = nil"));
		end);

		it("and assigned to another option is a plain table", function ()
			local stack = assemble { "x = { 1 }\ny = { 2 }", "y = x" };
			assert.same({ 1 }, stack:options().x);
			assert.same({ 1 }, stack:options().y);
		end);

		it("is a copy: edits do not reach another option", function ()
			local stack = assemble { "x = { 1 }", "y = x\ntable.insert(y, 2)", "z = 1" };
			assert.same({ 1, 2 }, stack:options().y);
		end);

		it("and left alone says nothing", function ()
			local stack = assemble { "x = stack.default { 1 }", "y = #x", "x = stack.default { 2 }" };
			assert.same({ 2 }, stack:options().x);
		end);

		it("and added to keeps the places of forced elements, in a mixed table too", function ()
			assert.same({ "f", "c", "b", n = 1 }, x_of('x = { stack.force("c"), "f", n = 1 }', 'table.insert(x, "b")'));
		end);

		it("and edited by key in an option that is one choice keeps the other keys", function ()
			assert.same({ info = "i", debug = "d" }, assemble({ 'log = { info = "i" }', 'log.debug = "d"' }):options().log);
		end);

		it("and added to lets later defaults in", function ()
			assert.same({ "a", "b", "c" }, modules_of('modules_enabled = { "a" }', 'table.insert(modules_enabled, "b")',
				'modules_enabled = stack.default { "c" }'));
		end);

		it("loses to a force with a warning", function ()
			local stack = assemble { 'modules_enabled = { stack.force("a") }', 'table.remove(modules_enabled)\ntable.insert(modules_enabled, "b")' };
			assert.same({ "a", "b" }, stack:options().modules_enabled);
			assert_warns(stack, "1:1", "core/2.cfg.lua");
		end);

		it("sees the current scope only", function ()
			local stack = assemble { 'x = { 1 }', 'VirtualHost "a.example"\nx = x or {}\ntable.insert(x, 2)' };
			assert.same({ 2 }, stack:options("a.example").x);
			assert.same({ 1 }, stack:options().x);
		end);
	end);

	describe("explain", function ()
		it("lists every assignment in order, with its place, level, operation and value", function ()
			local answer = assemble({ 'modules_enabled = { "a" }', 'modules_enabled = stack.force(stack.append { "b" })',
				'\nmodules_enabled = stack.remove { "a" }' }):explain("modules_enabled");
			assert.same({ "b" }, answer.value);
			assert.equal(3, #answer.assignments);
			local first, second, third = table.unpack(answer.assignments);
			assert.equal("core/1", first.layer);
			assert.matches("core/1%.cfg%.lua$", first.path);
			assert.equal(1, first.line);
			assert.equal("plain", first.level);
			assert.equal("set", first.operation);
			assert.same({ "a" }, first.value);
			assert.same({ "a" }, first.result);
			assert.equal("force", second.level);
			assert.equal("append", second.operation);
			assert.same({ "b" }, second.value);
			assert.same({ "a", "b" }, second.result);
			assert.equal(2, third.line);
			assert.equal("remove", third.operation);
			assert.same({ "b" }, third.result);
		end);

		it("names the host's own assignments", function ()
			local stack = assemble { 'x = 1\nVirtualHost "a.example"\nx = 2' };
			local answer = stack:explain("x", "a.example");
			assert.equal(2, answer.value);
			assert.equal(3, answer.assignments[#answer.assignments].line);
		end);

		it("says of a constraint that it moved the value", function ()
			local answer = assemble({ "x = 9", "x = stack.at_most(5)" }):explain("x");
			assert.equal(5, answer.value);
			assert.equal("at_most", answer.assignments[2].operation);
			assert.equal(5, answer.assignments[2].result);
		end);

		it("ends in the value in force where a host's bounds move what it inherits", function ()
			local stack = assemble {
				'VirtualHost "a.example"\nx = stack.at_least(5)', 'x = 1\nstack.each("host", { x = stack.at_most(9) })',
			};
			local answer = stack:explain("x", "a.example");
			assert.equal(5, answer.value);
			assert.equal(5, answer.assignments[#answer.assignments].result);
		end);
	end);
end);

describe("stackloader.merge", function ()
	it("gives a table of its own, also where one side has nothing to add", function ()
		for _, side in ipairs { { a = 1 }, { 1, 2 }, { 1, a = 2 }, {} } do
			for _, other in ipairs { {}, { 3 } } do
				local first, second = stackloader.merge(other, side), stackloader.merge(side, other);
				assert.is_true(first ~= side and first ~= other and second ~= side and second ~= other);
			end
			assert.same(side, stackloader.merge({}, side));
		end
	end);

	it("merges tables of options as layers do", function ()
		assert.same({
			modules_enabled = { "a", "b" }, c2s_ports = { 2 }, limits = { c2s = { rate = 1, burst = 2 } }, sql = { b = 1 }, x = 1, y = 2,
		}, stackloader.merge({
			modules_enabled = { "a" }, c2s_ports = { 1, 3 }, limits = { c2s = { rate = 1, burst = 1 } }, sql = { a = 1 }, x = 1,
		}, {
			modules_enabled = { "b", "a" }, c2s_ports = { 2 }, limits = { c2s = { burst = 2 } }, sql = { b = 1 }, y = 2,
		}));
	end);

	it("takes the merge option", function ()
		assert.same({ x = { 1, 2 } }, stackloader.merge({ x = { 1 } }, { x = { 2 } }, { merge = { x = "append" } }));
		assert.same({ x = { 2 } }, stackloader.merge({ x = { 1 } }, { x = { 2 } }));
	end);

	it("never merges lists by index", function ()
		assert.same({ x = { "c" } }, stackloader.merge({ x = { "a", "b" } }, { x = { "c" } }));
	end);

	it("changes neither table", function ()
		local base = { a = { b = { 1 }, c = 1 }, modules_enabled = { "a" } };
		local overlay = { a = { b = { 2 } }, modules_enabled = { "b" } };
		stackloader.merge(base, overlay);
		assert.same({ a = { b = { 1 }, c = 1 }, modules_enabled = { "a" } }, base);
		assert.same({ a = { b = { 2 } }, modules_enabled = { "b" } }, overlay);
	end);

	it("shares what it can with both", function ()
		local base, overlay = { a = { 1 }, m = { k = { 1 } } }, { b = { 2 }, m = { l = { 2 } } };
		local merged = stackloader.merge(base, overlay);
		assert.equal(base.a, merged.a);
		assert.equal(overlay.b, merged.b);
		assert.equal(base.m.k, merged.m.k);
		assert.equal(overlay.m.l, merged.m.l);
	end);

	it("keeps shared subtables shared", function ()
		local one, two = { k = 1 }, { l = 2 };
		local merged = stackloader.merge({ a = one, b = one }, { a = two, b = two });
		assert.same({ k = 1, l = 2 }, merged.a);
		assert.equal(merged.a, merged.b);
	end);

	it("merges with empty tables", function ()
		assert.same({ a = 1 }, stackloader.merge({}, { a = 1 }));
		assert.same({ a = 1 }, stackloader.merge({ a = 1 }, {}));
		assert.same({}, stackloader.merge({}, {}));
	end);

	it("keeps functions and userdata by reference", function ()
		local merged = stackloader.merge({ f = print, u = io.stdout, m = { f = print } }, { u = io.stderr, m = { g = 1 } });
		assert.equal(print, merged.f);
		assert.equal(io.stderr, merged.u);
		assert.equal(print, merged.m.f);
	end);

	it("refuses cycles", function ()
		local cyclic = { a = {} };
		cyclic.a.b = cyclic;
		assert.error_matches(function ()
			stackloader.merge(cyclic, { a = { c = 1 } });
		end, "cycl");
		assert.error_matches(function ()
			stackloader.merge({ a = { c = 1 } }, cyclic);
		end, "cycl");
	end);

	it("refuses excessive depth", function ()
		local function deep()
			local top = {};
			local inner = top;
			for _ = 1, 200000 do
				inner.a = {};
				inner = inner.a;
			end
			return top;
		end
		assert.error_matches(function ()
			stackloader.merge(deep(), deep());
		end, "deep");
	end);

	it("refuses a cycle wherever it stands", function ()
		local cyclic = { { k = {} } };
		cyclic[1].k.up = cyclic;
		for _, one in ipairs {
			{ x = cyclic }, { x = { k = cyclic } }, { admins = { cyclic } }, { sql = cyclic }, { x = { 1, cyclic } }, cyclic,
		} do
			for _, other in ipairs { {}, { y = 1 }, { x = 1, admins = 1, sql = 1 }, { x = { k = {} }, admins = { "a" }, sql = {} }, one } do
				assert.error_matches(function ()
					stackloader.merge(one, other);
				end, "a table contains itself");
				assert.error_matches(function ()
					stackloader.merge(other, one);
				end, "a table contains itself");
			end
		end
	end);

	it("refuses a table that is a key of itself", function ()
		local inner, around = { a = 1 }, { a = 1 };
		inner[inner] = 1;
		around.b = { c = { [around] = 1 } };
		for _, one in ipairs { inner, around } do
			assert.error_matches(function ()
				stackloader.merge({ x = one }, { x = { a = 2 } });
			end, "key of itself");
			assert.error_matches(function ()
				stackloader.merge({ x = { a = 2 } }, { x = one });
			end, "key of itself");
		end
		assert.same({ x = { [inner] = 1, a = 2 } }, stackloader.merge({ x = { [inner] = 1 } }, { x = { a = 2 } }));
	end);

	it("refuses depth that only comes of tables that are shared", function ()
		local function chain()
			local steps, step = {}, {};
			for index = 1, 50000 do
				step = { a = step };
				steps[index] = step;
			end
			steps.x = step;
			return steps;
		end
		assert.error_matches(function ()
			stackloader.merge(chain(), chain());
		end, "deep");
	end);

	it("visits tables once that both share a lot", function ()
		local function shared(leaf)
			local inner = { [leaf] = 1 };
			for _ = 1, 60 do
				inner = { a = inner, b = inner };
			end
			return { x = inner };
		end
		local inner = stackloader.merge(shared("k"), shared("l")).x;
		for _ = 1, 60 do
			assert.equal(inner.a, inner.b);
			inner = inner.b;
		end
		assert.same({ k = 1, l = 1 }, inner);
	end);

	it("merges one table with several", function ()
		local one = { m = { k = 1 } };
		local merged = stackloader.merge({ a = { m = { a = 1 } }, b = { m = { b = 1 } }, c = one }, { a = one, b = one, c = { m = { c = 1 } } });
		assert.same({ a = { m = { a = 1, k = 1 } }, b = { m = { b = 1, k = 1 } }, c = { m = { c = 1, k = 1 } } }, merged);
		assert.same({ m = { k = 1 } }, one);
	end);

	it("survives many options", function ()
		local base, overlay = {}, {};
		for index = 1, 50000 do
			base["option_"..index] = { index };
			overlay["option_"..(index + 20000)] = index % 2 == 0 and { k = index } or index;
		end
		local merged = stackloader.merge(base, overlay);
		local count = 0;
		for _ in pairs(merged) do
			count = count + 1;
		end
		assert.equal(70000, count);
		assert.equal(base.option_20000, merged.option_20000);
		assert.equal(1, merged.option_20001);
		assert.same({ k = 50000 }, merged.option_70000);
	end);

	it("passes over the gaps of a list that accumulates", function ()
		assert.same({ admins = { "a", "b", "c" } }, stackloader.merge({ admins = { "a", nil, "b" } }, { admins = { "c", nil, "a" } }));
		assert.same({ admins = { "a", "b", k = 1 } }, stackloader.merge({ admins = { "a", k = 1 } }, { admins = { "a", nil, "b" } }));
	end);

	it("holds an element once of whatever type it is", function ()
		local long, nan = ("x"):rep(1000), 0/0;
		local admins = stackloader.merge({ admins = { long, 1, true, { 1 }, nan, "1", "" } },
			{ admins = { ("x"):rep(999).."x", 1.0, true, { 1 }, nan, "1", "", ("x"):rep(999), false } }).admins;
		assert.equal(9, #admins);
		assert.same({ long, 1, true, { 1 } }, { table.unpack(admins, 1, 4) });
		assert.same({ "1", "", ("x"):rep(999), false }, { table.unpack(admins, 6, 9) });
	end);

	it("refuses what is no table, naming the argument", function ()
		assert.error_matches(function ()
			stackloader.merge(1, {});
		end, "#1");
		assert.error_matches(function ()
			stackloader.merge({}, "x");
		end, "#2");
	end);

	it("survives many elements", function ()
		local base, overlay = { admins = {} }, { admins = {} };
		for index = 1, 20000 do
			base.admins[index] = "a"..index;
			overlay.admins[index] = "a"..(index + 10000);
		end
		local admins = stackloader.merge(base, overlay).admins;
		assert.equal(30000, #admins);
		assert.equal("a1", admins[1]);
		assert.equal("a30000", admins[30000]);
	end);
end);

describe("a directive that says nothing sensible is refused", function ()
	teardown(support.clean);

	for code, message in pairs {
		["x = stack.force(nil)"] = "stack.force(nil) says nothing; write stack.force(stack.unset) to remove the option";
		["x = stack.default(stack.at_most(5))"] = "stack.default cannot hold a constraint: stack.at_most always binds, write it alone";
		["x = stack.append()"] = "stack.append needs a value, got nothing";
		["x = stack.remove(nil)"] = "stack.remove needs a value, got nothing";
		["x = stack.append(stack.force { 1 })"] = "stack.append cannot hold another directive; write the level outside";
		["x = { { a = stack.append { 1 } } }"] = "stack.append stands too deep: a directive can be";
		["x = { { { stack.force(1) } } }"] = "stack.force stands too deep: a directive can be";
		["x = { stack.remove { 1 } }"] = "stack.remove cannot be an element of a list; give it to the option itself, or to a key of a map";
		["x = { stack.at_most(1) }"] = "stack.at_most cannot be an element of a list; give it to the option itself, or to a key of a map";
		["x = { a = { stack.subset_of { 1 } } }"] = "stack.subset_of cannot be an element of a list";
		["x = { a = stack.at_most 'five frogs' }"] = 'stack.at_most("five frogs"): expected a number';
		["x = stack.subset_of 'roster'"] = "stack.subset_of needs a list of the elements that are allowed";
		["x = stack.subset_of { roster = true }"] = "stack.subset_of needs a list of the elements that are allowed";
		["x = stack.subset_of(print)"] = "stack.subset_of needs a list of the elements that are allowed";
		["x = stack.subset_of { 1, {} }"] = "stack.subset_of takes strings, numbers and booleans; element 2 is a table";
		["stack.require()"] = "bad argument #1 to 'require' (value expected)";
		["stack.require 'x'"] = "stack.require needs a function behind the names of options: function (option, host) … end; it got a nil";
		["stack.require({}, print)"] = "stack.require needs the name of an option that the rule looks at";
		["stack.require({ 'x', 5 }, print)"] = "stack.require takes the names of the options that the rule looks at, got a number";
		["stack.require(print, print)"] = "stack.require takes the names of the options that the rule looks at, got a function";
		["x = stack.at_most(5) + 1"] = "1: ";
		["x = stack.one_of 'roster'"] = "stack.one_of needs a list of the values that are allowed";
		["x = stack.one_of { roster = true }"] = "stack.one_of needs a list of the values that are allowed";
		["x = stack.one_of(print)"] = "stack.one_of needs a list of the values that are allowed";
		["x = stack.one_of { 1, {} }"] = "stack.one_of takes strings, numbers and booleans; element 2 is a table";
		["x = stack.at_most 'five frogs'"] = 'stack.at_most("five frogs"): expected a number';
		["x = stack.at_most '5m'"] = 'stack.at_most("5m"): a bare "m" is minutes to one reader and months to another';
		["x = stack.at_most({})"] = "expected a number, a size such as";
	} do
		it(code, function ()
			support.has(failure(code), message);
		end);
	end
end);

describe("a bound", function ()
	teardown(support.clean);

	it("may be a number in quotes, and meets values that cannot be compared with it", function ()
		assert.equal(5, tonumber(x_of("x = stack.at_most '5'", "x = 7")));
		assert.equal("4", x_of("x = stack.at_most(5)", "x = '4'"));
		assert.equal("1h", x_of("x = stack.at_most '1h'", "x = '5m'"));
		assert.equal(5, x_of("x = stack.at_most(5)", "x = 'five frogs'"));
	end);

	it("that contradicts another moves nothing", function ()
		local layers = { "x = stack.at_most(1)", "x = stack.at_least(5)", "x = 3" };
		support.has(failure(table.unpack(layers)), "core/2.cfg.lua:1");
		support.with_globals({ prosody = { process_type = "prosodyctl" }, arg = { "mod_stackloader", "explain", "x" } }, {}, function ()
			assert.equal(3, assemble(layers):explain("x").value);
		end);
	end);
end);

describe("a value", function ()
	teardown(support.clean);

	it("may have more than a million elements", function ()
		assert.equal((1 << 20) + 1, #x_of "local list = {} for i = 1, (1 << 20) + 1 do list[i] = i end x = list");
	end);

	it("may have tables as keys", function ()
		local key = next(x_of "x = { [{}] = 1 }");
		assert.equal("table", type(key));
	end);
end);

describe("merge of two tables", function ()
	teardown(support.clean);

	it("refuses directives, which are for layers alone", function ()
		local make = x_of "x = function () return { stack.force(1), { { stack.append { 1 } } }, { a = stack.force(1) } } end";
		for _, directive in ipairs(make()) do
			for _, pair in ipairs { { { x = directive }, {} }, { {}, { x = directive } }, { { x = { 1 } }, { x = directive } } } do
				local good, message = pcall(stackloader.merge, pair[1], pair[2]);
				assert.is_false(good);
				support.has(message, "stands too deep");
			end
		end
	end);
end);

describe("stackloader.equal", function ()
	local function mark() end

	it("compares the fields of two tables at any depth, whatever metatable they have themselves", function ()
		local left = { 1, "two", deep = { list = { 1, { 2.5, false } }, mark = mark } };
		local right = setmetatable({ 1, "two", deep = { mark = mark, list = { 1, { 2.5, false } } } }, { __index = { more = 1 } });
		assert.is_true(stackloader.equal(left, right));
		assert.is_true(stackloader.equal({}, {}));
		assert.is_true(stackloader.equal({ 0/0 }, { 0/0 }));
	end);

	it("sees what is missing, what is more, and what is another kind of value", function ()
		local some = { 1, deep = { a = { "x" } } };
		for _, other in ipairs {
			{ 1 }, { 1, 2, deep = { a = { "x" } } }, { 1, deep = { a = { "x" }, b = 1 } }, { 1, deep = { a = { "y" } } }, { "1", deep = { a = { "x" } } },
			{ 1, deep = { a = setmetatable({ "x" }, {}) } }, { 1, deep = { a = mark } },
		} do
			assert.is_false(stackloader.equal(some, other));
			assert.is_false(stackloader.equal(other, some));
		end
		assert.is_false(stackloader.equal({ mark }, { function () end }));
	end);

	it("refuses what is no table", function ()
		assert.has_error(function () stackloader.equal({}, "x"); end, "bad argument #2 to 'equal' (table expected, got string)");
		assert.has_error(function () stackloader.equal(); end, "bad argument #1 to 'equal' (table expected, got no value)");
	end);
end);
