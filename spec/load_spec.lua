-- stackloader.load in Prosody's own configuration, and what the stack tells afterwards.
local inside = require "spec.inside";
local support = require "spec.support";
local stackloader = require "stackloader";

local quote = support.quote;
local main = support.main_file;

local load, refuse = support.load, support.refuse;
local ids, with_each = support.ids, support.with_each;
local has, lacks = support.has, support.lacks;
local with_globals = support.with_globals;

--- The text of a line of a file.
local function line_of(path, number)
	local count = 0;
	for line in (support.read(path).."\n"):gmatch "([^\n]*)\n" do
		count = count + 1;
		if count == number then
			return line;
		end
	end
end

local tell = [[
	local good, _, problem = load();
	local current = stackloader.current();
	return {
		good = good or false; problem = not good and problem or nil; warnings = good and problem or nil;
		global = configmanager.getconfig()["*"]; host = rawget(configmanager.getconfig(), "a.example");
		findings = current and current:findings(); layers = current and current:layers();
	};
]];

--- Loads a tree by its main file below Prosody; returns what `tell` says, then the root.
local function under(prosody, files, options)
	files["prosody.cfg.lua"] = files["prosody.cfg.lua"] or main;
	local root = support.tree(files);
	local result, message = inside(prosody, root, tell, options);
	assert.is_nil(message);
	return result, root;
end

describe("stackloader.load in the main file", function ()
	teardown(support.clean);

	with_each("finds the tree in the folder of the calling file", function (prosody)
		local result = under(prosody, { ["core/a.cfg.lua"] = "found = 'core/a'" });
		assert.is_true(result.good, result.problem);
		assert.equal("core/a", result.global.found);
	end);

	with_each("finds it in the parent where that folder is core/, and takes the calling file for no layer", function (prosody)
		local root = support.tree { ["core/prosody.cfg.lua"] = main; ["core/a.cfg.lua"] = "found = 'a'"; ["stack/01-x/b.cfg.lua"] = "other = 'b'" };
		local result, message = inside(prosody, root, [[
			assert(load "core/prosody.cfg.lua");
			return { global = configmanager.getconfig()["*"]; layers = stackloader.current():layers() };
		]]);
		assert.is_nil(message);
		assert.same({ found = "a"; other = "b" }, result.global);
		assert.same({ "core/a", "stack/01-x/b" }, ids(result.layers));
	end);

	with_each("works with plain require", function (prosody)
		local result = under(prosody, {
			["prosody.cfg.lua"] = "require 'stackloader'.load(_ENV)";
			["core/a.cfg.lua"] = "found = true";
		});
		assert.is_true(result.global.found);
	end);

	with_each("leaves no finding and no warning where there is none", function (prosody)
		local result = under(prosody, { ["core/a.cfg.lua"] = "limit = 1 VirtualHost 'a.example' size = 2" });
		assert.same({}, result.warnings);
		assert.same({}, result.findings);
		assert.same({ limit = 1 }, result.global);
		assert.same({ defined = true; size = 2 }, result.host);
	end);

	with_each("takes part with what it set before, near the end, with its lines", function (prosody)
		local root = support.tree {
			["prosody.cfg.lua"] = "modules_enabled = { 'c' }\nlimit = 3\n\nVirtualHost 'a.example'\n\tsize = 30\n\n"..main;
			["core/a.cfg.lua"] = "modules_enabled = { 'a' } limit = 1 VirtualHost 'a.example' size = 10 name = 'kept'";
			["environments/production.cfg.lua"] = "limit = 2 modules_enabled = { 'b' }";
			["local/site.cfg.lua"] = "modules_enabled = { 'd' }";
		};
		local result, message = inside(prosody, root, [[
			assert(load());
			local current = stackloader.current();
			return {
				global = configmanager.getconfig()["*"]; host = configmanager.getconfig()["a.example"];
				layers = current:layers(); limit = current:explain "limit"; size = current:explain("size", "a.example");
				modules = current:explain "modules_enabled";
			};
		]]);
		assert.is_nil(message);
		assert.same({ "a", "b", "c", "d" }, result.global.modules_enabled);
		assert.equal(3, result.global.limit);
		assert.same({ defined = true; size = 30; name = "kept" }, result.host);
		assert.same({ "core/a", "environments/production", "main", "local/site" }, ids(result.layers));
		assert.equal("main", result.layers[3].axis);
		assert.equal(root.."/prosody.cfg.lua", result.layers[3].path);
		local assignment = result.limit.assignments[3];
		assert.same({ "main", root.."/prosody.cfg.lua", 2, 3 }, { assignment.layer, assignment.path, assignment.line, assignment.value });
		assignment = result.size.assignments[2];
		assert.same({ "main", root.."/prosody.cfg.lua", 5, 30 }, { assignment.layer, assignment.path, assignment.line, assignment.value });
		assert.equal(1, result.modules.assignments[3].line);
	end);

	with_each("lets variables beat what it set before", function (prosody)
		local result = under(prosody, { ["prosody.cfg.lua"] = "limit = 3\n"..main }, { variables = { PROSODY_OPTION_LIMIT = "7" } });
		assert.equal(7, result.global.limit);
	end);

	with_each("leaves the caller in its scope, and itself starts in the global one", function (prosody)
		local result = under(prosody, {
			["prosody.cfg.lua"] = "local stackloader = (Lua or _G).require 'stackloader'\nVirtualHost 'a.example'\nbefore = 1\n"
				.."stackloader.load(_ENV)\nafter = 2\n";
			["core/a.cfg.lua"] = "global = true VirtualHost 'b.example' there = true";
		});
		assert.same({ defined = true; before = 1; after = 2 }, result.host);
		assert.same({ global = true }, result.global);
	end);

	with_each("lets what is set after it win, with a finding", function (prosody)
		local result = under(prosody, {
			["prosody.cfg.lua"] = main.."limit = 9\nsame = 1\nnew = true\n";
			["core/a.cfg.lua"] = "limit = 1 same = 1 other = 5";
		});
		assert.equal(9, result.global.limit);
		assert.equal(1, #result.findings);
		assert.equal("warning", result.findings[1].severity);
		has(result.findings[1].text, "limit");
		has(result.findings[1].text, "after stackloader.load");
	end);

	with_each("takes the reading of an option after it", function (prosody)
		local result = under(prosody, {
			["prosody.cfg.lua"] = main.."if Lua then modules_enabled:append { 'late' } end";
			["core/a.cfg.lua"] = "modules_enabled = { 'a' }";
		});
		assert.same(prosody.name == "13" and { "a", "late" } or { "a" }, result.global.modules_enabled);
	end);

	with_each("hands Prosody copies", function (prosody)
		local root = support.tree { ["prosody.cfg.lua"] = main; ["core/a.cfg.lua"] = "list = { 'a' }" };
		local result, message = inside(prosody, root, [[
			assert(load());
			configmanager.getconfig()["*"].list[2] = "changed";
			return stackloader.current():options().list;
		]]);
		assert.is_nil(message);
		assert.same({ "a" }, result);
	end);

	with_each("refuses a nested load, and names the layer", function (prosody)
		local result, root = under(prosody, { ["core/a.cfg.lua"] = "\nrequire 'stackloader'.load(_ENV)" });
		assert.is_false(result.good);
		has(result.problem, root.."/core/a.cfg.lua:2: stackloader.load was called while a stack is being loaded");
		has(result.problem, "core/a");
	end);

	with_each("refuses a host of the main file that a layer opens as a component, and the other way round", function (prosody)
		local set = 'local stackloader = (Lua or _G).require "stackloader"\n%s\nstackloader.load(_ENV)\n';
		local result, root = under(prosody, {
			["prosody.cfg.lua"] = set:format 'VirtualHost "a.example"'; ["core/a.cfg.lua"] = "\nComponent 'a.example' 'muc'";
		});
		assert.is_false(result.good);
		has(result.problem, "a.example");
		has(result.problem, root.."/prosody.cfg.lua:2");
		has(result.problem, root.."/core/a.cfg.lua:2");
		result, root = under(prosody, {
			["prosody.cfg.lua"] = set:format 'Component "a.example" "muc"'; ["core/a.cfg.lua"] = "\nVirtualHost 'a.example'";
		});
		assert.is_false(result.good);
		has(result.problem, "a.example");
		has(result.problem, root.."/prosody.cfg.lua:2");
		has(result.problem, root.."/core/a.cfg.lua:2");
	end);

	with_each("lets the main file open a component whose module a layer names", function (prosody)
		local root = support.tree {
			["prosody.cfg.lua"] = 'local stackloader = (Lua or _G).require "stackloader"\nComponent "c.example"\nsize = 1\nstackloader.load(_ENV)\n';
			["core/a.cfg.lua"] = "Component 'c.example' 'muc' limit = 2";
		};
		local result, message = inside(prosody, root, "assert(load()); return configmanager.getconfig()['c.example']");
		assert.is_nil(message);
		assert.same({ component_module = "muc"; load_global_modules = false; size = 1; limit = 2 }, result);
	end);

	with_each("finds the lines of tables in the main file", function (prosody)
		local root = support.tree { ["prosody.cfg.lua"] =
			'VirtualHost "a.example" {\n\tsize = 1;\n}\nComponent "c.example" "muc" {\n\tlimit = 2;\n}\n'..main };
		local result, message = inside(prosody, root, [[
			assert(load());
			local current = stackloader.current();
			return { current:explain("size", "a.example").assignments[1].line, current:explain("limit", "c.example").assignments[1].line,
				current:explain("component_module", "c.example").assignments[1].line };
		]]);
		assert.is_nil(message);
		assert.same({ 2, 5, 4 }, result);
	end);

	with_each("goes by the folder of an included file that calls it", function (prosody)
		local root = support.tree {
			["prosody.cfg.lua"] = "limit = 1\nInclude 'sub/stack.cfg.lua'\n"; ["sub/stack.cfg.lua"] = main;
			["sub/core/a.cfg.lua"] = "found = 'sub'"; ["core/a.cfg.lua"] = "found = 'top'";
		};
		local result, message = inside(prosody, root, "assert(load()); return configmanager.getconfig()['*']");
		assert.is_nil(message);
		assert.same({ limit = 1; found = "sub" }, result);
	end);

	with_each("finds the tree of a main file that was named by a relative path", function (prosody)
		local root = support.tree { ["prosody.cfg.lua"] = main; ["core/a.cfg.lua"] = "found = true" };
		local result, message = inside(prosody, root, [[
			require "lfs".chdir(root);
			assert(configmanager.load "prosody.cfg.lua");
			return stackloader.current():layers()[1].path;
		]]);
		assert.is_nil(message);
		assert.equal(root.."/core/a.cfg.lua", result);
	end);

	with_each("finds what a host sets after it, with the host's name", function (prosody)
		local result = under(prosody, {
			["prosody.cfg.lua"] = main.."VirtualHost 'a.example'\nsize = 5";
			["core/a.cfg.lua"] = "VirtualHost 'a.example' size = 1";
		});
		assert.equal(5, result.host.size);
		assert.equal(1, #result.findings);
		has(result.findings[1].text, "size in a.example was set after stackloader.load");
	end);

	it("refuses a nested load with nil too, and works again afterwards", function ()
		has((refuse { ["core/a.cfg.lua"] = "require 'stackloader'.load(nil)" }), "stackloader.load was called while a stack is being loaded");
		assert.equal(1, load { ["core/a.cfg.lua"] = "x = 1" }:options().x);
	end);

	it("is refused without the environment", function ()
		for _, wrong in ipairs { "_ENV", 5, true } do
			local good, message = pcall(stackloader.load, wrong);
			assert.is_false(good);
			has(message, "expected the environment of the configuration file: stackloader.load(_ENV)");
		end
	end);

	with_each("with nil assembles and does not apply", function (prosody)
		local root = support.tree {
			["prosody.cfg.lua"] = "stack_seen = (Lua or _G).require 'stackloader'.load(nil):options().limit";
			["core/a.cfg.lua"] = "limit = 1";
		};
		local result, message = inside(prosody, root, [[
			assert(load());
			return { global = configmanager.getconfig()["*"]; current = stackloader.current() == nil; files = configmanager.files() };
		]]);
		assert.is_nil(message);
		assert.same({ stack_seen = 1 }, result.global);
		assert.is_true(result.current);
		assert.same({ root.."/prosody.cfg.lua" }, result.files);
	end);

	it("goes through the environment's statements where Prosody's table cannot be reached", function ()
		local given = {};
		local function set(host, name, value)
			given[host] = given[host] or {};
			given[host][name] = value;
		end
		local env = setmetatable({ __currenthost = "*" }, { __newindex = function (env, name, value)
			set(rawget(env, "__currenthost"), name, value);
		end });
		local function opens(implied)
			return function (host)
				rawset(env, "__currenthost", host);
				for name, value in pairs(implied) do
					set(host, name, value);
				end
				return function (options)
					rawset(env, "__currenthost", "*");
					for name, value in pairs(options) do
						set(host, name, value);
					end
				end;
			end;
		end
		rawset(env, "VirtualHost", opens { defined = true });
		rawset(env, "Component", opens { component_module = "component"; load_global_modules = false });
		rawset(env, "__currenthost", "caller.example");
		stackloader.load(env, { root = support.tree {
			["core/a.cfg.lua"] = "limit = 1 VirtualHost 'a.example' size = 2 Component 'c.example' 'muc'";
		}; variables = {} });
		assert.same({
			["*"] = { limit = 1 }; ["a.example"] = { defined = true; size = 2 };
			["c.example"] = { component_module = "muc"; load_global_modules = false };
		}, given);
		assert.equal("caller.example", rawget(env, "__currenthost"));
	end);
end);

describe("prosodyctl with a layered configuration", function ()
	teardown(support.clean);

	--- Runs prosodyctl on a tree; its hosts need no certificates.
	local function prosodyctl(prosody, root, words, variables)
		local assigned = { "LUA_CPATH_5_4="..quote(support.build.."/?.so;;") };
		for name, value in pairs(variables or {}) do
			assigned[#assigned + 1] = name.."="..quote(value);
		end
		return support.run("cd / && env "..table.concat(assigned, " ").." "..prosody.prosodyctl.." --root --config "
			..quote(root.."/prosody.cfg.lua").." "..words);
	end

	with_each("lists the layer files among those that were loaded", function (prosody)
		local root = support.tree { ["prosody.cfg.lua"] = main; ["core/a.cfg.lua"] = "data_path = '/tmp'" };
		has((prosodyctl(prosody, root, "check config")), root.."/core/a.cfg.lua");
	end);

	with_each("prints an error whole, line breaks included", function (prosody)
		local root = support.tree { ["prosody.cfg.lua"] = main; ["core/a.cfg.lua"] = "error 'one'"; ["core/b.cfg.lua"] = "\nx = = 1" };
		local output, code = prosodyctl(prosody, root, "check config");
		assert.equal(1, code);
		has(output, "2 problems");
		has(output, "\n  "..root.."/core/a.cfg.lua:1: one");
		has(output, "\n  "..root.."/core/b.cfg.lua:2: unexpected symbol near '='");
	end);

	with_each("prints warnings as its own", function (prosody)
		local root = support.tree { ["prosody.cfg.lua"] = main; ["core/a.cfg.lua"] = "limit = 1\nlimit = 2\n" };
		has((prosodyctl(prosody, root, "check config")), "Configuration warning: "..root.."/core/a.cfg.lua:2: Duplicate option 'limit'");
	end);

	with_each("takes the choices of check config's flags, which beat options and variables", function (prosody)
		local root = support.tree {
			["prosody.cfg.lua"] = 'local stackloader = (Lua or _G).require "stackloader"\nstackloader.load(_ENV, { environment = "option" })\n';
			["environments/flag.cfg.lua"] = "error 'the flag chose'";
			["environments/option.cfg.lua"] = "error 'the option chose'";
			["environments/variable.cfg.lua"] = "error 'the variable chose'";
		};
		has((prosodyctl(prosody, root, "check config", { PROSODY_ENVIRONMENT = "variable" })), "the option chose");
		has((prosodyctl(prosody, root, "check config --environment=flag", { PROSODY_ENVIRONMENT = "variable" })), "the flag chose");
		has((prosodyctl(prosody, root, "status --environment=flag", { PROSODY_ENVIRONMENT = "variable" })), "the option chose");
	end);
end);

describe("load's options", function ()
	teardown(support.clean);

	it("that are unknown are an error with the nearest name", function ()
		local message = select(2, pcall(stackloader.load, nil, { rot = "/tmp" }));
		has(message, "unknown option 'rot'");
		has(message, "root");
	end);

	it("of a wrong type are an error", function ()
		for name, value in pairs { root = 5; variables = "x"; strict = "yes"; merge = true; axes = 1; sysroot = {}; environment = {} } do
			local good, message = pcall(stackloader.load, nil, { [name] = value });
			assert.is_false(good);
			has(message, "'"..name.."'");
		end
		assert.is_false((pcall(stackloader.load, nil, "options")));
	end);

	it("merge names the options that accumulate or are one choice", function ()
		local files = { ["core/1.cfg.lua"] = "list = { 'a' } map = { x = 1 }"; ["core/2.cfg.lua"] = "list = { 'b' } map = { y = 2 }" };
		assert.same({ list = { "b" }; map = { x = 1; y = 2 } }, load(files):options());
		assert.same({ list = { "a", "b" }; map = { y = 2 } }, load(files, nil, { merge = { list = "append"; map = "replace" } }):options());
	end);

	it("merge knows append, merge and replace", function ()
		local message = select(2, pcall(stackloader.load, nil, { root = support.folder(), merge = { list = "sum" } }));
		has(message, "'list' must be \"append\", \"merge\" or \"replace\"");
	end);

	it("strict makes warnings errors", function ()
		local files = { ["core/a.cfg.lua"] = "limit = 1\nlimit = 2" };
		assert.equal(1, #load(files):findings());
		local message, root = refuse(files, nil, { strict = true });
		has(message, root.."/core/a.cfg.lua:2: Duplicate option 'limit'");
		assert.equal(2, load(files, nil, { strict = false }):options().limit);
	end);

	it("strict lets notes pass", function ()
		local stack = load({ ["core/a.cfg.lua"] = "x = 1"; ["elsewhere/b.cfg.lua"] = "y = 1" }, nil, { strict = true });
		assert.same({ x = 1 }, stack:options());
		assert.equal("note", stack:findings()[1].severity);
	end);

	it("roots lay trees over each other", function ()
		local vendor = support.tree { ["core/a.cfg.lua"] = "a = 'vendor'"; ["core/b.cfg.lua"] = "b = 'vendor'"; ["core/c.cfg.lua"] = "c = 'vendor'" };
		local site = support.tree { ["core/b.cfg.lua"] = "b = 'site'"; ["core/c.cfg.lua"] = ""; ["core/d.cfg.lua"] = "d = 'site'" };
		local stack = stackloader.load(nil, { roots = { vendor, site }, variables = {} });
		assert.same({ a = "vendor"; b = "site"; d = "site" }, stack:options());
	end);

	it("PROSODY_STACK_PATH names the roots where no option does", function ()
		local vendor = support.tree { ["core/a.cfg.lua"] = "a = 'vendor' b = 'vendor'" };
		local site = support.tree { ["core/b.cfg.lua"] = "b = 'site'" };
		local stack = stackloader.load(nil, { variables = { PROSODY_STACK_PATH = vendor..":"..site } });
		assert.same({ a = "vendor"; b = "site" }, stack:options());
	end);

	it("the options of axes choose", function ()
		local files = {
			["profiles/small/profile.cfg.lua"] = "profile = 'small'";
			["environments/staging.cfg.lua"] = "environment = 'staging'";
			["policies/security/strict.cfg.lua"] = "security = 'strict'";
			["usecases/team/chat.cfg.lua"] = "usecase = 'chat'";
			["clients/web/converse.cfg.lua"] = "client = 'converse'";
		};
		local stack = load(files, { PROSODY_ENVIRONMENT = "production" }, { profile = "small"; environment = "staging"; security = "strict";
			usecase = "team/chat"; clients = { "web/converse" } });
		assert.same({ profile = "small"; environment = "staging"; security = "strict"; usecase = "chat"; client = "converse" }, stack:options());
	end);

	it("are the same for a table that is used again", function ()
		local options = { root = support.tree { ["core/a.cfg.lua"] = "x = 1" }; variables = {}; merge = { list = "append" } };
		stackloader.load(nil, options);
		stackloader.load(nil, options);
		assert.same({ list = "append" }, options.merge);
	end);
end);

describe("PROSODY_OPTION_NAME", function ()
	teardown(support.clean);

	--- What the variable makes of `option` after this layer.
	local function made(value, code)
		return load({ ["core/a.cfg.lua"] = code or "" }, { PROSODY_OPTION_OPTION = value }):options().option;
	end

	it("sets a boolean, a number or a string", function ()
		assert.is_true(made "true");
		assert.is_false(made "false");
		assert.equal(5222, made "5222");
		assert.equal("integer", math.type(made "5222"));
		assert.equal(0.5, made "0.5");
		assert.equal("internal_hashed", made "internal_hashed");
		assert.equal("a, b", made "a, b");
		assert.equal("1w", made "1w");
		assert.equal("yes", made "yes");
	end);

	it("sets a number only where it prints as the same text", function ()
		for _, text in ipairs { "0123456", "1e5", "6.00", "0x10", "+5", "1.", ".5", "5 ", "1_000", "99999999999999999999", "nan", "inf", "0.10" } do
			assert.equal(text, made(text));
		end
		assert.same({ "float", "integer", "integer" }, { math.type(made "6.0"), math.type(made "-5"), math.type(made "0") });
		assert.same({ 5222, "05223", "0x10" }, made("5222, 05223, 0x10", "option = { 1 }"));
	end);

	it("sets a text where the option is a secret, or one that Prosody takes as a text", function ()
		local texts = { LDAP_PASSWORD = { "123456", "true", "0.5" }; REST_TOKEN = { "12" }; MOTD_TEXT = { "2026", "false", "{ a brace" };
			TLS_PROFILE_VERSION = { "6.0", "5.7" }; NAME = { "42" }; OAUTH2_REGISTRATION_KEY = { "1" } };
		for name, list in pairs(texts) do
			for _, text in ipairs(list) do
				assert.equal(text, load({ ["core/a.cfg.lua"] = "" }, { ["PROSODY_OPTION_"..name] = text }):options()[name:lower()]);
			end
		end
		assert.equal("12", load({ ["core/a.cfg.lua"] = "" }, { PROSODY_OPTION_MOTD_TEXT = "'12'" }):options().motd_text);
		assert.same({ "a" }, load({ ["core/a.cfg.lua"] = "" }, { PROSODY_OPTION_API_TOKENS = "{ 'a' }" }):options().api_tokens);
	end);

	-- 13 reads some of them as enumerations, where 0.12 takes any text.
	local it_with_13 = support.prosody_named "13" and it or function () end;

	it_with_13("knows all options that the installed Prosodys and their modules take as a text", function ()
		local readers = {};
		for _, prosody in ipairs(support.prosodies()) do
			local list = io.popen("find "..prosody.source.." -name '*.lua'");
			for path in list:lines() do
				local text = support.read(path);
				for getter, name in text:gmatch "get_option(_?[%a_]*)%s*%(?%s*[\"']([%w_]+)[\"']" do
					readers[name] = readers[name] or {};
					readers[name][getter] = true;
				end
			end
			list:close();
		end
		-- the shell reads it as it stands before 13.0.6, as a path since; certmanager has always taken it for a path
		readers.certificates = readers.certificates and { _path = true };
		local wrong = {};
		for name, getters in pairs(readers) do
			local text = (getters._string or getters._path) and name ~= "component_module";
			for getter in pairs(getters) do
				text = text and (getter == "_string" or getter == "_path" or getter == "");
			end
			local taken = pcall(load, { ["core/a.cfg.lua"] = "" }, { ["PROSODY_OPTION_"..name:upper()] = "{ a brace" });
			wrong[#wrong + 1] = (text or false) ~= taken and name or nil;
		end
		assert.same({}, wrong);
	end);

	it("sets a Lua literal where the value starts with a brace or a quote", function ()
		assert.same({ "a", 5, x = true }, made "{ 'a', 5, x = true }");
		assert.equal("5", made "'5'");
		assert.equal("true", made '"true"');
		assert.same({ info = "*console" }, made '{ info = "*console" }');
	end);

	it("adds a list where the option accumulates", function ()
		local stack = load({ ["core/a.cfg.lua"] = "modules_enabled = { 'tls' } admins = { 'a@x' }" },
			{ PROSODY_OPTION_MODULES_ENABLED = "mam, carbons ,tls", PROSODY_OPTION_ADMINS = "b@x" });
		assert.same({ "tls", "mam", "carbons" }, stack:options().modules_enabled);
		assert.same({ "a@x", "b@x" }, stack:options().admins);
	end);

	it("replaces a list where the option is one so far", function ()
		assert.same({ 5222, 5223 }, made("5222, 5223", "option = { 1 }"));
		assert.same({ "one" }, made("one", "option = { 'a', 'b' }"));
	end);

	it("is an error over a map, that shows how to write it", function ()
		local message = refuse({ ["core/a.cfg.lua"] = "ssl = { key = 'k' }" }, { PROSODY_OPTION_SSL = "x" });
		has(message, "PROSODY_OPTION_SSL");
		has(message, "{ name = value }");
		assert.same({ key = "k"; protocol = "p" }, load({ ["core/a.cfg.lua"] = "ssl = { key = 'k' }" }, { PROSODY_OPTION_SSL = "{ protocol = 'p' }" })
			:options().ssl);
	end);

	it("that is no literal is an error with its name", function ()
		for _, value in ipairs { "{ 1", "{ f() }", "'open", "{ a = nil, } x" } do
			local message = refuse({}, { PROSODY_OPTION_OPTION = value });
			has(message, "PROSODY_OPTION_OPTION");
		end
	end);

	it("names .env and the line where it stands there", function ()
		local message, root = refuse { [".env"] = "A=1\nPROSODY_OPTION_OPTION={ 1\n" };
		has(message, root.."/.env:2: PROSODY_OPTION_OPTION");
	end);

	it("reports all that are wrong at once", function ()
		local message = refuse({}, { PROSODY_OPTION_ONE = "{ 1", PROSODY_OPTION_TWO = "{ 2" });
		has(message, "PROSODY_OPTION_ONE");
		has(message, "PROSODY_OPTION_TWO");
	end);

	it("comes after local/, and is explained", function ()
		local stack = load({ ["local/a.cfg.lua"] = "limit = 1" }, { PROSODY_OPTION_LIMIT = "2" });
		assert.equal(2, stack:options().limit);
		assert.same({ "local/a", "variables" }, ids(stack:layers()));
		assert.equal("variables", stack:explain("limit").assignments[2].layer);
		assert.equal("PROSODY_OPTION_LIMIT", stack:explain("limit").assignments[2].path);
	end);

	it("loses against a force, with a warning that names both", function ()
		local stack, root = load({ ["core/a.cfg.lua"] = "\nlimit = stack.force(1)" }, { PROSODY_OPTION_LIMIT = "2" });
		assert.equal(1, stack:options().limit);
		assert.equal(1, #stack:findings());
		assert.equal("PROSODY_OPTION_LIMIT", stack:findings()[1].path);
		has(stack:findings()[1].text, root.."/core/a.cfg.lua:2");
	end);

	it("that is empty sets nothing", function ()
		assert.same({}, load({}, { PROSODY_OPTION_LIMIT = "" }):options());
	end);
end);

describe("stackloader.current", function ()
	teardown(support.clean);

	with_each("is the stack of the configuration in force, once Prosody has taken it over", function (prosody)
		local root = support.tree {
			["prosody.cfg.lua"] = main.."seen = stackloader.current() == nil";
			["core/a.cfg.lua"] = "limit = 1";
		};
		local result, message = inside(prosody, root, [[
			local before = stackloader.current() == nil;
			assert(load());
			return { before = before; during = configmanager.get("*", "seen"); limit = stackloader.current():options().limit };
		]]);
		assert.is_nil(message);
		assert.same({ before = true; during = true; limit = 1 }, result);
	end);

	with_each("stays the old one when the main file fails after load", function (prosody)
		local root = support.tree { ["prosody.cfg.lua"] = main; ["core/a.cfg.lua"] = "limit = 1"; ["broken.cfg.lua"] = main.."error 'after'" };
		local result, message = inside(prosody, root, [[
			assert(load());
			local old = stackloader.current();
			local file = assert(io.open(root.."/core/a.cfg.lua", "w"));
			file:write("limit = 2");
			file:close();
			local good = load "broken.cfg.lua";
			local kept = stackloader.current() == old;
			assert(load());
			return { good = good or false; kept = kept; limit = configmanager.get("*", "limit"); now = stackloader.current():options().limit;
				old = old:options().limit };
		]]);
		assert.is_nil(message);
		assert.same({ good = false; kept = true; limit = 2; now = 2; old = 1 }, result);
	end);

	with_each("is collected with its configuration once Prosody has another, and not before", function (prosody)
		local root = support.tree {
			["prosody.cfg.lua"] = main; ["core/a.cfg.lua"] = "limit = 1"; ["broken.cfg.lua"] = main.."error 'after'"; ["other.cfg.lua"] = "limit = 2";
		};
		local result, message = inside(prosody, root, [[
			local weak = setmetatable({}, { __mode = "v" });
			local function look()
				weak[#weak + 1] = stackloader.current();
			end
			assert(load());
			look();
			assert(load());
			collectgarbage();
			local first = weak[1] == nil;
			look();
			local failed = not load "broken.cfg.lua";
			collectgarbage();
			local kept = stackloader.current():options().limit;
			assert(load "other.cfg.lua");
			collectgarbage();
			return { first = first; failed = failed; kept = kept; gone = stackloader.current() == nil; limit = configmanager.get("*", "limit") };
		]]);
		assert.is_nil(message);
		assert.same({ first = true; failed = true; kept = 1; gone = true; limit = 2 }, result);
	end);

	with_each("stays the old one when a layer breaks, and so does the configuration", function (prosody)
		local root = support.tree { ["prosody.cfg.lua"] = main; ["core/a.cfg.lua"] = "limit = 1" };
		local result, message = inside(prosody, root, [[
			assert(load());
			local old = stackloader.current();
			local file = assert(io.open(root.."/core/a.cfg.lua", "w"));
			file:write("limit = 2\nerror 'broken'");
			file:close();
			local good, _, problem = load();
			return { good = good or false; problem = problem; kept = stackloader.current() == old; limit = configmanager.get("*", "limit") };
		]]);
		assert.is_nil(message);
		assert.same({ good = false; problem = root.."/core/a.cfg.lua:2: broken"; kept = true; limit = 1 }, result);
	end);
end);

describe("Prosody's list of configuration files", function ()
	teardown(support.clean);

	with_each("has each layer's files once, included ones too, and loses those that leave", function (prosody)
		local root = support.tree {
			["prosody.cfg.lua"] = main;
			["core/a.cfg.lua"] = "Include 'parts/*.lua'";
			["core/parts/x.lua"] = "x = 1";
			["core/b.cfg.lua"] = "y = 1";
		};
		local result, message = inside(prosody, root, [[
			local function files()
				local count = {};
				for _, path in ipairs(configmanager.files()) do
					count[path] = (count[path] or 0) + 1;
				end
				return count;
			end
			assert(load());
			local first = files();
			assert(load());
			local second = files();
			table.insert(configmanager.files(), 1, 5);   -- whose ever that is
			assert(load());
			local again = files();
			again[5], again[root.."/prosody.cfg.lua"], second[root.."/prosody.cfg.lua"] = nil, nil, nil;
			os.remove(root.."/core/b.cfg.lua");
			os.remove(root.."/core/parts/x.lua");
			assert(load());
			local third = files();
			local file = assert(io.open(root.."/core/z.cfg.lua", "w"));
			file:close();
			file = assert(io.open(root.."/core/y.cfg.lua", "w"));
			file:write "z = 1\n";
			file:close();
			assert(load());
			return { first = first; second = second; again = again; third = third; fourth = files() };
		]]);
		assert.is_nil(message);
		for _, list in ipairs { result.first, result.second } do
			assert.equal(1, list[root.."/core/a.cfg.lua"]);
			assert.equal(1, list[root.."/core/parts/x.lua"]);
			assert.equal(1, list[root.."/core/b.cfg.lua"]);
		end
		assert.same(result.second, result.again);
		assert.equal(1, result.third[root.."/core/a.cfg.lua"]);
		assert.is_nil(result.third[root.."/core/b.cfg.lua"]);
		assert.is_nil(result.third[root.."/core/parts/x.lua"]);
		assert.equal(1, result.fourth[root.."/core/y.cfg.lua"]);
		assert.is_nil(result.fourth[root.."/core/z.cfg.lua"]);
	end);
end);

describe("findings", function ()
	teardown(support.clean);

	with_each("reach Prosody's configuration warnings, notes do not", function (prosody)
		local result, root = under(prosody, { ["core/a.cfg.lua"] = "limit = 1\nlimit = 2\n"; ["elsewhere/x.cfg.lua"] = "" });
		assert.equal(1, #result.warnings);
		has(result.warnings[1], root.."/core/a.cfg.lua:2: Duplicate option 'limit'");
	end);

	it("have severity, path, line and text", function ()
		local stack, root = load { ["core/a.cfg.lua"] = "limit = 1\nlimit = 2\n" };
		local finding = stack:findings()[1];
		assert.same({ "warning", root.."/core/a.cfg.lua", 2 }, { finding.severity, finding.path, finding.line });
		has(finding.text, "Duplicate option 'limit'");
	end);
end);

describe("stack:layers", function ()
	teardown(support.clean);

	it("has id, path, axis, why, version, time taken and assignments of each", function ()
		local stack, root = load({
			["core/a.cfg.lua"] = "x = 1 y = 2 return { version = '1.2.0' }";
			["environments/staging.cfg.lua"] = "z = 3";
		}, { PROSODY_ENVIRONMENT = "staging" });
		local layers = stack:layers();
		assert.equal(2, #layers);
		assert.same({ "core/a", root.."/core/a.cfg.lua", "core", "1.2.0", 2 },
			{ layers[1].id, layers[1].path, layers[1].axis, layers[1].version, layers[1].options });
		assert.equal("number", type(layers[1].seconds));
		assert.is_true(layers[1].seconds > 0 and layers[1].seconds < 10);
		assert.same({ "environments/staging", "environment" }, { layers[2].id, layers[2].axis });
		has(layers[2].why, "PROSODY_ENVIRONMENT");
		assert.is_nil(layers[2].version);
	end);

	it("gives a table that the caller may change", function ()
		local stack = load { ["core/a.cfg.lua"] = "x = 1" };
		stack:layers()[1].id = "changed";
		assert.equal("core/a", stack:layers()[1].id);
	end);
end);

describe("stack:options", function ()
	teardown(support.clean);

	it("has a scope's own options in tables that the caller may change", function ()
		local stack = load { ["core/a.cfg.lua"] = "list = { { 'a' } } VirtualHost 'a.example' size = 2" };
		local options = stack:options();
		assert.same({ list = { { "a" } } }, options);
		options.list[1][1] = "changed";
		options.more = true;
		assert.same({ list = { { "a" } } }, stack:options());
		assert.same({ defined = true; size = 2 }, stack:options "a.example");
	end);
end);

describe("stack:hosts", function ()
	teardown(support.clean);

	it("has name, module, layer, path and line of each, in the order in which they were opened", function ()
		local stack, root = load {
			["core/1.cfg.lua"] = "\nVirtualHost 'z.example'\nComponent 'c.example'";
			["core/2.cfg.lua"] = "Component 'c.example' 'muc'\nVirtualHost 'a.example'";
		};
		assert.same({
			{ name = "z.example"; layer = "core/1"; path = root.."/core/1.cfg.lua"; line = 2 };
			{ name = "c.example"; module = "muc"; layer = "core/1"; path = root.."/core/1.cfg.lua"; line = 3 };
			{ name = "a.example"; layer = "core/2"; path = root.."/core/2.cfg.lua"; line = 2 };
		}, stack:hosts());
	end);

	it("is empty without hosts", function ()
		assert.same({}, load { ["core/a.cfg.lua"] = "x = 1" }:hosts());
	end);
end);

describe("stack:explain", function ()
	teardown(support.clean);

	it("has every field of every assignment, in order", function ()
		local stack, root = load {
			["core/1.cfg.lua"] = "limit = stack.default(1)";
			["core/2.cfg.lua"] = "\nlimit = 2";
			["core/3.cfg.lua"] = "\n\nlimit = stack.force(3)";
		};
		local answer = stack:explain "limit";
		assert.equal("limit", answer.option);
		assert.is_nil(answer.host);
		assert.is_nil(answer.inherited);
		assert.equal(3, answer.value);
		assert.same({
			{ layer = "core/1"; path = root.."/core/1.cfg.lua"; line = 1; scope = "*"; level = "default"; operation = "set"; value = 1; result = 1 };
			{ layer = "core/2"; path = root.."/core/2.cfg.lua"; line = 2; scope = "*"; level = "plain"; operation = "set"; value = 2; result = 2 };
			{ layer = "core/3"; path = root.."/core/3.cfg.lua"; line = 3; scope = "*"; level = "force"; operation = "set"; value = 3; result = 3 };
		}, answer.assignments);
		assert.same({ { value = 3; layer = "core/3"; path = root.."/core/3.cfg.lua"; line = 3 } }, answer.parts);
	end);

	it("says of each element of a list who brought it", function ()
		local stack, root = load {
			["core/1.cfg.lua"] = "modules_enabled = { 'a', 'b' }";
			["core/2.cfg.lua"] = "modules_enabled = stack.remove { 'a' }";
			["core/3.cfg.lua"] = "\nmodules_enabled = { 'b', 'c' }";
		};
		assert.same({
			{ value = "b"; layer = "core/1"; path = root.."/core/1.cfg.lua"; line = 1 };
			{ value = "c"; layer = "core/3"; path = root.."/core/3.cfg.lua"; line = 2 };
		}, stack:explain "modules_enabled".parts);
	end);

	it("passes over the gaps that nil leaves in a list", function ()
		local stack, root = load {
			["core/1.cfg.lua"] = "modules_enabled = { nil, 'a' } ports = { 1 }";
			["core/2.cfg.lua"] = "modules_enabled = { 'b', nil, 'c' } ports = { 2, nil, 3 }";
		};
		assert.same({ "a", "b", "c" }, stack:options().modules_enabled);
		assert.same({ 2, nil, 3 }, stack:options().ports);
		assert.same({
			{ value = 2; layer = "core/2"; path = root.."/core/2.cfg.lua"; line = 1 };
			{ value = 3; layer = "core/2"; path = root.."/core/2.cfg.lua"; line = 1 };
		}, stack:explain "ports".parts);
	end);

	it("says of each key of a map who set it, to any depth", function ()
		local stack, root = load {
			["core/1.cfg.lua"] = "ssl = { key = 'k', options = { a = 1, b = 1 } }";
			["core/2.cfg.lua"] = "ssl = { options = { b = 2 } }";
		};
		assert.same({
			{ value = "k"; key = { "key" }; layer = "core/1"; path = root.."/core/1.cfg.lua"; line = 1 };
			{ value = 1; key = { "options", "a" }; layer = "core/1"; path = root.."/core/1.cfg.lua"; line = 1 };
			{ value = 2; key = { "options", "b" }; layer = "core/2"; path = root.."/core/2.cfg.lua"; line = 1 };
		}, stack:explain "ssl".parts);
	end);

	it("shows the constraint that moved the value, and what it was", function ()
		local stack, root = load {
			["core/1.cfg.lua"] = "limit = 50";
			["policies/security/baseline.cfg.lua"] = "\nlimit = stack.at_most(10)";
		};
		local answer = stack:explain "limit";
		assert.equal(10, answer.value);
		local constraint = answer.assignments[2];
		assert.equal("policies/security/baseline", constraint.layer);
		assert.equal(root.."/policies/security/baseline.cfg.lua", constraint.path);
		assert.equal(2, constraint.line);
		assert.equal("at_most", constraint.operation);
		assert.equal(10, constraint.value);
		assert.equal(10, constraint.result);
		assert.equal(50, constraint.moved);
	end);

	it("shows a constraint that moved nothing as such", function ()
		local stack = load { ["core/1.cfg.lua"] = "limit = 5"; ["core/2.cfg.lua"] = "limit = stack.at_most(10)" };
		assert.equal("at_most", stack:explain "limit".assignments[2].operation);
		assert.is_nil(stack:explain "limit".assignments[2].moved);
	end);

	it("gives the global answer where the host has nothing of its own", function ()
		local stack = load { ["core/a.cfg.lua"] = "limit = 5 VirtualHost 'a.example'" };
		local answer = stack:explain("limit", "a.example");
		assert.is_true(answer.inherited);
		assert.equal("a.example", answer.host);
		assert.equal(5, answer.value);
		assert.equal("core/a", answer.assignments[1].layer);
	end);

	it("gives no assignment of an option that nobody set", function ()
		local answer = load { ["core/a.cfg.lua"] = "limit = 5" }:explain "unheard_of";
		assert.is_nil(answer.value);
		assert.same({}, answer.assignments);
		assert.same({}, answer.parts);
	end);

	it("names lines that hold the assignment, whatever the statement looks like", function ()
		local stack, root = load {
			["core/a.cfg.lua"] = [[
-- A comment before.
plain = 1
several = {
	"one";
	"two";
}
call = tostring(
	5
)
text = "a" ..
	"b"
long = [==[
text
]==]
first, second = 1, {
	2
}
if true then
	nested = {
		plain = "not this one";
	}
end
for i = 1, 1 do repeated = i end
modules_enabled = stack.append {
	"x";
}
VirtualHost "a.example"
	inner = {
		1
	}
VirtualHost "t.example" {
	tabled = 1;
	deep = {
		tabled = "not this one";
		list = { 1 };
	};
	last = 2;
}
Component "c.example" "muc" {
	component_option = true;
}
]];
		};
		local lines = {
			plain = 2; several = 3; call = 7; text = 10; long = 12; first = 15; second = 15; nested = 19; repeated = 23; modules_enabled = 24;
		};
		for option, line in pairs(lines) do
			assert.equal(line, stack:explain(option).assignments[1].line, option);
			has(line_of(root.."/core/a.cfg.lua", line), option);
		end
		local hosts = { ["a.example"] = { inner = 28 }; ["t.example"] = { tabled = 32; deep = 33; last = 37 };
			["c.example"] = { component_option = 40 } };
		for host, places in pairs(hosts) do
			for option, line in pairs(places) do
				assert.equal(line, stack:explain(option, host).assignments[1].line, option);
				has(line_of(root.."/core/a.cfg.lua", line), option);
			end
		end
	end);

	it("names the right one of two assignments on different lines", function ()
		local stack = load { ["core/a.cfg.lua"] = "local function set(x)\n\tlimit = x\nend\nlimit = 1\nset(2)\n" };
		assert.equal(2, stack:explain "limit".assignments[#stack:explain "limit".assignments].line);
	end);

	it("wants an option", function ()
		local stack = load {};
		assert.is_false((pcall(stack.explain, stack)));
		assert.is_false((pcall(stack.explain, stack, "x", {})));
		assert.is_false((pcall(stack.explain, {}, "x")));
	end);
end);

describe("a secret", function ()
	teardown(support.clean);

	local files = {
		["core/a.cfg.lua"] = "local secret = stack.env.secret 'DB_PASSWORD' sql = { driver = 'PostgreSQL', password = secret } turn_name = 'x-'..secret";
	};

	it("reaches the option", function ()
		local stack = load(files, { DB_PASSWORD = "correct-horse" });
		assert.equal("correct-horse", stack:options().sql.password);
		assert.equal("x-correct-horse", stack:options().turn_name);
	end);

	it("is in no explanation", function ()
		local stack = load(files, { DB_PASSWORD = "correct-horse" });
		local function search(value)
			if type(value) == "table" then
				for key, inner in pairs(value) do
					search(key);
					search(inner);
				end
			elseif type(value) == "string" then
				lacks(value, "correct-horse");
			end
		end
		search(stack:explain "sql");
		search(stack:explain "turn_name");
		assert.equal("(secret)", stack:explain "sql".value.password);
		assert.equal("x-(secret)", stack:explain "turn_name".value);
	end);

	it("is in no finding", function ()
		local stack = load({
			["core/1.cfg.lua"] = "token = stack.force(stack.env.secret 'DB_PASSWORD')";
			["core/2.cfg.lua"] = "token = 'other' token = { stack.env.secret 'DB_PASSWORD' }";
			["core/3.cfg.lua"] = "return { utilities = { validate_it = function (config) return false, 'it is '..config.token end } }";
		}, { DB_PASSWORD = "correct-horse" });
		assert.is_true(#stack:findings() > 0);
		for _, finding in ipairs(stack:findings()) do
			lacks(finding.text, "correct-horse");
		end
	end);

	it("is in no error", function ()
		local message = refuse({ ["core/a.cfg.lua"] = "error('cannot use '..stack.env.secret 'DB_PASSWORD')" }, { DB_PASSWORD = "correct-horse" });
		lacks(message, "correct-horse");
		has(message, "cannot use (secret)");
		message = refuse({
			["core/1.cfg.lua"] = "token = stack.force(stack.env.secret 'DB_PASSWORD')";
			["core/2.cfg.lua"] = "token = stack.force 'other'";
		}, { DB_PASSWORD = "correct-horse" });
		lacks(message, "correct-horse");
	end);

	with_each("is in no warning of Prosody's, also where it came from Credential", function (prosody)
		local root = support.tree {
			["prosody.cfg.lua"] = main;
			["core/a.cfg.lua"] = "token = Credential 'password' return { utilities = { validate_it = function (c) return false, c.token end } }";
		};
		local credentials = support.tree { password = "correct-horse" };
		support.run(("chown prosody %s/password; chmod 400 %s/password; chmod a+rx %s"):format(credentials, credentials, credentials));
		local result, message = inside(prosody, root, [[
			local _, _, warnings = load();
			return { warnings = warnings; token = configmanager.get("*", "token"); explained = stackloader.current():explain "token".value };
		]], { variables = { CREDENTIALS_DIRECTORY = credentials } });
		assert.is_nil(message);
		assert.equal("correct-horse", result.token);
		assert.equal("(secret)", result.explained);
		assert.equal(1, #result.warnings);
		lacks(result.warnings[1], "correct-horse");
	end);
end);

describe("a tree of very many layers", function ()
	teardown(support.clean);

	local files = {};
	for i = 1, 2100 do
		files[("domains/tenants/d%04d.example.cfg.lua"):format(i)] = ('VirtualHost "d%04d.example"\n\tname = "%d"\n'):format(i, i);
	end

	for what, options in pairs { ["is loaded"] = {}, ["may be restricted"] = { restrict = "domains/tenants" } } do
		it(what, function ()
			options.root, options.variables = support.tree(files), {};
			local env, config = support.environment();
			local stack = stackloader.load(env, options);
			local layers = stack:layers();
			assert.same({}, stack:findings());
			assert.equal(2100, #layers);
			for i = 1, 2100, 7 do
				local host = ("d%04d.example"):format(i);
				assert.same({ defined = true, name = tostring(i) }, config[host]);
				assert.same({ "domains/tenants/"..host, options.restrict and true }, { layers[i].id, layers[i].restricted });
				assert.equal(layers[i].path, stack:explain("name", host).assignments[1].path);
			end
		end);
	end
end);

describe("the garbage collector", function ()
	teardown(support.clean);

	it("has the settings after a load, and after a refused one, that it had before", function ()
		local before = collectgarbage("setpause", 0);
		load { ["core/a.cfg.lua"] = "x = 1" };
		local after = collectgarbage("setpause", 120);
		pcall(load, { ["core/a.cfg.lua"] = "x = " });
		local after_refusal = collectgarbage("setpause", before);
		assert.same({ 0, 120 }, { after, after_refusal });
	end);

	it("keeps up where one load follows the other", function ()
		local files = {};
		for i = 1, 300 do
			files[("domains/tenants/d%03d.cfg.lua"):format(i)] = ('VirtualHost "d%03d.example"\n\tadmins = { "a@example" }\n'):format(i);
		end
		local most = support.run("lua5.4 -e "..support.quote(([[
			package.path, package.cpath = %q, %q
			local stackloader, environment, root = require "stackloader", require "spec.support".environment, %q
			local first, most, config = nil, 0, nil
			for i = 1, 100 do
				local env
				env, config = environment()
				stackloader.load(env, { root = root, variables = {}, sysroot = "/nowhere", clock = os.time() + 3600 })
				first = first or collectgarbage "count"
				most = math.max(most, collectgarbage "count" / first)
			end
			print(most)
		]]):format(support.project.."/?.lua;"..package.path, package.cpath, support.tree(files))));
		assert.is_true(tonumber(most) < 12, most);   -- without a collector it would be 30
	end);

	it("runs whenever code does, and only where it ran before", function ()
		local files = { ["core/z.cfg.lua"] = "runs = collectgarbage 'isrunning'"; ["domains/tenants/zz.cfg.lua"] = "ran = collectgarbage 'isrunning'" };
		for i = 1, 100 do
			files[("domains/tenants/d%03d.cfg.lua"):format(i)] = ('VirtualHost "d%03d.example"\n\tlimit = %d\n'):format(i, i);
		end
		local root = support.tree(files);
		local function try(program)
			return (support.run("lua5.4 -e "..support.quote(([[
				package.cpath = %q
				local function load()
					local _, stack = pcall(require "stackloader".load, nil, { root = %q, variables = {} })
					local options = type(stack) == "userdata" and stack:options() or {}
					print(options.runs, options.ran, collectgarbage "isrunning")
				end
			]]):format(package.cpath, root)..program)));
		end
		assert.equal("true\ttrue\ttrue\n", try "load()");
		assert.equal("false\tfalse\tfalse\n", try "collectgarbage 'stop' load()");
		support.write(root.."/domains/tenants/zzz.cfg.lua", "x =");
		assert.equal("nil\tnil\ttrue\n", try "load()");
	end);
end);

local function load_root(env, root, options)
	options = options or {};
	options.root = root;
	options.variables = options.variables or {};
	return stackloader.load(env, options);
end

--- An environment with tables of options behind it as Prosody's has, but without what Prosody makes new hosts from.
local function like_prosody(hosts)
	local config_table = { ["*"] = {} };
	local env = setmetatable({
		VirtualHost = function (name)
			config_table[name] = hosts or {};
			return function () end;
		end;
	}, { __newindex = function (_, name, value) config_table["*"][name] = value; end });
	return env, config_table;
end

--- The same, with a function `set` that has, or lacks, the metatable of hosts.
local function with_set(host_mt)
	local config_table = {};
	local function set(name)
		config_table[name] = setmetatable({}, host_mt);
	end
	local env = { VirtualHost = function (name) config_table[name] = {}; return function () end; end };
	return setmetatable(env, { __newindex = function (_, name, value) set("*"); config_table["*"][name] = value; end }), config_table;
end

describe("an environment that is not quite Prosody's", function ()
	teardown(support.clean);

	local files = { ["core/a.cfg.lua"] = 'x = 1 VirtualHost "a.example" y = 2 stack.each("host", { z = 3 })' };

	it("gets its hosts through VirtualHost where what makes them cannot be reached", function ()
		local env, config = like_prosody();
		load_root(env, support.tree(files));
		assert.same({ ["*"] = { x = 1 }, ["a.example"] = { defined = true, y = 2, z = 3 } }, config);
		env, config = with_set(nil);
		load_root(env, support.tree(files));
		assert.equal(2, config["a.example"].y);
	end);

	it("gets its hosts with their metatable where that can be reached", function ()
		local host_mt = {};
		local env, config = with_set(host_mt);
		load_root(env, support.tree(files));
		assert.equal(host_mt, getmetatable(config["a.example"]));
		assert.equal(3, config["a.example"].z);
	end);

	it("gets its options by assignment and statement where no table of them can be reached", function ()
		local set, hosts = {}, {};
		local env = setmetatable({
			VirtualHost = function (name) return function (options) hosts[name] = options; end; end;
			Component = "none";
		}, { __newindex = function (_, name, value) set[name] = value; end });
		load_root(env, support.tree {
			["core/a.cfg.lua"] = files["core/a.cfg.lua"]..' Component "rooms.a.example" "muc" name = "Rooms"';
		});
		assert.same({ x = 1 }, set);
		assert.equal(3, hosts["a.example"].z);
		assert.is_nil(hosts["rooms.a.example"]);
	end);

	it("may have a metatable of its own, or none", function ()
		local plain, other = {}, setmetatable({}, { __newindex = "none" });
		load_root(plain, support.tree { ["core/a.cfg.lua"] = "x = 1" });
		assert.equal(1, plain.x);
		assert.is_false((pcall(load_root, other, support.tree { ["core/a.cfg.lua"] = "x = 1" })));
	end);

	it("keeps what the main file alone has set, unless a layer bounds it", function ()
		local env, config = like_prosody();
		local mine = { 1 };
		config["*"].mine, config["*"].bounded, config["*"].both = mine, 9, 1;
		local root = support.tree {
			["core/a.cfg.lua"] = "bounded = stack.at_most(5) both = 2";
			["stack/01-transport/main.cfg.lua"] = "layered = 1";
		};
		load_root(env, root, { axes = { { name = "core", folder = "core" }, { name = "main", folder = "stack/01-transport" } } });
		assert.equal(mine, config["*"].mine);
		assert.equal(5, config["*"].bounded);
		assert.equal(1, config["*"].layered);
	end);

	it("shows no later change where only defaults were put behind a table", function ()
		local env, config = like_prosody();
		local stack = load_root(env, support.tree { ["core/a.cfg.lua"] = "x = { 1, a = 2 }" });
		config["*"].x = setmetatable({ 1, a = 2 }, { __index = { b = 3 } });
		assert.same({}, stack:findings());
		config["*"].x = setmetatable({ 1, a = 2 }, { __index = function () end });
		assert.equal(1, #stack:findings());
	end);

	it("shows no later change where what is no number stands in a table", function ()
		local env, config = like_prosody();
		local stack = load_root(env, support.tree { ["core/a.cfg.lua"] = "x = { 0/0, deeper = { 0/0 } }" });
		assert.same({}, stack:findings());
		config["*"].x[1] = 0;
		assert.equal(1, #stack:findings());
	end);

	it("shows no later change of prosodyctl's own log", function ()
		local env, config = like_prosody();
		local shown = with_globals({ prosody = { process_type = "prosodyctl" }, arg = { "about" } }, {}, function ()
			local stack = load_root(env, support.tree { ["core/a.cfg.lua"] = "log = 'x'" });
			config["*"].log = "y";
			return stack:findings();
		end);
		assert.same({}, shown);
	end);

	it("leaves a directive in the main file, which a layer left behind, where it stands", function ()
		load_root(nil, support.tree { ["core/a.cfg.lua"] = "rawset(_G, 'left_behind', stack.at_most(5))" });
		local directive = _G.left_behind;
		_G.left_behind = nil;
		local env, config = like_prosody();
		config["*"].x = directive;
		load_root(env, support.tree { ["core/a.cfg.lua"] = "y = 1" });
		assert.equal(1, config["*"].y);
	end);

	it("shows no later change of a host that is gone", function ()
		local env, config = like_prosody();
		local stack = load_root(env, support.tree(files));
		config["a.example"].y = setmetatable({}, {});
		has(stack:findings()[1].text, "y in a.example was set after stackloader.load");
		config["a.example"] = nil;
		assert.same({}, stack:findings());
	end);
end);

describe("Prosody's modules", function ()
	teardown(support.clean);

	local root;
	setup(function ()
		root = support.tree { ["core/a.cfg.lua"] = "x = 1"; ["extra/b.cfg.lua"] = "y = 1" };
	end);

	--- The texts of the findings of a load beside this configmanager.
	local function findings_beside(configmanager)
		return with_globals({}, { ["core.configmanager"] = configmanager }, function ()
			local texts = {};
			for i, finding in ipairs(load_root({}, root):findings()) do
				texts[i] = finding.text;
			end
			return table.concat(texts, "\n"), stackloader.current();
		end);
	end

	it("tell by the list of files that the main file includes a folder, and what they tell that is no list is passed over", function ()
		local told = "the folder extra holds *.cfg.lua files, and no axis reads it";
		has(findings_beside {}, told);
		has(findings_beside { files = function () end }, told);
		has(findings_beside { files = function () return { 1, root.."/core/a.cfg.lua" } end }, told);
		local included = { files = function () return { root.."/core/a.cfg.lua", root.."/extra/b.cfg.lua", root.."/extra/c" } end };
		lacks(findings_beside(included), told);
		with_globals({}, { ["core.configmanager"] = included }, function ()
			assert.same({}, stackloader.load({}, { roots = { root, support.folder() }, variables = {} }):findings());
		end);
	end);

	it("decide what is current where they can be asked", function ()
		local env, config = like_prosody();
		local function current_beside(configmanager)
			return with_globals({}, { ["core.configmanager"] = configmanager }, function ()
				local stack = load_root(env, root);
				return stackloader.current() == stack;
			end);
		end
		assert.is_true(current_beside { getconfig = function () return config; end });
		assert.is_false(current_beside { getconfig = function () return {}; end });
		assert.is_true(current_beside {});
		assert.is_true(current_beside(nil));
	end);

	it("tell their version by the file beside them, else by their layout, else nothing does", function ()
		local function version(folder, loaded)
			return with_globals({ CFG_SOURCEDIR = folder }, loaded or {}, function ()
				return load_root(nil, root):about().prosody_version;
			end);
		end
		assert.equal("13.0.1", version(support.tree { ["prosody.version"] = "13.0.1 (release)\n" }));
		assert.is_nil(version(support.tree { ["prosody.version"] = "hg:0123456789ab\n" }));
		assert.is_nil(version(support.tree { ["prosody.version"] = "13\n" }));
		assert.is_nil(version("/nowhere"));
		assert.equal("0.12.0", version("/nowhere", { ["core.configmanager"] = {} }));
		assert.equal("13.0.0", version(nil, { ["prosody.core.configmanager"] = {} }));
	end);
end);

describe("the command line", function ()
	teardown(support.clean);

	local root, broken;
	setup(function ()
		root = support.tree {
			["core/a.cfg.lua"] = "x = stack.domain y = stack.environment plugin_paths = { '/some/where' }";
			["environments/testing.cfg.lua"] = "";
		};
		broken = support.tree { ["core/a.cfg.lua"] = "plugin_paths = { '/some/where' }"; ["core/b.cfg.lua"] = "x = " };
	end);

	--- What load does in a process of this type with these words.
	local function beside(words, process, call)
		return with_globals({ prosody = { process_type = process }, arg = words }, {}, call);
	end

	local function choices(words, process)
		return beside(words, process or "prosodyctl", function ()
			local options = load_root(nil, root):options();
			return { options.x, options.y };
		end);
	end

	it("of commands that look at the configuration chooses", function ()
		local flags = { "--environment=testing", "--domain=a.example" };
		assert.same({ "a.example", "testing" }, choices { "mod_stackloader", "layers", table.unpack(flags) });
		assert.same({ "a.example", "testing" }, choices { "check", "config", table.unpack(flags) });
		assert.same({ "a.example", "testing" }, choices { "check", table.unpack(flags) });
	end);

	it("of other commands and processes chooses nothing", function ()
		local chosen = "--domain=a.example";
		local nothing = { "localhost", "production" };
		assert.same(nothing, choices { "mod_stackloader", "diff", chosen });
		assert.same(nothing, choices { "check", "dns", chosen });
		assert.same(nothing, choices { "check", 5, chosen });
		assert.same(nothing, choices { "status", chosen });
		assert.same(nothing, choices({ "mod_stackloader", "layers", chosen }, "prosody"));
		assert.same(nothing, choices({ "mod_stackloader", "layers", chosen }, 5));
		assert.same(nothing, choices { "mod_stackloader", "layers", "--donain=a.example", "--domain", "domain=a.example" });
		assert.same(nothing, choices("mod_stackloader"));
	end);

	it("writes the options of axes with dashes, too", function ()
		local site = support.tree { ["site/here.cfg.lua"] = "x = stack.domain" };
		local stack = beside({ "mod_stackloader", "layers", "--the-site=here", "--the-sitx=there" }, "prosodyctl", function ()
			return load_root(nil, site, { axes = { { name = "site", folder = "site", option = "the_site" } } });
		end);
		assert.same({ "here" }, stack:choices()[1].names);
		assert.is_nil(stack:choices()[1].variable);
	end);

	it("gives the root before the option and the variable, and nothing where it is empty", function ()
		local other = support.tree { ["core/a.cfg.lua"] = "x = 'other'" };
		local function root_of(flag, options)
			return beside({ "mod_stackloader", "layers", flag }, "prosodyctl", function ()
				return stackloader.load(nil, options):about().roots;
			end);
		end
		assert.same({ other }, root_of("--root="..other, { root = root, variables = {} }));
		assert.same({ other }, root_of("--root="..other, { variables = { PROSODY_STACK_PATH = root } }));
		assert.same({ root }, root_of("--root=", { root = root, variables = {} }));
	end);

	it("of a command of ours gets the folders of modules also where the configuration does not load", function ()
		local env, config = like_prosody();
		local stack = beside({ "mod_stackloader", "layers" }, "prosodyctl", function ()
			return load_root(env, broken);
		end);
		assert.equal("error", stack:findings()[1].severity);
		assert.same({ plugin_paths = { "/some/where" } }, config["*"]);
		config["*"] = nil;
		beside({ "mod_stackloader", "layers" }, "prosodyctl", function ()
			return load_root(env, broken), load_root({}, broken), load_root(env, support.tree { ["core/b.cfg.lua"] = "x = " });
		end);
		assert.same({}, config);
	end);

	it("check config without the section's module, or without an environment, refuses as any process does", function ()
		local refused = beside({ "check", "config" }, "prosodyctl", function ()
			return { pcall(load_root, nil, broken) };
		end);
		assert.is_false(refused[1]);
		has(refused[2], "core/b.cfg.lua:1");
		local strict = beside({ "check", "config" }, "prosodyctl", function ()
			return { pcall(load_root, nil, support.tree { ["core/a.cfg.lua"] = "stack.env.secret 'NO'" }, { strict = true }) };
		end);
		has(strict[2], "the secret NO is missing");
	end);
end);

describe("the plugin", function ()
	teardown(support.clean);

	local folder, short;
	setup(function ()
		folder = support.tree { ["mod_stackloader/mod_stackloader.lua"] = ""; ["other.lua"] = "";
			["some-other-module-of-about-that-length.lua"] = "" };
		short = support.tree { a = "" };
	end);

	--- CFG_PLUGINDIR after a load, with Lua's own modules at this path.
	local function offered(path, plugins)
		local old = package.path;
		return with_globals({ CFG_PLUGINDIR = plugins }, {}, function ()
			package.path = path;
			local good, message = pcall(load_root, {}, support.tree { ["core/a.cfg.lua"] = "x = 1" });
			package.path = old;
			assert(good, message);
			return _G.CFG_PLUGINDIR;
		end);
	end

	it("among Lua's own modules is offered to Prosody, once", function ()
		local ours = folder.."/?.lua";
		assert.equal("/plugins;"..folder, offered(ours, "/plugins"));
		assert.equal("/plugins;"..folder, offered(ours, "/plugins;"..folder));
		local twin = ("x"):rep(#folder - 1);
		assert.equal("/"..twin..";"..folder, offered(ours, "/"..twin));
	end);

	it("is not offered where it is not, or where nobody can tell", function ()
		assert.equal("/plugins", offered("/nowhere/?.lua", "/plugins"));
		assert.equal("/plugins", offered(folder.."/other.lua", "/plugins"));
		assert.equal("/plugins", offered(short.."/a", "/plugins"));
		assert.equal("/plugins", offered(5, "/plugins"));
		assert.equal(false, offered(folder.."/?.lua", false));
		assert.equal("/plugins", offered(folder.."/some-other-module-of-about-that-length.lua", "/plugins"));
		local plugins = with_globals({}, { package = { path = folder.."/?.lua" } }, function ()
			return offered(folder.."/?.lua", "/plugins");
		end);
		assert.equal("/plugins", plugins);
	end);
end);

describe("the calling file", function ()
	teardown(support.clean);

	--- Calls load(nil, options) from a chunk of this name.
	local function call_from(chunk, options)
		return pcall(assert(_G.load("return (require 'stackloader'.load(nil, ...))", chunk)), options);
	end

	it("tells the root by its folder, or by the parent where that is core", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1"; ["sub/core/a.cfg.lua"] = "x = 2" };
		local _, stack = call_from("@"..root.."/prosody.cfg.lua", { variables = {} });
		assert.equal(1, stack:options().x);
		_, stack = call_from("@"..root.."/sub/core/prosody.cfg.lua", { variables = {} });
		assert.equal(2, stack:options().x);
	end);

	it("may stand in the root of the file system, or in a folder of a short name", function ()
		local nothing = { { name = "none", folder = "no-such-folder-for-stackloader" } };
		local good, stack = call_from("@/prosody.cfg.lua", { variables = {}, axes = nothing });
		assert.is_true(good);
		assert.same({ "/" }, stack:about().roots);
		local _, message = call_from("@/a-b/prosody.cfg.lua", { variables = {}, axes = nothing });
		has(message, "/a-b: cannot be used as a root");
	end);

	it("that is none needs the root as an option", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1" };
		for _, call in ipairs { function (options) return call_from("=(command line)", options); end,
				function (options) return coroutine.resume(coroutine.create(stackloader.load), nil, options); end } do
			local good, message = call { variables = {} };
			assert.is_false(good);
			has(message, "it was not called from a file; give it the option root");
			good, message = call { root = root, variables = {} };
			assert.is_true(good, message);
			assert.is_nil(message:about().main_file);
		end
	end);

	it("is named in words where it is none and has set something", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1" };
		local env, config = like_prosody();
		config["*"].y = 2;
		local _, stack = coroutine.resume(coroutine.create(stackloader.load), env, { root = root, variables = {} });
		assert.equal(2, stack:options().y);
		has(stack:explain("y").assignments[1].path, "(main file)");
	end);

	it("is looked for from the working folder where its name does not begin with a slash", function ()
		local lfs = require "lfs";
		local here, gone = lfs.currentdir(), support.folder().."/gone";
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1" };
		local function main_file_in(folder, chunk)
			assert(lfs.chdir(folder));
			local good, stack = call_from(chunk, { root = root, variables = {} });
			assert(lfs.chdir(here));
			return good and stack:about().main_file or stack;
		end
		assert.equal(root.."/prosody.cfg.lua", main_file_in(root, "@././prosody.cfg.lua"));
		assert.equal(root.."/.prosody", main_file_in(root, "@.prosody"));
		assert.equal(root, main_file_in(root, "@./."));
		assert.equal("/prosody.cfg.lua", main_file_in("/", "@prosody.cfg.lua"));
		assert(lfs.mkdir(gone) and lfs.chdir(gone) and lfs.rmdir(gone));
		local good, message = call_from("@prosody.cfg.lua", { root = root, variables = {} });
		assert(lfs.chdir(here));
		assert.is_false(good);
		has(message, "the path prosody.cfg.lua is relative, but the working folder is unknown");
	end);

	it("gives its options their lines, as far as they can be told, and passes over what is no option", function ()
		local env, config = like_prosody();
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1" };
		local function load_with(text)
			support.write(root.."/prosody.cfg.lua", text);
			-- Called where the text ends, like the two lines that are added to a main file.
			local above = text:gsub("[^\n]", "");
			local chunk = assert(_G.load(above.."local stack = require 'stackloader'.load(...) return stack", "@"..root.."/prosody.cfg.lua"));
			return chunk(env, { root = root, variables = {} });
		end
		config["*"].deep, config["*"][5], config[7], config.odd = { deep = 1 }, "five", {}, "text";
		config["h.example"] = { defined = "yes", component_module = 5, load_global_modules = true, name = "H" };
		config["c.example"] = { defined = true, component_module = "component", load_global_modules = false, name = "C" };
		config["old.example"] = { defined = true, component_module = "muc", load_global_modules = 1, name = "O" };
		config["m.example"], config["none.example"] = { component_module = "muc" }, { name = "N" };
		config["bad name"] = { name = "B" };
		local stack = load_with('VirtualHost "h.example2"\n\tname = "no"\nVirtualHost "h.example"\n\tname = "H"\n'
			..'host "x.example"\ncomponent "c.example"\n\tname = "C"\n'.."Host 'old.example'\n\tname = 'O'\n");
		local function line(option, host)
			return stack:explain(option, host).assignments[1].line;
		end
		assert.same({ 4, 7, 9 }, { line("name", "h.example"), line("name", "c.example"), line("name", "old.example") });
		assert.same({ 6, nil }, { line("component_module", "c.example"), line "deep" });
		local modules = {};
		for _, host in ipairs(stack:hosts()) do
			modules[host.name] = host.module or "host";
		end
		assert.same({ ["h.example"] = 5, ["c.example"] = "component", ["old.example"] = "muc", ["m.example"] = "muc", ["none.example"] = "host",
			["bad name"] = "host" }, modules);
		assert.equal("five", stack:options()[5]);
		assert.is_nil(stack:options().odd);
		stack = load_with('-- \0\nVirtualHost "h.example"\n\tname = "H"\n');
		assert.equal(3, line("name", "h.example"));
	end);

	it("that has set nothing, not even a table for what is global, is no layer", function ()
		local config = {};
		local env = setmetatable({}, { __newindex = function (_, name, value) config["*"] = { [name] = value }; end });
		local stack = stackloader.load(env, { root = support.tree { ["core/a.cfg.lua"] = "x = 1" }, variables = {} });
		assert.equal(1, #stack:layers());
		assert.same({ ["*"] = { x = 1 } }, config);
	end);

	it("that is gone meanwhile keeps no layer out", function ()
		local root = support.tree { ["core/prosody.cfg.lua"] = "x = 1" };
		local _, stack = call_from("@/nowhere/prosody.cfg.lua", { root = root, variables = {} });
		assert.equal(1, stack:options().x);
	end);
end);

describe("a function that a layer leaves behind", function ()
	teardown(support.clean);

	--- What the validator of a layer finds: it is called when all layers have ended.
	local function validated(code)
		local stack = load_root(nil, support.tree { ["core/a.cfg.lua"] = [[
			local stack = stack
			return { utilities = { validate_later = function () ]]..code..[[ end } }
		]] });
		local texts = {};
		for i, finding in ipairs(stack:findings()) do
			texts[i] = (finding.path or "").." "..finding.text;
		end
		return table.concat(texts, "\n");
	end

	it("cannot speak to each host", function ()
		has(validated "stack.each('host', { x = 1 })", "stack.each speaks while a layer runs; this one has ended");
	end);

	it("cannot load another tree", function ()
		local text = validated "require 'stackloader'.load(nil, { root = '/' })";
		has(text, "stackloader.load was called while a stack is being loaded; a layer cannot");
	end);

	it("that asks for a secret that is missing is told of without a file, under prosodyctl", function ()
		with_globals({ prosody = { process_type = "prosodyctl" } }, {}, function ()
			has(validated "stack.env.secret 'NO_SUCH'", " the secret NO_SUCH is missing");
		end);
	end);
end);
