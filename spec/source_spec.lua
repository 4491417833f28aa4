--- What stackloader.source tells of one file, without running it.
local support = require "spec.support";
local stackloader = require "stackloader";

local function read(text, name)
	local path = support.tree { ["mod_thing.lua"] = text }.."/mod_thing.lua";
	return assert(stackloader.source(path, name));
end

-- The one read of a text.
local function only(text)
	local reads = read(text).reads;
	assert(#reads == 1, ("expected one read, got %d"):format(#reads));
	return reads[1];
end

local function names(text)
	local list = {};
	for i, entry in ipairs(read(text).reads) do
		list[i] = entry.name or false;
	end
	return list;
end

describe("a source file", function ()
	teardown(support.clean);

	it("tells kind, default, bounds, values and line of an option", function ()
		local list = read([[
-- module:get_option("comment")
local a = module:get_option_integer("size", 10 * 1024, 1, 20)
local b = module:get_option_enum("mode", "one", "two", "three")
local c = module:get_option_set("types", { "image/*", x = true })
local d = module:get_option_period('ttl', "1 week", 60);
local e = module:get_option_path [=[folder]=]
local f = module:get_option_number("quota", a * 10)
]]).reads;
		assert.same({ name = "size", kind = "integer", default = 10240, default_text = "10 * 1024", minimum = 1, maximum = 20, global = false,
			line = 2 }, list[1]);
		assert.same({ name = "mode", kind = "enum", default = "one", default_text = '"one"', values = { "one", "two", "three" }, global = false,
			line = 3 }, list[2]);
		assert.same({ "image/*", x = true }, list[3].default);
		assert.same({ "ttl", "period", "1 week", 60 }, { list[4].name, list[4].kind, list[4].default, list[4].minimum });
		assert.same({ "folder", "path" }, { list[5].name, list[5].kind });
		assert.same({ nil, "a * 10" }, { list[6].default, list[6].default_text });
		assert.equal(6, #list);
	end);

	it("reads the configuration by configmanager, whatever it is called, and with the arguments of old", function ()
		assert.same({ "a", "b", "c", "d", "e", "f" }, names [[
local config = require "core.configmanager"; local get = config.get
local get2 = require"prosody.core.configmanager".rawget
config.get("*", "a") get(host, "b") get2(host, "c") require "core.configmanager".get("*", "d")
config.get(host, "core", "e") host:get("*", "x") cache.get("*", "x")
return function (configmanager) return configmanager.get("*", "f") end]]);
	end);

	it("knows aliases of the getters and calls with the module as an argument", function ()
		assert.same({ "a", "c", "b" }, names [[
local get = module.get_option_string; local a = get(module, "a")
local plain, other = module.get_option, module.some_function_of_it plain(module, "c") other(module, "no") module.get_option(module, "b")
if module.get_option_period then end local other = module.get_options other(module, "no")]]);
	end);

	it("puts names together of module.name, constants and loops", function ()
		assert.same({ "thing_a", "pre_b", "x_one", "x_two", "two_one" }, names [[
module:get_option(module.name .. "_a") local p <const> = "pre" module:get_option((p .. "_") .. "b")
for _, n in ipairs { "one", "two" } do module:get_option("x_"..n) end
do local p = "two" module:get_option(p.."_one") end]]);
		local entry = only [[return module:get_option("x_"..f().."_"..g().."_y")]];
		assert.same({ nil, "x_", "_y", '"x_"..f().."_"..g().."_y"' }, { entry.name, entry.prefix, entry.suffix, entry.expression });
	end);

	it("takes no name for known that may have been assigned another", function ()
		local entry = only [[local p = "a_" if x then p = "" end module:get_option(p.."ports")]];
		assert.same({ "", "ports" }, { entry.prefix, entry.suffix });
		assert.same({ false }, names [[local p = "a" local function f(p) return module:get_option(p) end]]);
	end);

	it("tells what is read from the global section alone", function ()
		local list = read([[
module:set_global()
module:get_option("a") module:context("*"):get_option("b") module:context(host):get_option("c")
function module.add_host(module) module:get_option("d") end
local global = module:context("*") global:get_option("e")]]).reads;
		local flags = {};
		for i, entry in ipairs(list) do
			flags[i] = entry.global;
		end
		assert.same({ true, true, false, false, true }, flags);
		assert.is_false(only([[function f() module:set_global() end module:get_option("a")]]).global);
	end);

	it("infers defaults from what stands behind", function ()
		local list = read([[local config = require "core.configmanager"
local a, b = config.get("*", "a") ~= false, config.get("*", "b") == true
local c = config.get("*", "c") or "certs" local d = config.get("*", "d") or other(1) if config.get("*", "e") or other then end]]).reads;
		assert.same({ true, false, "certs" }, { list[1].default, list[2].default, list[3].default });
		assert.same({ "boolean", true, "other(1)" }, { list[1].kind, list[1].guessed, list[4].default_text });
		assert.is_nil(list[5].default_text);
	end);

	it("tells dependencies, libraries, features, providers and tasks", function ()
		local source = read [[local ns = "urn:x"
module:depends "http" module:depends("adhoc") module:require "util" module:add_feature(ns.."#1")
module:provides("net", { name = "c2s", default_port = 5222, private = true, listener = f })
module:provides("http", { route = function () return { 1, 2 } end }) module:add_item("auth-provider", provider)
module:daily("Clean up", f) if module:get_host_type() ~= "component" then error("no") end]];
		assert.same({ "http", "adhoc" }, source.depends);
		assert.same({ "util" }, source.requires);
		assert.same({ "urn:x#1" }, source.features);
		assert.same({ { "net", name = "c2s", default_port = 5222, private = true, line = 3 }, { "http", name = "thing", line = 4 },
			{ "auth", name = "thing", line = 4 } }, source.provides);
		assert.same({ { name = "Clean up", when = "daily", line = 5 } }, source.tasks);
		assert.is_true(source.component);
		assert.equal("x", read([[module:provides("auth")]], "auth_x").provides[1].name);
	end);

	it("tells dependencies that are not always ones", function ()
		assert.same({ soft = true, sometimes = true, called = true }, read([[
module:depends "always" module:depends("soft", true) function module.add_host(module) module:depends "host" end
if x then module:depends "sometimes" module:depends "always" end local function f() module:depends "called" end]]).optional);
	end);

	it("knows a module that only components can have", function ()
		assert.is_true(read [[if module:get_host_type() ~= "component" then log("no"); return; end]].component);
		assert.is_nil(read [[if module:get_host_type() ~= "component" then log("no") end]].component);
		assert.is_nil(read [[local function f() if module:get_host_type() ~= "component" then return end end]].component);
	end);

	it("tells of a default that is no plain value how it is written, on one line", function ()
		local list = read("module:get_option('a', 10 + 1) module:get_option('b', 0xFFFFFFFFFFFFFFFF * 2) module:get_option('c', f('x\127\t y'))"
			.." module:get_option('d', 4611686018427387904 * 4) module:get_option_enum('e', 'x', nil, y, 'z')").reads;
		local texts = {};
		for i, entry in ipairs(list) do
			texts[i] = entry.default_text;
			assert.equal(i == 5 and "x" or nil, entry.default);
		end
		assert.same({ "10 + 1", "0xFFFFFFFFFFFFFFFF * 2", "f('x y')", "4611686018427387904 * 4", "'x'" }, texts);
		assert.same({ "x", "z" }, list[5].values);
		assert.equal("x y", only("module:get_option('a', \1x\0y)").default_text);
		local long = only("module:get_option('a', f("..("x"):rep(1000).."))").default_text;
		assert.equal("f("..("x"):rep(398).."…", long);
		assert.equal("a", only("module:get_option('a', 1"..(" + 1"):rep(2000)..", 2)").name);
	end);

	it("takes only a comparison with true or false for a default, and only what is around a call for its kind", function ()
		local list = read([[config.get("*", "a") or other local config = require "core.configmanager"
local b = config.get("*", "b") .. "x" if config.get("*", "c") <= true then f(config.get("*", "d")) list.new(config.get("*", "e")) end
set.new(config.get("*", "f")) local g = config.get(host, "g", 3) or ~1 ]].."\0 2").reads;
		local kinds = {};
		for i, entry in ipairs(list) do
			kinds[i] = entry.name..":"..entry.kind;
			assert.is_nil(entry.default);
		end
		assert.same({ "a:any", "b:any", "c:any", "d:any", "e:any", "f:set", "g:any" }, kinds);
		assert.same({ nil, "~1" }, { list[1].default_text, list[7].default_text });
		assert.equal("any", only [[f(config.get("*", "a"))]].kind);
		assert.same({ "a", "b", "c", "d" }, names("module:set_global() module:set_global() x()[1].y:get_option('a') t[1]:get_option('b')"
			.." {}:get_option('c') a"..(".a"):rep(40)..":get_option('d') module:get_options('e') module:context():get_option()"));
	end);

	it("puts only names together that it can be sure of", function ()
		local long, part = ("n"):rep(70), ("x"):rep(100);
		local list = read("local "..long.." = 'a' "..long.." = 'b' local p <const> = '"..part.."' module:get_option("..long..")"
			.." module:get_option(p..p) module:get_option(f()..p..p) module:get_option('\\q') module:get_option((((((((((('deep')))))))))))"
			.." module:get_option('x'..7 // 2) module:get_option(module:name) module:get_option('"..part..part.."')"
			.." module:get_option("..("'a'.."):rep(20).."'a')").reads;
		assert.equal(9, #list);
		for i, entry in ipairs(list) do
			assert.is_nil(entry.name);
			assert.equal(i == 6 and "x" or "", entry.prefix);
		end
		assert.same({ "t1", "t32" }, (function (all) return { all[1], all[#all] }; end)(names("for _, n in ipairs { "
			..("'t'"):rep(40, ","):gsub("'t'", (function () local i = 0; return function () i = i + 1; return "'t"..i.."'"; end; end)())
			.." } do module:get_option(n) end")));
		assert.same({ "a" }, names [[local x = require() local y = require("\q") local z, config = require("a", "b"), config == x
x.get("*", "no") y.get("*", "no") z.get("*", "no") config.get("*", "no") config.get("\q", "no")
local function (a) end module:get_option("a")]]);
	end);

	it("whose brackets and blocks do not fit tells what stands in it all the same", function ()
		assert.same({ "a", "b", false }, names [[end x = ):get_option("a") (end module:get_option("b") f(a; b) module:get_option("c"; 1)]]);
		assert.same({ "a" }, names [[:get_option("a")]]);
		local source = read(("do "):rep(40)..'module:depends "x" module:get_host_type() ~= "component" then return');
		assert.same({ x = true }, source.optional);
		assert.is_nil(source.component);
		assert.is_nil(read [[module:get_host_type() ~= "component" then return]].component);
	end);

	it("tells of a provider only what its table says plainly, and its name only where the file has one", function ()
		assert.same({ { "net", line = 1, x = 1 } }, read [[module:provides("net", { name = f(), a == 1, name or 1, ["b"] = 2, y = nil, x = 1 })]].provides);
		assert.equal("authx", read([[module:provides("auth")]], "authx").provides[1].name);
		local path = support.tree { ["util.lua"] = [[module:provides("auth") host_config.x = 1 host_config.{} host_config:z() if host_config.y then end]] };
		local source = stackloader.source(path.."/util.lua");
		assert.same({ { "auth", line = 1 } }, source.provides);
		assert.same({ "y" }, { source.reads[1].name, source.reads[2] });
	end);

	it("in a long string has no further source in its own long strings", function ()
		assert.same({ "a" }, names '[==[ local a = module:get_option("a", [[ module:get_option("b") ]]) ]==]');
	end);

	it("reads source that is kept in a long string", function ()
		local list = read("local a = [==[\nlocal b = module:get_option_string(\"inner\", 'x')\n]==]").reads;
		assert.same({ "inner", "x", 2 }, { list[1].name, list[1].default, list[1].line });
	end);

	it("tells under which conditions it loads other modules and libraries", function ()
		local source = read([=[
module:set_global();
if module:get_host_type() == "component" then
	module:depends("rooms");
elseif other then
	module:depends "second"
else
	if deeper then module:depends("third") end
end
pcall(function () module:depends("tried") end)
module:depends("soft", true)
local function later() module:depends("perhaps") end
function module.add_host(module)
	module:depends("hosted")
	if on then module:require "lib" end
end
if keeps then module:daily("Clean", f) end
]=]);
		assert.same({
			{ "rooms", condition = '(module:get_host_type() == "component")', condition_line = 2, line = 3 };
			{ "second", condition = 'not (module:get_host_type() == "component") and (other)', condition_line = 2, line = 5 };
			{ "third", condition = '(deeper) and not (module:get_host_type() == "component") and not (other)', condition_line = 7, line = 7 };
			{ "tried", soft = true, line = 9 };
			{ "soft", soft = true, line = 10 };
			{ "perhaps", condition = "?", line = 11 };
			{ "hosted", of_host = true, line = 13 };
		}, source.dependencies);
		assert.same({ { "lib", condition = "(on)", condition_line = 14, of_host = true, line = 14 } }, source.libraries);
		assert.same({ { name = "Clean", when = "daily", condition = "(keeps)", condition_line = 16, line = 16 } }, source.tasks);
	end);

	it("gives up on conditions that are too deep or too many", function ()
		local deep = ("if a then "):rep(50).."module:depends('x')"..(" end"):rep(50);
		assert.same({ { "x", condition = "?", condition_line = 1, line = 1 } }, read(deep).dependencies);
		local many = "if a then\n"..("module:depends 'x'\n"):rep(20000).."end\n";
		local list = read(many).dependencies;
		assert.equal(20000, #list);
		assert.equal("(a)", list[1].condition);
		assert.equal("?", list[20000].condition);
	end);

	it("tells what its header says to modulemanager", function ()
		assert.same({ inherit_modules = "mam, ping", conflicts = "x", a_1 = "last" }, read(
			"--% inherit_modules: mam, ping\nlocal x = 1\n--%conflicts:x  \r\n--% a_1: first\n--%   a_1:   last\n --% b: 1\n--% : 2\n"
				.."--% c\n--% d:\n--% e: without a line break").header);
		assert.same({}, read("return 1\n").header);
		assert.same({ empty = "" }, read("--% empty:  \n").header);
	end);

	it("that is no Lua tells what came before, quickly", function ()
		assert.same({ "a" }, names [[module:get_option("a") x = "unfinished
module:get_option("b")]]);
		local hard = { ('module:get_option("a",'):rep(40000), ("for a in b "):rep(100000), ("local a = function(") :rep(60000),
			("("):rep(300000), ("a = b or config.get('*','x') or "):rep(40000), "local a = 'x' "..("a = a..a "):rep(90000),
			"local t = {"..("1,"):rep(50000).."} "..("module:provides('http', t) "):rep(20000) };
		for _, text in ipairs(hard) do
			local before = os.clock();
			read(text);
			assert(os.clock() - before < 2, "too slow: "..text:sub(1, 60));
		end
	end);

	it("that cannot be read is an error that names it", function ()
		local source, problem = stackloader.source("/nowhere/mod_x.lua");
		assert.is_nil(source);
		support.has(problem, "/nowhere/mod_x.lua: No such file");
		assert.is_nil(stackloader.identity("/nowhere/mod_x.lua"));
		for _, name in ipairs { "mod_nowhere.lua", "mod_.lua", "some_module.lua", "mod_nowhere.txt" } do
			support.has(select(2, stackloader.source(name)), name..": No such file");
		end
		local folder = support.tree { ["mod_large.lua"] = ("-"):rep(4 * 1024 * 1024 + 1) };
		support.has(select(2, stackloader.source(folder.."/mod_large.lua")), "/mod_large.lua: File too large");
		support.has(select(2, stackloader.source(folder)), "Is a directory");
		assert.is_nil(stackloader.identity(folder));
	end);

	-- What Prosody and its community really write, with all its turns: nothing in it may be too odd to be read.
	it("of every file of both versions is read, and at once", function ()
		for _, prosody in ipairs(support.prosodies()) do
			local count, began, default = 0, os.clock(), nil;
			for path in support.run("find "..prosody.source.."/ -name '*.lua'"):gmatch "[^\n]+" do
				local source = assert(stackloader.source(path), path);
				count = count + 1;
				for _, entry in ipairs(source.reads) do
					assert.is_truthy(entry.name or entry.prefix or entry.expression, path);
					if entry.name == "archive_expires_after" and path:find "/mod_mam.lua" then
						default = entry.default;
					end
				end
			end
			assert.is_true(count > 200, count);
			assert.is_true(os.clock() - began < 20, os.clock() - began);
			assert.equal("1w", default);
		end
	end);
end);

describe("core/modulemanager.lua", function ()
	teardown(support.clean);

	local function manager(text)
		return stackloader.modulemanager(support.tree { ["modulemanager.lua"] = text }.."/modulemanager.lua");
	end

	it("tells what hosts and components load, and which headers it looks at", function ()
		assert.same({ automatic = { "a", "b" }, inheritable = { "c" }, headers = { "conflicts", "lua" }, platform = true }, manager [=[
local autoload_modules = { prosody.platform, "a", -- "x"
	[[b]] };
local component_inheritable_modules = { "c" };
local default_component_inheritable_modules = { "d" };
if metadata.conflicts and metadata.lua and metadata.conflicts then metadata[key] = value end
]=]);
		assert.same({ automatic = {}, inheritable = { "d" } }, manager
			"local default_component_inheritable_modules = { 'd' }\nlocal autoload_modules = {}\n");
	end);

	it("tells nothing where it is not what it was, or not there", function ()
		assert.same({}, manager "autoload_modules = { 'a' }\nlocal inheritable_modules = { 'b' }\nlocal autoload_modules = set.new { 'c' }\n");
		assert.same({ automatic = { "a" } }, manager "local autoload_modules = { 'a', ");
		assert.same({}, manager "");
		assert.same({}, stackloader.modulemanager "/nowhere/modulemanager.lua");
	end);
end);
