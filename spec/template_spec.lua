-- Layers that return a table of modules, utilities, version and dependencies, and sample layers of several kinds of tree as they were written.
local support = require "spec.support";

local load, refuse, options = support.load, support.refuse, support.options;
local has = support.has;

--- The texts of a stack's findings.
local function texts(stack)
	local list = {};
	for i, finding in ipairs(stack:findings()) do
		list[i] = finding.text;
	end
	return list;
end

describe("what a layer returns: modules", function ()
	teardown(support.clean);

	it("append each group's list, and set options by its names", function ()
		assert.same({ modules_enabled = { "tls", "dialback" }; c2s_timeout = 300; s2s_timeout = 90 }, options [[
			return { modules = {
				core = { "tls", c2s_timeout = 300 },
				security = { "dialback", s2s_timeout = 90 },
			} }
		]]);
	end);

	it("come after what the file assigned", function ()
		assert.same({ modules_enabled = { "own", "tls" }; c2s_timeout = 300 }, options [[
			modules_enabled = { "own" }
			c2s_timeout = 5
			return { modules = { core = { "tls", c2s_timeout = 300 } } }
		]]);
	end);

	it("may be a flat list that a function computed", function ()
		local stack, root = load { ["core/a.cfg.lua"] = [[
			local function choose(names)
				local chosen = {};
				for _, name in ipairs(names) do
					if name ~= "bosh" then
						table.insert(chosen, name);
					end
				end
				return chosen;
			end
			modules_enabled = { "own" }
			return { modules = choose { "carbons", "bosh", "mam", "carbons" }, version = "2.0", utilities = {} }
		]] };
		assert.same({ "own", "carbons", "mam" }, stack:options().modules_enabled);
		assert.equal("2.0", stack:layers()[1].version);
		local assignment = stack:explain("modules_enabled").assignments[2];
		assert.same({ root.."/core/a.cfg.lua", "append", { "carbons", "mam", "carbons" } }, { assignment.path, assignment.operation, assignment.value });
	end);

	it("may be a list and groups, mixed: the list in its order, then the groups by their names", function ()
		assert.same({ modules_enabled = { "a", "in-list", "c", "in-b", "in-z" }; x = 1; y = 2 }, options [[
			return { modules = { "a", { "in-list", x = 1 }, "c", z = { "in-z" }, b = { "in-b", y = 2 } } }
		]]);
	end);

	it("may have gaps in a flat list", function ()
		assert.same({ "a", "c" }, options("return { modules = { 'a', nil, 'c' } }").modules_enabled);
	end);

	it("are what stack.layer gives, flat as they were", function ()
		assert.same({ "a" }, options("return { modules = { 'a' } }", "copied = stack.layer 'core/1' .modules").copied);
	end);

	it("add to what earlier layers enabled, each once", function ()
		assert.same({ "a", "b", "c" }, options("modules_enabled = { 'a', 'b' }", "return { modules = { core = { 'b', 'c' } } }").modules_enabled);
	end);

	it("come in the order of the groups' names", function ()
		assert.same({ "in-a", "in-b", "in-c", "in-d" },
			options("return { modules = { d = { 'in-d' }, b = { 'in-b' }, a = { 'in-a' }, c = { 'in-c' } } }").modules_enabled);
	end);

	it("are global also where the file ended inside of a host", function ()
		local stack = load { ["core/a.cfg.lua"] = "VirtualHost 'a.example' return { modules = { core = { 'tls', limit = 1 } } }" };
		assert.same({ modules_enabled = { "tls" }; limit = 1 }, stack:options());
		assert.same({ defined = true }, stack:options("a.example"));
	end);

	it("take directives", function ()
		assert.equal(300, options("return { modules = { core = { c2s_timeout = stack.force(300) } } }", "c2s_timeout = 5").c2s_timeout);
	end);

	it("may be empty", function ()
		assert.same({}, options "return { modules = { core = {}, security = {} }, utilities = {}, dependencies = {} }");
		assert.same({}, options "return { modules = {} }");
	end);

	it("are explained with the layer and its file", function ()
		local stack, root = load { ["core/a.cfg.lua"] = "return { modules = { core = { 'tls' } } }" };
		local assignment = stack:explain("modules_enabled").assignments[1];
		assert.same({ "core/a", root.."/core/a.cfg.lua", "append", { "tls" } },
			{ assignment.layer, assignment.path, assignment.operation, assignment.value });
	end);

	it("are of the line in which the file returns them, where only one statement can be that", function ()
		local head = "\nlocal function f() if os then return 5 end end\nif not f then\n\treturn\nend\n";
		for code, line in pairs {
			[head.."return { modules = 5 }"] = ":6: ";
			[head.."do\n\treturn {\n\t\tmodules = 5 } end"] = ":7: ";
			[head.."local g = function () return function () return 1 end end return { modules = 5 }"] = ":6: ";
			["if not os then\n\treturn 1\nelse\n\treturn { modules = 5 }\nend"] = ": ";
			["repeat local a = 1 until a\nfor _ = 1, 2 do end while nil do end return { modules = 5 }"] = ":2: ";
		} do
			local message, root = refuse { ["core/a.cfg.lua"] = code };
			has(message, root.."/core/a.cfg.lua"..line.."modules: expected a list such as");
		end
		local stack = load { ["core/a.cfg.lua"] = "\nreturn { modules = { 'tls', core = { c2s_timeout = 5 } } }" };
		assert.equal(2, stack:explain "modules_enabled".assignments[1].line);
		assert.equal(2, stack:explain "c2s_timeout".assignments[1].line);
	end);

	it("that are no tables of groups are errors with the path and the line", function ()
		local message, root = refuse { ["core/a.cfg.lua"] = "return { modules = 'tls' }" };
		has(message, root.."/core/a.cfg.lua:1: modules: expected a list such as");
		message, root = refuse { ["core/a.cfg.lua"] = "return { modules = { core = 'tls' } }" };
		has(message, root.."/core/a.cfg.lua:1: modules.core: expected a group");
		message, root = refuse { ["core/a.cfg.lua"] = "return { modules = { core = { 'tls', 5 } } }" };
		has(message, root.."/core/a.cfg.lua:1: modules.core: element 2 is a number, expected the name of a module");
		message, root = refuse { ["core/a.cfg.lua"] = "return { modules = { 'tls', 5 } }" };
		has(message, root.."/core/a.cfg.lua:1: modules: element 2 is a number, expected the name of a module or a group");
		message, root = refuse { ["core/a.cfg.lua"] = "return { modules = { 'tls', c2s_timeout = 300 } }" };
		has(message, root.."/core/a.cfg.lua:1: modules.c2s_timeout: expected a group such as { \"tls\", c2s_timeout = 300 }, got a number");
		message, root = refuse { ["core/a.cfg.lua"] = "return { modules = { 'tls', stack.force('mam') } }" };
		has(message, root.."/core/a.cfg.lua:1: modules: element 2 is a directive or object, expected the name of a module");
	end);
end);

describe("what a layer returns", function ()
	teardown(support.clean);

	it("is of no interest where it is something else", function ()
		for _, code in ipairs { "return 5", "return 'text'", "return nil", "return {}", "return { other = true }", "return false, 'message'" } do
			assert.same({ x = 1 }, options("x = 1 "..code));
		end
	end);

	it("is of no interest in an included file", function ()
		local stack = load { ["core/a.cfg.lua"] = "Include 'b.lua'"; ["core/b.lua"] = "return { modules = { core = { 'tls' } } }" };
		assert.same({}, stack:options());
	end);

	it("gives the layer its version", function ()
		local stack = load {
			["core/1.cfg.lua"] = "return { version = '1.2.3' }";
			["core/2.cfg.lua"] = "return { version = 4 }";
			["core/3.cfg.lua"] = "return {}";
		};
		local layers = stack:layers();
		assert.same({ "1.2.3", "4" }, { layers[1].version, layers[2].version });
		assert.is_nil(layers[3].version);
	end);

	it("is what stack.layer gives to later layers", function ()
		assert.same({ "1.2.3", 300, "called with x" }, options([[
			return { version = "1.2.3", modules = { core = { c2s_timeout = 300 } },
				utilities = { configure_feature = function (what) return "called with "..what end } }
		]], [[
			local one = stack.layer "core/1"
			result = { one.version, one.modules.core.c2s_timeout, one.utilities.configure_feature "x" }
		]]).result);
	end);

	it("is given by any shorter id that fits one layer", function ()
		for _, id in ipairs { "stack/01-transport/tls", "01-transport/tls", "transport/tls", "tls", "01-transport", "transport" } do
			local stack = load {
				["stack/01-transport/tls.cfg.lua"] = "return { version = '9' }";
				["stack/02-stream/sasl.cfg.lua"] = ("seen = stack.layer(%q).version"):format(id);
			};
			assert.equal("9", stack:options().seen, id);
		end
	end);

	it("is nil where the layer returned nothing", function ()
		assert.is_true(options("-- nothing\n", "x = stack.layer 'core/1' == nil").x);
	end);

	it("cannot be had from a layer that does not run before, or where several fit", function ()
		local message, root = refuse { ["core/a.cfg.lua"] = "\nx = stack.layer 'core/b'"; ["core/b.cfg.lua"] = "-- nothing\n" };
		has(message, root.."/core/a.cfg.lua:2: stack.layer(\"core/b\"): no layer of that id is active before this one");
		message = refuse { ["core/a.cfg.lua"] = "-- nothing\n"; ["core/b.cfg.lua"] = "-- nothing\n"; ["core/c.cfg.lua"] = "\nx = stack.layer 'core'" };
		has(message, "core/c.cfg.lua:2: stack.layer(\"core\"): 2 layers fit");
	end);
end);

describe("what a layer returns: dependencies", function ()
	teardown(support.clean);

	--- A tree of two layers of transport and one that depends on `names`, a Lua list.
	local function depends(names)
		return {
			["stack/01-transport/ports.cfg.lua"] = "-- nothing\n";
			["stack/01-transport/tls.cfg.lua"] = "-- nothing\n";
			["stack/02-stream/sasl.cfg.lua"] = "x = 1 return { dependencies = "..names.." }";
			["stack/03-stanza/late.cfg.lua"] = "-- nothing\n";
		};
	end

	it("hold for an id as short as commands take it, or a folder with any layer", function ()
		for _, id in ipairs { "stack/01-transport/tls", "01-transport/tls", "transport/tls", "tls", "01-transport", "stack/01-transport" } do
			assert.equal(1, load(depends(("{ %q }"):format(id))):options().x, id);
		end
	end);

	it("that are not active before this layer are errors that name them", function ()
		for _, id in ipairs { "nothing", "03-stanza/late", "late", "01-transport/tl", "transport/tls/more" } do
			local message, root = refuse(depends(("{ 'tls', %q }"):format(id)));
			has(message, root.."/stack/02-stream/sasl.cfg.lua:1: ");
			has(message, ("depends on %q"):format(id));
		end
	end);

	it("on the layer itself are not met", function ()
		has((refuse(depends "{ 'sasl' }")), "depends on \"sasl\"");
	end);

	it("on a feature that is off are not met", function ()
		has((refuse({ ["features/web/http.cfg.lua"] = "x = 1"; ["features/web/upload.cfg.lua"] = "return { dependencies = { 'web/http' } }" },
			{ PROSODY_FEATURES_WEB_HTTP = "false" })), "depends on \"web/http\"");
	end);

	it("that are no list of strings are errors", function ()
		has((refuse(depends "'tls'")), "dependencies: expected a list of ids of layers, got a string");
		has((refuse(depends "{ 5 }")), "dependencies: each is the id of a layer, a string; one is a number");
	end);
end);

describe("what a layer returns: utilities.validate_*", function ()
	teardown(support.clean);

	it("run over the finished configuration", function ()
		local stack = load {
			["core/1.cfg.lua"] = [[return { utilities = { validate_config = function (config, hosts)
				return false, config.limit.." "..table.concat(config.modules_enabled, "+").." "..hosts["a.example"].size
			end } }]];
			["core/2.cfg.lua"] = "limit = stack.at_most(10) modules_enabled = { 'a' }";
			["core/3.cfg.lua"] = "limit = 50 modules_enabled = { 'b' } VirtualHost 'a.example' size = 3";
		};
		has(texts(stack)[#texts(stack)], "validate_config: 10 a+b 3");
	end);

	it("become findings with the layer's path when they return false and a message", function ()
		local stack, root = load { ["core/a.cfg.lua"] = "return { utilities = { validate_limit = function () return false, 'no limit' end } }" };
		assert.same({ { severity = "warning"; code = "SL032"; path = root.."/core/a.cfg.lua";
			line = 1; text = "validate_limit: no limit" } }, stack:findings());
	end);

	it("become findings when they return false alone, or raise an error", function ()
		local stack = load { ["core/a.cfg.lua"] = [[return { utilities = {
			validate_1 = function () return false end,
			validate_2 = function () error("broken", 0) end,
			validate_3 = function () error {} end,
			validate_4 = function () error() end,
		} }]] };
		assert.equal(4, #stack:findings());
		assert.equal("validate_1: the configuration is not valid", texts(stack)[1]);
		assert.equal("validate_2 failed: broken", texts(stack)[2]);
		has(texts(stack)[3], "validate_3 failed: ");
		has(texts(stack)[4], "validate_4 failed: ");
	end);

	it("say nothing when they return true or nothing", function ()
		assert.same({}, load { ["core/a.cfg.lua"] =
			"return { utilities = { validate_a = function () return true end, validate_b = function () end } }" }:findings());
	end);

	it("are every one, and no other function", function ()
		local stack = load { ["core/a.cfg.lua"] = [[return { utilities = {
			validate_b = function () return false, "b" end, validate_a = function () return false, "a" end,
			validate = function () return false, "bare" end, configure = function () return false, "configure" end, validate_text = "text",
		} }]] };
		assert.same({ "validate_a: a", "validate_b: b" }, texts(stack));
	end);

	it("cannot change the configuration", function ()
		local stack = load { ["core/a.cfg.lua"] = [[
			list = { "a" }
			return { utilities = { validate_a = function (config) config.list[1] = "changed" config.more = true end } }
		]] };
		assert.same({ list = { "a" } }, stack:options());
	end);

	it("are errors when the load is strict", function ()
		has((refuse({ ["core/a.cfg.lua"] = "return { utilities = { validate_a = function () return false, 'no' end } }" }, nil, { strict = true })),
			"core/a.cfg.lua:1: validate_a: no");
	end);
end);

describe("the sample layer of a module template", function ()
	teardown(support.clean);

	local sample = [[
-- Layer XX: Name - Description
-- Brief description of layer functionality
-- XEP references where applicable

local layer_config = {
    -- Core functionality
    core = {
        -- Core modules and settings
    },

    -- Security features
    security = {
        -- Security-related configuration
    },

    -- Performance optimizations
    performance = {
        -- Performance tuning settings
    },

    -- Monitoring and diagnostics
    monitoring = {
        -- Monitoring configuration
    },
}

-- Configuration utilities
local layer_utilities = {
    -- Helper functions
    configure_feature = function(options)
        -- Configuration logic
    end,

    -- Validation functions
    validate_config = function(config)
        -- Validation logic
    end,
}

-- Export configuration
return {
    modules = layer_config,
    utilities = layer_utilities,
    version = "1.0.0",
    dependencies = {"dependency1", "dependency2"},
}
]];

	it("loads after its dependencies", function ()
		local stack = load {
			["stack/01-transport/dependency1.cfg.lua"] = "-- nothing\n";
			["stack/01-transport/dependency2.cfg.lua"] = "-- nothing\n";
			["stack/02-stream/sample.cfg.lua"] = sample;
		};
		assert.same({}, stack:options());
		assert.same({}, stack:findings());
		assert.equal("1.0.0", stack:layers()[3].version);
	end);

	it("is refused without them", function ()
		local message, root = refuse { ["stack/01-transport/dependency1.cfg.lua"] = "-- nothing\n"; ["stack/02-stream/sample.cfg.lua"] = sample };
		has(message, root.."/stack/02-stream/sample.cfg.lua:41: ");
		has(message, "depends on \"dependency2\"");
	end);

	it("gives what is filled in", function ()
		local filled = sample:gsub("%-%- Core modules and settings", '"tls", "saslauth", c2s_timeout = 300,')
			:gsub("%-%- Security%-related configuration", 'c2s_require_encryption = true,')
			:gsub("%-%- Monitoring configuration", '"statistics",')
			:gsub("%-%- Validation logic", 'return config.c2s_timeout == 300, "the timeout is "..config.c2s_timeout')
			:gsub('{"dependency1", "dependency2"}', "{}");
		local stack = load { ["stack/02-stream/sample.cfg.lua"] = filled; ["local/site.cfg.lua"] = "c2s_timeout = 60" };
		assert.same({ modules_enabled = { "tls", "saslauth", "statistics" }; c2s_timeout = 60; c2s_require_encryption = true }, stack:options());
		assert.same({ "validate_config: the timeout is 60" }, texts(stack));
	end);
end);

describe("the sample layer of environment overrides", function ()
	teardown(support.clean);

	local sample = [[
local function get_environment()
    local env = os.getenv("PROSODY_ENV") or "production"
    return env
end

local function is_feature_enabled(feature)
    local env_var = "PROSODY_ENABLE_" .. feature:upper()
    return os.getenv(env_var) == "true"
end

local function apply_environment_overrides(config)
    local env = get_environment()

    if env == "development" then
        -- Development-specific settings
        config.debug = true
        config.logging = "verbose"
    elseif env == "production" then
        -- Production-specific settings
        config.debug = false
        config.logging = "info"
    end

    return config
end

settings = apply_environment_overrides {}
mam = is_feature_enabled "mam"
]];

	it("sees the environment and the switches", function ()
		local files = { ["core/a.cfg.lua"] = sample; ["environments/development.cfg.lua"] = "-- nothing yet\n";
			["features/messaging/mam.cfg.lua"] = "-- nothing yet\n" };
		assert.same({ settings = { debug = false; logging = "info" }; mam = false }, load(files):options());
		assert.same({ settings = { debug = true; logging = "verbose" }; mam = true },
			load(files, { PROSODY_ENVIRONMENT = "development"; PROSODY_ENABLE_MAM = "true" }):options());
	end);
end);

describe("the sample layer of message archives", function ()
	teardown(support.clean);

	local files = {
		["core/base.cfg.lua"] = 'modules_enabled = { "roster" }';
		["usecases/team-collaboration/slack-like.cfg.lua"] = "-- nothing yet\n";
		["usecases/customer-support/helpdesk.cfg.lua"] = "-- nothing yet\n";
		["usecases/education/classroom.cfg.lua"] = "-- nothing yet\n";
		["features/messaging/mam.cfg.lua"] = [[
-- features/messaging/mam.cfg.lua
-- Always enabled, but configured based on context

modules_enabled = {
    "mam",           -- XEP-0313: Message Archive Management
    "mam_muc",       -- MAM for group chats
}

-- Auto-configure based on use case
local use_case = prosody.use_case or "general"

if use_case:match("team%-collaboration") then
    -- Team chat needs longer retention
    archive_expires_after = "2y"
    max_archive_query_results = 2000
elseif use_case:match("customer%-support") then
    -- Support needs permanent retention
    archive_expires_after = "never"
    max_archive_query_results = 5000
else
    -- Default configuration
    archive_expires_after = "1y"
    max_archive_query_results = 1000
end
]];
	};

	for use_case, expected in pairs {
		[""] = { "1y", 1000 }; ["education/classroom"] = { "1y", 1000 };
		["team-collaboration/slack-like"] = { "2y", 2000 }; ["customer-support/helpdesk"] = { "never", 5000 };
	} do
		it("goes by the use case '"..use_case.."'", function ()
			local stack = load(files, { PROSODY_USECASE = use_case });
			assert.same({ modules_enabled = { "roster", "mam", "mam_muc" }; archive_expires_after = expected[1];
				max_archive_query_results = expected[2] }, stack:options());
			assert.same({}, stack:findings());
		end);
	end
end);

describe("the sample layer for Conversations", function ()
	teardown(support.clean);

	local files = {
		["core/base.cfg.lua"] = 'modules_enabled = { "roster" }\nc2s_timeout = 60';
		["clients/web-clients/converse.cfg.lua"] = "-- nothing yet\n";
		["clients/mobile-apps/conversations.cfg.lua"] = [[
-- clients/mobile-apps/conversations.cfg.lua
-- Optimizations specifically for Conversations app

if prosody.client_optimizations and
   prosody.client_optimizations:match("conversations") then

    -- Conversations-specific push notification settings
    cloud_notify_priority_threshold = 1
    cloud_notify_max_devices = 5

    -- Optimize for mobile battery life
    c2s_timeout = 300  -- 5 minutes instead of default

    -- Enable features Conversations uses well
    modules_enabled = modules_enabled or {}
    table.insert(modules_enabled, "bookmarks2")  -- XEP-0402
    table.insert(modules_enabled, "pep_vcard_avatar")  -- XEP-0398
end
]];
	};

	it("adds what it says where it was chosen", function ()
		local stack = load(files, { PROSODY_CLIENT_OPTS = "mobile-apps/conversations,web-clients/converse" });
		assert.same({ modules_enabled = { "roster", "bookmarks2", "pep_vcard_avatar" }; c2s_timeout = 300; cloud_notify_priority_threshold = 1;
			cloud_notify_max_devices = 5 }, stack:options());
		assert.same({}, stack:findings());
	end);

	it("does not load where it was not", function ()
		assert.same({ modules_enabled = { "roster" }; c2s_timeout = 60 }, load(files):options());
		assert.same({ modules_enabled = { "roster" }; c2s_timeout = 60 }, load(files, { PROSODY_CLIENT_OPTS = "web-clients/converse" }):options());
	end);
end);

describe("the sample layers of a profile and of modern authentication", function ()
	teardown(support.clean);

	local files = {
		["core/global.cfg.lua"] = 'modules_enabled = { "roster" }';
		["profiles/standard/profile.cfg.lua"] = [[
-- profiles/standard/profile.cfg.lua
profile_info = {
    name = "Standard",
    description = "Full-featured XMPP server for small to medium teams",
    target_users = "10-100",
    stability = "production-ready",
    features = {
        "authentication/basic",
        "authentication/modern",
        "messaging/core",
        "messaging/archive",
        "collaboration/muc",
        "web/http",
        "mobile/push",
        "security/firewall"
    }
}

-- Profile-specific defaults
default_archive_policy = "roster"
muc_room_default_public = false
http_upload_file_size_limit = 50 * 1024 * 1024  -- 50MB
]];
		["features/authentication/basic.cfg.lua"] = 'modules_enabled = { "saslauth" }';
		["features/authentication/modern.cfg.lua"] = [[
-- features/authentication/modern.cfg.lua
-- Modern Authentication Features
-- XEP-0388: Extensible SASL Profile (SASL2)
-- XEP-0386: Bind 2
-- XEP-0484: Fast Authentication Streamlining Tokens

modules_enabled = modules_enabled or {}

-- SASL2 support
if os.getenv("PROSODY_FEATURES_AUTH_SASL2") ~= "false" then
    table.insert(modules_enabled, "sasl2")
    table.insert(modules_enabled, "sasl2_bind2")

    -- SASL2 configuration
    sasl2_require_encryption = true
    sasl2_fast_enabled = os.getenv("PROSODY_AUTH_FAST_TOKENS") == "true"
end

-- Modern authentication mechanisms
sasl_enabled_mechanisms = {
    "SCRAM-SHA-256",
    "SCRAM-SHA-1",
    "PLAIN"  -- Only over TLS
}

-- Downgrade protection
if os.getenv("PROSODY_AUTH_DOWNGRADE_PROTECTION") ~= "false" then
    table.insert(modules_enabled, "sasl_ssdp")
end
]];
		["features/messaging/core.cfg.lua"] = 'modules_enabled = { "offline" }';
		["features/messaging/archive.cfg.lua"] = 'modules_enabled = { "mam" }';
		["features/messaging/carbons.cfg.lua"] = 'modules_enabled = { "carbons" }';
		["features/collaboration/muc.cfg.lua"] = "-- rooms\n";
		["features/web/http.cfg.lua"] = 'modules_enabled = { "http" }';
		["features/mobile/push.cfg.lua"] = 'modules_enabled = { "cloud_notify" }';
		["features/security/firewall.cfg.lua"] = 'modules_enabled = { "firewall" }';
	};

	local function sorted(list)
		table.sort(list);
		return list;
	end

	it("load and give what they say", function ()
		local stack = load(files);
		local result = stack:options();
		assert.same({ "cloud_notify", "firewall", "http", "mam", "offline", "roster", "sasl2", "sasl2_bind2", "sasl_ssdp", "saslauth" },
			sorted(result.modules_enabled));
		result.modules_enabled = nil;
		assert.same({
			default_archive_policy = "roster"; muc_room_default_public = false; http_upload_file_size_limit = 52428800;
			sasl2_require_encryption = true; sasl2_fast_enabled = false; sasl_enabled_mechanisms = { "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN" };
		}, result);
		assert.same({}, stack:findings());
	end);

	it("see the variables that they read themselves, without a warning", function ()
		local stack = load(files, { PROSODY_FEATURES_AUTH_SASL2 = "false"; PROSODY_AUTH_DOWNGRADE_PROTECTION = "false" });
		assert.same({ "cloud_notify", "firewall", "http", "mam", "offline", "roster", "saslauth" }, sorted(stack:options().modules_enabled));
		assert.is_nil(stack:options().sasl2_require_encryption);
		assert.same({}, stack:findings());
		assert.is_true(load(files, { PROSODY_AUTH_FAST_TOKENS = "true" }):options().sasl2_fast_enabled);
	end);

	it("give way to toggles", function ()
		local stack = load(files, { PROSODY_FEATURES_AUTH_MODERN = "false"; PROSODY_FEATURES_MOBILE_PUSH = "false" });
		assert.same({ "firewall", "http", "mam", "offline", "roster", "saslauth" }, sorted(stack:options().modules_enabled));
		assert.is_nil(stack:options().sasl_enabled_mechanisms);
	end);
end);
