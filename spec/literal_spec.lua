-- Values that are read without running them (PROSODY_OPTION_NAME, profile_info), and values as messages and findings write them.
local support = require "spec.support";
local stackloader = require "stackloader";

local has = support.has;
local root;

--- What the text becomes as the value of PROSODY_OPTION_LITERAL, in a table so that any text is one; the message where it is refused.
local function read(text)
	local ok, stack = pcall(stackloader.load, nil, { root = root; sysroot = "/nowhere"; variables = { PROSODY_OPTION_LITERAL = "{"..text.."}" } });
	if not ok then
		return nil, stack;
	end
	return stack:options().literal;
end

--- The numbers' types count, too.
local function typed(value)
	if type(value) ~= "table" then
		return math.type(value) and math.type(value)..string.pack("n", value) or value;
	end
	local copy = {};
	for key, inner in pairs(value) do
		copy[key] = typed(inner);
	end
	return copy;
end

local function same_as_lua(text)
	local expected = assert(load("return {"..text.."}"), text)();
	assert.same(typed(expected), typed((assert(read(text)))), text);
end

describe("a literal", function ()
	setup(function ()
		root = support.tree { ["core/a.cfg.lua"] = "x = 1" };
	end);
	teardown(support.clean);

	for what, texts in pairs {
		["escapes"] = { [["\a\b\f\n\r\t\v\\\"\'"]], [['\'"']], [["\65\065\0650\0\255"]], [["\x41\xfF\x00"]], "'a\\\nb'", "'a\\\r\nb'",
			[["a\z    b\z]].."\n\t c\"" };
		["characters by number"] = { [["\u{0}\u{41}\u{7F}\u{80}\u{7FF}\u{800}\u{20AC}\u{FFFF}\u{10FFFF}\u{3FFFFFF}\u{7FFFFFFF}"]] };
		["long strings"] = { "[[a]]", "[[\na\nb]]", "[==[ ]] ]=] ]==]", "[[\r\na\r\nb\n\rc\rd]]", "[[\\n]]", "[=[]=]" };
		["numbers"] = { "0, 7, 007, 5222", "1.5, .5, 5., 1e3, 1E-3, 1.5e+2", "0x10, 0XfF, 0xA.8p1, 0x.1, 0x1p-2, 0x1P4",
			"9223372036854775807, 9223372036854775808",
			"0xffffffffffffffff, 0x7fffffffffffffff, 0x1ffffffffffffffff", "1e308, 1e400" };
		["negative numbers"] = { "-1, -0, -0.0, -1.5, - 3, -0x10, -9223372036854775808", "-0x8000000000000000" };
		["names and keys"] = { "a = 1, b_2 = 2, _ = 3", [==[["a"] = 1, ['b c'] = 2, [ [[long]] ] = 3]==],
			"[1] = 'x', [2.0] = 'y', [1.5] = 'z', [-1] = 'm'",
			"[true] = 1, [false] = 2", "k = nil, 1", "'a', [1] = 'b'", ("0, "):rep(51).."[1] = 'a', [51] = 'b', [52] = 'c'" };
		["tables"] = { "", "1, 2; 3,", "{}, {{}}, { a = { b = {} } };", "1, x = 2, 3, [10] = 4", "true, false, 'x'" };
		["comments and spaces"] = { "1 -- one\n, 2", "--[[ a\nb ]] 1", "--[==[ ]] ]==] 2", "--\n3", "-- [[ no\n4", "\t\v\f\r\n1 \r\n" };
	} do
		it("is what it is in Lua: "..what, function ()
			for _, text in ipairs(texts) do
				same_as_lua(text);
			end
		end);
	end

	it("with a gap keeps what is behind it", function ()
		assert.same({ [2] = 1 }, read "nil, 1");
	end);

	it("that Lua would refuse, or would have to run, is refused with what is wrong", function ()
		for text, reason in pairs {
			[ [["\q"]] ] = "an escape that Lua does not know";
			[ [["\256"]] ] = "at most \\255";
			[ [["\x4"]] ] = "hexadecimal";
			[ [["\xg0"]] ] = "hexadecimal";
			[ [["\u41"]] ] = "needs hexadecimal digits in braces";
			[ [["\u{}"]] ] = "needs hexadecimal digits in braces";
			[ [["\u{80000000}"]] ] = "at most \\u{7FFFFFFF}";
			[ [["\u{41"]] ] = "lacks its closing brace";
			["'open"] = "string";
			["'a\nb'"] = "string";
			["[[open"] = "a long string without its closing brackets";
			["[=x"] = "bracket";
			["--[[ open"] = "comment";
			["1..2"] = "number"; ["0x"] = "number"; ["1e"] = "number"; ["3x"] = "number"; ["0xg"] = "number";
			["f()"] = "expected"; ["a.b"] = "expected"; ["1 + 1"] = "expected"; ["function () end"] = "expected"; ["..."] = "expected"; ["#x"] = "expected";
			["- 'x'"] = "a number"; ["- {}"] = "a number"; ["--1"] = "expected";
			["[nil] = 1"] = "nil cannot be a key"; ["[{}] = 1"] = "a table cannot be a key"; ["[0/0] = 1"] = "']' after the key";
			["[1 = 2"] = "']' after the key"; ["['x'] 1"] = "'='"; ["a = "] = "expected"; ["a = 1 b = 2"] = "expected"; ["1 2"] = "expected";
			["\1"] = "the byte 1"; ["\195\164"] = "the byte 195"; ["@"] = "'@'"; ["1 'x'"] = "found a string"; ["1 2.5"] = "found a number";
			[("x"):rep(300).."()"] = "found";
		} do
			local value, message = read(text);
			assert.is_nil(value, text);
			has(message, "PROSODY_OPTION_LITERAL");
			has(message, reason);
		end
	end);

	it("nested too deeply is refused", function ()
		assert.is_truthy(read(("{"):rep(50)..("}"):rep(50)));
		local value, message = read(("{"):rep(5000)..("}"):rep(5000));
		assert.is_nil(value);
		has(message, "deep");
	end);

	it("ends where its value ends", function ()
		for text, good in pairs { ["{} "] = true; ["{} -- x"] = true; ["{} 1"] = false; ["'a' 'b'"] = false; ["{}.x"] = false; ["'a'\n"] = true } do
			assert.equal(good, (pcall(stackloader.load, nil, { root = root; sysroot = "/nowhere"; variables = { PROSODY_OPTION_X = text } })), text);
		end
	end);
end);

describe("a value in a message", function ()
	teardown(support.clean);

	--- How the warning writes the value that a bound moves, or the error the value that none can take.
	local function written(code)
		local ok, message = pcall(stackloader.load, nil, { root = support.tree { ["core/a.cfg.lua"] = "x = stack.at_most("..code..")" }; variables = {};
			sysroot = "/nowhere" });
		assert.is_false(ok);
		return message;
	end

	it("stands as Lua would read it", function ()
		for code, text in pairs {
			['{ "a", k = 1 }'] = '{ "a", k = 1 }';
			['{ ["odd key"] = 1 }'] = '["odd key"] = 1'; ['{ ["end"] = 1 }'] = '["end"] = 1'; ['{ ["1a"] = 1 }'] = '["1a"] = 1';
			["{ _b2 = 1 }"] = "{ _b2 = 1 }";
			["{ Az_09 = 1 }"] = "{ Az_09 = 1 }"; ["{ [''] = 1 }"] = '[""] = 1'; ["{ [10] = 1 }"] = "[10] = 1"; ["{ [true] = false }"] = "[true] = false";
			["'a\"b\\\\'"] = [["a\"b\\"]]; ["'a\\nb'"] = [["a\nb"]]; ["'\\0\\31\\127'"] = [["\000\031\127"]]; ["'\195\164'"] = '"\195\164"';
			["{}"] = "{}"; ["{ {}, { {} } }"] = "{ {}, { {} } }"; ["true"] = "true"; ["{ print }"] = "function";
			["{ 1.5, -3, 1e100 }"] = "{ 1.5, -3, 1e+100 }"; ["{ 'x', nil, 'y' }"] = '"y"';
		} do
			has(written(code), text);
		end
	end);

	it("is cut where it is long", function ()
		local message = written("'"..("x"):rep(1000).."'");
		has(message, "xxx…");
		assert.is_true(#message < 600, message);
		has(written "{ a = '12345678901234567890', b = '12345678901234567890', c = '12345678901234567890', d = '12345678901234567890' }", "…");
	end);
end);
