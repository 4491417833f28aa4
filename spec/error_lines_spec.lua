--- Which line the message of a layer's run-time error names.
local support = require "spec.support";
local has = support.has;

describe("a run-time error in a layer", function ()
	teardown(support.clean);

	-- Code whose error is on line 3 of the file, where Lua itself names no line, and what it says.
	local cases = {
		["a loop over nothing"] = { "\n\nfor _, name in ipairs(nothing) do\n\tx = name\nend\n", "attempt to index a nil value" };
		["sorting what cannot be compared"] = { '\nlocal list = { 3, "x" }\ntable.sort(list)\n', "attempt to compare" };
		["an error that is thrown without a place"] = { '\n\nerror("no place", 0)\n', "no place" };
		["an error that is no text"] = { "\n\nerror {}\n", "the layer raised an error that is a table and no text" };
		["an error below a function of the layer"] = { "local function each(list)\n\t-- the innermost line counts\n"
			.."\tfor _ in ipairs(list) do end\nend\neach(nil)\n", "attempt to index a nil value" };
		["a file that cannot be opened"] = { '\n\ndofile "/nowhere/x.lua"\n', "cannot open /nowhere/x.lua" };
		["a pattern that is malformed"] = { '\n\nx = ("a"):gsub("%", "")\n', "malformed pattern" };
	};

	for what, case in pairs(cases) do
		it("names the layer's line: "..what, function ()
			local message, root = support.refuse { ["core/a.cfg.lua"] = case[1] };
			has(message, root.."/core/a.cfg.lua:3: "..case[2]);
			assert.is_nil(message:find("a.cfg.lua:3:.*a.cfg.lua:3:"), message);
		end);
	end

	it("names the line of the included file that it comes from", function ()
		local message, root = support.refuse {
			["core/a.cfg.lua"] = "x = 1\nInclude '../more/b.lua'\n"; ["more/b.lua"] = "\nfor _ in ipairs(nothing) do end";
		};
		has(message, root.."/more/b.lua:2: attempt to index a nil value");
	end);

	it("names the line of the layer in front of that of a module that it calls", function ()
		local root = support.tree { ["lib.lua"] = "\n\nreturn function () error('inside') end" };
		local message, tree = support.refuse { ["core/a.cfg.lua"] = ("local call = dofile %q\n\ncall()\n"):format(root.."/lib.lua") };
		has(message, tree.."/core/a.cfg.lua:3: "..root.."/lib.lua:3: inside");
	end);

	it("of a validator names the line that the validator begins on", function ()
		local stack, root = support.load { ["core/a.cfg.lua"] = "return { version = '1', utilities = {\n\tvalidate_x = function ()\n"
			.."\t\tfor _ in ipairs(nil) do end\n\tend,\n\tvalidate_y = function () return false, 'not so' end } }" };
		local found = {};
		for _, finding in ipairs(stack:findings()) do
			found[#found + 1] = finding.path:sub(#root + 2)..":"..finding.line..": "..finding.text;
		end
		table.sort(found);
		assert.same({ "core/a.cfg.lua:2: validate_x failed: attempt to index a nil value", "core/a.cfg.lua:5: validate_y: not so" }, found);
	end);
end);
