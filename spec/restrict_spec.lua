local lfs = require "lfs";
local asking = require "spec.asking";
local support = require "spec.support";
local stackloader = require "stackloader";

local quote = support.quote;

local good = [[
-- A customer.
VirtualHost "good.example"
	admins = { "hostmaster@good.example" }
	modules_enabled = { "mam"; 'ping' }
	http_host = "web.good.example"
	storage = { archive = "internal" }

Component "rooms.good.example" "muc"
	name = "Rooms"
	muc_max_rooms = 50
]];

local main = [[
local stackloader = (Lua or _G).require "stackloader"
stackloader.load(_ENV, { restrict = { ["domains/tenants"] = { options = "any",
	modules = { "muc", "mam", "ping", "storage_internal" } } } })
]];

local deep = ("{ "):rep(9)..("} "):rep(9);

-- Each is a file of a tenant of its own: %d in it is the tenant's domain, the code what it is refused for, `line` where (1 where it does not say,
-- false where no line can be told). What runs would set the global `escaped`. `make` puts something else in the file's place.
local attempts = {
	-- Code
	{ "a call", 'os.execute "touch escaped"', code = "SL035" };
	{ "a call behind a host", 'VirtualHost "%d"\nescaped()', code = "SL035", line = 2 };
	{ "require", 'require "os".exit()', code = "SL035" };
	{ "require as a value", 'VirtualHost "%d"\n\tname = require "os"', code = "SL035", line = 2 };
	{ "a function", 'VirtualHost "%d"\n\tname = function () escaped = true end', code = "SL035", line = 2 };
	{ "a function that is called", "name = (function () escaped = true end)()", code = "SL035" };
	{ "a named function", "function escape() end", code = "SL035" };
	{ "load", 'load "escaped = true" ()', code = "SL035" };
	{ "a method of a string", 'VirtualHost "%d"\n\tname = ("x"):rep(3)', code = "SL035", line = 2 };
	{ "a method behind a string", 'VirtualHost "%d"\n\tname = "x":rep(3)', code = "SL035", line = 2 };
	{ "concatenation", 'VirtualHost "%d"\n\tname = "x" .. escape()', code = "SL035", line = 2 };
	{ "arithmetic", 'VirtualHost "%d"\n\tpriority = 1 + escape()', code = "SL035", line = 2 };
	{ "a call inside a table", 'VirtualHost "%d"\n\tadmins = {\n\t\tescape() }', code = "SL035", line = 3 };
	{ "a call as a key", 'VirtualHost "%d"\n\tadmins = { [escape()] = 1 }', code = "SL035", line = 2 };
	{ "a call as a named value", 'VirtualHost "%d"\n\tadmins = { a = escape() }', code = "SL035", line = 2 };
	{ "stack.force", 'VirtualHost "%d"\n\tname = stack.force("x")', code = "SL035", line = 2 };
	{ "stack.each", 'stack.each("host", { modules_enabled = { "x" } })', code = "SL035" };
	{ "stack.env", 'VirtualHost "%d"\n\tname = stack.env.secret "DB"', code = "SL035", line = 2 };
	{ "os.getenv", 'VirtualHost "%d"\n\tname = os.getenv "DB"', code = "SL035", line = 2 };
	{ "a variable", 'VirtualHost "%d"\n\tname = ENV_DB', code = "SL035", line = 2 };
	{ "Include", 'Include "../escape.lua"', code = "SL035" };
	{ "include", 'include "../escape.lua"', code = "SL035" };
	{ "RunScript", 'RunScript "escape.lua"', code = "SL035" };
	{ "FileContents", 'VirtualHost "%d"\n\tname = FileContents "/etc/passwd"', code = "SL035", line = 2 };
	{ "FileLine", 'FileLine = "/etc/passwd"', code = "SL035" };
	{ "Credential", 'VirtualHost "%d"\n\tname = Credential "db"', code = "SL035", line = 2 };
	{ "Lua", 'Lua.escaped = true', code = "SL035" };
	{ "a local", "local x = 1", code = "SL035" };
	{ "return with a template", 'return { modules = { core = { "admin_shell" } } }', code = "SL035" };
	{ "a block", "do escaped = true end", code = "SL035" };
	{ "a condition", "if true then escaped = true end", code = "SL035" };
	{ "a loop", "while true do end", code = "SL035" };
	{ "a label", "::again:: goto again", code = "SL035" };
	{ "a long comment with code behind it", "--[[\n]] escaped()", code = "SL035" };
	{ "a comment that ends with a carriage return", "-- nothing here\rescaped()", code = "SL035" };
	{ "lines that end with a carriage return", 'VirtualHost "%d"\r\n\tname = "x"\r\n', code = "SL035" };
	{ "a form feed", "name\f= 1", code = "SL035" };
	{ "a long string", 'VirtualHost "%d"\n\tname = [[x]]', code = "SL035", line = 2 };
	{ "an escape", 'VirtualHost "%d"\n\tname = "\\104"', code = "SL035", line = 2 };
	{ "a string over two lines", 'VirtualHost "%d"\n\tname = "x\\\ny"', code = "SL035", line = 2 };
	{ "an open string", 'VirtualHost "%d"\n\tname = "x', code = "SL035", line = 2 };
	{ "a hexadecimal number", 'VirtualHost "%d"\n\tpriority = 0x10', code = "SL035", line = 2 };
	{ "bytecode", string.dump(load "escaped = true"), code = "SL035" };
	{ "bytecode behind a byte-order mark", "\xEF\xBB\xBF"..string.dump(load "escaped = true"), code = "SL035" };
	{ "code behind a byte-order mark", "\xEF\xBB\xBFescaped()", code = "SL035" };
	{ "two byte-order marks", "\xEF\xBB\xBF\xEF\xBB\xBFVirtualHost '%d'", code = "SL035" };
	{ "UTF-16", "\xFF\xFEx\0=\0001\0", code = "SL035" };
	{ "a zero byte", 'VirtualHost "%d"\nname = "x"\0escaped()', code = "SL035", line = 2 };
	{ "a script's first line", "#!/usr/bin/lua\nescaped()", code = "SL035" };
	{ "_G", "_G.escaped = true", code = "SL035" };
	{ "_ENV", "_ENV = {}", code = "SL035" };
	{ "rawset", 'rawset(_ENV, "escaped", true)', code = "SL035" };
	{ "a field of a table of Lua's", "string.format = 1", code = "SL035" };
	{ "an index", '_ENV["escaped"] = true', code = "SL035" };
	{ "two names at once", "name, escaped = 1, 2", code = "SL035" };
	{ "an option twice", 'VirtualHost "%d"\n\tname = "a"\n\tname = "b"', code = "SL035", line = 3 };

	-- Hosts of others
	{ "another's host", 'VirtualHost "good.example"\n\tadmins = { "me@%d" }', code = "SL036" };
	{ "another's host as a component", 'Component "good.example" "muc"', code = "SL036" };
	{ "another's component", 'Component "rooms.good.example" "muc"', code = "SL036" };
	{ "another's host behind one's own", 'VirtualHost "%d"\n\tname = "x"\nVirtualHost "good.example"', code = "SL036", line = 3 };
	{ "a subdomain of another's", 'VirtualHost "x.good.example"', code = "SL036" };
	{ "the server's own host", 'VirtualHost "server.example"', code = "SL036" };
	{ "the domain above", 'VirtualHost "example"', code = "SL036" };
	{ "a host whose name only ends like one's own", 'VirtualHost "evil%d"', code = "SL036" };
	{ "upper case", 'VirtualHost "GOOD.example"', code = "SL036" };
	{ "upper case of one's own", 'VirtualHost "X.%d"', code = "SL036" };
	{ "a dot at the end", 'VirtualHost "good.example."', code = "SL036" };
	{ "a dot behind one's own", 'VirtualHost "%d."', code = "SL036" };
	{ "a dot at the beginning", 'VirtualHost ".%d"', code = "SL036" };
	{ "two dots", 'VirtualHost "x..%d"', code = "SL036" };
	{ "a wide letter", 'VirtualHost "ｇood.example"', code = "SL036" };
	{ "a wide letter below one's own", 'VirtualHost "ｘ.%d"', code = "SL036" };
	{ "an invisible letter", 'VirtualHost "go\xC2\xADod.example"', code = "SL036" };
	{ "an invisible letter below one's own", 'VirtualHost "x\xC2\xAD.%d"', code = "SL036" };
	{ "an ideographic full stop", 'VirtualHost "x。%d"', code = "SL036" };
	{ "an ideographic full stop below one's own", 'VirtualHost "good。x.%d"', code = "SL036" };
	{ "the spelling of DNS", 'VirtualHost "xn--bcher-kva.%d"', code = "SL036" };
	{ "no valid UTF-8", 'VirtualHost "\xC3(.%d"', code = "SL036" };
	{ "a blank behind the name", 'VirtualHost "%d "', code = "SL036" };
	{ "no name", 'VirtualHost ""', code = "SL036" };
	{ "a sign that no name has", 'VirtualHost "~x.%d"', code = "SL036" };
	{ "an underscore, which names of machines have", 'VirtualHost "other_.example"', code = "SL036" };
	{ "a part of a name that is too long", 'VirtualHost "'..("x"):rep(64)..'.%d"', code = "SL036" };
	{ "an address", 'VirtualHost "me@%d"', code = "SL036" };
	{ "a path", 'VirtualHost "../%d"', code = "SL036" };
	{ "a name that is too long", 'VirtualHost "'..("x."):rep(130)..'%d"', code = "SL036" };
	{ "another's host as http_host", 'VirtualHost "%d"\n\thttp_host = "good.example"', code = "SL036", line = 2 };
	{ "a tenant's host below one's own", 'VirtualHost "shop.%d"', code = "SL036", below = "shop" };
	{ "a host below a tenant's below one's own", 'Component "a.shop.%d" "muc"', code = "SL036", below = "shop" };
	{ "Host", 'Host "good.example"', code = "SL035" };
	{ "host", 'host "good.example"', code = "SL035" };
	{ "component", 'component "good.example" "muc"', code = "SL035" };
	{ "a host in brackets", 'VirtualHost ("good.example")', code = "SL035" };
	{ "a host on the next line", 'VirtualHost\n"good.example"', code = "SL035", line = 2 };
	{ "a host as a long string", "VirtualHost [[good.example]]", code = "SL035" };
	{ "a host with a table of options", 'VirtualHost "%d" { name = "x" }', code = "SL035" };
	{ "an own word for VirtualHost", "VirtualHost = 1", code = "SL035" };
	{ "__currenthost", '__currenthost = "good.example"', code = "SL035" };
	{ "the same host twice", 'VirtualHost "%d"\nVirtualHost "x.%d"\nVirtualHost "%d"', code = "SL035", line = 3 };
	{ "one's own host as a component as well", 'VirtualHost "%d"\nComponent "%d" "muc"', code = "SL035", line = 2 };

	-- What is the whole server's
	{ "an option before the first host", 'admins = { "me@%d" }\nVirtualHost "%d"', code = "SL037" };
	{ "an option without any host", 'plugin_paths = { "/tmp" }', code = "SL037" };
	{ "an option behind a semicolon", ';;modules_enabled = { "mam" }', code = "SL037" };
	{ 'VirtualHost "*"', 'VirtualHost "*"\n\tadmins = { "me@%d" }', code = "SL036" };
	{ 'VirtualHost "*" with a blank', 'VirtualHost "* "\n\tadmins = { "me@%d" }', code = "SL036" };
	{ 'Component "*"', 'Component "*" "muc"\n\tadmins = { "me@%d" }', code = "SL036" };
	{ "component_module", 'VirtualHost "%d"\n\tcomponent_module = "admin_shell"', code = "SL037", line = 2 };
	{ "defined", 'VirtualHost "%d"\n\tdefined = false', code = "SL037", line = 2 };

	-- Modules
	{ "a module that is not allowed", 'VirtualHost "%d"\n\tmodules_enabled = { "mam",\n\t"admin_shell" }', code = "SL038", line = 3 };
	{ "a module taken away that is not allowed", 'VirtualHost "%d"\n\tmodules_disabled = { "tls" }', code = "SL038", line = 2 };
	{ "a component's module that is not allowed", 'Component "x.%d" "admin_shell"', code = "SL038" };
	{ "an external component", 'Component "x.%d"', code = "SL038" };
	{ "a module as a string", 'VirtualHost "%d"\n\tmodules_enabled = "admin_shell"', code = "SL038", line = 2 };
	{ "a module under a key", 'VirtualHost "%d"\n\tmodules_enabled = { a = "admin_shell" }', code = "SL038", line = 2 };
	{ "a module under the key 1", 'VirtualHost "%d"\n\tmodules_enabled = { ["1"] = "admin_shell" }', code = "SL038", line = 2 };
	{ "a module in a table", 'VirtualHost "%d"\n\tmodules_enabled = { { "admin_shell" } }', code = "SL038", line = 2 };
	{ "a module that is a number", 'VirtualHost "%d"\n\tmodules_enabled = { 1 }', code = "SL038", line = 2 };
	{ "modules that are a boolean", 'VirtualHost "%d"\n\tmodules_disabled = true', code = "SL038", line = 2 };
	{ "a module by its path", 'VirtualHost "%d"\n\tmodules_enabled = { "../../../tmp/escape" }', code = "SL038", line = 2 };
	{ "a component's module by its path", 'Component "x.%d" "muc/../../escape"', code = "SL038" };
	{ "a backend for accounts", 'VirtualHost "%d"\n\tauthentication = "insecure"', code = "SL038", line = 2 };
	{ "a backend for accounts by its path", 'VirtualHost "%d"\n\tauthentication = "/../../tmp/escape"', code = "SL038", line = 2 };
	{ "a backend for roles", 'VirtualHost "%d"\n\tauthorization = "insecure"', code = "SL038", line = 2 };
	{ "a backend for storage", 'VirtualHost "%d"\n\tstorage = "sql"', code = "SL038", line = 2 };
	{ "a backend for one store", 'VirtualHost "%d"\n\tstorage = { archive = "internal", roster = "sql" }', code = "SL038", line = 2 };
	{ "a table as a backend", 'VirtualHost "%d"\n\tdefault_storage = { "sql" }', code = "SL038", line = 2 };
	{ "a module by a name of no letters", 'VirtualHost "%d"\n\tmodules_enabled = { "a~" }', code = "SL038", line = 2 };
	{ "a module by a name of many kinds of letters", 'VirtualHost "%d"\n\tmodules_enabled = { "Admin-2_x" }', code = "SL038", line = 2 };
	{ "a module by a long name", 'VirtualHost "%d"\n\tmodules_enabled = { "'..("a"):rep(200)..'" }', code = "SL038", line = 2 };
	{ "a backend for storage in a list", 'VirtualHost "%d"\n\tstorage = { "sql" }', code = "SL038", line = 2 };
	{ "a number as a backend for storage", 'VirtualHost "%d"\n\tstorage = { archive = 5 }', code = "SL038", line = 2 };
	{ "a number as a host for HTTP", 'VirtualHost "%d"\n\thttp_host = 5', code = "SL038", line = 2 };
	{ "a name of many letters", 'VirtualHost "%d"\n\tname = '..("x"):rep(50).."()", code = "SL035", line = 2 };
	{ "a string without an end", 'VirtualHost "%d"\n\tname = "x\n', code = "SL035", line = 2 };
	{ "a link to a folder beside that begins alike", make = function (path, folder)
		support.write(folder.."-old/x.cfg.lua", "-- not a tenant's\n");
		assert(lfs.link("../tenants-old/x.cfg.lua", path, true));
	end, code = "SL039", line = false };
	{ "a link to a hidden file", make = function (path, folder)
		support.write(folder.."/.x", "-- not a tenant's\n");
		assert(lfs.link(".x", path, true));
	end, code = "SL039", line = false };
	{ "a link to a file with a shorter name", make = function (path, folder)
		support.write(folder.."/x", "-- not a tenant's\n");
		assert(lfs.link("x", path, true));
	end, code = "SL039", line = false };
	{ "a link to a file with a longer name", make = function (path)
		local own = path:gsub("%.cfg%.lua$", "");
		support.write(own.."more", "-- another's\n");
		assert(lfs.link(own:match "[^/]*$".."more", path, true));
	end, code = "SL039", line = false };
	{ "a link to a file with another ending", make = function (path)
		local own = path:gsub("%.cfg%.lua$", "");
		support.write(own..".old.lua", "-- another's\n");
		assert(lfs.link(own:match "[^/]*$"..".old.lua", path, true));
	end, code = "SL039", line = false };
	{ "anonymous_login", 'VirtualHost "%d"\n\tanonymous_login = true', code = "SL038", line = 2 };
	{ "load_global_modules", 'VirtualHost "%d"\n\tload_global_modules = false', code = "SL038", line = 2 };

	-- Size and depth
	{ "a large file", 'VirtualHost "%d" '..(" "):rep(65536), code = "SL035", line = false };
	{ "tables deep in each other", 'VirtualHost "%d"\n\tadmins = '..deep, code = "SL035", line = 2 };
	{ "tables deeper than anything", 'VirtualHost "%d"\n\tadmins = '..("{"):rep(100000), code = "SL035", line = false };
	{ "tables deeper than the reader goes", 'VirtualHost "%d"\n\tadmins = '..("{"):rep(1000), code = "SL035", line = 2 };

	-- Links and the like; `make` gets the path of the file, and the folder of the tenants
	{ "a link to a file elsewhere", make = function (path) assert(lfs.link("/etc/hostname", path, true)); end, code = "SL039", line = false };
	{ "a FIFO", make = function (path) assert(os.execute("mkfifo "..quote(path))); end, code = "SL003", line = false };
	{ "a device", make = function (path) assert(lfs.link("/dev/zero", path, true)); end, code = "SL003", line = false };
	{ "a link to a file of the server", make = function (path) assert(lfs.link("../escape.lua", path, true)); end, code = "SL039", line = false };
	{ "a link to another's file", make = function (path) assert(lfs.link("other.example.cfg.lua", path, true)); end, code = "SL039", line = false };
	{ "a link to another's unloaded file", make = function (path, folder)
		support.write(folder.."/good.example/old", good);
		assert(lfs.link("good.example/old", path, true));
	end, code = "SL039", line = false };
	{ "a hard link to another's file", make = function (path, folder)
		assert(lfs.link(folder.."/good.example.cfg.lua", path));
	end, code = "SL036", line = 2 };
	{ "a folder that is a link elsewhere", make = function (path, folder)
		support.write(folder.."/../../elsewhere/x.cfg.lua", 'VirtualHost "a.example"\n');
		assert(lfs.link("../../elsewhere", (path:gsub("%.cfg%.lua$", "")), true));
	end, code = "SL039", line = false, at = "", early = true };
	{ "a folder inside that is a link elsewhere", make = function (path, folder)
		support.write(folder.."/../../elsewhere2/y.cfg.lua", 'VirtualHost "a.example"\n');
		local own = path:gsub("%.cfg%.lua$", "");
		assert(lfs.mkdir(own));
		assert(lfs.link("../../../elsewhere2", own.."/more", true));
	end, code = "SL039", line = false, at = "/more", early = true };
	{ "a folder that is a link to another's", make = function (path)
		assert(lfs.link("good.example", (path:gsub("%.cfg%.lua$", "")), true));
	end, code = "SL039", line = false, at = "", early = true };
	{ "a folder that is a link to the server's layers", make = function (path)
		assert(lfs.link("../../core", (path:gsub("%.cfg%.lua$", "")), true));
	end, code = "SL039", line = false, at = "", early = true };
	{ "a link to one of the server's own layers", make = function (path) assert(lfs.link("../../core/server.cfg.lua", path, true)); end,
		code = "SL039", line = false, early = true };
	{ "a link to one of the server's own layers that loads later", make = function (path) assert(lfs.link("../../local/site.cfg.lua", path, true)); end,
		code = "SL039", line = false };
	{ "a link to another's file that has loaded", make = function (path, folder)
		support.write(folder.."/a.example.cfg.lua", "-- another's\n");
		assert(lfs.link("a.example.cfg.lua", path, true));
	end, code = "SL039", line = false, early = true };
	{ "a link in a folder to one of the server's own layers", make = function (path)
		local own = path:gsub("%.cfg%.lua$", "");
		assert(lfs.mkdir(own));
		assert(lfs.link("../../../core/server.cfg.lua", own.."/x.cfg.lua", true));
	end, code = "SL039", line = false, at = "/x.cfg.lua", early = true };
};

-- Attempts whose files keep a load from its layers are loaded in a tree of their own.
local function is_early(attempt)
	return attempt.early or attempt.code == "SL003";
end

-- A tree with the attempts that `wanted` takes, and two tenants who do no harm. Returns its root and, by attempt, the path that is refused.
local function attempts_tree(wanted)
	local root = support.tree {
		["certs/README"] = "", ["prosody.cfg.lua"] = main, ["escape.lua"] = "escaped = true\n", ["domains/escape.lua"] = "escaped = true\n";
		["core/server.cfg.lua"] = 'VirtualHost "server.example"\n', ["local/site.cfg.lua"] = "-- the server's own\n";
		["domains/tenants/good.example/more.cfg.lua"] = "-- another's\n", ["domains/tenants/good.example.cfg.lua"] = good;
		["domains/tenants/other.example.cfg.lua"] = 'VirtualHost "other.example"\n';
	};
	local folder = root.."/domains/tenants";
	local paths = {};
	for number, attempt in ipairs(attempts) do
		if wanted(attempt) then
			local domain = ("c%03d.example"):format(number);
			local path = folder.."/"..domain..".cfg.lua";
			if attempt.make then
				attempt.make(path, folder);
			else
				support.write(path, (attempt[2]:gsub("%%d", domain)));
			end
			if attempt.below then
				support.write(folder.."/"..attempt.below.."."..domain..".cfg.lua", "-- nothing yet\n");
			end
			paths[attempt] = attempt.at and path:gsub("%.cfg%.lua$", "")..attempt.at or path;
		end
	end
	return root, paths;
end

-- What a message says of an attempt's file: a line begins with its path and, where there is one, the line.
local function place(attempt, path)
	return attempt.line == false and path..": " or ("%s:%d: "):format(path, attempt.line or 1);
end

local function finding(message, attempt, path)
	for line in (message.."\n"):gmatch "%s*([^\n]*)\n" do
		if line:find(path, 1, true) == 1 then
			assert.equal(place(attempt, path), line:sub(1, #place(attempt, path)), line);
			return line;
		end
	end
end

local function load(root, restrict, more)
	local options = { root = root, variables = {}, sysroot = "/nowhere", restrict = restrict };
	for name, value in pairs(more or {}) do
		options[name] = value;
	end
	return stackloader.load(options.clock and {} or nil, options);
end

local function refusal(...)
	local ok, message = pcall(load, ...);
	assert(not ok, "it was not refused");
	return message;
end

local allowed = { ["domains/tenants"] = { options = "any", modules = { "muc", "mam", "ping", "storage_internal" } } };
-- What `restrict` allowed before it had lists of its own.
local any = { ["domains/tenants"] = { options = "any", modules = "any" } };

describe("a tenant's attempt to get out", function ()
	local messages, places = {}, {};
	setup(function ()
		for _, early in ipairs { false, true } do
			local root, paths = attempts_tree(function (attempt)
				return is_early(attempt) == early;
			end);
			for attempt, path in pairs(paths) do
				places[attempt] = path;
			end
			messages[early] = refusal(root, allowed);
		end
	end);
	teardown(support.clean);

	for _, attempt in ipairs(attempts) do
		it("by "..attempt[1].." is refused", function ()
			local path = places[attempt];
			assert.truthy(finding(messages[false], attempt, path) or finding(messages[true], attempt, path), path);
		end);
	end

	it("leaves those alone who make none, and runs nothing", function ()
		for _, message in pairs(messages) do
			support.lacks(message, "/good.example.cfg.lua:");
			support.lacks(message, "/other.example.cfg.lua:");
		end
		assert.is_nil(rawget(_G, "escaped"));
	end);
end);

describe("a restricted layer", function ()
	teardown(support.clean);

	local function tree(files)
		files["core/server.cfg.lua"] = files["core/server.cfg.lua"] or 'VirtualHost "server.example"\n';
		files["domains/tenants/good.example.cfg.lua"] = files["domains/tenants/good.example.cfg.lua"] or good;
		return support.tree(files);
	end

	it("does not switch off what a policy forces on, nor on what it forces off", function ()
		local path = "domains/tenants/good.example.cfg.lua";
		local root = tree {
			["policies/security/baseline.cfg.lua"] = '\nmodules_enabled = { stack.force "mam" }\nmodules_disabled = stack.force { "ping" }';
			[path] = 'VirtualHost "good.example"\n\tmodules_disabled = { "mam" }\n\tmodules_enabled = { "ping" }\n';
			["domains/tenants/other.example.cfg.lua"] = 'VirtualHost "other.example"\n\tmodules_enabled = { "mam" }\n';
		};
		local stack = load(root, allowed);
		assert.same({}, stack:options "good.example".modules_disabled);
		assert.same({}, stack:options "good.example".modules_enabled);
		local texts = {};
		for _, one in ipairs(stack:findings()) do
			texts[#texts + 1] = one.path..":"..one.line..": "..one.text;
		end
		local text = table.concat(texts, "\n");
		support.has(text, root.."/"..path..':2: modules_disabled in good.example: "mam" loses against the force at '..root
			.."/policies/security/baseline.cfg.lua:2");
		support.has(text, root.."/"..path..':3: modules_enabled in good.example: "ping" loses against the force at '..root
			.."/policies/security/baseline.cfg.lua:3");
		assert.equal(2, #texts);
	end);

	it("of a tenant who keeps to it says what it says without restrict", function ()
		local root = tree { ["domains/tenants/good.example/more.cfg.lua"] = '\xEF\xBB\xBFVirtualHost "shop.good.example"\n\tname = "Shop"\n' };
		local free, bound = load(root), load(root, allowed);
		for _, host in ipairs { "good.example", "rooms.good.example", "shop.good.example" } do
			assert.same(free:options(host), bound:options(host));
			assert.same(free:explain("name", host), bound:explain("name", host));
		end
		assert.same({}, load(root, { ["domains/tenants"] = { modules = { "safe", "ping", "storage_internal" }, options = { "safe", "http_host",
			"storage" } } })
			:findings());
		assert.same({ "mam", "ping" }, bound:options "good.example".modules_enabled);
	end);

	it("stays in the innermost of the folders that are restricted", function ()
		local root = tree { ["domains/other.example/x.cfg.lua"] = "-- another's\n" };
		assert(lfs.link("../other.example", root.."/domains/tenants/z.example", true));
		for _, places in ipairs { { "domains", "domains/tenants" }, { "domains/tenants", "domains" } } do
			support.has(refusal(root, places), "domains/tenants/z.example: this leads out of what is the tenant z.example's in domains/tenants, by a link; "
				.."put what it leads to there itself");
		end
	end);

	it("may be reached by links that stay what is the tenant's, and then loads once", function ()
		local root = tree { ["domains/tenants/good.example/8/x.cfg.lua"] = 'VirtualHost "shop.good.example"\n' };
		for number = 7, 1, -1 do
			local folder = ("%s/domains/tenants/good.example/%d"):format(root, number);
			assert(lfs.mkdir(folder));
			for name = 1, 10 do
				assert(lfs.link(("../%d"):format(number + 1), folder.."/"..name, true));
			end
		end
		local ids = {};
		for _, layer in ipairs(load(root, any):layers()) do
			ids[#ids + 1] = layer.id;
		end
		assert.same({ "core/server", "domains/tenants/good.example", "domains/tenants/good.example/1/1/1/1/1/1/1/1/x" }, ids);
	end);

	it("is told from others by stack:layers()", function ()
		local told = {};
		for _, layer in ipairs(load(tree {}, any):layers()) do
			told[layer.id] = layer.restricted or false;
		end
		assert.same({ ["core/server"] = false, ["domains/tenants/good.example"] = true }, told);
	end);

	it("may name any module where the list is \"any\", by its name", function ()
		local root = tree { ["domains/tenants/good.example.cfg.lua"] = 'VirtualHost "good.example"\n\tmodules_enabled = { "admin_shell" }\n'
			..'\tauthentication = "ldap"\n\tload_global_modules = false\nComponent "x.good.example"\n' };
		assert.same({ "admin_shell" }, load(root, any):options "good.example".modules_enabled);
		support.has(refusal(root, { ["domains/tenants"] = { modules = {}, options = "any" } }),
			"good.example.cfg.lua:2: the module admin_shell is not among those");
		local path = tree { ["domains/tenants/good.example.cfg.lua"] = 'VirtualHost "good.example"\n\tmodules_enabled = { "../escape" }\n' };
		support.has(refusal(path, any), '"../escape" is no name of a module');
	end);

	it("may set the options of a list that is given, and any where the list is \"any\"", function ()
		local root = tree { ["domains/tenants/good.example.cfg.lua"] = 'VirtualHost "good.example"\n\tname = "x"\n\tsql = { database = "other" }\n' };
		assert.truthy(load(root, any):options "good.example".sql);
		assert.truthy(load(root, { ["domains/tenants"] = { options = { "name", "sql" } } }));
		local message = refusal(root, { ["domains/tenants"] = { options = "name" } });
		support.has(message, "good.example.cfg.lua:3: the option sql is not among those that restrict allows to domains/tenants");
		support.lacks(message, "option name");
	end);

	-- What names files, keys, services and programs of the server, in the core and in modules that a tenant may have.
	local dangerous = {
		'certificate = "/etc/shadow"', 'ssl = { key = "/etc/prosody/certs/other.key", certificate = "/etc/prosody/certs/other.crt" }',
		'certificates = "/x"',
		'log = "/etc/cron.d/x"', 'sql = { driver = "SQLite3", database = "/x" }', 'storage = "sql"', 'data_path = "/x"', 'http_files_dir = "/etc"',
		'http_paths = { files = "/" }', 'http_external_url = "https://other.example/"', 'http_host = "good.example"', 'groups_file = "/etc/passwd"',
		'firewall_scripts = { "/x" }', 'mime_types_file = "/etc/shadow"', 'auth_ha1_file = "/etc/shadow"', 'libjs_path = "/etc"', 'plugin_paths = { "/x" }',
		'oauth2_template_path = "/etc"', 'some_directory = "/etc"', 'http_upload_path = "/x"', 'pidfile = "/x"', 'os_version_command = "id"',
		'ldap_server = "127.0.0.1"', 'authentication = "ldap"', 'dovecot_auth_socket = "/x"', 'admin_socket = "/x"', 'component_secret = "x"',
		'http_file_share_base_url = "https://other.example/"', 'http_file_share_secret = "x"', 'external_services = { { type = "turn", host = "x" } }',
		'trusted_proxies = { "0.0.0.0/0" }', 'c2s_require_encryption = false', 'allow_registration = true', 'enabled = false',
	};

	for name, restrict in pairs { ["no list"] = "domains/tenants", ["true"] = { ["domains/tenants"] = true }, ["a table without lists"] =
			{ ["domains/tenants"] = { size = 16384 } }, ['"safe"'] = { ["domains/tenants"] = { options = "safe", modules = { "safe" } } } } do
		it("has nothing of the server where restrict gives "..name, function ()
			local text = 'VirtualHost "good.example"\n\t'..table.concat(dangerous, "\n\t").."\n\tmodules_enabled = { \"admin_shell\" }\n";
			local message = refusal(tree { ["domains/tenants/good.example.cfg.lua"] = text }, restrict);
			for line, statement in ipairs(dangerous) do
				support.has(message, ("good.example.cfg.lua:%d: the option %s is not among those that restrict allows"):format(line + 1, statement:match "^%S+"));
			end
			support.has(message, ("good.example.cfg.lua:%d: the module admin_shell is not among those"):format(#dangerous + 2));
			support.has(message, 'write options = { "safe", "http_files_dir" } there');
			support.has(message, 'write modules = { "safe", "admin_shell" } there');
			support.has(message, "write certificates = true there");
			local example = support.read(support.project.."/config/domains/tenants/example.net.cfg.lua.example");
			local stack = load(tree { ["domains/tenants/good.example.cfg.lua"] = "", ["domains/tenants/example.net.cfg.lua"] = example }, restrict);
			assert.equal(50, stack:options "conference.example.net".muc_max_rooms);
			assert.same({}, stack:findings());
		end);
	end

	it("may have more than the safe lists, each by its name beside them", function ()
		local root = tree { ["domains/tenants/good.example.cfg.lua"] = 'VirtualHost "good.example"\n\tname = "x"\n\tpep_max_items = 5\n'
			..'\tmodules_enabled = { "motd", "ping" }\n' };
		support.has(refusal(root, "domains/tenants"), "2 problems");
		local stack = load(root, { ["domains/tenants"] = { options = { "safe", "pep_max_items" }, modules = { "ping", "safe" } } });
		assert.same({ 5, { "motd", "ping" } }, { stack:options "good.example".pep_max_items, stack:options "good.example".modules_enabled });
		assert.same({}, stack:findings());
		-- A list without "safe" is that list.
		support.has(refusal(root, { ["domains/tenants"] = { options = { "pep_max_items", "modules_enabled" }, modules = "any" } }),
			'the option name is not among those that restrict allows to domains/tenants; take it out, or let the server\'s administrator '
				..'add "name" to options');
		support.has(refusal(root, { ["domains/tenants"] = { options = "any", modules = "ping" } }),
			'the module motd is not among those that restrict allows to domains/tenants; take it out, or let the server\'s administrator '
				..'add "motd" to modules');
	end);

	it("that the safe lists would refuse is named by a note where everything is allowed, with what to write", function ()
		local root = tree { ["domains/tenants/good.example.cfg.lua"] = 'VirtualHost "good.example"\n\tsql = { driver = "SQLite3" }\n\tname = "x"\n'
			..'\tmodules_enabled = { "ping", "motd" }\n\tauthentication = "ldap"\n\tpep_max_items = 1\n'
			..'Component "x.good.example" "muc"\n\tpep_max_items = 2\n',
			["domains/tenants/calm.example.cfg.lua"] = 'VirtualHost "calm.example"\n\tname = "x"\n' };
		local text = "the safe lists of restrict would refuse this file; to allow what it needs and no more than that, write for domains/tenants: ";
		local wanted = 'options = { "safe", "sql", "authentication", "pep_max_items" }, modules = { "safe", "ping", "auth_ldap" }';
		assert.same({ { severity = "note", code = "SL049", path = root.."/domains/tenants/good.example.cfg.lua", text = text..wanted } },
			load(root, any):findings());
		-- What it says to write is enough.
		local restrict = _G.load("return { "..wanted.." }")();
		assert.same({}, load(root, { ["domains/tenants"] = restrict }):findings());
	end);

	it("loads with what doc/tenants.md shows of restrict", function ()
		local given;
		local code = assert(support.read(support.project.."/doc/tenants.md"):match "\n(%-%- customers/prosody%.cfg%.lua\n.-)\n```");
		local here = { load = function (_, options) given = options; end };
		assert(_G.load(code, "=tenants.md", "t", { Lua = { require = function () return here; end } }))();
		local root = tree { ["domains/tenants/good.example.cfg.lua"] = 'VirtualHost "good.example"\n\thttps_host = "web.good.example"\n\tname = "x"\n'
			..'Component "good.example.chat.example" "muc"\n' };
		assert.equal("web.good.example", load(root, given.restrict):options "good.example".https_host);
		support.write(root.."/domains/tenants/good.example.cfg.lua", 'VirtualHost "good.example"\n\tmodules_enabled = { "mam" }\n');
		support.has(refusal(root, given.restrict), "the module mam is not among those");
	end);

	it("has no keys and certificates without certificates = true, under any list", function ()
		local names = { "ssl", "certificate", "certificates", "c2s_ssl", "s2s_ssl", "https_ssl", "c2s_direct_tls_ssl", "legacy_ssl_ssl",
			"https_certificate",
			"client_https_ssl", "key", "cafile", "capath", "dhparam", "https_cafile", "x_dhparam" };
		local lines = {};
		for i, name in ipairs(names) do
			lines[i] = "\t"..name..' = { key = "/etc/prosody/certs/other.key" }\n';
		end
		local root = tree { ["domains/tenants/good.example.cfg.lua"] = 'VirtualHost "good.example"\n'..table.concat(lines) };
		for _, options in ipairs { "any", "safe", { "safe", "ssl", "certificate" } } do
			local message = refusal(root, { ["domains/tenants"] = { options = options } });
			for line, name in ipairs(names) do
				support.has(message, ("good.example.cfg.lua:%d: the option %s is not among those that restrict allows to domains/tenants, because it names keys")
					:format(line + 1, name));
			end
		end
		for _, options in ipairs { "any", "safe", {} } do
			local stack = load(root, { ["domains/tenants"] = { options = options, certificates = true } });
			assert.equal("/etc/prosody/certs/other.key", stack:options "good.example".c2s_ssl.key);
		end
	end);

	it("may name the hosts of the patterns that are given", function ()
		local restrict = { ["domains/tenants"] = { hosts = { "<domain>.customers.example", "*.shared.example" } } };
		local function with(host, more)
			local files = { ["domains/tenants/good.example.cfg.lua"] = "", ["domains/tenants/acme/a.cfg.lua"] = ('VirtualHost "%s"\n'):format(host) };
			for path, text in pairs(more or {}) do
				files[path] = text;
			end
			return support.tree(files);
		end
		for _, host in ipairs { "acme.customers.example", "x.shared.example", "x.y.shared.example" } do
			assert.same({ defined = true }, load(with(host), restrict):options(host));
		end
		for _, host in ipairs { "acme", "x.acme", "other.customers.example", "x.acme.customers.example", "shared.example", "evilshared.example" } do
			support.has(refusal(with(host), restrict), "(acme.customers.example, *.shared.example)");
		end
		-- What two may speak of is the first one's.
		support.has(refusal(with("x.shared.example", { ["domains/tenants/zebra.cfg.lua"] = 'VirtualHost "x.shared.example"\n' }), restrict),
			'zebra.cfg.lua:1: the host "x.shared.example" is another tenant\'s already, by ');
		assert.truthy(load(with("x.shared.example", { ["domains/tenants/acme/b.cfg.lua"] = 'VirtualHost "x.shared.example"\n\tname = "x"\n' }), restrict));
		assert.truthy(load(with "any.where", { ["domains/tenants"] = { hosts = "*" } }));
		support.has(refusal(with "*", { ["domains/tenants"] = { hosts = "*" } }), '"*" is no name of a host');
	end);

	it("has no host of its own where its file is not called like one", function ()
		for _, name in ipairs { "Good.example", "good.example.", "xn--bcher-kva.example", "good example" } do
			local root = support.tree { ["domains/tenants/"..name..".cfg.lua"] = ('VirtualHost "%s"\n'):format(name) };
			support.has(refusal(root, "domains/tenants"), ":1: ");
			root = support.tree { ["domains/tenants/"..name..".cfg.lua"] = 'VirtualHost "good.example"\n' };
			support.has(refusal(root, "domains/tenants"), "no host can be called "..name);
		end
	end);

	it("has the hosts that are given by name even where its file is not called like one", function ()
		local root = support.tree { ["domains/tenants/Good example.cfg.lua"] = 'VirtualHost "my-shop.example"\n' };
		assert.truthy(load(root, { ["domains/tenants"] = { hosts = { "<domain>", "my-shop.example" } } }):options "my-shop.example");
	end);

	it("is what stands in the folder or has its name, not what only begins like it", function ()
		local files = { ["domains/tenants2/x.cfg.lua"] = "x = 1 + 1\n", ["domains/tenants2/y.lua"] = "y = 1 + 1\n",
			["core/server.cfg.lua"] = 'Include "../domains/tenants2/*.lua"\n', ["domains/tenants.cfg.lua"] = 'VirtualHost "tenants"\n' };
		local stack = load(support.tree(files), "domains/tenants");
		assert.same({ 2, 2 }, { stack:options().x, stack:options().y });
		local told = {};
		for _, layer in ipairs(stack:layers()) do
			told[layer.id] = layer.restricted or false;
		end
		assert.same({ ["core/server"] = false, ["domains/tenants"] = true, ["domains/tenants2/x"] = false }, told);
		files["domains/tenants.cfg.lua2"] = "-- nothing\n";
		files["core/server.cfg.lua"] = 'Include "../domains/tenants.cfg.lua2"\nInclude "../domains/tenants.cfg.lua"\n';
		support.has(refusal(support.tree(files), "domains/tenants"), "/tenants.cfg.lua, which is under restrict (domains/tenants) and may not run as code");
		local root = support.tree { ["customers.cfg.lua"] = 'VirtualHost "customers"\n' };
		assert.is_true(load(root, "all", { axes = { { name = "all", files = { "customers.cfg.lua" } } } }):layers()[1].restricted);
	end);

	it("on a server that has a share of the tenants may speak of what its patterns allow and no tenant is called", function ()
		local root = support.tree { ["domains/tenants/example.cfg.lua"] = 'VirtualHost "fixed.example"\n',
			["domains/tenants/acme.cfg.lua"] = 'VirtualHost "x.shared.example"\n' };
		local restrict = { ["domains/tenants"] = { hosts = { "fixed.example", "*.shared.example" } } };
		assert.truthy(load(root, restrict, { shard = "0/1" }):options "x.shared.example");
	end);

	it("is as large and deep as is allowed, and no more", function ()
		local text = 'VirtualHost "good.example"\n\tadmins = { { "x" } }\n';
		local root = tree { ["domains/tenants/good.example.cfg.lua"] = text };
		assert.truthy(load(root, { ["domains/tenants"] = { size = #text, depth = 2 } }));
		support.has(refusal(root, { ["domains/tenants"] = { size = #text - 1 } }), ("larger than the %d bytes"):format(#text - 1));
		support.has(refusal(root, { ["domains/tenants"] = { depth = 1 } }), "good.example.cfg.lua:2: admins: tables stand deeper");
	end);

	it("may be a link that stays with its tenant, as Kubernetes makes them", function ()
		local root = tree { ["domains/tenants/..2024/good.example.cfg.lua"] = good, ["domains/tenants/other.example/..1/a.cfg.lua"] = "-- nothing\n",
			["domains/tenants/other.example/real"] = 'VirtualHost "other.example"\n' };
		local folder = root.."/domains/tenants";
		assert(os.remove(folder.."/good.example.cfg.lua"));
		assert(lfs.link("..2024", folder.."/..data", true));
		assert(lfs.link("..data/good.example.cfg.lua", folder.."/good.example.cfg.lua", true));
		assert(lfs.link("..1", folder.."/other.example/..data", true));
		assert(lfs.link("..data/a.cfg.lua", folder.."/other.example/a.cfg.lua", true));
		assert(lfs.link("real", folder.."/other.example/b.cfg.lua", true));
		local stack = load(root, any);
		assert.equal("Rooms", stack:options "rooms.good.example".name);
		assert.truthy(stack:options "other.example");
		-- A mount of its own in place of the whole folder
		local mount = support.tree { ["good.example.cfg.lua"] = good };
		local other = support.tree { ["domains/README"] = "" };
		assert(lfs.link(mount, other.."/domains/tenants", true));
		assert.truthy(load(other, any):options "good.example");
	end);

	it("runs in no other way: not through a link beside the folder, not by Include", function ()
		local root = tree { ["domains/tenants/good.example.cfg.lua"] = "escaped = true\n" };
		assert(lfs.link("tenants", root.."/domains/customers", true));
		support.write(root.."/notes", "-- nothing\n");
		assert(lfs.link(root.."/notes", root.."/domains/tenants/first.cfg.lua", true));
		local message = refusal(root, "domains/tenants");
		support.has(message, root.."/domains/customers/good.example.cfg.lua: this leads to "..root.."/domains/tenants/good.example.cfg.lua");
		local including = tree { ["core/server.cfg.lua"] = 'Include "../domains/tenants/*.cfg.lua"\n' };
		support.has(refusal(including, "domains/tenants"), "/good.example.cfg.lua, which is under restrict (domains/tenants) and may not run as code");
		assert.truthy(load(including):options "good.example");
	end);

	it("of an axis is every file in the axis's folders, and the innermost folder decides", function ()
		local root = support.tree { ["sites/a.example.cfg.lua"] = 'VirtualHost "a.example"\n',
			["sites/inner/b.example.cfg.lua"] = 'VirtualHost "b.example"\n', ["one.lua"] = 'VirtualHost "c.example"\n' };
		local axes = { { name = "customers", folder = "sites" }, { name = "listed", files = { "one.lua" } } };
		support.has(refusal(root, "customers", { axes = axes }), 'the host "b.example" is not among those that this file may speak of');
		local stack = load(root, { "customers", "sites/inner", listed = { hosts = "c.example" } }, { axes = axes });
		for number, layer in ipairs(stack:layers()) do
			assert.is_true(layer.restricted, number);
		end
		support.has(refusal(root, { "sites/inner", customers = true, listed = true }, { axes = axes }), "one.lua:1: ");
	end);

	it("may not name the host of a tenant whom another server has", function ()
		local root = support.tree { ["domains/tenants/a.example.cfg.lua"] = 'VirtualHost "a.example"\nVirtualHost "shop.a.example"\n',
			["domains/tenants/shop.a.example.cfg.lua"] = 'VirtualHost "shop.a.example"\n' };
		local refused = 0;
		for shard = 0, 15 do
			local ok, message = pcall(load, root, "domains/tenants", { shard = shard.."/16" });
			if not ok then
				refused = refused + 1;
				support.has(message, 'a.example.cfg.lua:2: the host "shop.a.example" is the tenant shop.a.example\'s');
			end
		end
		assert.equal(1, refused);
	end);

	it("of a later root is the same, and masks its own name alone", function ()
		local first, second = tree {}, support.tree { ["domains/tenants/bad.example.cfg.lua"] = 'x = f()\n', ["core/site.cfg.lua"] = "y = 1 + 1\n" };
		local ok, message = pcall(stackloader.load, nil, { roots = { first, second }, variables = {}, sysroot = "/nowhere", restrict = "domains/tenants" });
		assert.is_false(ok);
		support.has(message, second.."/domains/tenants/bad.example.cfg.lua:1: ");
	end);

	it("is read again where an earlier load did not look, and judged again where it did", function ()
		local later = { clock = os.time() + 3600 };
		local root = tree { ["domains/tenants/good.example.cfg.lua"] = 'VirtualHost "good.example"\n\tname = "a" .. "b"\n',
			["domains/tenants/other.example.cfg.lua"] = 'VirtualHost "other.example"\n\tmodules_enabled = { "mam" }\n' };
		local function kept(stack)
			local layers = stack:layers();
			return layers[#layers].kept or false;
		end
		load(root, nil, later);
		assert.is_true(kept(load(root, nil, later)));
		-- The chunk of the one is kept and is not used, the data of the other neither: its path was not looked at.
		support.has(refusal(root, "domains/tenants", later),  'good.example.cfg.lua:2: ".." stands where' );
		support.write(root.."/domains/tenants/good.example.cfg.lua", good);
		load(root, nil, later);
		assert.is_false(kept(load(root, any, later)));
		assert.is_true(kept(load(root, any, later)));
		support.has(refusal(root, { ["domains/tenants"] = { modules = { "muc" } } }, later), "other.example.cfg.lua:2: the module mam");
		support.has(refusal(root, { ["domains/tenants"] = { size = 10 } }, later), "other.example.cfg.lua: the file is larger than the 10 bytes");
		support.has(refusal(root, { domains = { hosts = "<domain>" } }, later), "no");
	end);
end);

describe("load's option restrict", function ()
	teardown(support.clean);

	it("says what is wrong with it", function ()
		local root = support.tree { ["domains/tenants/good.example.cfg.lua"] = good };
		for piece, restrict in pairs {
			["expected the name of an axis or folder, or a table of such, not a number"] = 1;
			['"domain/tenants": there is no such axis, and none has such a folder'] = "domain/tenants";
			['"domain": there is no such axis, and none has such a folder (did you mean "domains"?)'] = "domain";
			['"../domains": there is no such axis'] = { "../domains" };
			['"features": the axis features decides what else loads'] = "features";
			['"usecases/x": the axis usecases decides what else loads'] = "usecases/x";
			['"profiles/x": the axis profile decides what else loads'] = "profiles/x";
			['"main": the axis main has no files'] = "main";
			["expected names of axes or folders"] = { true };
			["expected true, or a table such as"] = { domains = false };
			["unknown field 'host' (did you mean \"hosts\"?); expected hosts, modules, options, certificates, size or depth"] = { domains = { host = "x" } };
			["unknown field ''"] = { domains = { true } };
			['"domains": expected true, or a table such as'] = { domains = 5 };
			['x" is no pattern of hosts'] = { domains = { hosts = ("x"):rep(600) } };
			["field 'hosts' names none"] = { domains = { hosts = {} } };
			["field 'hosts' must be a string or a list of strings, not a number"] = { domains = { hosts = 1 } };
			["field 'modules' must be a string or a list of strings; this table has other keys"] = { domains = { modules = { a = "b" } } };
			["field 'hosts': \"*x\" is no pattern of hosts"] = { domains = { hosts = "*x" } };
			["field 'hosts': \"<Domain>\" is no pattern of hosts"] = { domains = { hosts = { "a.example", "<Domain>" } } };
			["field 'hosts': \"x.*.y\" is no pattern of hosts"] = { domains = { hosts = "x.*.y" } };
			["field 'size' must be a whole number from 1 to 67108864"] = { domains = { size = 0 } };
			["field 'depth' must be a whole number from 1 to 32"] = { domains = { depth = 33 } };
			["field 'depth' must"] = { domains = { depth = "2" } };
			["field 'certificates' must be true or false"] = { domains = { certificates = "yes" } };
			["field 'options': \"any\" allows everything; write it alone"] = { domains = { options = { "name", "any" } } };
			["field 'modules': \"any\" allows everything; write it alone"] = { domains = { modules = { "any", "safe" } } };
		} do
			support.has(refusal(root, restrict), piece);
		end
	end);

	it("takes any folder that an axis reads, is in or has, once", function ()
		local root = support.tree { ["sites/inner/b.cfg.lua"] = "b = 1 + 1\n", ["more/c.cfg.lua"] = "-- nothing\n", ["one.cfg.lua"] = "a = 1 + 1\n",
			["conf/two.lua"] = "d = 1 + 1\n" };
		local axes = { { name = "customers", folder = { "sites/inner", "more" } }, { name = "listed", files = { "one.cfg.lua", "conf/two.lua" } } };
		for name, file in pairs { sites = "sites/inner/b.cfg.lua", ["sites/inner/b"] = "sites/inner/b.cfg.lua", one = "one.cfg.lua",
			conf = "conf/two.lua", listed = "one.cfg.lua" } do
			support.has(refusal(root, name, { axes = axes }), "/"..file..":1: ");
		end
		for _, name in ipairs { "sites/inner2", "moreover", "two", "cone" } do
			support.has(refusal(root, name, { axes = axes }), ("%q: there is no such axis"):format(name));
		end
		support.has(refusal(root, { "customers", "more" }, { axes = axes }), "the folder more stands there already, as customers");
	end);

	it("is an error where it names a folder that no root has, and then no layer runs", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "(Lua or _G).error 'it ran'\n" };
		local other = support.tree { ["domains/README"] = "" };
		for _, restrict in ipairs { { "domains/tenants", "core" }, { ["domains/tenants"] = { hosts = "*" } }, "domains/tenants" } do
			local message = refusal(root, restrict);
			support.has(message, "restrict names domains/tenants, which no root has, so it would restrict nothing; correct the name, make the folder");
			support.lacks(message, "it ran");
		end
		local axes = { { name = "core", folder = "core" }, { name = "customers", folder = "sites" } };
		support.has(refusal(root, "customers", { axes = axes }), "restrict names customers, which no root has");
		assert(lfs.link("nowhere", other.."/domains/tenants", true));
		support.has(refusal(other, "domains/tenants"), "restrict names domains/tenants, which no root has");
	end);

	it("is satisfied where one of the roots has the folder, empty or not", function ()
		local first, second = support.tree { ["core/a.cfg.lua"] = "x = 1\n" }, support.tree { ["domains/tenants/README.md"] = "" };
		local stack = stackloader.load(nil, { roots = { first, second }, variables = {}, sysroot = "/nowhere", restrict = "domains/tenants" });
		assert.same({}, stack:findings());
	end);
end);

describe("restricted layers #install", function ()
	local environment;
	setup(function ()
		environment = select(2, support.install());
	end);
	teardown(support.clean);

	for _, prosody in ipairs(support.prosodies()) do
		describe("on Prosody "..prosody.name, function ()
			local function check(root)
				return support.run(("%s %s --config %s check config"):format(environment, quote(prosody.prosodyctl), quote(root.."/prosody.cfg.lua")));
			end

			it("are refused by prosodyctl check config, all that try to get out at once", function ()
				for _, early in ipairs { false, true } do
					local root, paths = attempts_tree(function (attempt)
						return is_early(attempt) == early;
					end);
					local told = {};
					for _, one in ipairs(select(2, asking.with(prosody, environment))("check", root.."/prosody.cfg.lua")) do
						told[#told + 1] = one.severity == "error" and ("%s: [%s]"):format(one.line and one.path..":"..one.line or one.path, one.code) or nil;
					end
					told = table.concat(told, "\n");
					for attempt, path in pairs(paths) do
						support.has(assert(finding(told, attempt, path), attempt[1]..": "..path), "["..attempt.code.."]");
					end
					support.lacks(told, "/good.example.cfg.lua:");
					support.lacks(told, "/other.example.cfg.lua:");
					local output, code = check(root);
					assert.not_equal(0, code);
					support.has(output, "["..(early and "SL003" or "SL037").."]");
					support.lacks(output, "Checking config...");
				end
			end);

			it("that need more than the safe lists are named by check, with what to write", function ()
				local files = { ["certs/README"] = "", ["core/a.cfg.lua"] = "x = 1\n",
					["domains/tenants/calm.example.cfg.lua"] = 'VirtualHost "calm.example"\n\tname = "Calm"\n' };
				for i = 1, 2 do
					files[("domains/tenants/c%d.example.cfg.lua"):format(i)] = ('VirtualHost "c%d.example"\n\tpep_max_items = 5\n'):format(i);
				end
				for restrict, wanted in pairs {
					['"domains/tenants"'] = "error SL037 ";
					['{ ["domains/tenants"] = { options = "any", modules = "any" } }'] = "note SL049 ";
				} do
					files["prosody.cfg.lua"] = main:gsub("{ restrict.*}", "{ restrict = "..restrict.." }");
					local root = support.tree(files);
					local found = {};
					for _, one in ipairs((select(2, asking.with(prosody, environment))("check", root.."/prosody.cfg.lua"))) do
						if one.path and one.path:find("/tenants/", 1, true) and (one.code == "SL037" or one.code == "SL049") then
							found[#found + 1] = one.severity.." "..one.code.." "..one.path:match "[^/]*$";
							support.has(one.text, 'options = { "safe", "pep_max_items" }');
						end
					end
					table.sort(found);
					assert.same({ wanted.."c1.example.cfg.lua", wanted.."c2.example.cfg.lua" }, found);
				end
			end);

			it("accept no finding of the audit by a comment", function ()
				local text = 'VirtualHost "good.example"\n\tauthentication = "insecure"  -- stackloader: accept SL401 it is fine\n';
				local root = support.tree {
					["certs/README"] = "", ["prosody.cfg.lua"] = main:gsub("{ restrict.*}",
						'{ restrict = { ["domains/tenants"] = { options = "any", modules = "any" } } }'), ["core/a.cfg.lua"] = "x = 1\n",
					["domains/tenants/good.example.cfg.lua"] = text, ["domains/own.cfg.lua"] = text:gsub("good", "own");
				};
				local found = {};
				for _, one in ipairs(select(2, asking.with(prosody, environment))("audit", root.."/prosody.cfg.lua").findings) do
					found[#found + 1] = one.code == "SL401" and one.path..":"..one.line or nil;
				end
				assert.same({ root.."/domains/tenants/good.example.cfg.lua:2" }, found);
			end);

			it("of those who keep to it are served, in their own letters too", function ()
				local root = support.tree {
					["certs/README"] = "", ["prosody.cfg.lua"] = main, ["core/server.cfg.lua"] = 'VirtualHost "server.example"\n';
					["domains/tenants/good.example.cfg.lua"] = good;
					["domains/tenants/bücher.example.cfg.lua"] = 'VirtualHost "bücher.example"\n\tname = "B"\nVirtualHost "ä.bücher.example"\n';
				};
				local ask, ask_json = asking.with(prosody, environment);
				local config = root.."/prosody.cfg.lua";
				local output = check(root);
				support.has(output, "\n0 errors, ");
				support.has(output, "Checking config...");
				support.has((ask("explain name bücher.example", config)), '"B"');
				local told = {};
				for _, layer in ipairs((ask_json("layers", config))) do
					told[layer.id] = layer.restricted or false;
				end
				assert.same({ ["core/server"] = false, ["domains/tenants/good.example"] = true, ["domains/tenants/bücher.example"] = true }, told);
				asking.in_order((ask("layers", config)), "domains/tenants/good.example", "always; restricted");
				asking.in_order((ask("layers --tree", config)), "good.example", ", restricted");
			end);
		end);
	end
end);

describe("restricted files that change while layers run", function ()
	teardown(support.clean);

	local only = { ["domains/tenants"] = true };

	--- The refusal of a tree in whose first layer this code runs; `path` in it is a tenant's file, `beside` one of the server's.
	local function while_running(code)
		local root = support.tree {
			["core/b.cfg.lua"] = "y = 1 + 1\n";
			["core/c.cfg.lua"] = "z = 1 + 1\n";
			["domains/tenants/a.example.cfg.lua"] = 'VirtualHost "a.example"\n';
		};
		local places = ("local path, beside = %q, %q "):format(root.."/domains/tenants/a.example.cfg.lua", root.."/core/b.cfg.lua");
		support.write(root.."/core/a.cfg.lua", places.."local G = (Lua or _G) "..code);
		return refusal(root, only), root;
	end

	it("are refused once they are gone, or have become links", function ()
		local message, root = while_running "G.os.remove(path)";
		support.has(message, root.."/domains/tenants/a.example.cfg.lua: ");
		message = while_running "G.os.remove(path) G.os.execute('ln -s nowhere '..path)";
		support.has(message, "No such file or directory");
		message, root = while_running "G.os.remove(beside)";
		support.has(message, root.."/core/b.cfg.lua: ");
	end);

	it("do not keep layers of the server's own in one folder from running", function ()
		local root = support.tree {
			["core/a.cfg.lua"] = "x = 1 + 1\n", ["core/b.cfg.lua"] = "y = 1 + 1\n", ["core/more/c.cfg.lua"] = "z = 1 + 1\n";
			["domains/tenants/a.example.cfg.lua"] = 'VirtualHost "a.example"\n\tanonymous_login = false\n';
		};
		local options = load(root, any):options();
		assert.same({ 2, 2, 2 }, { options.x, options.y, options.z });
	end);
end);

describe("hosts of restricted files", function ()
	teardown(support.clean);

	it("are either hosts or components in all files of one tenant", function ()
		for _, pair in ipairs { { 'VirtualHost "%s"', 'Component "%s" "muc"' }, { 'Component "%s" "muc"', 'VirtualHost "%s"' } } do
			local root = support.tree {
				["domains/tenants/a.example/1.cfg.lua"] = pair[1]:format "x.a.example".."\n";
				["domains/tenants/a.example/2.cfg.lua"] = pair[2]:format "x.a.example".."\n";
			};
			local message = refusal(root, { ["domains/tenants"] = true });
			support.has(message, "/2.cfg.lua:1: ");
			support.has(message, '"x.a.example" clashes with the ');
		end
	end);

	it("in other letters are refused where Prosody is not there to tell how it writes them", function ()
		local root = support.tree { ["domains/tenants/b\195\188cher.example.cfg.lua"] = 'VirtualHost "b\195\188cher.example"\n' };
		for _, encodings in ipairs { {}, { stringprep = {} }, { stringprep = 5 } } do
			support.with_globals({}, { ["util.encodings"] = encodings }, function ()
				support.has(refusal(root, { ["domains/tenants"] = true }), "or Prosody is not there to tell");
			end);
		end
	end);
end);
