--- Constraints on a part of an option (a key of a map, the elements of a list), and rules over the finished configuration.
local support = require "spec.support";
local stackloader = require "stackloader";

-- Loads layers in order: each text is a file core/1.cfg.lua, core/2.cfg.lua …
local function assemble(...)
	local files = {};
	for index, text in ipairs { ... } do
		files["core/"..index..".cfg.lua"] = text;
	end
	return stackloader.load(nil, { root = support.tree(files), variables = {} });
end

local function x_of(...)
	return assemble(...):options().x;
end

-- The findings, each "1:2 text": the second line of core/1.cfg.lua, in the text too.
local function short(text)
	return (text:gsub("[^%s]*/core/(%d+)%.cfg%.lua", "%1"));
end

local function told(stack)
	local lines = {};
	for index, finding in ipairs(stack:findings()) do
		lines[index] = short(("%s:%s %s"):format(finding.path, finding.line, finding.text));
	end
	return lines;
end

-- What load raises, one line a finding.
local function refused(...)
	local ok, message = pcall(assemble, ...);
	assert.is_false(ok, "the stack loads");
	local lines = {};
	for line in short(message):gmatch "[^\n]+" do
		if not line:find "^stackloader: %d+ problems" then
			lines[#lines + 1] = line:match "^%s*(.*)$";
		end
	end
	return lines;
end

describe("A constraint on a key of a map", function ()
	teardown(support.clean);

	it("bounds what layers before and after it set there, and leaves the other keys alone", function ()
		local bound = "x = { c2s = { rate = stack.at_most(10) } }";
		assert.same({ c2s = { rate = 10, burst = 3 } }, x_of(bound, "x = { c2s = { rate = 20, burst = 3 } }"));
		assert.same({ c2s = { rate = 10, burst = 3 } }, x_of("x = { c2s = { rate = 20, burst = 3 } }", bound));
		assert.same({ c2s = { rate = 5 } }, x_of("x = { c2s = { rate = 5 } }", bound));
		assert.same({ c2s = { rate = 10 }, list = { 1, 2 } }, x_of("x = { list = { 1, 2 } }", bound));
	end);

	it("is what an unset key takes, and an unset option", function ()
		assert.same({ c2s = { rate = 10 } }, x_of "x = { c2s = { rate = stack.at_most(10) } }");
		assert.same({ protocol = "b" }, x_of "x = { protocol = stack.one_of { 'b', 'c' } }");
		assert.same({ 1, 2, a = 10 }, x_of("x = { 1, 2 }", "x = { a = stack.at_most(10) }"));
	end);

	it("sets nothing itself, so that a list stays a list", function ()
		local stack = assemble("x = { 1, 2 }", "x = { a = stack.at_most(10) }");
		assert.same({}, told(stack));
		assert.equal(2, #stack:explain "x".assignments);
	end);

	it("stands beside what the same table sets plainly", function ()
		assert.same({ a = 10, b = 3 }, x_of("x = { a = stack.at_most(10), b = 3 }", "x = { a = 20 }"));
	end);

	it("warns of what it moves, with both places and the key", function ()
		assert.same({ "2:2 x.c2s.rate = 20 is outside what stack.at_most at 1:1 allows and becomes 10" },
			told(assemble("x = { c2s = { rate = stack.at_most(10) } }", "\nx = { c2s = { rate = 20 } }")));
	end);

	it("names the layer that set the key, not a later one that set another", function ()
		assert.same({ "2:1 x.a = 20 is outside what stack.at_most at 1:1 allows and becomes 10" },
			told(assemble("x = { a = stack.at_most(10) }", "x = { a = 20 }", "x = { b = 1 }")));
	end);

	it("moves what replaces the whole map, with a warning", function ()
		local stack = assemble("x = { a = stack.at_most(10) }", "x = 4");
		assert.same({ a = 10 }, stack:options().x);
		assert.same({ "2:1 x = 4 is outside what stack.at_most at 1:1 allows and becomes { a = 10 }" }, told(stack));
	end);

	it("holds in hosts and components that set the option themselves, in files of data too", function ()
		local stack = assemble("x = { a = stack.at_most(10) }", 'VirtualHost "a.example"\nx = { a = 30 }\nVirtualHost "b.example"\nx = { b = 1 }\n'
			..'VirtualHost "c.example"\ny = 1\nComponent "d.example" "muc"\nx = false');
		assert.same({ a = 10 }, stack:options "a.example".x);
		assert.same({ a = 10, b = 1 }, stack:options "b.example".x);
		assert.is_nil(stack:options "c.example".x);
		assert.same({ a = 10 }, stack:options "d.example".x);
		assert.same({ "2:2 x.a in a.example = 30 is outside what stack.at_most at 1:1 allows and becomes 10",
			"2:8 x in d.example = false is outside what stack.at_most at 1:1 allows and becomes { a = 10 }" }, told(stack));
	end);

	it("bounds one host where it stands in it, and hosts of a kind in stack.each", function ()
		local stack = assemble("x = { a = 9 }\nVirtualHost 'a.example'\nx = { a = stack.at_most(5) }\nVirtualHost 'b.example'\ny = 1");
		assert.same({ a = 9 }, stack:options().x);
		assert.same({ a = 5 }, stack:options "a.example".x);
		stack = assemble("stack.each('muc', { x = { a = stack.at_most(5) } })", "Component 'r.example' 'muc'\nx = { a = 7 }\nComponent 's.example' 'muc'");
		assert.same({ a = 5 }, stack:options "r.example".x);
		assert.same({ a = 5 }, stack:options "s.example".x);
	end);

	it("intersects with another on the same key, and with one on another key", function ()
		assert.same({ a = 3 }, x_of("x = { a = stack.at_most(5) }", "x = { a = stack.at_most(3) }", "x = { a = 9 }"));
		assert.same({ a = 5, b = "q" }, x_of("x = { a = stack.at_most(5) }", "x = { b = stack.one_of { 'q' } }", "x = { a = 9, b = 'r' }"));
	end);

	it("is an error with another that excludes it, with a force, and with a constraint on the map", function ()
		for _, layers in ipairs {
			{ "x = { a = stack.at_least(5) }", "x = { a = stack.at_most(3) }" };
			{ "x = { a = stack.force(9) }", "x = { a = stack.at_most(3) }" };
			{ "x = { a = stack.at_most(3) }", "x = { a = stack.force(9) }" };
			{ "x = { a = stack.at_most(3) }", "x = stack.force { a = 9 }" };
			{ "x = stack.at_most(3)", "x = { a = stack.at_most(3) }" };
			{ "x = { a = stack.one_of { 'v' } }", "x = { a = { b = stack.at_most(3) } }" };
		} do
			local lines = refused(table.unpack(layers));
			assert.equal(1, #lines, table.concat(lines, "\n"));
			support.has(lines[1], "2:1: x: ");
			support.has(lines[1], " at 1:1 contradict each other");
		end
	end);

	it("is in what explain tells, with the key and what it moved", function ()
		local steps = assemble("x = { a = stack.at_most(10), b = 2 }", "x = { a = 20 }"):explain "x".assignments;
		local last = steps[#steps];
		assert.equal("at_most", last.operation);
		assert.same({ "a" }, last.key);
		assert.same({ a = 20, b = 2 }, last.moved);
		assert.same({ a = 10, b = 2 }, last.result);
	end);

	it("leaves the tables that a layer shares as they are", function ()
		local stack = assemble("local t = { a = 20 }\nx = t\ny = t", "x = { a = stack.at_most(10) }");
		assert.same({ a = 10 }, stack:options().x);
		assert.same({ a = 20 }, stack:options().y);
	end);
end);

describe("stack.subset_of", function ()
	teardown(support.clean);

	it("takes elements outside out of a list, and keeps the order of the others", function ()
		assert.same({ "c", "a" }, x_of("x = stack.subset_of { 'a', 'b', 'c' }", "x = { 'd', 'c', 'e', 'a' }"));
		assert.same({ "c", "a" }, x_of("x = { 'd', 'c', 'e', 'a' }", "x = stack.subset_of { 'a', 'b', 'c' }"));
		assert.same({}, x_of("x = stack.subset_of {}", "x = { 'd' }"));
		assert.same({ 1, true }, x_of("x = stack.subset_of { 1, true }", "x = { 1, '1', true, false, {}, print }"));
	end);

	it("goes by the keys of what is no list, and takes a single value for a list of one", function ()
		assert.same({ a = true }, x_of("x = stack.subset_of { 'a' }", "x = { a = true, b = true }"));
		assert.same({ "a", a = 5 }, x_of("x = stack.subset_of { 'a' }", "x = { 'a', 'b', a = 5, c = 6 }"));
		assert.equal("a", x_of("x = stack.subset_of { 'a' }", "x = 'a'"));
		assert.same({}, x_of("x = stack.subset_of { 'a' }", "x = 'b'"));
		assert.same({}, x_of("x = stack.subset_of { 'a' }", "x = print"));
	end);

	it("is what an unset option takes, whole", function ()
		assert.same({ "a", "b" }, x_of "x = stack.subset_of { 'a', 'b' }");
	end);

	it("intersects with others", function ()
		assert.same({ "b" }, x_of("x = stack.subset_of { 'a', 'b' }", "x = stack.subset_of { 'b', 'c' }", "x = { 'a', 'b', 'c' }"));
		assert.same({ "b" }, x_of("x = stack.subset_of { 'a', 'b' }\nx = stack.subset_of { 'b', 'c' }"));
		assert.same({}, x_of("x = stack.subset_of { 'a' }\nx = stack.subset_of { 'b' }\nx = stack.subset_of { 'a' }"));
	end);

	it("warns at each place that added what it takes out", function ()
		assert.same({
			"2:1 modules_enabled loses { \"c\" }, which stack.subset_of at 1:1 leaves out";
			"3:1 modules_enabled loses { \"d\", \"e\" }, which stack.subset_of at 1:1 leaves out";
			"4:2 modules_enabled in a.example loses { \"f\" }, which stack.subset_of at 1:1 leaves out";
			"4:4 modules_enabled in b.example loses { \"g\" }, which stack.subset_of at 1:1 leaves out";
		}, told(assemble("modules_enabled = stack.subset_of { 'a', 'b' }", "modules_enabled = { 'a', 'c' }", "modules_enabled = { 'd', 'b', 'e' }",
			"VirtualHost 'a.example'\nmodules_enabled = { 'f' }\nComponent 'b.example' 'muc'\nmodules_enabled = 'g'")));
	end);

	it("says nothing of what stood there before it in the same scope", function ()
		assert.same({}, told(assemble("x = { 'b' }", "x = stack.subset_of { 'a' }")));
	end);

	it("is an error with a force that adds something else, and with constraints on single values", function ()
		for _, layers in ipairs {
			{ "x = stack.subset_of { 'a' }", "x = stack.force(stack.append { 'b' })" };
			{ "x = stack.force { 'b' }", "x = stack.subset_of { 'a' }" };
			{ "x = stack.subset_of { 'a' }", "x = stack.one_of { 'a' }" };
			{ "x = stack.at_most(5)", "x = stack.subset_of { 5 }" };
		} do
			local lines = refused(table.unpack(layers));
			assert.equal(1, #lines, table.concat(lines, "\n"));
			support.has(lines[1], "2:1: x: ");
			support.has(lines[1], " at 1:1 contradict each other");
		end
		assert.same({ "a" }, x_of("x = stack.subset_of { 'a' }", "x = stack.force(stack.append { 'a' })", "x = { 'b' }"));
	end);

	it("bounds a list that is a key of a map", function ()
		local stack = assemble("x = { a = stack.subset_of { 'p' } }", "x = { a = { 'q', 'p' } }");
		assert.same({ a = { "p" } }, stack:options().x);
		assert.same({ "2:1 x.a loses { \"q\" }, which stack.subset_of at 1:1 leaves out" }, told(stack));
	end);

	it("is told by explain", function ()
		local steps = assemble("x = stack.subset_of { 'a' }", "x = { 'b', 'a' }"):explain "x".assignments;
		assert.equal("subset_of", steps[2].operation);
		assert.same({ "b", "a" }, steps[2].moved);
		assert.same({ "a" }, steps[2].result);
	end);
end);

describe("stack.require", function ()
	teardown(support.clean);

	local rule = "\nstack.require('x', function (option, host)\n	return option 'x' < 5, 'x must be small'\nend)";

	it("refuses a value that the rule refuses, with both places", function ()
		assert.same({ "2:1: x = 7 globally breaks stack.require at 1:2: x must be small" }, refused(rule, "x = 7"));
		assert.equal(3, x_of(rule, "x = 7", "x = 3"));
	end);

	it("is asked of hosts and components that set the option, with what Prosody reads there", function ()
		assert.same({ "2:3: x = 7 in a.example breaks stack.require at 1:2: x must be small",
			"2:5: x = 8 in b.example breaks stack.require at 1:2: x must be small" },
			refused(rule, "x = 1\nVirtualHost 'a.example'\nx = 7\nComponent 'b.example' 'muc'\nx = 8\nVirtualHost 'c.example'\nx = 2"));
		assemble("seen = {}\nstack.require({ 'x', 'y' }, function (option, host)\n"
			.."	rawset(_G, 'asked', (rawget(_G, 'asked') or '')..tostring(host)..tostring(option 'x')..tostring(option 'y')..' ')\nend)",
			"x = 1\nVirtualHost 'a.example'\ny = false\nVirtualHost 'b.example'\nz = 2");
		assert.equal("nil1nil a.example1false ", rawget(_G, "asked"));
		rawset(_G, "asked", nil);
	end);

	it("sees what forces and constraints made of it", function ()
		assert.equal(4, x_of(rule, "x = stack.force(4)", "x = 9"));
		assert.equal(4, x_of(rule, "x = stack.at_most(4)", "x = 9"));
		assert.same({ "2:1: x = 6 globally breaks stack.require at 1:2: x must be small" }, refused(rule, "x = stack.at_least(6)"));
	end);

	it("is asked of what stack.each says, and of hosts in files of data that are deferred", function ()
		assert.same({ "2:2: x = 9 in r.example breaks stack.require at 1:2: x must be small" },
			refused(rule, "x = 1\nstack.each('muc', { x = 9 })", "Component 'r.example' 'muc'"));
		assert.same({ "2:2: x = 9 in a.example breaks stack.require at 1:2: x must be small" },
			refused(rule, "VirtualHost 'a.example'\nx = 9\n", "x = 1"));
	end);

	it("names the option that the rule asked for last", function ()
		assert.same({ "2:2: y = 5 globally breaks stack.require at 1:1: no" },
			refused("stack.require({ 'x', 'y' }, function (option) return option 'x' == 1 and option 'y' == 1, 'no' end)", "x = 1\ny = 5"));
	end);

	it("refuses with an error of the rule, with nil and with false; a rule that returns nothing refuses nothing", function ()
		for body, message in pairs {
			["error('not so', 0)"] = "not so";
			["return false"] = "the rule does not hold";
			["return nil"] = "the rule does not hold";
			["return false, 42"] = "42";
		} do
			assert.same({ "1:2: x = 1 globally breaks stack.require at 1:1: "..message },
				refused("stack.require('x', function (option) option 'x' "..body.." end)\nx = 1"));
		end
		assert.equal(1, x_of "stack.require('x', function () end)\nx = 1");
		assert.equal(1, x_of "stack.require('x', function () return true, 'no' end)\nx = 1");
	end);

	it("refuses at the rule's own place where no layer sets what it looks at", function ()
		assert.same({ "1:2: stack.require refuses what is set globally: x must be there" },
			refused("\nstack.require({ 'x' }, function (option) return option 'x', 'x must be there' end)"));
	end);

	it("tells a rule that reads an option which it does not name", function ()
		assert.same({ "1:1: stack.require refuses what is set globally: 1:1: the rule reads y, which stack.require does not name; "
			.."add it to the names in front of the rule" }, refused "stack.require('x', function (option) return option 'y' end)");
	end);

	it("names three hosts, and says how many more there are", function ()
		local hosts = {};
		for index = 1, 9 do
			hosts[index] = ("VirtualHost 'h%d.example'\nx = 9\n"):format(index);
		end
		local lines = refused(rule, "x = 1", table.concat(hosts));
		assert.equal(4, #lines);
		support.has(table.concat(lines, "\n"), "3:2: x = 9 in h1.example breaks");
		support.has(table.concat(lines, "\n"), "1:2: stack.require refuses 6 more hosts");
	end);

	it("gets copies: what a rule changes stays as it was", function ()
		assert.same({ a = 1 }, x_of "x = { a = 1 }\nstack.require('x', function (option) option 'x'.a = 2 return true end)");
	end);

	it("lets nobody read options afterwards", function ()
		assemble "x = 1\nstack.require('x', function (option) rawset(_G, 'kept', option) end)";
		local ok, message = pcall(rawget(_G, "kept"), "x");
		rawset(_G, "kept", nil);
		assert.is_false(ok);
		support.has(message, "the options of a rule can be read only while the rule runs");
	end);

	it("knows components by the option component_module", function ()
		assert.same({ "2:2: component_module = \"proxy65\" in p.example breaks stack.require at 1:1: no proxies" },
			refused("stack.require('component_module', function (option) return option 'component_module' ~= 'proxy65', 'no proxies' end)",
				"Component 'm.example' 'muc'\nComponent 'p.example' 'proxy65'"));
	end);

	it("is told by explain as a rule that looks at the option", function ()
		local steps = assemble(rule, "x = 2"):explain "x".assignments;
		assert.equal("require", steps[2].operation);
		assert.equal(2, steps[2].line);
		assert.equal(2, steps[2].result);
	end);

	it("belongs to layers while they run, and to no customer's file", function ()
		assert.has_error(function ()
			assemble "local require = stack.require\nx = function () require('x', print) end\nrawset(_G, 'kept', x)";
			local late = rawget(_G, "kept");
			rawset(_G, "kept", nil);
			late();
		end);
		local ok, message = pcall(stackloader.load, nil, { restrict = "domains/tenants"; variables = {}; root = support.tree {
			["domains/tenants/a.example.cfg.lua"] = "VirtualHost 'a.example'\nstack.require('x', print)\n";
		} });
		assert.is_false(ok);
		support.has(message, "a.example.cfg.lua:2");
	end);
end);
