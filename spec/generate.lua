--- Random Prosody configurations: valid ones for the most part, and every now and then one that Prosody refuses.
--
-- generate(seed, version, folder) returns { [path] = { chunk, chunk, ... } }: files of statements, to be written below `folder` (an absolute
-- path); the main one is "only.cfg.lua". The same arguments give the same files. Left out is what a layer is free to answer
-- differently: reading an option back (other than by 13's own syntax in the file that set it), `stack`, the order of a wildcard,
-- a table shared between the global scope and a host, cyclic values and bytecode.

local file = {};
file.__index = file;

local function pick(list)
	return list[math.random(#list)];
end

local function chance(n)
	return math.random(n) == 1;
end

--- Joins what `make` gives, called between `least` and `most` times.
local function join(make, least, most, separator)
	local parts = {};
	for i = 1, math.random(least, most) do
		parts[i] = make();
	end
	return table.concat(parts, separator or ", ");
end

-- Names

local list_options = {
	"modules_enabled", "modules_disabled", "admins", "plugin_paths", "disco_items", "external_services", "trusted_proxies",
	"s2s_secure_domains", "s2s_insecure_domains", "unlimited_jids", "firewall_scripts", "c2s_ports", "http_ports", "interfaces",
};
local map_options = { "sql", "log", "gc", "statistics_config", "ssl", "limits", "certificates", "default_storage_map", "contact_info" };
local other_options = {
	"c2s_require_encryption", "storage", "archive_expires_after", "max_size", "welcome_message", "authentication", "enabled", "name",
	"debug", "modules", "host_count", "ENV_assigned", "_private", "X",
};
local virtual_hosts = {
	"example.com", "EXAMPLE.org", "a.example", "localhost", "Bücher.example", "münchen.example", "MÜNCHEN.example",
	"xn--bcher-kva.example", "sub.Example.COM", "10.0.0.1", "ﬁ.example",
};
local components = { "conference.example.com", "MUC.example.org", "muc.example.org", "upload.example", "Prüfung.example", "ext.example" };
local component_modules = { "muc", "http_file_share", "proxy65", "pubsub", "component" };
local module_names = { "tls", "saslauth", "roster", "mam", "carbons", "smacks", "http", "bosh", "websocket", "blocklist", "csi" };

local function option()
	return pick(pick { list_options, list_options, map_options, other_options });
end

--- The Lua library under a name that this version knows.
function file:library(name)
	return self.thirteen and chance(2) and "Lua."..name or name;
end

-- Values, as source text

local numbers = {
	"0", "1", "-1", "5222", "3.0", "0.5", "-0.0", "1e10", "0x10", "0xA.8p1", "1/0", "-1/0", "0/0", "9223372036854775807",
	"9223372036854775808", "-9223372036854775808", "math.mininteger", "7 // 2", "7 / 2", "2^10", "#'four'", "1 << 40", "10 % 4", "86400 * 7",
};
local strings = {
	'""', '"text"', "'it\\'s'", '"a\\tb\\n\\"c\\""', '"\\0nul"', '"\\xff\\254"', '"\\u{20AC} \\z\n\t uro"', "[[long]]", "[==[\nlonger ]] \r\n]==]",
	'"1w"', '"50MB"', '"5"', '"true"', '"nil"', '"a@example.com"', '"a".."b"', '("x"):rep(3)', '("A,B"):lower()', '("a b"):gsub(" ", "-")', '"5" .. 6',
	'("%s-%03d"):format("n", 7)', '"never"', '" "', '"ä"', '"-- no comment"', "'[[not long]]'",
};

function file:text()
	if chance(4) then
		return '"'..pick(module_names)..'"';
	elseif chance(20) then
		return ("%s.format('%%5.1f|%%q', 2.5, 'x')"):format(self:library "string");
	elseif chance(60) then
		return '("long "):rep(20000)';
	end
	return pick(strings);
end

function file:scalar()
	local kind = math.random(10);
	if kind <= 5 then
		return self:text();
	elseif kind <= 8 then
		return pick(numbers);
	elseif kind == 9 then
		return pick { "true", "false", "not nil", "1 == 1", "nil or 'default'", "false or nil or 3", "true and 'and'" };
	end
	return self:outside();
end

--- What a configuration takes from around it.
function file:outside()
	return pick {
		"ENV_GENERATE_ONE", "ENV_GENERATE_NUMBER", 'ENV_GENERATE_UNSET or "unset"', "ENV_GENERATE_EMPTY", 'tonumber(ENV_GENERATE_NUMBER)',
		self:library "os"..'.getenv("GENERATE_ONE")', self:library "os"..'.getenv("GENERATE_EMPTY")',
		self:library "tostring".."("..self:library "os"..'.getenv("GENERATE_UNSET"))', self:library "type".."(5)",
		self:library "math"..".max(1, 3)", "(function (a, ...) return ... end)(1, 2, 3)", self:library "rawlen"..'("abc")',
		"__currenthost", "prosody_no_such_name", self:library "io"..".stderr", self:library "print",
	};
end

local function named_key()
	return pick { "a", "b", "key", "level", "certificate", "rate", '["with space"]', '["a.b"]', '["*"]', '["5"]', "[5]", "[-1]", "[1.5]", "[2^53]",
		"[true]", "[false]", '["ü"]', '["core"]', '[ [[long]] ]', "defined", "append", "value", "n" };
end

function file:list(depth)
	return "{ "..join(function () return self:value(depth - 1); end, 0, 5, pick { ", ", "; ", ",\n\t" }).." }";
end

function file:strings()
	return "{ "..join(function () return self:text(); end, 1, 6).." }";
end

function file:map(depth)
	return "{ "..join(function () return named_key().." = "..self:value(depth - 1); end, 0, 4, pick { ", ", ";\n\t" }).." }";
end

function file:mixed(depth)
	return "{ "..join(function ()
		local kind = math.random(5);
		if kind == 1 then
			return "nil";
		elseif kind == 2 then
			return "["..math.random(8).."] = "..self:value(depth - 1);
		elseif kind == 3 then
			return named_key().." = "..self:value(depth - 1);
		end
		return self:value(depth - 1);
	end, 1, 6).." }";
end

function file:table(depth)
	local kind = math.random(12);
	if kind <= 3 then
		return self:strings();
	elseif kind <= 6 then
		return self:list(depth);
	elseif kind <= 9 then
		return self:map(depth);
	elseif kind <= 10 then
		return self:mixed(depth);
	elseif kind == 11 then
		return "{}";
	end
	return pick {
		"{ ("..self:text()..") }", "{ (function () return 1, 2, 3 end)() }", self:library "table"..".pack(1, nil, 3)",
		"setmetatable({ 1, 2 }, { __index = { c = 3 } })", "{ "..self:library "table"..".unpack { 'x', 'y' } }", "{ { {}, {} }, {} }",
	};
end

function file:value(depth)
	if depth <= 0 or chance(2) then
		if chance(25) then
			return pick { "function () return 1 end", "function (a, b)\n\treturn a, b\nend" };
		end
		return self:scalar();
	end
	return self:table(depth);
end

-- Statements

local statement = {};

function file:add(...)
	self.chunks[#self.chunks + 1] = table.concat { ... };
end

--- Of an option set in the current scope: whether it holds a table for certain. 13's syntax works on those.
function file:know(name, is_table)
	self.known[self.scope] = self.known[self.scope] or {};
	self.known[self.scope][name] = is_table and not name:find "^ENV_" or nil;
end

function file:known_table()
	local names = {};
	for name in pairs(self.known[self.scope] or {}) do
		names[#names + 1] = name;
	end
	table.sort(names);
	return #names > 0 and pick(names) or nil;
end

function file:assign(name, value, is_table)
	self:add(name, " = ", value, pick { "", "", ";", " -- why" });
	self:know(name, is_table);
end

function statement:scalar()
	self:assign(option(), self:scalar());
end

function statement:list()
	self:assign(pick(list_options), self:strings(), true);
end

function statement:table()
	self:assign(option(), self:table(math.random(0, 4)), true);
end

function statement:anything()
	self:assign(option(), self:value(3));
end

function statement:unset()
	self:assign(option(), "nil");
end

function statement:again()
	local name = option();
	self:assign(name, self:value(2));
	self:assign(name, self:table(2), true);
end

function statement:several()
	local first, second = option(), option();
	self:add(first, ", ", second, " = ", self:value(1), ", ", self:value(1));
	self:know(first);
	self:know(second);
end

function statement:odd_name()
	self:add(pick { '_ENV["dashed-name"]', '_ENV["ünicode"]', "_ENV[7]", "_ENV[('x'):rep(3)]", "_ENV.plain", "_ENV[1.5]", '_ENV["with space"]' },
		" = ", self:value(2));
end

-- Blocks, loops, functions

function file:simple(depth)
	return option().." = "..self:value(depth or 1);
end

--- A statement that may set anything: what is known of options before it is known no longer.
function file:unsure(...)
	self:add(...);
	self.known = {};
end

function statement:condition()
	self:unsure("if ", pick { "true", "ENV_GENERATE_ONE", "ENV_GENERATE_UNSET", "nil", "1 > 2", "prosody_no_such_name == nil" }, " then\n\t",
		self:simple(), "\nelse\n\t", self:simple(), "\nend");
end

function statement:block()
	self:unsure("do\n\tlocal x = ", self:value(1), "\n\t", option(), " = x\n\t", self:simple(), "\nend");
end

function statement:loop()
	self:unsure(pick {
		"for i = 1, 3 do\n\t_ENV['option_'..i] = i * "..pick(numbers).."\nend",
		"for _, name in "..self:library "ipairs".." { 'one', 'two' } do\n\t_ENV['loop_'..name] = { name, "..self:scalar().." }\nend",
		"local n = 0\nwhile n < 4 do n = n + 1; counted = n end",
		"repeat local done = true; "..self:simple().." until done",
		"for word in ('a b c'):gmatch('%a') do\n\tlast_word = word\nend",
		"for i = 1, 3 do\n\tif i == 2 then goto continue end\n\t_ENV['kept_'..i] = { i }\n\t::continue::\nend",
	});
end

function statement:call()
	self:unsure("local function helper(a, ...)\n\t", self:simple(), "\n\t", option(), " = a\n\treturn ...\nend\n", option(), " = helper(",
		self:value(1), ", ", self:value(2), ")");
end

function statement:many_hosts()
	local name = pick(virtual_hosts);
	self:unsure("for i, name in ", self:library "ipairs", " { 'one', 'Two', 'three' } do\n\tVirtualHost(name..'.", name, "')\n\t\t", self:simple(),
		"\n\t\tnumber = i\nend");
	self.scope = "three."..name;
end

function statement:host_helper()
	self:unsure("local function serve(name, options) return VirtualHost(name)(options) end\nserve('", pick(virtual_hosts), "', ", self:map(2), ")");
	self.scope = "*";
end

-- Hosts and components

function file:options_table()
	return "{\n\t"..join(function ()
		return chance(6) and self:value(1) or pick { named_key(), option() }.." = "..self:value(2);
	end, 0, 5, ";\n\t").."\n}";
end

local function host_word()
	return pick { "VirtualHost", "VirtualHost", "VirtualHost", "Host", "host" };
end

function statement:host()
	self.scope = pick(virtual_hosts);
	self:add(host_word(), ' "', self.scope, '"');
end

function statement:host_with_table()
	self:unsure(host_word(), ' "', pick(virtual_hosts), '" ', self:options_table());
	self.scope = "*";
end

function statement:disabled_host()
	statement.host(self);
	self:add("enabled = false");
end

function statement:component()
	self.scope = pick(components);
	self:add(pick { "Component", "Component", "component" }, ' "', self.scope, '"', chance(4) and "" or ' "'..pick(component_modules)..'"');
end

function statement:component_with_table()
	self:unsure('Component "', pick(components), '" ', chance(3) and "" or '"'..pick(component_modules)..'" ', self:options_table());
	self.scope = "*";
end

-- Tables held by locals. One that was in the global scope stays there.

function file:scope_class()
	return self.scope == "*" and "global" or "host";
end

function file:fitting_local()
	local fitting = {};
	for _, held in ipairs(self.locals) do
		if not held.class or held.class == self:scope_class() then
			fitting[#fitting + 1] = held;
		end
	end
	return #fitting > 0 and pick(fitting) or nil;
end

function statement:held()
	local held = { name = "held"..(#self.locals + 1) };
	self.locals[#self.locals + 1] = held;
	self:add("local ", held.name, " = ", pick { self:strings(), self:map(2), self:list(2), "{}" });
end

function statement:use_held()
	local held = self:fitting_local();
	if held then
		held.class = self:scope_class();
		self:assign(option(), pick { held.name, held.name, "{ inner = "..held.name..", "..held.name.." }" }, true);
	end
end

function statement:change_held()
	local held = pick(self.locals);
	if held then
		local name = held.name;
		self:add(pick {
			name.."[#"..name.." + 1] = "..self:value(1), name..".late = "..self:value(2), self:library "table"..".insert("..name..", 1, 'first')",
			self:library "table"..".remove("..name..")", name.."[1] = nil", name..".late = nil",
		});
	end
end

-- Other files

function file:other(name, base)
	local other = setmetatable({
		thirteen = self.thirteen, files = self.files, folder = self.folder, level = self.level + 1, base = base,
	}, file);
	self.files[base..name] = other:fill(math.random(1, 6));
end

function statement:include()
	if self.level >= 2 then
		return statement.scalar(self);
	end
	self.files.count = self.files.count + 1;
	local name = "part"..self.files.count..".inc";   -- no pattern below matches it
	local below = chance(2) and "parts/" or "";
	self:other(name, self.base..below);
	local path = pick { self.folder.."/"..self.base, "", "", "", "./" }..below..name;
	self.files[self.base.."parts/README"] = { "not Lua" };
	self:unsure(pick { "Include", "include" }, ' "', path, '"', chance(8) and "\nInclude '"..path.."'" or "");
end

function statement:include_pattern()
	self.files.count = self.files.count + 1;
	local folder = "only"..self.files.count.."/";
	if self.level < 2 then
		self:other("one.lua", self.base..folder);
		self.files[self.base..folder.."README"] = { "not Lua" };
		self.files[self.base..folder..".hidden.lua"] = { "not Lua" };
		self:unsure('Include "', folder, pick { "one*", "o*.lua", "on?.lua" }, '"');
	end
end

--- A table that a file outside the configuration's environment can make.
local function plain_table()
	return "{ "..join(function () return pick { pick(strings), pick(numbers), "key = "..pick(strings), "{ "..pick(strings).." }" }; end, 0, 4).." }";
end

function statement:script()
	self.files.count = self.files.count + 1;
	local name = "script"..self.files.count..".script";
	self.files[self.base..name] = { "local made = "..plain_table().."\nreturn made, "..pick(numbers) };
	self:assign(option(), 'RunScript "'..name..'"');
end

-- What few configurations do, but Prosody allows. Each piece ends in the global scope.

local close = '\nVirtualHost "closing.example" {}';
local rare = {
	-- Scopes by other ways than a plain statement
	'local open = VirtualHost "a.example"\nVirtualHost "localhost"\nname = 1\nopen { name = 2, late = true }\nafter = 1',
	'local named = Component "upload.example"\nnamed "muc"\nname = "in"\nnamed "pubsub" { late = true }\nafter = 2',
	'local options = Component "upload.example" "muc"\noptions { first = 1 }\nafter = 3\noptions { second = 2 }',
	'Component("ext.example")("muc")({ name = "x" })', 'local V = VirtualHost\nV("a.example")({ name = "x" })',
	'VirtualHost "" { name = "empty" }', 'VirtualHost "*"\nname = "in the global scope"'..close, 'VirtualHost "ß.example" { sharp = true }',
	'VirtualHost "ＦＵＬＬ.example"\nwide = true'..close, 'VirtualHost "trailing.example." { dot = true }', 'VirtualHost "a\\tb" {}',
	'VirtualHost "off.example" { defined = false }', "VirtualHost(5) { name = 'five' }", 'VirtualHost "bare.example"\ndefined = nil'..close,
	'Component "c.example"\ncomponent_module = nil\nload_global_modules = true'..close, "__currenthost = 'raw.example'\nname = 'raw'"..close,
	"VirtualHost 'pairs.example' (setmetatable({ raw = 1 }, { __pairs = function () return next, { proxied = 2 }, nil end }))",
	'VirtualHost "odd.example"\ncomponent_module = "muc"'..close, 'Component "upload.example"\nload_global_modules = true'..close,
	'Component "ext.example" { component_module = "muc", load_global_modules = 1 }',
	'VirtualHost "kept.example"\nlocal inside = __currenthost\nname = inside'..close, "modules_enabled = nil\nmodules_enabled = { 'again' }",
	'for i = 1, 40 do VirtualHost("h"..i..".many.example") { number = i, modules_enabled = { "m"..i } } end',
	"for i = 1, 300 do _ENV['many_'..i] = { i, { i } } end", "do local t = {} for i = 1, 3000 do t[i] = 'item'..i end wide = t end",
	"do local t = {} deep = t for i = 1, 60 do t[1] = { i } t = t[1] end end",
	-- The environment as a value
	"local function set(_ENV)\n\tname = 'through a parameter'\nend\nset(_ENV)", "do local _ENV = {}; lost = 1 end", "rawset(_ENV, 'raw_only', 1)",
	"do local outer = _ENV; local _ENV = setmetatable({}, { __newindex = outer }); forwarded = { 1 } end", "_ENV[2.0] = 'two'\n_ENV['2.0'] = 'text'",
	'load("loaded = { 1, 2 }\\nVirtualHost \'loaded.example\' { name = 1 }", "=part", "t", _ENV)()', "raw = rawget(_ENV, '__currenthost')",
	"source = _G.debug.getinfo(1, 'S').source", "line = _G.debug.getinfo(1, 'l').currentline", "arguments = _G.select('#', ...)",
	"nothing = (function () end)()",
	-- Assignments below C and in other coroutines
	"coroutine.wrap(function ()\n\tin_coroutine = { 1 }\n\tVirtualHost 'co.example' { name = 1 }\nend)()",
	"local step = coroutine.wrap(function ()\n\tfirst_step = 1\n\tcoroutine.yield()\n\tsecond_step = 2\nend)\nstep()\nbetween = true\nstep()",
	"('abc'):gsub('.', function (c) _ENV['letter_'..c] = c end)", "table.sort({ 3, 1, 2 }, function (a, b) compared = 'yes'; return a < b end)",
	"do local last <close> = setmetatable({}, { __close = function () closed = { true } end }) end",
	"pcall(function () before_error = 1; error 'caught' end)",
	"local last <close> = setmetatable({}, { __close = function () closed_at_end = { true } end })", "caught = pcall(VirtualHost)",
	"caught = pcall(Include, 'missing.lua')", "caught = _G.select('#', xpcall(error, function () handled = true; return 'x' end, 'y'))",
	"caught = tostring(_G.select(2, pcall(function () local t; return t.x end)))",
	"caught = pcall(function () VirtualHost 'clash.example' 'muc' end)"..close,
	-- More of Lua
	"lib = { utf8.char(8364), math.pi, next({ 1 }), rawequal(1, 1), _VERSION, package.config:sub(1, 1), string.rep('a', 3, ',') }",
	"when = os.time { year = 2020, month = 1, day = 1, hour = 12 }", "used = type(require 'lfs'.currentdir())", "same = require 'string' == string",
	"kind = type(_G)", "kinds = { type(prosody), type(arg), type(stackless) }", "collectgarbage()\ncollected = true", "text = ('x'):rep(100000)",
	"do local f = io.open('/etc/passwd')\nfirst = f:read('l')\nf:close() end", "formatted = ('%q'):format('a\\nb')", "n = load('return 1 + 1')()",
	"do local t = { 1 }\nshared = { t, t, inner = t }\nshared_again = t end", "x = { [1.0] = 'one', [2] = 'two' }", "packed = string.pack('>I2', 258)",
	"do local t = {}\nVirtualHost 'one.shared.example'\nlist = t\nVirtualHost 'two.shared.example'\nlist = t\nt[1] = 'late' end"..close,
	"do local t = { 'a' }\nVirtualHost 'one.shared.example' { list = t, other = { t } }\nt[2] = 'late' end",
};

function statement:rare()
	if self.scope == "*" then
		self:unsure((pick(rare)));
	end
end

-- What 13 adds

local thirteen = {};

function thirteen:append()
	local name = self:known_table();
	if name then
		self:add(name, pick { ":append ", " ", ":append " }, pick { self:strings(), self:strings(), self:map(1), "{}" });
	end
end

function thirteen:append_twice()
	local name = self:known_table();
	if name then
		self:add(name, ":append ", self:strings(), ":append ", pick { self:strings(), self:mixed(1) });
	end
end

function thirteen:value()
	local name = self:known_table();
	if name then
		self:add(pick {
			"counted = #"..name..":value()", "first = "..name..":value()[1]", "alias = "..name..":value()",
			"local inner = "..name..":value()\ninner.late = "..self:value(1),
			"for v in "..name..":values() do\n\tlast_value = type(v)\nend",
		});
		self:know("alias");
	end
end

function thirteen:read_file()
	self.files.count = self.files.count + 1;
	local name = "data"..self.files.count..".txt";
	self.files[self.base..name] = { pick { "one line", "two\nlines", "crlf\r\nlines\r\n", "\n\nempty first", "  spaces  \n" } };
	self:assign(option(), pick { "FileContents", "FileLine", "FileLines" }..pick { ' "'..name..'"', ' "./'..name..'"',
		'("'..self.folder.."/"..self.base..name..'")' });
end

function thirteen:append_held()
	local name = self:known_table();
	if name then
		self:add("local more = ", pick { self:strings(), self:map(1) }, "\n", name, pick { ":append(more)", "(more)" }, "\nmore[1] = 'late'");
	end
end

--- A proxy stays with the scope and the option that it came from.
function thirteen:kept_proxy()
	local name = self:known_table();
	if name then
		self:add("local proxy = ", name, ":append { 'kept' }\nVirtualHost 'proxy.example'\n", name, " = { 'own' }\nproxy:append { 'later' }",
			close);
		self.known, self.scope = {}, "*";
	end
end

function thirteen:host_table_option()
	self:unsure("VirtualHost 'a.example' { appended = { 'a' }, map = { a = 1 } }\nVirtualHost 'a.example'\nappended:append { 'b' }\nmap { b = 2 }",
		"\ncounted = #appended:value()", close);
	self.scope = "*";
end

function thirteen:credential()
	self:assign(option(), 'Credential "password"');
end

-- What Prosody refuses

local refused = {
	"this is no Lua", "x = = 1", "error('stop')", "error({ code = 1 })", 'Include "missing.cfg.lua"', 'Include "missing/*.lua"', "VirtualHost()",
	'VirtualHost "example.com" "muc"', 'VirtualHost "example.com" (5)', "Component()", 'Component "conference.example.com" (5)',
	'VirtualHost "conference.example.com"\nComponent "conference.example.com" "muc"', 'Component "a.example" "muc"\nVirtualHost "a.example"',
	'VirtualHost "not\\0allowed"', 'VirtualHost "\\xff"', 'Component "white space"', "local t = nil; t.x = 1", "x = no_such_function()", "goto nowhere",
	'RunScript "missing.lua"', "x = ('a'):no_such_method()", "x = [[open", "VirtualHost(true)", "VirtualHost {}", "_ENV[nil] = 1", "_ENV[true] = 1",
	"_ENV[{}] = 1", "local t = setmetatable({}, { __index = function () error('inside', 0) end })\nx = t.y", "Include()", "VirtualHost 'a' { } { }",
	"return 5 x = 1", "break", "x = ... .. 'a'",
};
local thirteen_refused = {
	"no_such_option { 'x' }", "no_such_option:append { 'x' }", "x = { 1 }\nx:append 'text'", "x = { 1 }\nx:no_such_operation()", "x = { 1 }\nx 'text'",
	"x = 5\nx { 'y' }", 'x = FileContents "missing.txt"', 'x = FileLines "missing.txt"', 'x = Credential "missing"',
};

function statement:refused()
	if chance(8) then
		self:unsure(pick(self.thirteen and chance(2) and thirteen_refused or refused));
	end
end

-- How often each comes, by repetition

local everywhere = {
	"scalar", "scalar", "scalar", "list", "list", "table", "table", "table", "anything", "unset", "again", "several",
	"odd_name", "condition", "block", "loop", "call", "many_hosts", "host_helper", "host", "host", "host", "host_with_table",
	"host_with_table", "disabled_host", "component", "component", "component", "component_with_table", "component_with_table",
	"held", "held", "use_held", "use_held", "use_held", "use_held", "change_held", "change_held", "include", "include_pattern",
	"script", "rare", "rare", "rare", "refused",
};
local on_thirteen = {
	"append", "append", "append", "append_twice", "append_held", "kept_proxy", "host_table_option", "value", "read_file", "credential",
};

function file:statement()
	if self.thirteen and chance(5) then
		thirteen[pick(on_thirteen)](self);
	else
		statement[pick(everywhere)](self);
	end
end

function file:fill(count)
	self.chunks, self.known, self.locals, self.scope = {}, {}, {}, "*";
	for _ = 1, count do
		self:statement();
	end
	if chance(30) then
		for i, chunk in ipairs(self.chunks) do
			self.chunks[i] = chunk:gsub("\r?\n", "\r\n").."\r";
		end
	end
	return self.chunks;
end

return function (seed, version, folder)
	math.randomseed(seed);
	local files = { count = 0 };
	local main = setmetatable({ thirteen = version == "13", files = files, folder = folder, level = 0, base = "" }, file);
	files["only.cfg.lua"] = main:fill(math.random(0, 20));
	files.count = nil;
	return files;
end
