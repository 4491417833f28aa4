local support = require "spec.support";
local stackloader = require "stackloader";
local tell = require "spec.fuzz.tell".tell;

-- A long comment is for Lua: with one before its first line, the same file is run.
local for_lua = "--[[ ]]";

-- The stack, or false where it does not load.
local function load_one(root, text)
	support.write(root.."/layer.lua", text);
	local ok, stack = pcall(stackloader.load, nil, { root = root, variables = {}, sysroot = "/nowhere",
		axes = { { name = "before", folder = "before" }, { name = "only", files = { "layer.lua" } } } });
	return ok and stack;
end

local function is_data(stack)
	local layers = stack:layers();
	return layers[#layers].data == true;
end

-- The same both ways; true where the text went without Lua.
local function same_both_ways(root, text)
	local stack = load_one(root, text);
	local run = load_one(root, for_lua..text);
	assert.equal(not run, not stack, text);
	if not stack then
		return false;
	end
	assert.is_false(is_data(run), text);
	assert.same(tell(run), tell(stack), text);
	return is_data(stack);
end

-- k1 = 1, k2 = 2 …
local function keys(count)
	local list = {};
	for i = 1, count do
		list[i] = ("k%d = %d"):format(i, i);
	end
	return table.concat(list, ", ");
end

describe("a layer file that is nothing but data", function ()
	local root;
	setup(function ()
		root = support.tree {
			["before/a.cfg.lua"] = 'x = { "a" }\nmodules_enabled = { "m" }\nVirtualHost "old.example"\n\ty = 1\nComponent "rooms.example" "muc"\n--[[ ]]';
		};
	end);
	teardown(support.clean);

	for what, text in pairs {
		["nothing but a line"] = "";
		["a comment without an end of line"] = "-- x";
		["statements on one line"] = "a = 1 b = 2;; c = true;d = false";
		["numbers"] = "a = 0 b = -0 c = 007 d = 1.5 e = -0.25 f = 123456789012345 g = 0.1 h = 99.99 i = -0.0";
		["strings"] = "a = \"it's\" b = 'say \"x\"' c = '' d = \"\t\" e = \"\195\169\255\"";
		["tables"] = 'a = { } b = { 1, "x"; true, } c = { k = 1, ["odd key"] = { -1 }, ["end"] = {}, "listed" } d = {{{}}}';
		["hosts and components"] = 'g = 1 VirtualHost "a.example" x = 1 VirtualHost\t"b.example"\n'
			..'Component "c.example" "muc" name = "C"\nComponent "d.example"\n\n  y = 2';
		["a host that is there already"] = 'VirtualHost "old.example"\n\tz = 2';
		["a component that is there already"] = 'Component "rooms.example"\n\tname = "Rooms"';
		["a list that accumulates"] = 'modules_enabled = { "n", "m" }';
		["another kind"] = 'x = 5';
		["a host with a dash"] = 'VirtualHost "a-b.example"';
		["two hundred keys"] = "a = { "..keys(200).." }";
		["what describes the file"] = 'feature_info = { description = "x", depends = { "a" } }\na = 1\nVirtualHost "a.example"\n'
			..'client_info = 5 x = 1\nprofile_info = {} usecase_info = "u"\ny = 2 feature_info = { { 1 } }\nz = 3\nclient_info = 1\n';
	} do
		it("is read without Lua: "..what, function ()
			assert.is_true(same_both_ways(root, "\n"..text));
		end);
	end

	for what, text in pairs {
		["an escape"] = 'a = "\\n"';
		["a long string"] = "a = [[x]]";
		["a long comment"] = "--[[ x ]] a = 1";
		["an expression"] = "a = 1 + 1";
		["a call"] = 'a = f "x"';
		["a name"] = "a = b";
		["nil"] = "a = 1 a = nil";
		["a hexadecimal number"] = "a = 0x10";
		["an exponent"] = "a = 1e3";
		["a number without its fraction"] = "a = 1.";
		["many digits"] = "a = 1234567890123456";
		["an integer key"] = "a = { 1, [1] = 2 }";
		["a key twice"] = "a = { k = 1, k = 2 }";
		["an option twice"] = "a = 1 a = 2";
		["a host twice"] = 'VirtualHost "a.example" VirtualHost "a.example"';
		["a host in capitals"] = 'VirtualHost "A.Example"';
		["a host with options in a table"] = 'VirtualHost "a.example" { x = 1 }';
		["a word on the next line"] = 'VirtualHost\n"a.example"';
		["a return"] = "a = 1 return { version = '1' }";
		["what describes a feature, computed"] = 'feature_info = { description = "x".."y" }';
		["a comparison of what describes a feature"] = "feature_info == 1";
		["what describes nothing"] = "feature_info = nil";
		["a carriage return"] = "a = 1\r\nb = 2";
		["nesting deeper than 32"] = "a = "..("{"):rep(33)..("}"):rep(33);
		["a keyword as a name"] = "end = 1";
		["no value"] = "a =";
		["a string without an end"] = 'a = "x';
		["a comparison"] = "a == 1";
		["an operator behind a table"] = "a = {} .. 'x'";
		["a component that is a host"] = 'Component "old.example" "muc"';
		["a host that is a component"] = 'VirtualHost "rooms.example"';
		["a comment with a zero byte"] = "-- a\0b\na = 1";
		["a number with a letter behind it"] = "a = 1x";
		["a number with two points"] = "a = 1.5.1";
		["more than two hundred keys"] = "a = { "..keys(201).." }";
		["a comment before a key in brackets"] = "a = { [--[[x]] 'k'] = 1 }";
		["a comment before a value"] = "a = --[[x]] 1";
		["a comment before an item"] = "a = { --[[x]] 1 }";
		["a comment behind an item"] = "a = { 1 --[[x]] }";
		["a comment before a host"] = "VirtualHost --[[x]] 'a.example'";
		["a comment before a component's module"] = "Component 'a.example' --[[x]] 'muc'";
		["a component's module on the next line"] = "Component 'a.example'\n'muc'";
		["an escape in a component's module"] = "Component 'a.example' 'mu\\99'";
		["an option in place of what Component has set"] = "Component 'a.example' 'muc'\nload_global_modules = true component_module = 'x'",
		["an option in place of what VirtualHost has set"] = "VirtualHost 'a.example'\ndefined = true",
		["a host with a long name"] = "VirtualHost '"..("a"):rep(256).."'";
	} do
		it("goes to Lua for "..what, function ()
			assert.is_false(same_both_ways(root, "\n"..text));
		end);
	end
end);

-- Random files near the grammar's edge: pieces that belong to it, some that do not, and single bytes changed.
local function generator(seed)
	math.randomseed(seed);
	local random = math.random;
	local function pick(list)
		return list[random(#list)];
	end
	local names = { "a", "b", "modules_enabled", "admins", "log", "x", "VirtualHost", "Include", "stack", "debug", "sql", "_x", "END", "host", "f1",
		"feature_info", "client_info" };
	local strings = { '""', "'x'", '"muc"', '"a b"', "'it\"s'", '"é"', '"\255"', '"\\t"', "[[l]]", '"\0"' };
	local numbers = { "0", "1", "-5", "007", "1.5", "-0.25", "0.1", "5222", "123456789012345", "1234567890123456", "1e3", "0x1F", "3.", ".5",
		"- 1", "1..2", "99999999999999.9", "0.000000000000001", "-0", "-0.0", "4.35" };
	local blanks = { " ", " ", " ", "\n", "\n\n", "\t", " -- c\n", " --\n", " --[ c\n", "\r\n", "\f", "--[[c]]" };
	local value, one_line;
	local function blank()
		if one_line then
			return " ";
		end
		return random(40) == 1 and blanks[random(#blanks)] or blanks[random(8)];
	end
	local function item(depth)
		local kind = random(8);
		if kind <= 4 then
			return value(depth);
		elseif kind <= 6 then
			return pick(names)..(random(3) == 1 and blank() or "").."="..value(depth);
		elseif kind == 7 then
			return "["..strings[random(5)].."] = "..value(depth);
		end
		return random(4) == 1 and "["..random(3).."] = "..value(depth) or value(depth);
	end
	function value(depth)
		local kind = random(10);
		if kind <= 3 then
			return random(10) == 1 and pick(strings) or strings[random(6)];
		elseif kind <= 6 then
			return random(4) == 1 and pick(numbers) or numbers[random(8)];
		elseif kind == 7 or depth > 4 then
			return random(12) == 1 and pick { "nil", "b", "1 + 1", "f()", "{}.x" } or pick { "true", "false" };
		end
		local items = {};
		for i = 1, random(0, 4) do
			items[i] = item(depth + 1);
		end
		return "{"..blank()..table.concat(items, pick { ", ", "; ", "," })..(random(4) == 1 and "," or "").."}";
	end
	local hosts = { '"h.example"', "'i.example'", '"old.example"', '"rooms.example"', '"H.example"', '"k"', '""', '"x y"' };
	local function statement()
		local kind = random(10);
		if kind <= 7 then
			return pick(names)..(random(3) == 1 and blank() or " ").."="..blank()..value(1);
		elseif kind == 8 then
			return "VirtualHost"..(random(10) == 1 and blank() or " ")..pick(hosts);
		elseif kind == 9 then
			return "Component"..(random(10) == 1 and blank() or " ")..pick(hosts)..(random(3) > 1 and " "..pick { '"muc"', '"pubsub"', "'x'" } or "");
		end
		return pick { ";", "local z = 1", "return", "a.b = 1", "a, b = 1, 2", "VirtualHost 'h.example' { x = 1 }" };
	end
	return function ()
		local parts = {};
		-- Of two assignments of one name that meet on one line, Lua's side may name the wrong one's line.
		local between = pick { "\n", "\n", " ", ";" };
		one_line = between ~= "\n";
		for i = 1, random(0, 6) do
			parts[i] = statement();
		end
		local text = table.concat(parts, between);
		if random(8) == 1 and #text > 0 then
			local at = random(#text);
			text = text:sub(1, at - 1)..pick { "", "\\", "'", "{", "}", "=", "-", ".", "\0", "[", "\n", "é" }..text:sub(at + 1);
		end
		return text;
	end
end

describe("random files near the edge of that grammar", function ()
	teardown(support.clean);

	it("mean the same whichever way they go", function ()
		local root = support.tree { ["before/a.cfg.lua"] = 'x = { "a" }\nVirtualHost "old.example"\n\ty = 1\nComponent "rooms.example" "muc"\n--[[ ]]' };
		local seed = math.tointeger(os.getenv "STACKLOADER_SEED") or os.time();
		local count = math.tointeger(os.getenv "STACKLOADER_FILES") or 1500;
		local data = 0;
		local make = generator(seed);
		for i = 1, count do
			local text = "\n"..make(); -- an empty file would switch the layer off
			local ok, went = pcall(same_both_ways, root, text);
			assert(ok, ("seed %d, file %d: %s\n%s"):format(seed, i, text, tostring(type(went) == "table" and went.message or went)));
			data = data + (went and 1 or 0);
		end
		-- Else it tests nothing.
		assert.is_true(data > count / 10 and data < count * 9 / 10, ("%d of %d were data"):format(data, count));
	end);
end);
