-- Arguments, files and variables out of the ordinary: each has an answer of its own.
local support = require "spec.support";
local stackloader = require "stackloader";

local has, lacks, ids = support.has, support.lacks, support.ids;

local function load(files, variables, options)
	options = options or {};
	options.root, options.variables, options.sysroot = support.tree(files), variables or {}, "/nowhere";
	return stackloader.load(nil, options), options.root;
end

local function refuse(files, variables, options)
	local ok, message = pcall(load, files, variables, options);
	assert.is_false(ok);
	return message;
end

--- The variable X after these lines of .env, and the text of all findings.
local function dotenv(text, variables)
	local stack = load({ [".env"] = text, ["core/a.cfg.lua"] = "x = os.getenv 'X'" }, variables);
	local texts = {};
	for i, finding in ipairs(stack:findings()) do
		texts[i] = finding.text;
	end
	return stack:options().x, table.concat(texts, "\n");
end

describe("reading files in a layer", function ()
	teardown(support.clean);

	local files = { ["core/text"] = "one\ntwo\n"; ["core/number"] = "42 x"; ["core/empty"] = ""; ["core/sub/x"] = "" };

	local function read(code)
		local all = { ["core/a.cfg.lua"] = "result = "..code };
		for path, content in pairs(files) do
			all[path] = content;
		end
		return load(all):options().result;
	end

	it("takes the modes that Lua's files know, and Prosody's own", function ()
		for code, result in pairs {
			["FileContents 'text'"] = "one\ntwo\n"; ["FileContents('text', 'a')"] = "one\ntwo\n"; ["FileContents('text', '*a')"] = "one\ntwo\n";
			["FileContents('text', 'l')"] = "one"; ["FileContents('text', '*L')"] = "one\n"; ["FileContents('text', 5)"] = "one\nt";
			["FileContents('number', 'n')"] = 42; ["FileContents 'empty'"] = ""; ["FileLine 'text'"] = "one"; ["FileLine('text', nil)"] = "one";
		} do
			assert.equal(result, read(code), code);
		end
		assert.same({ "one", "two" }, read "FileLines 'text'");
		assert.same({}, read "FileLines 'empty'");
	end);

	it("names the mode that is none, and the file that gives nothing", function ()
		for _, mode in ipairs { "''", "'*'", "'x'", "true", "{}" } do
			has(select(2, pcall(read, "FileContents('text', "..mode..")")), 'expected "a" for the whole file');
		end
		has(select(2, pcall(read, "FileLine 'empty'")), "/core/empty: there is nothing to read");
		has(select(2, pcall(read, "FileContents 'sub'")), "/core/sub");
		has(select(2, pcall(read, "FileContents 'none'")), "/core/none");
	end);
end);

describe("options of the interface", function ()
	teardown(support.clean);

	it("of a wrong type or value are errors that show a right one", function ()
		for message, options in pairs {
			["option 'strict' must be a boolean"] = { strict = 1 };
			["option 'clock' must be a number of seconds"] = { clock = "now" };
			["option 'merge' must be a table such as"] = { merge = "append" };
		} do
			has(refuse({}, nil, options), message);
		end
		for _, rules in ipairs { { x = "nonsense" }, { x = 1 }, { "append" }, { [true] = "append" } } do
			assert.is_string(refuse({}, nil, { merge = rules }));
			assert.is_false((pcall(stackloader.merge, {}, {}, { merge = rules })));
		end
		assert.is_false((pcall(stackloader.merge, {}, {}, { merge = 5 })));
		assert.is_false((pcall(stackloader.merge, {}, 5)));
		assert.is_false((pcall(stackloader.merge, 5, {})));
		for _, env in ipairs { 5, "x", true } do
			has(select(2, pcall(stackloader.load, env, {})), "expected the environment of the configuration file");
		end
		assert.is_string(refuse({}, nil, { clock = 0, strict = 0 }));
	end);

	it("may be left out, also one by one", function ()
		assert.same({ x = 1 }, load({ ["core/a.cfg.lua"] = "x = 1" }, nil, { strict = false, clock = 1, merge = {} }):options());
		assert.same({ 1, 2, [true] = 3 }, stackloader.merge({ 1, 5, [true] = 2 }, { 1, 2, [true] = 3 }));
	end);
end);

describe("a line of .env", function ()
	teardown(support.clean);

	it("is an assignment in each of these spellings", function ()
		for line, value in pairs {
			["X=1"] = "1"; ["export X=2"] = "2"; ["export\tX = 3"] = "3"; ["X: 4"] = "4"; ["\v\f X=5\r\n"] = "5"; ["X='a\\'b'"] = "a'b";
			["X='a\\nb'"] = "a\\nb";
			["A=1\nX=${A}2"] = "12"; ["X=${NO-else}"] = "else"; ["X=${NO:-${NO2:-deep}}"] = "deep"; ["A=\nX=${A-empty}x"] = "x"; ["A=\nX=${A:-none}"] = "none";
			["A=1\nX=${A:+yes}"] = "yes"; ["X=a${A:+yes}"] = "a"; ["A=1\nX=${A:?needed}"] = "1"; ["A=1\nX=${A?needed}"] = "1"; ["X=$$HOME"] = "$HOME";
			["X=a$!b$"] = "a$!b$"; ['X="$ $1"'] = "$ $1"; ["X=a\\$b$$"] = "a\\$"; ["X=#a"] = "#a";
			['X="a\\tb\\"c"'] = 'a\tb"c'; ['X="a\nb"'] = "a\nb"; ["A_1=z\nX=$A_1"] = "z"; ["X=a # b"] = "a"; ["X=a#b"] = "a#b";
			["export=7\nX=$export"] = "7"; ["export =8\nX=$export"] = "8"; ["export: 9\nX=$export"] = "9"; ["\239\187\191X=10"] = "10";
			["A=1\nX=${NO:-${A:?never}}"] = "1"; ["A=1\nX=${A:-${NO:?not looked at}}"] = "1"; ["X=${NO:+${NO2:?not looked at}}y"] = "y";
		} do
			assert.equal(value, (dotenv(line)), line);
		end
	end);

	it("takes a variable over by its name alone", function ()
		assert.equal("from outside", (dotenv("X\n", { X = "from outside" })));
		assert.is_nil((dotenv "X\n"));
		assert.equal("from outside", (dotenv("export X\n", { X = "from outside" })));
	end);

	it("that is wrong is told with its line, and what it should be", function ()
		for line, text in pairs {
			["=1"] = "this is no assignment"; ["X Y"] = "this is no assignment"; ["export"] = ""; ["X=${"] = "X"; ["X=${}"] = "has a ${ that is no reference";
			["X=${A"] = "has a ${ that is no reference"; ["X=${A:}"] = "has a ${ that is no reference"; ["X=${A:=1}"] = "has a ${ that is no reference";
			["X=${A!}"] = "has a ${ that is no reference"; ["X=${NO:?say why}"] = "X needs NO, which is unset or empty: say why";
			["X=${NO?}"] = "X needs NO, which is unset or empty"; ["X='open"] = "X"; ['X="open'] = "X"; ["X='a' b"] = "X"; ["X=${NO:-${}}"] = "no reference";
			["X=${NO:?${}}"] = "no reference"; ["\255\254X"] = "UTF-16"; ["\254\255X"] = "UTF-16";
		} do
			local message = line == "export" and "" or refuse({ [".env"] = "\n"..line, ["core/a.cfg.lua"] = "" });
			if line:byte() >= 254 then
				message = refuse { [".env"] = line, ["core/a.cfg.lua"] = "" };
			end
			has(message, text);
		end
	end);

	it("that refers to what is unset is a warning", function ()
		local value, findings = dotenv "X=a${NOTHING}b\n";
		assert.equal("ab", value);
		has(findings, "${NOTHING}; it is empty there");
		value, findings = dotenv "X=a$NOTHING\n"; -- half a password, perhaps: it is not repeated
		assert.equal("a", value);
		has(findings, "a variable that is not set; it is empty there");
		lacks(findings, "NOTHING");
		local _, silent = dotenv "X=${NO+${NOTHING}}\n";
		lacks(silent, "NOTHING");
	end);
end);

describe("a variable that Kubernetes made for a service", function ()
	teardown(support.clean);

	it("counts as unset, whichever sibling shows it", function ()
		local code = { ["core/a.cfg.lua"] = "x = os.getenv 'PROSODY_PORT'" };
		for name, value in pairs { PROSODY_PORT_PROTO = "tcp"; PROSODY_SERVICE_HOST = "10.0.0.1"; PROSODY_PORT_5222_TCP_PROTO = "tcp" } do
			assert.is_nil(load(code, { PROSODY_PORT = "tcp://10.0.0.1:5222"; [name] = value }):options().x, name);
			assert.equal("5222", load(code, { PROSODY_PORT = "5222"; [name] = value }):options().x, name);
		end
		for _, value in ipairs { "tcp://10.0.0.1", "tcp://10.0.0.1:", "tcp://10.0.0.1:5222/x", "tcp://10.0.0.1:"..("5"):rep(80) } do
			assert.equal(value, load(code, { PROSODY_PORT = value; PROSODY_PORT_5222_TCP_PROTO = "tcp" }):options().x);
		end
		assert.equal("udp://10.0.0.1:53", load(code, { PROSODY_PORT = "udp://10.0.0.1:53"; PROSODY_PORT_53_TCP_PROTO = "tcp" }):options().x);
	end);
end);

describe("choosing", function ()
	teardown(support.clean);

	local tree = { ["core/a.cfg.lua"] = "--"; ["environments/docker.cfg.lua"] = "--"; ["environments/production.cfg.lua"] = "--" };
	local function chosen(variables, files)
		return table.concat(ids(support.discover(support.tree(files or tree), { variables = variables })), " ");
	end

	it("a platform takes docker's files for podman, and none for what has no files of its own", function ()
		has(chosen { PROSODY_DEPLOYMENT_TYPE = "podman" }, "environments/docker");
		has(chosen { PROSODY_DEPLOYMENT_TYPE = " docker " }, "environments/docker");
		for _, bare in ipairs { "manual", "none", "systemd" } do
			assert.equal("core/a environments/production", chosen { PROSODY_DEPLOYMENT_TYPE = bare });
		end
		has(support.refusal(support.tree(tree), { variables = { PROSODY_DEPLOYMENT_TYPE = "dokcer" } }), "docker");
		has(support.refusal(support.tree { ["environments/production.cfg.lua"] = "--" }, { variables = { PROSODY_DEPLOYMENT_TYPE = "podman" } }), "podman");
	end);

	it("a tier takes the next smaller one that there is, and says so", function ()
		local sysroot = support.tree { ["proc/meminfo"] = "MemTotal: 64000000 kB\n"; ["sys/devices/system/cpu/online"] = "0-31\n" };
		local function discover(...)
			local files = { ["core/a.cfg.lua"] = "--" };
			for _, name in ipairs { ... } do
				files["policies/performance/"..name..".cfg.lua"] = "--";
			end
			return support.discover(support.tree(files), { sysroot = sysroot; variables = { PROSODY_PERFORMANCE_TIER = "auto" } });
		end
		local tier = stackloader.environment { sysroot = sysroot; variables = {} }.tier;
		assert.same({ "core/a", "policies/performance/"..tier }, ids(discover("small", "medium", "large", "enterprise")));
		local layers = discover("small");
		assert.same({ "core/a", "policies/performance/small" }, ids(layers));
		has(layers.findings[1].text, "the next smaller one, small, is used");
		local ok, message = pcall(discover, "huge");
		assert.is_false(ok);
		has(message, "neither it nor a smaller one; it has huge");
	end);

	it("what is missing names what there is, at most so many, and the nearest", function ()
		local files = {};
		for i = 1, 60 do
			files[("profiles/profile%02d/profile.cfg.lua"):format(i)] = "--";
		end
		local message = support.refusal(support.tree(files), { variables = { PROSODY_PROFILE = "profiel07" } });
		has(message, 'did you mean "profile07"');
		has(message, " more");
		for name, nearest in pairs { profile1 = "profile"; PROFILE11 = "profile11"; prof = "profile01" } do
			has(support.refusal(support.tree(files), { variables = { PROSODY_PROFILE = name } }), 'did you mean "'..nearest);
		end
		for _, name in ipairs { ("x"):rep(300), "zz", "completely-different" } do
			lacks(support.refusal(support.tree(files), { variables = { PROSODY_PROFILE = name } }), "did you mean");
		end
		has(support.refusal(support.tree { ["core/a.cfg.lua"] = "" }, { variables = { PROSODY_PROFILE = "x" } }), "x");
	end);
end);

-- A file that is being written, or that a full disk ended, can end anywhere.
describe("a text that ends anywhere", function ()
	teardown(support.clean);

	local root;
	local function each_cut(path, text, check)
		root = support.tree { ["core/z.cfg.lua"] = "z = 1" };
		for length = 1, #text do
			support.write(root.."/"..path, text:sub(1, length));
			check(length, pcall(stackloader.load, nil, { root = root, variables = {}, sysroot = "/nowhere" }));
		end
	end

	--- It loads, or is refused by a message that names the file.
	local function told(path)
		return function (length, ok, result)
			if ok then
				assert.equal(1, result:options().z, length);
			else
				has(result, root.."/"..path);
			end
		end
	end

	it("is loaded or refused by its name: a layer", function ()
		each_cut("core/a.cfg.lua", [==[
-- a comment --[[ long
]] local t <const> = { 1, [2] = "x", k = 'y\'', [[long]]; } --[=[ ]] ]=]
modules_enabled = { "a", "b" } limits = { c2s = { rate = "1kb/s" } }
VirtualHost "a.example" x = 0x1p4 y = -1.5e3 goto out
do ::out:: end for i = 1, 2 do z2 = i // 1 ~= 2 end
Component "c.example" "muc" { name = "C", modules_enabled = { "d" } }
function f(...) return ... end if not t then repeat until true elseif t.k then t.k = nil else while false do break end end
old = stack.append { "x" } stack.each("muc", { a = 1 })
return { modules = { core = { "e", n = 1 } }, version = "1", dependencies = { "core/z" } }]==], told "core/a.cfg.lua");
	end);

	it("is loaded or refused by its name: data", function ()
		each_cut("core/a.cfg.lua", "\239\187\191a = 1 b = -2.5 -- c\nd = { 'x', [\"k\"] = true; { e = \"y\" } }\n"
			.."VirtualHost 'h.example'\n\tf = false Component \"i.example\" \"muc\"\n\tname = \"I\";\n", told "core/a.cfg.lua");
	end);

	it("is loaded or refused by its name: .env", function ()
		each_cut(".env", "# c\nexport A='x\\'y' # d\nB=\"a\\n${A:-b ${C}}$$ $A\"\nD: ${A:?${A}} e\nE=${A+'f'}${B-\"g\"} #h\nF", told ".env");
	end);

	it("is loaded or refused by its name: what a profile and a feature say of themselves", function ()
		each_cut("profiles/standard/profile.cfg.lua", [[
local x = profile_info; profile_info = { name = "s", features = { "web/http"; 'web/x' }, [ "k" ] = -1, } -- end
modules_enabled = { "a" }]], function (length, ok, result)
			if not ok then
				has(result, "profile");
			else
				assert.equal(1, result:options().z, length);
			end
		end);
	end);

	it("is the value of a variable, or a message with its name", function ()
		local text = "{ 'a\\65\\x41\\u{20AC}\\z  ', [\"k\"] = { -0x1F, 1.5e-3 }; [[l]], [=[m]=] --[[ c ]] , x = nil, [1] = true }";
		root = support.tree { ["core/z.cfg.lua"] = "z = 1" };
		for length = 1, #text do
			local ok, result = pcall(stackloader.load, nil, { root = root, sysroot = "/nowhere", variables = { PROSODY_OPTION_X = text:sub(1, length) } });
			assert.equal(length == #text, ok, text:sub(1, length));
			if not ok then
				has(result, "PROSODY_OPTION_X");
			end
		end
	end);

	it("is read as far as it goes: the source of a module", function ()
		local text = [==[
local cfg = require "core.configmanager"; local get <const>, ns = module.get_option_string, "urn:" .. "x"
for _, n in ipairs { "a", "b" } do module:get_option_number(n .. "_size", 2 * 1024, 1) end
local v = set.new(module:get_option("s", {})) + tonumber(cfg.get("*", "t")) ; if cfg.get(host, "core", "u") ~= false then end
module:provides("http", { name = "n"; default_port = 80, ["x"] = 1 }) module:add_item(ns .. "-provider", p) module:depends("d", true)
function module.add_host(m) m:get_option_enum("e", "x", [[y]]) end module:hourly("t", function () end)
if module:get_host_type() ~= "component" then error("no") end local w = get(module, "w") or other(1, { 2 })
module:context("*"):get_option("g") local z = module.host .. "z" module:get_option(z)]==];
		local path = support.folder().."/mod_cut.lua";
		local most = 0;
		for length = 0, #text do
			support.write(path, text:sub(1, length));
			local source = assert(stackloader.source(path));
			most = math.max(most, #source.reads);
		end
		assert.is_true(most >= 9, most);
	end);
end);

describe("the line of an assignment", function ()
	teardown(support.clean);

	local function line(stack, option, host)
		return stack:explain(option, host).assignments[1].line;
	end

	it("is the one that runs where no name stands in the file, however many others do", function ()
		local names = {};
		for i = 1, 20001 do
			names[i] = "n"..i.." = 1;\n";
		end
		local stack = load {
			["core/a.cfg.lua"] = "_ENV['x'..'a'] = 1\nVirtualHost 'a' {\n\n\t['x'..'a'] = 1;\n}\n";
			["core/b.cfg.lua"] = "VirtualHost 'b' { t = {\n"..table.concat(names).."}, ['x'..'b'] = 1 }\n_ENV['x'..'b'] = 1\n";
		};
		assert.same({ 1, 2 }, { line(stack, "xa"), line(stack, "xa", "a") });
		assert.same({ 20004, 1 }, { line(stack, "xb"), line(stack, "xb", "b") });
	end);

	it("is the first of two in brackets, and the statement's where the name stands behind it only", function ()
		local stack = load {
			["core/a.cfg.lua"] = "VirtualHost 'a' ({\n\tk = 1;\n\tk = 2;\n})\n";
			["core/b.cfg.lua"] = "VirtualHost 'b' { ['k'..''] = 3; } k = 4\n";
		};
		assert.same({ 2, 2, 1 }, { line(stack, "k", "a"), stack:options "a".k, line(stack, "k", "b") });
	end);

	it("is none where other code calls itself too deep below the layer, nor the file where a coroutine has none of it", function ()
		local stack = load {
			["core/a.cfg.lua"] = [[
				local deep = load("local n, self, env = ...; if n == 0 then env.x = 1 return end self(n - 1, self, env) return n", "=other")
				deep(220, deep, _ENV)
				VirtualHost "a"
				y = { k = 1 }
				coroutine.wrap(stack.each)("host", { x = stack.force(3), y = { 1 } })
				x = 2
			]];
		};
		assert.equal(1, stack:options().x);
		assert.is_nil(line(stack, "x"));
		local findings = stack:findings();
		has(findings[1].text, "y in a was a map and becomes a list here");
		assert.is_nil(findings[1].path);
		has(findings[2].text, "x in a: this loses against the force at core/a;");
	end);
end);

describe("a name in a layer", function ()
	teardown(support.clean);

	it("that is no text is Lua's error", function ()
		has(refuse { ["core/a.cfg.lua"] = "x = { ['a\\400'] = 1 }" }, "core/a.cfg.lua:1: decimal escape too large");
	end);
end);

describe("options and modules", function ()
	teardown(support.clean);

	local function texts(stack)
		local list = {};
		for i, finding in ipairs(stack:findings()) do
			list[i] = finding.text:match "^[^:]*";
		end
		return list;
	end

	it("are told of for three hosts that keep their own, and counted for more", function ()
		local hosts = "";
		for i = 1, 5 do
			hosts = hosts..("VirtualHost 'h%d'\nx = %d\n"):format(i, i + 10);
		end
		local stack = load { ["core/a.cfg.lua"] = hosts; ["local/b.cfg.lua"] = "x = 1\n" };
		has(stack:findings()[3].text, "x in h3 keeps its own value");
		assert.equal("x: 2 more hosts keep their own value", stack:findings()[4].text);
		assert.equal(4, #stack:findings());
	end);

	it("of hosts are equal where tables are that stand in them twice", function ()
		local code = "local t = { 1 } x = { a = t, b = t }";
		assert.same({}, load({ ["core/a.cfg.lua"] = "VirtualHost 'h'\n"..code; ["local/a.cfg.lua"] = code }):findings());
	end);

	it("that accumulate take maps, lists of both kinds and what is empty", function ()
		local stack = load({
			["core/a.cfg.lua"] = "w, x, y, z = { a = 1 }, { a = 1 }, { a = 1 }, { a = 1 }";
			["local/a.cfg.lua"] = "w, x, y, z = { 'l' }, { b = 2 }, { 'l', b = 2 }, {}";
		}, nil, { merge = { w = "append", x = "append", y = "append", z = "append" } });
		local options = stack:options();
		assert.same({ { "l" }, { a = 1, b = 2 }, { "l", a = 1, b = 2 }, { a = 1 } }, { options.w, options.x, options.y, options.z });
	end);

	it("are found among a hundred others", function ()
		local lines = { "modules_enabled = { 'a' }" };
		for i = 1, 100 do
			lines[#lines + 1] = ("x%d = %d"):format(i, i);
		end
		local options = load({ ["core/a.cfg.lua"] = table.concat(lines, "\n") }):options();
		for i = 1, 100 do
			assert.equal(i, options["x"..i]);
		end
	end);

	it("are read through a metatable that they were given", function ()
		local options = load({
			["core/a.cfg.lua"] = "x = setmetatable({ 1, k = 5 }, { __index = { y = 7 } })\na = x.k"; ["local/a.cfg.lua"] = "b, c = x.k, x.y";
		}):options();
		assert.same({ 5, 5, 7 }, { options.a, options.b, options.c });
	end);

	it("are global where the layer forgets its host, and no layer's where the scope is no host's", function ()
		local stack = load { ["core/a.cfg.lua"] = "stack.each('host', { y = 1 })\nVirtualHost 'h'\nrawset(_ENV, '__currenthost', nil)\nx = 1" };
		assert.equal(1, stack:options().x);
		assert.same({ defined = true, y = 1 }, stack:options "h");
		assert.is_nil(stack:options "\1each host");
		assert.is_nil(stack:explain("y", "\1each host"));
	end);

	it("say where a host was opened first, whatever it is told later", function ()
		local hosts = load { ["core/a.cfg.lua"] = "Component 'c' 'muc'\ndefined = true\nVirtualHost 'h'\ncomponent_module = 'x'" }:hosts();
		assert.same({ "c", 1, "h", 3 }, { hosts[1].name, hosts[1].line, hosts[2].name, hosts[2].line });
	end);

	it("of a layer that failed are none where prosodyctl goes on to show all that is wrong", function ()
		local globals = { prosody = { process_type = "prosodyctl" }, arg = { "check", "config" } };
		local root = support.tree {
			["core/a.cfg.lua"] = "stack.each('host', { x = 1 })\nVirtualHost 'not a host'\nerror 'broken'"; ["core/b.cfg.lua"] = "VirtualHost 'h'\nx = 2";
		};
		local ok, message = support.with_globals(globals, {}, function ()
			return pcall(stackloader.load, {}, { root = root, variables = {}, sysroot = "/nowhere" });
		end);
		assert.is_false(ok);
		has(message, "core/a.cfg.lua:3: broken");
		lacks(message, "not a host");
	end);

	it("are removed by name alone, forced out of the other list and kept beside forced options in the list", function ()
		local stack = load { ["core/a.cfg.lua"] = [[
			modules_enabled = { "a", "b" }
			modules_disabled = stack.force(stack.remove { "c" })
			VirtualHost "h"
			modules_enabled = stack.remove "a"
			modules_disabled = { "z" }
			VirtualHost "i"
			modules_enabled = { "q" }
		]] };
		assert.same({ "z", "a" }, stack:options "h".modules_disabled);
		assert.same({ "q" }, stack:options "i".modules_enabled);
		stack = load { ["core/a.cfg.lua"] = "modules_enabled = { 'a', m = stack.force 'x' }\nVirtualHost 'i'\nmodules_enabled = { 'q' }" };
		assert.same({ "q", m = "x" }, stack:options "i".modules_enabled);
		assert.same({ "modules_enabled in i" }, texts(stack));
	end);
end);

describe("stackloader.merge of what is large or odd", function ()
	it("is as any other", function ()
		local many, more = {}, {};
		for i = 1, 70000 do
			many["a"..i] = i;
			more["b"..i] = i <= 3000 and i or nil;
		end
		local merge = stackloader.merge;
		local first, second = merge({ x = many }, { x = more }).x, merge({ x = more }, { x = many }).x;
		assert.same({ 70000, 3000, 70000, 3000 }, { first.a70000, first.b3000, second.a70000, second.b3000 });
		assert.equal(70000, merge({ x = many }, { x = {} }).x.a70000);
		many = { a = 1 };
		for i = 1, 3000 do
			many["a"..i] = i;
		end
		assert.equal(3000, merge({ x = many }, { x = more }).x.b3000);
		-- Of one hash, by which elements are found.
		assert.same({ "s44997", "s143040" }, merge({ modules_enabled = { "s44997" } }, { modules_enabled = { "s143040" } }).modules_enabled);
		local table_key = { {} };
		assert.equal(1, merge({ x = { table_key, [table_key] = 1 } }, { y = 1 }).x[table_key]);
	end);
end);

describe("what layers return and read", function ()
	teardown(support.clean);

	it("is found by the whole id before its end, by numbers that are no order, and after the load", function ()
		local stack = load {
			["core/a.cfg.lua"] = "return { version = 1 }"; ["stack/core/a.cfg.lua"] = "return { version = 2 }";
			["stack/2go/b.cfg.lua"] = "rawset(_G, 'kept_reader', stack.layer) return { version = 3 }";
			["local/x.cfg.lua"] = "x, y = stack.layer 'core/a'.version, stack.layer '2go/b'.version "
				.."return { utilities = { [1] = 5, validate_x = function () return false end } }";
		};
		assert.same({ 1, 3 }, { stack:options().x, stack:options().y });
		assert.equal("validate_x: the configuration is not valid", stack:findings()[1].text);
		local reader = _G.kept_reader;
		_G.kept_reader = nil;
		assert.equal(1, reader "core/a".version);
	end);

	it("is refused where a default is nested too deep", function ()
		has(refuse { ["core/a.cfg.lua"] = "local t = {} for i = 1, 200 do t = { t } end x = stack.env.string('X', t)" }, "nested more than 180 deep");
	end);

	it("is plain data below restrict: no comment of several lines stands in it", function ()
		local restrict = { ["domains/t"] = { hosts = { "<domain>" } } };
		has(refuse({ ["domains/t/a.example/h.cfg.lua"] = "VirtualHost 'a.example'\nx --[[ y ]] = 1\n" }, nil, { restrict = restrict }),
			"a comment that ends with its line");
		local odd = "VirtualHost 'a~b.example'\nx = 1\n";
		has(refuse({ ["domains/t/a~b.example/h.cfg.lua"] = odd }, nil, { restrict = restrict }), '"a~b.example" is no name of a host');
		assert.equal("a~b.example", load { ["core/a.cfg.lua"] = odd }:hosts()[1].name);
	end);
end);

describe("choices of the caller", function ()
	teardown(support.clean);

	it("name folders", function ()
		has(select(2, pcall(stackloader.load, nil, { roots = {} })), "option 'roots' names no folder");
		has(select(2, pcall(stackloader.load, nil, { root = "" })), "option 'roots' names no folder");
	end);

	it("switch by a text as by a boolean", function ()
		local root = support.tree { ["switched/x.cfg.lua"] = "-- x" };
		local axes = { { name = "x"; folder = "switched"; kind = "switched"; variables = "SITE_X" } };
		assert.same({ "switched/x" }, ids(stackloader.discover(root, { axes = axes, x = "true", variables = {}, sysroot = "/nowhere" })));
	end);

	it("of features are refused where two are called alike, are none without a name, and hold from the last of two folders", function ()
		local root = support.tree { ["features/web/http.cfg.lua"] = "--"; ["features/web/HTTP.cfg.lua"] = "--" };
		local function discover(from, variables, roots)
			return stackloader.discover(from, { roots = roots, variables = variables, sysroot = "/nowhere" });
		end
		has(select(2, pcall(discover, root, { PROSODY_FEATURES_WEB_HTTP = "true" })),
			"these features are called alike, web/HTTP, web/http; rename all but one");
		assert.equal(2, #discover(root, { PROSODY_ENABLE__HTTP = "true" }).features);
		root = support.tree {
			["one/features/http.cfg.lua"] = "feature_info = { 'x', description = 'y' }"; ["one/.env"] = "PROSODY_FEATURES_HTTP=true\n";
			["onemore/.env"] = "PROSODY_ENABLE_HTTP=false\n";
		};
		local feature = discover(nil, {}, { root.."/one", root.."/onemore" }).features[1];
		assert.same({ false, "PROSODY_ENABLE_HTTP=false", "y" }, { feature.on, feature.why, feature.description });
	end);
end);

describe("a file that two axes read", function ()
	teardown(support.clean);

	it("says as each what it is, on every load", function ()
		local root = support.tree {
			["profiles/a/profile.cfg.lua"] = "profile_info = { features = { 'a/profile' } }\nfeature_info = { description = 'y' }\n";
		};
		local axes = {
			{ name = "profile"; folder = "profiles"; kind = "chosen"; variables = "PROSODY_PROFILE"; option = "profile" };
			{ name = "features"; kind = "features"; folder = "profiles" };
		};
		for _ = 1, 2 do
			local stack = stackloader.load({}, { root = root, variables = { PROSODY_PROFILE = "a" }, sysroot = "/nowhere", axes = axes,
				clock = os.time() + 3600 });   -- what was read long ago is not read again
			local feature = stack:features()[1];
			assert.same({ "a/profile", "y" }, { feature.name, feature.description });
		end
	end);
end);

describe("what Prosody's own side does", function ()
	teardown(support.clean);

	it("ends the load with its error, whatever that is", function ()
		local mine = {};
		local loaded = { ["core.configmanager"] = { files = function () error(mine); end } };
		local ok, message = support.with_globals({}, loaded, function ()
			return pcall(load, { ["core/a.cfg.lua"] = "x = 1"; ["other/x.cfg.lua"] = "y = 1" });
		end);
		assert.is_false(ok);
		assert.equal(mine, message);
	end);

	it("can ask nothing of a stack that was collected when the state is closed #install", function ()
		local code = ([[
			package.cpath = %q
			local held = setmetatable({}, { __gc = function (self) print(pcall(self.stack.options, self.stack)) end })
			held.stack = require "stackloader".load(nil, { root = %q, variables = {}, sysroot = "/nowhere" })
		]]):format(support.build.."/?.so", support.tree { ["core/a.cfg.lua"] = "x = 1" });
		has((support.run(support.plain("lua5.4 -e "..support.quote(code)))), "false\tthis stack was collected with the rest of the closing Lua state");
	end);

	it("may have no reader of the section that prosodyctl check config begins with, or a broken one", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1" };
		for _, loader in ipairs { false, function () return true; end, function () error "none"; end } do
			local globals = { prosody = { process_type = "prosodyctl" }, arg = { "check", "config" }, require = loader };
			local stack = support.with_globals(globals, {}, function ()
				return stackloader.load({}, { root = root, variables = {}, sysroot = "/nowhere" });
			end);
			assert.equal(1, stack:options().x);
		end
	end);
end);
