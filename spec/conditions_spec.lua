--- Conditions in the source of modules: which of them can be told for a host.
local conditions = require "stackloader.conditions";

local source = [[
local host_type = module:get_host_type();
local is_component = host_type == "component";
local url = module:get_option_string(module.name .. "_base_url");
local twice = true
twice = false
local mode = module:get_option_string("mode", "some");
local many = module:get_option_number("many",
	module:get_option_number("few", 3));
]];

local function holds(condition, options, component, host, line)
	local env = {
		name = "files", host = host or "example.org", component = component;
		option = function (name) return (options or {})[name]; end;
	};
	local function read() return source; end
	local needed = { condition = condition, condition_line = line };
	local found = conditions.holds(needed, env, read);
	-- Where the file is gone, what was noted of it says the same.
	needed.names = conditions.names(needed, read);
	assert.equal(found, conditions.holds(needed, env));
	return found;
end

describe("A condition under which a module loads another", function ()
	it("holds or not by what kind of host it is", function ()
		local rooms = '(module:get_host_type() == "component" and module:get_option_string("component_module") == "muc")';
		assert.is_true(holds(rooms, { component_module = "muc" }, "muc"));
		assert.is_false(holds(rooms, { component_module = "pubsub" }, "pubsub"));
		assert.is_false(holds(rooms));
		assert.is_nil(holds(rooms, nil, nil, "*"));
		assert.is_true(holds("is_component", nil, "muc"));
		assert.is_false(holds("is_component"));
		assert.is_true(holds 'module.host ~= "*"');
	end);

	it("holds or not by options, their defaults and names that stand for them", function ()
		assert.is_true(holds "not url");
		assert.is_false(holds("not url", { files_base_url = "https://example.org/" }));
		assert.is_true(holds 'mode == "some"');
		assert.is_true(holds('not (mode == "some")', { mode = "all" }));
		assert.is_true(holds("many == 3"));
		assert.is_true(holds("many == 5", { few = 5 }));
		assert.is_true(holds('module:get_option_boolean("dane", false)', { dane = "true" }));
		assert.is_false(holds('module:get_option_boolean("dane", true)', { dane = 0 }));
		assert.is_false(holds 'module:get_option_boolean("dane", false)');
	end);

	it("holds or not by whether a period ends", function ()
		assert.is_true(holds 'module:get_option_period("expires", "1w") ~= math.huge');
		assert.is_false(holds('module:get_option_period("expires", "1w") ~= math.huge', { expires = "never" }));
		assert.is_nil(holds 'module:get_option_period("expires", "1w") == 604800');
	end);

	it("holds or not as in the server", function ()
		assert.is_true(holds 'prosody.process_type == "prosody" and prosody.shutdown');
		assert.is_false(holds 'not (prosody.process_type == "prosody")');
	end);

	it("can be told where the other half decides", function ()
		assert.is_false(holds("url and something()"));
		assert.is_true(holds("mode or something()"));
		assert.is_true(holds("something() or mode"));
		assert.is_false(holds("something() and url"));
	end);

	it("holds or not by what a name stands for where it is asked", function ()
		assert.is_true(holds("twice", nil, nil, nil, 4));
		assert.is_nil(holds("twice", nil, nil, nil, 6));
	end);

	it("cannot be told where it asks for what only the running module knows", function ()
		for _, condition in ipairs {
			"?", "something()", "something.x == 1", "twice", "nowhere", "mode ==", "(mode", 'hosts[module.host].modules.pubsub', "mode + 1",
			'module:get_option_boolean("dane")', "{}", "",
		} do
			assert.is_nil(holds(condition, { dane = "perhaps" }), condition);
		end
	end);

	it("is no trouble where names stand for each other without end", function ()
		assert.is_nil(conditions.holds({ condition = "a" }, {}, function () return "local a = b\nlocal b = a\n"; end));
	end);
end);
