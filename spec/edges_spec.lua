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
		assert.equal("from outside", (dotenv("export X", { X = "from outside" })));
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
