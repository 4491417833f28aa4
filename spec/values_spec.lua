--- Values of layers that Lua runs: what Prosody gets, and what is told of them, is what the code made, to the last bit.
local support = require "spec.support";
local stackloader = require "stackloader";

-- Layers of this code; returns the stack, then Prosody's table of options.
local function load(...)
	local files = {};
	for i, code in ipairs { ... } do
		files[("core/%d.cfg.lua"):format(i)] = code;
	end
	local env, config = support.environment();
	return stackloader.load(env, { root = support.tree(files), variables = {}, sysroot = "/nowhere" }), config;
end

--- A value as text that tells integers from floats, -0.0 from 0.0, and every byte.
local function show(value)
	if math.type(value) == "float" then
		return ("%a"):format(value);
	elseif type(value) == "string" then
		return (("%q"):format(value):gsub("[\1-\31\127-\255]", function (c) return ("\\%03d"):format(c:byte()); end));
	elseif type(value) ~= "table" then
		return tostring(value);
	end
	local parts = {};
	for key, inner in next, value do
		parts[#parts + 1] = "["..show(key).."]="..show(inner);
	end
	table.sort(parts);
	return "{"..table.concat(parts, ",").."}";
end

local function keys(count)
	return ("(function () local t = {} for i = 1, %d do t['k' .. i] = i end return t end)()"):format(count);
end

local function list(count)
	return ("(function () local t = {} for i = 1, %d do t[i] = i end return t end)()"):format(count);
end

local function nested(depth)
	return ("{"):rep(depth)..("}"):rep(depth);
end

local values = {
	strings = { [['"']], [["'"]], [["'\""]], [["a\\b"]], [["\0"]], [["\1\2\31\127"]], [["a\nb"]], [["a\rb"]], [["\t"]], [["é ☺"]],
		[["\255\254"]], [=["]]"]=],
		[["--"]], [[""]], [["end"]], [[("x"):rep(3000)]], [[("x"):rep(2045)]], [[("\""):rep(2045)]] };
	integers = { "0", "-0", "1", "-1", "99999999999999", "100000000000000", "-99999999999999", "-100000000000000", "999999999999999", "1 << 53",
		"math.maxinteger", "math.mininteger" };
	floats = { "5.0", "-5.0", "0.0", "-0.0", "0.1", "-0.1", "2.5", "-12345.678", "0.3 - 0.1", "0.000123456789012345", "0.00012", "1e-5",
		"1/3", "99999999999999.0", "1e14", "-1e14", "1e15", "1e300", "5e-324", "math.pi",
		"math.huge", "-math.huge", "0/0" };
	booleans = { "true", "false" };
	gaps = { "{ 1, nil, 3 }", "{ nil, nil, 3 }", "{ [1] = 1, [3] = 3 }", "{ nil }", "{ 1, 2, nil, 4 }", "{ 1, nil, k = 'v' }" };
	keys = { "{ [0] = 1 }", "{ [-1] = 1 }", "{ [1.5] = 1 }", "{ [true] = 1 }", "{ 'a', [5] = 5 }", "{ 'a', k = 'v', ['odd key'] = {}, [''] = 1 }",
		"{ ['a\\nb'] = 1 }",
		"{ ['\\'\"'] = 1 }", "{ ['end'] = 1, [\"it's\"] = 2 }", "{ [1 << 40] = 1 }", "{ 'a', 'b', [2.0] = 'c' }" };
	tables = { "{}", "{ {} }", "{ {}, { {} } }", "{ k = {} }", nested(29), nested(30), nested(31), nested(33), nested(100), keys(149), keys(150),
		keys(151), keys(200), keys(201), list(500), list(3000), "{ { 1, 2 }, { 1, 2 } }",
		"(function () local t = {} for i = 1, 300 do t[i] = { i } end return t end)()" };
};

describe("a value that a layer's code makes", function ()
	teardown(support.clean);

	for kind, expressions in pairs(values) do
		it("is the same for Prosody, in options and in explain: "..kind, function ()
			local lines = {};
			for i, expression in ipairs(expressions) do
				lines[#lines + 1] = ("whole%d = %s part%d = { %s, k = %s }"):format(i, expression, i, expression, expression);
			end
			local code = "local _ = 1 "..table.concat(lines, "\n");
			local stack, config = load(code);
			local options = stack:options();
			for i, expression in ipairs(expressions) do
				local whole = assert(_G.load("return "..expression))();
				for name, expected in pairs { ["whole"..i] = whole, ["part"..i] = { whole, k = whole } } do
					local text = show(expected);
					assert.equal(text, show(config["*"][name]), expression);
					assert.equal(text, show(options[name]), expression);
					local told = stack:explain(name);
					assert.equal(text, show(told.value), expression);
					assert.same({ 1, text, i }, { #told.assignments, show(told.assignments[1].value), told.assignments[1].line }, expression);
				end
			end
			assert.same({}, stack:findings());
		end);
	end

	it("is the same whatever room its text takes", function ()
		local shapes = {
			"{ text }", "{ k = text }", "{ text, {} }", "{ text, 1, true }", "{ text, 's', 's' }", "{ text, { 1 } }",
			"{ text, k = 1, l = 's' }",
			"{ text, k = {} }", "{ [text] = 1 }", "{ [text] = {} }", "{ { text } }",
			"{ { text }, 1 }", "{ k = { text }, 1 }", "{ list, 1 }", "{ text, -2.5 }", "{ text, 12345, -1.0 }"
		};
		local names, layers = {}, {};
		for n = 4050, 4096 do
			for i, shape in ipairs(shapes) do
				names[#names + 1] = ("x%d_%d"):format(i, n);
				layers[#layers + 1] = ("local text, list = ('x'):rep(%d), {} for i = 1, %d do list[i] = i %% 10 end %s = %s")
					:format(n, n // 2, names[#names], shape);
			end
		end
		local stack, config = load(table.unpack(layers));
		local options = stack:options();
		for i, name in ipairs(names) do
			local expected = {};
			assert(_G.load(layers[i], "=expected", "t", setmetatable(expected, { __index = _G })))();
			assert.equal(show(expected[name]), show(config["*"][name]), name);
			assert.equal(show(expected[name]), show(options[name]), name);
		end
	end);

	it("is the very same where it is a function, an object or a table with a metatable", function ()
		local _, config = load [[
			call, object = function () return "called" end, io.stdout
			list = { call, object, { call } }
			local own = setmetatable({ 1 }, { __index = { found = "found" } })
			special, inner = own, { own, { own } }
		]];
		local global = config["*"];
		assert.equal("called", global.call());
		assert.equal(io.stdout, global.object);
		assert.same({ global.call, global.object, { global.call } }, global.list);
		assert.equal("found", global.special.found);
		assert.same({ 1 }, { rawget(global.special, 1), rawget(global.special, "found") });
		assert.equal(global.special, global.inner[1]);
		assert.equal(global.special, global.inner[2][1]);
	end);

	for what, code in pairs {
		["in two options"] = "x = t y = t";
		["in an option and within another"] = "x = { k = { t } } y = t";
		["behind a function"] = "x = { print, t } y = t";
		["before a function"] = "y = t x = { t, print }";
		["beside a number that no data file has"] = "x = { 0.5, t } y = { t }";
		["deep down"] = "x = "..("{"):rep(40).."t"..("}"):rep(40).." y = t";
		["among many"] = "local l = {} for i = 1, 400 do l[i] = { i } end l[401] = t x = l y = { t }";
		["behind a long text"] = "x = { ('x'):rep(5000), t } y = t";
		["two keys down in one option"] = "x = { { t }, { t } } y = x";
	} do
		it("stays one table for Prosody where it is one: "..what, function ()
			local function find(value)
				if type(value) ~= "table" or value.mark then
					return value;
				end
				for _, inner in pairs(value) do
					local found = find(inner);
					if type(found) == "table" then
						return found;
					end
				end
			end
			local stack, config = load("local t = { mark = 1 } "..code);
			local global = config["*"];
			local one, other = find(global.x), find(global.y);
			assert.same({ mark = 1 }, one);
			assert.is_true(rawequal(one, other));
			one.mark = 2;
			assert.same({ mark = 1 }, find(stack:options().x));
			assert.same({ mark = 1 }, find(stack:explain "y".value));
		end);
	end

	it("is of each host its own where they are given one table in several layers", function ()
		local stack, config = load("local t = { 'a' } VirtualHost 'a.example' x = t return { utilities = { get = function () return t end } }",
			"VirtualHost 'b.example' x = stack.layer 'core/1'.utilities.get() y = { 'b' }");
		assert.same({ { "a" }, { "a" }, { "b" } }, { config["a.example"].x, config["b.example"].x, config["b.example"].y });
		assert.same({ "a" }, stack:options "b.example".x);
	end);

	for what, change in pairs {
		["an element"] = "t[1] = 'changed'"; ["one more element"] = "t[#t + 1] = 'late'"; ["one less"] = "t[2] = nil";
		["deep down"] = "t.k.l = 2"; ["a kind of number"] = "t.k.l = 1.0"; ["a metatable"] = "setmetatable(t, { __index = { late = true } })";
		["a function"] = "t.k = print"; ["itself"] = "t.k = t"; ["a text that is too long"] = "t[1] = ('x'):rep(10000)";
	} do
		it("is what it was when its layer ended, whatever the code changes afterwards: "..what, function ()
			local code = "local function make() return { 'a', 'b', k = { l = 1 } } end "
				.."local one, two = make(), make() x = one VirtualHost 'a.example' y = two "
				.."local function change() for _, t in ipairs { one, two } do "..change.." end return true end "
				.."return { utilities = { change = change, validate_it = change } }";
			local expected = show { "a", "b", k = { l = 1 } };
			for _, other in ipairs { "local _ = 1", "stack.layer 'core/1'.utilities.change() late = { 1 }" } do
				local stack, config = load(code, other);
				for _, value in ipairs { config["*"].x, config["a.example"].y, stack:options().x, stack:explain "x".value } do
					assert.equal(expected, show(value));
					assert.is_nil(getmetatable(value));
				end
			end
		end);
	end
end);
