--- What the main file sets behind stackloader.load is outside the stack. Where it breaks what a layer demands, that is an error, which names both
--- places.
local inside = require "spec.inside";
local support = require "spec.support";
local has, with_each = support.has, support.with_each;
local main = support.main_file;

local policy = "policies/security/baseline.cfg.lua";

-- The errors of a tree with these rules and a main file that goes on like this behind the call: "line: text", the folder left out.
local function errors(prosody, rules, behind, files)
	files = files or {};
	files[policy] = rules;
	files["prosody.cfg.lua"] = files["prosody.cfg.lua"] or main..behind;
	local root = support.tree(files);
	local result, message = inside(prosody, root, [[
		assert(load());
		local list = {};
		for _, finding in ipairs(stackloader.current():findings()) do
			if finding.severity == "error" then
				list[#list + 1] = ("%s %s:%s: %s"):format(finding.code, finding.path:sub(#root + 2), finding.line, finding.text);
			end
		end
		return list;
	]]);
	assert.is_nil(message);
	for i, text in ipairs(result) do
		result[i] = text:gsub(root:gsub("%p", "%%%0").."/", "");
	end
	return result;
end

-- rules, what stands behind the call, and for each error: the line of the main file (its call is on line 2), what is set, the demand, its line
local broken = {
	["a forced value"] = { "x = stack.force(true)", "x = false", { 3, "x = false", "stack.force", 1 } };
	["a forced value, by unsetting it"] = { "x = stack.force(true)", "x = nil", { 3, "x = nil", "stack.force", 1 } };
	["a forced value that only a host sets"] = { "x = stack.force(true)", 'VirtualHost "a.example"\n\tx = false',
		{ 4, "x in a.example = false", "stack.force", 1 } };
	["a forced value that only a component sets"] = { "\nx = stack.force(true)", 'Component "c.example" "muc" {\n\tx = false }',
		{ 4, "x in c.example = false", "stack.force", 2 } };
	["a host's own force"] = { 'VirtualHost "a.example"\n\tx = stack.force(1)', 'VirtualHost "a.example"\nx = 2',
		{ 4, "x in a.example = 2", "stack.force", 2 } };
	["a force of stack.each"] = { 'stack.each("host", { x = stack.force(1) })', 'VirtualHost "a.example"\nx = 2',
		{ 4, "x in a.example = 2", "stack.force", 1 } };
	["a forced key of a map"] = { "limits = { c2s = { rate = stack.force(\"10kb/s\") } }", "limits = { c2s = { rate = \"1mb/s\" } }",
		{ 3, 'limits.c2s.rate = "1mb/s"', "stack.force", 1 } };
	["a forced key that is left out"] = { "limits = { c2s = { rate = stack.force(\"10kb/s\") } }", "limits = { s2sin = { rate = \"1mb/s\" } }",
		{ 3, "limits.c2s.rate = nil", "stack.force", 1 } };
	["a forced key that a host leaves out"] = { "limits = { c2s = { rate = stack.force(\"10kb/s\") } }",
		'VirtualHost "a.example"\nlimits = { s2sin = { rate = "1mb/s" } }', { 4, "limits.c2s.rate in a.example = nil", "stack.force", 1 } };
	["a forced element that is left out"] = { 'admins = stack.force(stack.append { "a@example" })', 'admins = { "b@example" }',
		{ 3, 'admins = { "b@example" }', "stack.force(stack.append)", 1 } };
	["a forced element that a host leaves out"] = { 'admins = stack.force(stack.append { "a@example" })',
		'VirtualHost "a.example"\nadmins = { "b@example" }', { 4, 'admins in a.example = { "b@example" }', "stack.force(stack.append)", 1 } };
	["a forced element that is removed"] = { 'admins = stack.force(stack.remove { "b@example" })', 'admins = { "b@example" }',
		{ 3, 'admins = { "b@example" }', "stack.force(stack.remove)", 1 } };
	["an upper bound"] = { 'x = stack.at_most(5)', "x = 6", { 3, "x = 6", "stack.at_most", 1 } };
	["an upper bound, by unsetting it"] = { 'x = stack.at_most(5)', "x = nil", { 3, "x = nil", "stack.at_most", 1 } };
	["an upper bound in a host"] = { 'x = stack.at_most(5)', 'VirtualHost "a.example"\nx = 6', { 4, "x in a.example = 6", "stack.at_most", 1 } };
	["a lower bound in a component"] = { 'x = stack.at_least(5)', 'Component "c.example" "muc"\nx = 4',
		{ 4, "x in c.example = 4", "stack.at_least", 1 } };
	["a host's own bound"] = { 'VirtualHost "a.example"\nx = stack.at_most(5)', 'VirtualHost "a.example"\nx = 6',
		{ 4, "x in a.example = 6", "stack.at_most", 2 } };
	["a host's own bound, by what it inherits"] = { 'x = 3 VirtualHost "a.example"\nx = stack.at_most(5)', "x = 6",
		{ 3, "x in a.example = 6", "stack.at_most", 2 } };
	["a bound of stack.each, by what a host inherits"] = { 'x = 3 stack.each("host", { x = stack.at_most(5) }) VirtualHost "a.example"', "x = 6",
		{ 3, "x in a.example = 6", "stack.at_most", 1 } };
	["a choice"] = { 'x = stack.one_of { "a", "b" }', 'x = "c"', { 3, 'x = "c"', "stack.one_of", 1 } };
	["the elements of a list"] = { 'x = stack.subset_of { "a", "b" }', 'x = { "a", "c" }', { 3, 'x = { "a", "c" }', "stack.subset_of", 1 } };
	["a bounded key of a map"] = { 'limits = { c2s = { burst = stack.at_most "2s" } }', 'limits = { c2s = { burst = "9s" } }',
		{ 3, 'limits.c2s.burst = "9s"', "stack.at_most", 1 } };
	["a force of stack.each that a host of its kind never got"] = { 'stack.each("host", { x = stack.force(1) })', '\nVirtualHost "new.example"',
		{ 4, "x in new.example = nil", "stack.force", 1 } };
	["a force of stack.each on a component that is opened later"] = { 'stack.each("muc", { x = stack.force(1) })',
		'Component "c.example" "muc"\nx = 3', { 4, "x in c.example = 3", "stack.force", 1 } };
	["a force and a bound in one host"] = { 'x = stack.at_most(2)\nstack.each("host", { x = stack.force(1) })', 'VirtualHost "new.example"\nx = 3',
		{ 4, "x in new.example = 3", "stack.force", 2 }, { 4, "x in new.example = 3", "stack.at_most", 1 } };
	["two forces of one value"] = { 'admins = stack.force(stack.append { "a@example" })\nadmins = stack.force(stack.remove { "c@example" })',
		'admins = { "c@example" }', { 3, 'admins = { "c@example" }', "stack.force(stack.append)", 1 },
		{ 3, 'admins = { "c@example" }', "stack.force(stack.remove)", 2 } };
	["a forced module that is taken out"] = { 'modules_enabled = stack.force(stack.append { "limits" })', 'modules_enabled = { "tls" }',
		{ 3, 'modules_enabled = { "tls" }', "stack.force(stack.append)", 1 } };
	["a module that is forced out"] = { 'modules_enabled = stack.force(stack.remove { "register" })',
		'VirtualHost "a.example"\nmodules_enabled = { "register" }',
		{ 4, 'modules_enabled in a.example = { "register" }', "stack.force(stack.remove)", 1 } };
	["a forced module that is disabled"] = { 'modules_enabled = stack.force(stack.append { "limits" })', 'modules_disabled = { "limits" }',
		{ 3, 'modules_disabled = { "limits" }', "modules_enabled = stack.force(stack.append)", 1 } };
	["a forced module that a host disables"] = { 'modules_enabled = stack.force(stack.append { "limits" })',
		'VirtualHost "a.example"\nmodules_disabled = { "ping", "limits" }',
		{ 4, 'modules_disabled in a.example = { "ping", "limits" }', "modules_enabled = stack.force(stack.append)", 1 } };
	["a module that a host forces on and disables"] = { 'VirtualHost "a.example"\nmodules_enabled = stack.force(stack.append { "limits" })',
		'VirtualHost "a.example"\nmodules_disabled = { "limits" }',
		{ 4, 'modules_disabled in a.example = { "limits" }', "modules_enabled = stack.force(stack.append)", 2 } };
	["a module of stack.each that a host disables"] = { 'stack.each("host", { modules_enabled = stack.force(stack.append { "limits" }) })',
		'VirtualHost "new.example"\nmodules_enabled = { "limits" }\nmodules_disabled = { "limits" }',
		{ 5, 'modules_disabled in new.example = { "limits" }', "modules_enabled = stack.force(stack.append)", 1 } };
	["a forced module that a component opened later takes over, and disables"] = { 'modules_enabled = stack.force(stack.append { "tls" })',
		'Component "c.example" "muc"\nmodules_disabled = { "tls" }',
		{ 4, 'modules_disabled in c.example = { "tls" }', "modules_enabled = stack.force(stack.append)", 1 } };
	["a module that is forced off and a host enables"] = { 'modules_disabled = stack.force(stack.append { "register" })',
		'Component "c.example" "muc"\nmodules_enabled = { "register" }',
		{ 4, 'modules_enabled in c.example = { "register" }', "modules_disabled = stack.force(stack.append)", 1 } };
	["a module that is forced off and enabled globally"] = { 'modules_disabled = stack.force(stack.append { "register" })',
		'modules_enabled = { "register" }', { 3, 'modules_enabled = { "register" }', "modules_disabled = stack.force(stack.append)", 1 } };
};

local kept = {
	["a value within a bound"] = { "x = stack.at_most(5)", "x = 4" };
	["the forced value itself"] = { "x = stack.force(true)", "x = true" };
	["a forced module that no component takes over"] = { 'modules_enabled = stack.force(stack.append { "limits" })',
		'Component "c.example" "muc"\nmodules_disabled = { "limits" }' };
	["a forced element with others"] = { 'admins = stack.force(stack.append { "a@example" })', 'admins = { "b@example", "a@example" }' };
	["a host's modules beside the forced ones, which Prosody unites"] = { 'modules_enabled = stack.force(stack.append { "limits" })',
		'VirtualHost "a.example"\nmodules_enabled = { "ping" }' };
	["what stack.each demands of others"] = { 'stack.each("muc", { x = stack.force(1) })', 'VirtualHost "new.example"\nx = 3' };
	["what nobody forces"] = { "x = 1", "x = 2 y = 3" };
	["an element that a later force took out again"] = { 'x = stack.force(stack.append { "a" })\n', 'VirtualHost "a.example"\ny = 1' };
};

describe("what the main file sets behind stackloader.load", function ()
	teardown(support.clean);

	for what, case in pairs(broken) do
		with_each("is an error where it breaks "..what, function (prosody)
			local expected = {};
			for i = 3, #case do
				local line, set, demand, at = table.unpack(case[i]);
				expected[i - 2] = ("SL051 prosody.cfg.lua:%d: %s, set after stackloader.load, breaks %s at %s:%d, and the server runs with it; take it "
					.."out here, or change the rule there"):format(line, set, demand, policy, at);
			end
			assert.same(expected, errors(prosody, case[1], case[2]));
		end);
	end

	for what, case in pairs(kept) do
		with_each("is no error where it keeps "..what, function (prosody)
			assert.same({}, errors(prosody, case[1], case[2]));
		end);
	end

	for what, case in pairs {
		globally = { 'authentication = "insecure"\n', 3, 'authentication = "insecure"' };
		["in a host"] = { 'VirtualHost "a.example"\n\tauthentication = "insecure"\n', 4, 'authentication in a.example = "insecure"' };
	} do
		with_each("is an error where a rule of a layer refuses it "..what, function (prosody)
			local rule = '\nstack.require("authentication", function (option) return option "authentication" ~= "insecure", "no passwords are asked for" end)';
			assert.same({ ("SL051 prosody.cfg.lua:%d: %s, set after stackloader.load, breaks stack.require at %s:2, and the server runs with it: "
				.."no passwords are asked for"):format(case[2], case[3], policy) }, errors(prosody, rule, case[1]));
			assert.same({}, errors(prosody, rule, 'authentication = "internal_hashed"\n'));
		end);
	end

	with_each("leaves a component that it opens without a global module, which would not be there anyway", function (prosody)
		assert.same({}, errors(prosody, 'modules_enabled = stack.force(stack.append { "limits" })',
			'Component "new.example" "muc"\nmodules_disabled = { "limits" }'));
	end);

	with_each("has its place in a file that is included behind the call", function (prosody)
		local list = errors(prosody, "x = stack.force(1)\ny = stack.at_most(3)", "", {
			["prosody.cfg.lua"] = 'Include "before.d/*.cfg.lua"\n'..main..'Include "after.d/*.cfg.lua"\n';
			["before.d/a.cfg.lua"] = "x = 1\ny = 1\n"; ["after.d/a.cfg.lua"] = "\nx = 2\n"; ["after.d/b.cfg.lua"] = "VirtualHost 'a.example'\n\n\ty = 4\n";
		});
		assert.equal(2, #list);
		has(list[1], "after.d/a.cfg.lua:2: x = 2, set after");
		has(list[2], "after.d/b.cfg.lua:3: y in a.example = 4, set after");
	end);
end);
