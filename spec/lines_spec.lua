--- The line that explain tells of an option is that on which its name stands, whatever else is on the lines of its value.
-- Lua itself knows only the last one.
local support = require "spec.support";

-- Files that Lua runs, and the lines of the names in them.
local cases = {
	["one name a line"] = { "x = f(1)\ny = { f(2) }\nz = 'a' .. 'b'", x = 1, y = 2, z = 3 };
	["several statements on a line"] = { "x = f(1) y = { f(2),\n3 } z = f(3); v = 4", x = 1, y = 1, z = 2, v = 2 };
	["a statement behind a closing bracket"] = { "x = f {\n1 } y = {\n1,\n2 } z = 1", x = 1, y = 2, z = 4 };
	["a field of the same name before the closing bracket"] = { "x = {\n y = 1,\n x = 2 }\ny = {\n y = {},\n y = {} }", x = 1, y = 4 };
	["a field of the same name in a call"] = { "x = f({\n x = 1,\n x = { 2 }})\ny = f(\n { y = 1 },\n x == nil and\n 1)", x = 1, y = 4 };
	["a field of the same name and a comment behind"] = { "x = {\n x = 1 } -- x = 2 }\ny = { -- y = {\n 1 }", x = 1, y = 3 };
	["a function that ends on a line of its name"] = { "x = function ()\n return 1 end\ny = f(function ()\n local z = 1\n return z end)", x = 1, y = 3 };
	["a block that ends on the line"] = { "do\n x = 1 end\nrepeat\n y = f(2) until true\nif f(1) then\n z = 1\nend", x = 2, y = 4, z = 6 };
	["a block on one line"] = { "if f(1) then x = 1 else x = 2 end for _ = 1, 2 do y = 2 end while not z do z = {} end", x = 1, y = 1, z = 1 };
	["the last of several assignments"] = { "x = 1\nx = f(2)\nx = {\n x = 3 }\ny = 1 y = 2\nz = f(1)\nz = z", x = 3, y = 5, z = 7 };
	["the name on a line of its own"] = { "x\n= f(1)\ny =\n f(2)\nz =\n{\n}", x = 1, y = 3, z = 5 };
	["a long string"] = { "x = [[\nx = 1\ny = 2]]\ny = [==[\n]]\ny = 1]==]\nz = 1", x = 1, y = 4, z = 7 };
	["a string with escapes"] = { "x = 'a\\\nx = 1'\ny = \"a\\z\n  y = 2\"\nz = '\\'{'\nv = \"\\\"\" .. 'x'", x = 1, y = 3, z = 5, v = 6 };
	["brackets and quotes in strings"] = {
		"x = '{'\ny = \"it's (\"\nz = '\"' .. \"]\"\nv = '--' .. '{'\nw = { '}', ')' }", x = 1, y = 2, z = 3, v = 4, w = 5;
	};
	["comments"] = { "x = -- x = 1\n 2\n--[[\nx = 3\n]]\ny = 1 -- y = {\nz = { --[[ z = 1 ]] 1,\n -- }\n }", x = 1, y = 6, z = 7 };
	["comparisons"] = { "x = f(1)\n == 1\ny = f(1) and\n y == nil\nz = f(2) ~= 2", x = 1, y = 3, z = 5 };
	["a choice of tables"] = { "x = f(1) and {\n x = 1 } or {\n x = 2 }\ny = { f(1) or\n {\n y = 1 } }", x = 1, y = 4 };
	["several names at once"] = { "x, y = f(1),\n f(2)\nz,\nv\n= 1, 2", x = 1, y = 1, z = 3, v = 4 };
	["names that begin the same way"] = { "x = f(1) xy = 2\nxyz = {\n x = 1, xy = 2 } x_1 = 3", x = 1, xy = 1, xyz = 2, x_1 = 3 };
	["no blanks"] = { "x=f(1)y={1,\ny=2}z=3\nv=''", x = 1, y = 1, z = 2, v = 3 };
	["blanks before"] = { "  \tx = f(1)\n\t  y\t=\t2\n ; z = 3", x = 1, y = 2, z = 3 };
	["line ends of another system"] = { "x = f(1)\r\ny = {\r\n 1,\r\n y = 2 }\r\n\r\nz = 3", x = 1, y = 2, z = 6 };
	["line ends of a third system"] = { "x = f(1)\ry = {\r 1 }\rz = f(\r3)", x = 1, y = 2, z = 4 };
	["a goto's label"] = { "::x:: x = f(1)\ngoto y\n::y:: y = {\n y = 1 }", x = 1, y = 3 };
	["a function that is called later"] = { "local function set()\n x = 1\n y = {\n y = 2 }\nend\nz = 1\nset()", x = 2, y = 3, z = 6 };
	["names that are made up"] = { "for _, name in ipairs { 'x', 'y' } do\n _ENV[name] = 1\nend\n_ENV.z = 1", x = 2, y = 2, z = 4 };
	["numbers with letters"] = { "x = 0xe\ny = 1e3\nz = 0x.8p1", x = 1, y = 2, z = 3 };
	["names that hold the words of blocks"] = { "x = { endless = 1, _end = 2 }\ny = { until_ = 1, bend = {\n y = 1 } }", x = 1, y = 2 };
	["a bracket as the last of the file"] = { "x = f {\n1 }\ny = f(1) -- [", x = 1, y = 3 };
	["the end of the file"] = { "y = f(1)\nx = 1", y = 1, x = 2 };
	["a name alone at the end of the file"] = { "y = f(1) x\n=1", y = 1, x = 1 };
};

describe("the line of an option", function ()
	teardown(support.clean);

	for what, case in pairs(cases) do
		it("is that of its name: "..what, function ()
			-- The helper's line is none of those that count.
			local stack = support.load { ["core/a.cfg.lua"] = "local function f(...) return ... end\n"..case[1] };
			assert.is_nil(stack:layers()[1].data);
			for name, line in pairs(case) do
				if name ~= 1 then
					local list = stack:explain(name).assignments;
					assert.same({ name, line + 1 }, { name, list[#list].line });
				end
			end
		end);

		it("is that of its name in a host, too: "..what, function ()
			local stack = support.load { ["core/a.cfg.lua"] = "local function f(...) return ... end VirtualHost 'a.example'\n"..case[1] };
			for name, line in pairs(case) do
				if name ~= 1 then
					local list = stack:explain(name, "a.example").assignments;
					assert.same({ name, line + 1 }, { name, list[#list].line });
				end
			end
		end);
	end

	it("is that of the code that runs, where a later layer calls a function of an earlier one", function ()
		local stack = support.load {
			["core/a.cfg.lua"] = "local function set()\n\tx = {\n\t\t1 + 1 }\nend\nreturn { utilities = { set = set } }";
			["core/b.cfg.lua"] = "\n\nstack.layer 'core/a'.utilities.set()";
		};
		local last = stack:explain "x".assignments[1];
		assert.same({ "core/b", 3 }, { last.layer, last.line });
	end);

	it("is that of its name, where a layer goes on with a function of a file that failed when it was included", function ()
		local stack = support.load {
			["core/a.cfg.lua"] = "local _, set = pcall(Include, 'more.lua')\nLua.collectgarbage()\nset()\ny =\n1";
			["core/more.lua"] = "error(function ()\n\tx = {\n\t\t1 + 1 }\nend)";
		};
		local x, y = stack:explain "x".assignments[1], stack:explain "y".assignments[1];
		assert.same({ "more.lua", 2, 4 }, { x.path:match "[^/]+$", x.line, y.line });
	end);

	it("is that of its name in the table of a host", function ()
		local stack = support.load { ["core/a.cfg.lua"] = [[
VirtualHost "a.example" {
	x = 1,
	y = {
		x = 2, z = 1 },
	z = 3 }
Component "c.example" "muc" { x = { x = 1 }, y = "y = 2",
	z = {
		z = 1 } }
]] };
		local function line(option, host)
			return stack:explain(option, host).assignments[1].line;
		end
		assert.same({ 2, 3, 5 }, { line("x", "a.example"), line("y", "a.example"), line("z", "a.example") });
		assert.same({ 6, 6, 7 }, { line("x", "c.example"), line("y", "c.example"), line("z", "c.example") });
	end);

	it("is that of its name again when the file runs from what was kept", function ()
		local files = {};
		for what, case in pairs(cases) do
			files["core/"..what:gsub("%W", "-")..".cfg.lua"] = "local function f(...) return ... end\n"..case[1];
		end
		local root = support.tree(files);
		local function lines()
			local list = {};
			local stack = require "stackloader".load({}, { root = root, variables = {}, sysroot = "/nowhere", clock = os.time() + 3600 });
			for _, name in ipairs(stack:names()) do
				for _, assignment in ipairs(stack:explain(name).assignments) do
					list[#list + 1] = { name, assignment.layer, assignment.line };
				end
			end
			return list, stack;
		end
		local expected = lines();
		local again, stack = lines();
		assert.is_true(stack:layers()[1].kept);
		assert.is_true(#expected > 60);
		assert.same(expected, again);
	end);
end);
