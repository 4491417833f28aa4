--- What can be wrong with a tree, and what becomes of it: the list for spec/faults_spec.lua, which runs it beside each Prosody.
--
-- A fault has a name and one of: files (path -> text, written into the tree), variables (of the process), make(root) (whatever else).
-- With `says` the load is refused, and the message has every piece; ROOT in it is the tree's folder. Without, it loads: `gives` are global options
-- that come out so, `finds` pieces of findings. `lacks` are pieces that no message may have.
local lfs = require "lfs";

local list = {};

local function fault(name, about)
	about.name = name;
	list[#list + 1] = about;
end

local function quote(word)
	return "'"..tostring(word):gsub("'", "'\\''").."'";
end

local function shell(line)
	assert(os.execute(line), line);
end

local function write(path, text)
	local file = assert(io.open(path, "wb"));
	assert(file:write(text));
	assert(file:close());
end

--- Like pairs, in the order of the keys: the list must be the same in every process.
local function sorted(map)
	local keys = {};
	for key in pairs(map) do
		keys[#keys + 1] = key;
	end
	table.sort(keys);
	local i = 0;
	return function ()
		i = i + 1;
		return keys[i], map[keys[i]];
	end;
end

-- The tree without a fault: a layer on every axis.
local tree = {
	["prosody.cfg.lua"] = '(Lua or _G).require "stackloader".load(_ENV)\n';
	["core/server.cfg.lua"] = "data_path = 'ROOT/data'\nmark = 'good'\nmodules_enabled = { 'roster' }\n";
	["stack/01-transport/tls.cfg.lua"] = "modules_enabled = { 'tls' }\n";
	["profiles/standard/profile.cfg.lua"] = "profile_info = { name = 'standard', features = { 'web/http' } }\n";
	["features/web/http.cfg.lua"] = "http_ports = { 5280 }\n";
	["clients/mobile/conversations.cfg.lua"] = "csi = true\n";
	["usecases/team/chat.cfg.lua"] = "rooms = true\n";
	["domains/main.cfg.lua"] = "VirtualHost 'example.com'\nComponent 'rooms.example.com' 'muc'\n";
	["legacy/modules.d/old.cfg.lua"] = "old = true\n";
	["environments/production.cfg.lua"] = "level = 'info'\n";
	["policies/security/baseline.cfg.lua"] = "secure = stack.force(true)\n";
	["local/site.cfg.lua"] = "site = stack.env.string('SITE', 'none')\n";
};

local choices = { PROSODY_CLIENT_OPTS = "mobile/conversations"; PROSODY_USECASE = "team/chat"; PROSODY_LEGACY_MODE = "true" };

-- One layer of each axis
local axes = {
	core = "core/server"; stack = "stack/01-transport/tls"; profile = "profiles/standard/profile"; features = "features/web/http";
	clients = "clients/mobile/conversations"; usecases = "usecases/team/chat"; domains = "domains/main"; legacy = "legacy/modules.d/old";
	environments = "environments/production"; policies = "policies/security/baseline"; ["local"] = "local/site";
};

for axis, id in sorted(axes) do
	local path = id..".cfg.lua";
	local whole = tree[path];
	local lines = select(2, whole:gsub("\n", ""));
	fault("a syntax error on the axis "..axis, {
		files = { [path] = whole.."broken = {\n" };
		says = { ("ROOT/%s:%d: unexpected symbol near <eof>"):format(path, lines + 2) };
	});
	fault("a run-time error on the axis "..axis, {
		files = { [path] = whole.."local none\nhalf = 'applied'\nbroken = none.field\n" };
		says = { ("ROOT/%s:%d: attempt to index a nil value (local 'none')"):format(path, lines + 3) };
	});
end

fault("a syntax error in the main file", {
	files = { ["prosody.cfg.lua"] = "a = = 1\n" };
	says = { "prosody.cfg.lua:1:", "unexpected symbol near '='" };
});
fault("an error in the main file behind the load", {
	files = { ["prosody.cfg.lua"] = tree["prosody.cfg.lua"].."mark = 'half'\nerror('late')\n" };
	says = { "prosody.cfg.lua:3: late" };
});
fault("an error in an option that a variable gives", {
	variables = { PROSODY_OPTION_LIMITS = "{ c2s = " };
	says = { "PROSODY_OPTION_LIMITS" };
});
fault("several broken layers: all are named at once", {
	files = { ["core/a.cfg.lua"] = "error 'one'", ["stack/01-transport/b.cfg.lua"] = "x = ", ["local/c.cfg.lua"] = "local t = nil + 1" };
	says = { "stackloader: 3 problems, and nothing of the configuration is in force:", "ROOT/core/a.cfg.lua:1: one",
		"ROOT/stack/01-transport/b.cfg.lua:1: unexpected symbol near <eof>", "ROOT/local/c.cfg.lua:1: attempt to perform arithmetic on a nil value" };
});

-- Errors that are no text

local raised = {
	["nil"] = "error()"; table = "error {}"; number = "error(42)"; boolean = "error(false)"; ["function"] = "error(print)";
	thread = "error(coroutine.create(print))"; userdata = "error(io.stdout)";
};
for kind, code in sorted(raised) do
	fault("an error that is a "..kind, {
		files = { ["core/a.cfg.lua"] = "half = 'applied'\n"..code.."\n" };
		says = { "ROOT/core/a.cfg.lua", kind == "userdata" and "file (0x" or "the layer raised an error that is a "..kind.." and no text" };
	});
end
fault("an error with a text of its own", {
	files = { ["core/a.cfg.lua"] = "error(setmetatable({}, { __tostring = function () return 'out of cheese' end }))" };
	says = { "ROOT/core/a.cfg.lua:1: out of cheese" };
});
fault("an error whose text is an error", {
	files = { ["core/a.cfg.lua"] = "error(setmetatable({}, { __tostring = function () error {} end }))" };
	says = { "ROOT/core/a.cfg.lua" };
});
fault("an error whose text is none", {
	files = { ["core/a.cfg.lua"] = "error(setmetatable({}, { __tostring = function () return {} end }))" };
	says = { "ROOT/core/a.cfg.lua" };
});
fault("an error with NUL bytes and a line break", {
	files = { ["core/a.cfg.lua"] = "error('a\\0b\\nc')" };
	says = { "ROOT/core/a.cfg.lua:1: a" };
});
fault("an error of a megabyte", {
	files = { ["core/a.cfg.lua"] = "error(('x'):rep(1 << 20))" };
	says = { "ROOT/core/a.cfg.lua:1: xxx" };
});

-- Too deep, too much

fault("recursion without an end", {
	files = { ["core/a.cfg.lua"] = "local function f() return 1 + f() end\nhalf = f()\n" };
	says = { "ROOT/core/a.cfg.lua:1: stack overflow" };
});
fault("recursion without an end through metamethods", {
	files = { ["core/a.cfg.lua"] = "local t = setmetatable({}, {})\ngetmetatable(t).__index = function (_, k) return t[k..'x'] end\nhalf = t.x\n" };
	says = { "ROOT/core/a.cfg.lua:2: ", "stack overflow" };
});
fault("recursion without an end of the stack's own functions", {
	files = { ["core/a.cfg.lua"] = "local t = setmetatable({}, {})\ngetmetatable(t).__tostring = function () return tostring(t) end\nerror(t)\n" };
	says = { "ROOT/core/a.cfg.lua", "stack overflow" };
});
fault("a file that includes itself", {
	files = { ["core/a.cfg.lua"] = "half = 1\nInclude 'a.cfg.lua'\n" };
	says = { "ROOT/core/a.cfg.lua:2: " };
});
fault("a pattern that needs too much of the C stack", {
	files = { ["core/a.cfg.lua"] = "\ny = ('x'):rep(300000):find(('.?'):rep(300000))\n" };
	says = { "ROOT/core/a.cfg.lua:2: pattern too complex" };
});
fault("a table nested too deep to be written so", {
	files = { ["core/a.cfg.lua"] = "half = 1\nx =\n"..("{"):rep(150).."\n\n"..("{"):rep(850)..("}"):rep(1000).."\n" };
	says = { "ROOT/core/a.cfg.lua:5: too deep for Lua, which takes some 190 tables, brackets, operators or blocks in each other; make it flatter" };
});
fault("blocks nested too deep in an included file", {
	files = { ["core/a.cfg.lua"] = "half = 1\nInclude '../deep.lua'\n";
		["deep.lua"] = "y = 1\n"..("if y then\n"):rep(300)..("end "):rep(300).."\n" };
	says = { "ROOT/core/a.cfg.lua:2: ", "ROOT/deep.lua:1", ": too deep for Lua" };
});
fault("a table nested too deep that a loop made", {
	files = { ["core/a.cfg.lua"] = "local t = {}\nfor i = 1, 100000 do t = { inner = t } end\ndeep = t\n" };
	says = { "ROOT/core/a.cfg.lua:3: " };
});
fault("directives nested too deep", {
	files = { ["core/a.cfg.lua"] = "local d = 1\nfor i = 1, 100000 do d = stack.force(d) end\ndeep = d\n" };
	gives = { deep = 1 };
});
fault("a table that contains itself", {
	files = { ["core/a.cfg.lua"] = "local t = { 1, { 2 } }\nt[2].own = t\nround = t\n" };
	says = { "ROOT/core/a.cfg.lua:3: " };
});
fault("a host's table that contains itself", {
	files = { ["core/a.cfg.lua"] = "local t = {}\nt.own = { t }\nVirtualHost 'b.example' { round = t }\n" };
	says = { "ROOT/core/a.cfg.lua:3: " };
});
fault("a list that contains itself in a directive", {
	files = { ["core/a.cfg.lua"] = "local t = {}\nt[1] = t\nmodules_enabled = stack.append(t)\n" };
	says = { "ROOT/core/a.cfg.lua:3: " };
});
fault("a template that contains itself", {
	files = { ["core/a.cfg.lua"] = "local t = { modules = { core = {} } }\nt.modules.core.round = t.modules\nreturn t\n" };
	says = { "ROOT/core/a.cfg.lua" };
});
fault("a table that is shared 2 to the power of 60 times", {
	files = {
		["core/a.cfg.lua"] = "local t = { 'leaf' }\nfor i = 1, 60 do t = { t, t } end\nshared = t\nvalue = t\n";
		["core/b.cfg.lua"] = "local t = { 'other' }\nfor i = 1, 60 do t = { t, t } end\nshared = t\nvalue = 'short'\n";
		["policies/security/more.cfg.lua"] = "";
	};
	gives = { value = "short" };
	finds = { "value was a list and becomes a single value here" };
});
fault("maps that are shared 2 to the power of 60 times, merged", {
	files = {
		["core/a.cfg.lua"] = "local t = { leaf = 1 }\nfor i = 1, 60 do t = { a = t, b = t } end\nshared = t\n";
		["core/b.cfg.lua"] = "local t = { twig = 2 }\nfor i = 1, 60 do t = { a = t, b = t } end\nshared = t\n";
	};
	gives = { mark = "good" };
});
fault("a layer that gives the collector no rest", {
	files = { ["core/a.cfg.lua"] = "for i = 1, 300 do collectgarbage() ; modules_enabled = stack.append { 'm'..i } end\nsecure = #modules_enabled\n" };
	gives = { secure = true };
});

-- What files contain

local function sparse(path)
	return function (root)
		shell("truncate -s 1G "..quote(root.."/"..path));
	end;
end
fault("a layer of a gigabyte", {
	make = sparse "core/huge.cfg.lua";
	says = { "ROOT/core/huge.cfg.lua: is larger than 64 MiB; no layer is" };
});
fault("a .env of a gigabyte", {
	make = sparse ".env";
	says = { "ROOT/.env: is larger than any file of variables can be; expected a file of NAME=value lines" };
});
fault("a profile's defaults.env of a gigabyte", {
	make = sparse "profiles/standard/defaults.env";
	says = { "ROOT/profiles/standard/defaults.env" };
});
fault("an included file of a gigabyte", {
	files = { ["core/a.cfg.lua"] = "\nInclude 'huge.txt'\n" };
	make = sparse "core/huge.txt";
	says = { "ROOT/core/huge.txt", "larger than any configuration" };
});
for _, reader in ipairs { "FileContents", "FileLine", "FileLines" } do
	fault("a value that "..reader.." takes from a file of a gigabyte", {
		files = { ["core/a.cfg.lua"] = ("\nmotd = %s 'huge.txt'\n"):format(reader) };
		make = sparse "core/huge.txt";
		says = { "ROOT/core/a.cfg.lua:2: ROOT/core/huge.txt: the file is larger than any value of a configuration" };
	});
	fault("a value that "..reader.." takes from a FIFO", {
		files = { ["core/a.cfg.lua"] = ("\nmotd = %s 'fifo'\n"):format(reader) };
		make = function (root) shell("mkfifo "..quote(root.."/core/fifo")); end;
		says = { "ROOT/core/a.cfg.lua:2: ROOT/core/fifo: this is no regular file (a pipe, a socket or a device)" };
	});
	fault("a value that "..reader.." takes from a folder", {
		files = { ["core/a.cfg.lua"] = ("\nmotd = %s '.'\n"):format(reader) };
		says = { "ROOT/core/a.cfg.lua:2: ROOT/core/.: this is a folder, a file was expected" };
	});
end
fault("a value from a file, read in a way that there is not", {
	files = { ["core/a.cfg.lua"] = "\nmotd = FileContents('a.cfg.lua', 'z')\n" };
	says = { "ROOT/core/a.cfg.lua:2: bad argument #2 to 'FileContents' (expected \"a\" for the whole file" };
});
fault("a value of some bytes of a file", {
	files = { ["core/a.cfg.lua"] = "start = FileContents('a.cfg.lua', 5)\n" };
	gives = { start = "start" };
});
fault("a secret from a file of a gigabyte", {
	files = { ["core/a.cfg.lua"] = "\nsecret = stack.env.secret 'KEY'\n" }; variables = { KEY_FILE = "ROOT/key" };
	make = sparse "key";
	says = { "ROOT/core/a.cfg.lua:2: KEY_FILE", "which gives no secret: " };
});
fault("a secret from a FIFO", {
	files = { ["core/a.cfg.lua"] = "\nsecret = stack.env.secret 'KEY'\n" }; variables = { KEY_FILE = "ROOT/key" };
	make = function (root) shell("mkfifo "..quote(root.."/key")); end;
	says = { "ROOT/core/a.cfg.lua:2: KEY_FILE", "which gives no secret: it is no regular file" };
});
fault("an empty layer", {
	files = { ["core/empty.cfg.lua"] = "", ["core/blank.cfg.lua"] = "\n\n  \n", ["core/comment.cfg.lua"] = "-- nothing" };
	gives = { mark = "good" };
});
fault("a layer that holds a program", {
	make = function (root) shell("cp /bin/true "..quote(root.."/core/program.cfg.lua")); end;
	says = { "ROOT/core/program.cfg.lua:1: " };
});
fault("a layer of random bytes", {
	files = { ["core/noise.cfg.lua"] = "\200\0\1\2\255\254\13\10{{{\0" };
	says = { "ROOT/core/noise.cfg.lua:1: " };
});
fault("a layer of compiled code", {
	files = { ["core/compiled.cfg.lua"] = string.dump(function () return 1; end) };
	says = { "ROOT/core/compiled.cfg.lua: this is compiled Lua code; a layer must be source text" };
});
fault("compiled code behind a byte-order mark", {
	files = { ["core/compiled.cfg.lua"] = "\239\187\191"..string.dump(function () return 1; end) };
	says = { "ROOT/core/compiled.cfg.lua: this is compiled Lua code; a layer must be source text" };
});
fault("compiled code in an included file", {
	files = { ["core/a.cfg.lua"] = "\nInclude 'code.txt'\n", ["core/code.txt"] = string.dump(function () return 1; end) };
	says = { "ROOT/core/code.txt: this is compiled Lua code", };
});
fault("a byte-order mark", {
	files = { ["core/a.cfg.lua"] = "\239\187\191marked = 1\n", ["core/b.cfg.lua"] = "\239\187\191run = 1 + 1\n" };
	gives = { marked = 1, run = 2 };
});
fault("a layer in UTF-16", {
	files = { ["core/a.cfg.lua"] = "\255\254m\0 \0=\0 \0001\0\n\0" };
	says = { "ROOT/core/a.cfg.lua:1: " };
});
fault("lines that end as on Windows", {
	files = { ["core/a.cfg.lua"] = "first = 'a'\r\nsecond = 1 + 1\r\nthird = [[x\r\ny]]\r\n"; [".env"] = "SITE=windows\r\n" };
	gives = { first = "a"; second = 2; third = "x\ny"; site = "windows" };
});
fault("an error in a line that ends as on Windows", {
	files = { ["core/a.cfg.lua"] = "first = 'a'\r\n\r\nsecond = nil + 1\r\n" };
	says = { "ROOT/core/a.cfg.lua:3: " };
});
fault("NUL bytes in strings", {
	files = { ["core/a.cfg.lua"] = "x = 'a\0b'\ny = { ['k\0'] = 'v\\0' }\n" };
	gives = { x = "a\0b"; y = { ["k\0"] = "v\0" } };
});
fault("NUL bytes between statements", {
	files = { ["core/a.cfg.lua"] = "x = 1\n\0\ny = 2\n" };
	says = { "ROOT/core/a.cfg.lua:2: " };
});
fault("an option with a NUL byte in its name", {
	files = { ["core/a.cfg.lua"] = "VirtualHost 'example.com' { ['a\\0b'] = 1 }\nVirtualHost 'example.com' { ['a\\0c'] = 2 }\n" };
	gives = { mark = "good" };
});
fault("NUL bytes in a .env", {
	files = { [".env"] = "SITE=a\0b\nOTHER=1\n" };
	says = { "ROOT/.env:1: " };
});
fault("bytes in values that are no UTF-8", {
	files = {
		["core/a.cfg.lua"] = "x = '\255\254'\ny = { '\192\128' }\nlost = '\255'\n";
		["policies/security/baseline.cfg.lua"] = "lost = stack.force '\254'\n";
	};
	gives = { x = "\255\254"; y = { "\192\128" }; lost = "\254" };
});
fault("file names that are no UTF-8", {
	files = { ["core/\255\254.cfg.lua"] = "odd = 1\nodder = nil + 1\n" };
	says = { "ROOT/core/\255\254.cfg.lua:2: " };
});
fault("a file name with a line break", {
	files = { ["core/a\nb.cfg.lua"] = "odd = nil + 1\n" };
	says = { "b.cfg.lua" };
});

-- What stands where a file should

fault("a folder that is named like a layer", {
	files = { ["core/a.cfg.lua/b.cfg.lua"] = "inner = 1" };
	says = { "ROOT/core/a.cfg.lua: is a folder; a layer is a regular file" };
});
fault("a file that is named like an axis", {
	make = function (root) shell(("rm -r %s/stack; echo x = 1 > %s/stack"):format(root, root)); end;
	finds = { "ROOT/stack", "is no folder; layers are read from a folder of this name" };
});
fault("a file that is named like a folder of layers", {
	files = { ["core/extra"] = "never = 'read'\n" };
	gives = { mark = "good" };
});
fault("a folder in place of .env", {
	files = { [".env/x"] = "" };
	says = { "ROOT/.env" };
});
fault("a folder in place of an included file", {
	files = { ["core/a.cfg.lua"] = "\nInclude 'folder'\n", ["core/folder/x"] = "" };
	says = { "ROOT/core/folder" };
});

local function with_shell(line)
	return function (path)
		shell((line:gsub("PATH", function () return quote(path); end):gsub("NAME", function () return quote(path:match "[^/]*$"); end)));
	end;
end

local odd = {
	FIFO = { with_shell "mkfifo PATH", ": is a FIFO; a layer is a regular file", ": is no regular file; expected a file of NAME=value lines",
		": cannot be read: this is no regular file (a pipe, a socket or a device)" };
	device = { with_shell "ln -s /dev/zero PATH", ": is a device; a layer is a regular file",
		": is no regular file; expected a file of NAME=value lines",
		": cannot be read: this is no regular file (a pipe, a socket or a device)" };
	["link to nothing"] = { with_shell "ln -s nowhere PATH", ": is a link to nothing; remove it or let it point to a file or folder", nil,
		": cannot be read: No such file or directory" };
	["link to itself"] = { with_shell "ln -s NAME PATH", ": is a link that leads back to itself; remove it",
		": cannot be read: Too many levels of symbolic links",
		": is a link that leads back to itself; remove it" };
	socket = { function (path)
		local listener = require "socket.unix"();
		assert(listener:bind(path));
		listener:close();
	end, ": is a socket; a layer is a regular file", ": is no regular file; expected a file of NAME=value lines",
		": cannot be read: this is no regular file (a pipe, a socket or a device)" };
};
for kind, about in sorted(odd) do
	fault(("a %s in place of a layer"):format(kind), {
		make = function (root) about[1](root.."/core/a.cfg.lua"); end;
		says = { "ROOT/core/a.cfg.lua"..about[2] };
	});
	fault(("a %s in place of .env"):format(kind), {
		make = function (root) about[1](root.."/.env"); end;
		says = about[3] and { "ROOT/.env"..about[3] }; gives = { site = "none" };
	});
	fault(("a %s in place of an included file"):format(kind), {
		files = { ["core/b.cfg.lua"] = "\nInclude 'included'\n" };
		make = function (root) about[1](root.."/core/included"); end;
		says = { "ROOT/core/included"..about[4] };
	});
end
fault("a folder that links to one around it", {
	make = function (root) assert(lfs.link("..", root.."/core/up", true)); end;
	says = { "ROOT/core/up: is a link to a folder that it is inside of; remove it" };
});
fault("a link to /dev/null, which switches a layer off", {
	make = function (root) os.remove(root.."/local/site.cfg.lua"); assert(lfs.link("/dev/null", root.."/local/site.cfg.lua", true)); end;
	gives = { mark = "good" };
});

-- What may not be read

for what, path in sorted { ["a layer"] = "core/server.cfg.lua"; ["an axis"] = "stack"; ["a folder of layers"] = "stack/01-transport";
		["a profile"] = "profiles/standard/profile.cfg.lua"; ["the features"] = "features"; [".env"] = ".env" } do
	fault("no permission to read "..what, {
		files = { [".env"] = "SITE=x\n" };
		make = function (root) shell("chmod 000 "..quote(root.."/"..path)); end;
		says = { "ROOT/"..path, "Permission denied" };
		denied = true;
	});
end
fault("no permission to enter an axis", {
	make = function (root) shell("chmod 444 "..quote(root.."/stack")); end;
	says = { "ROOT/stack", "Permission denied" };
	denied = true;
});

-- What changes while it is read

fault("a layer that is removed while loading", {
	files = { ["core/a.cfg.lua"] = "assert(os.remove 'ROOT/core/b.cfg.lua')", ["core/b.cfg.lua"] = "here = 1" }; changes = true;
	says = { "ROOT/core/b.cfg.lua: cannot be read: No such file or directory" };
});
fault("an axis that is removed while loading", {
	files = { ["core/a.cfg.lua"] = "os.execute 'rm -r ROOT/stack'" }; changes = true;
	says = { "ROOT/stack/01-transport/tls.cfg.lua: cannot be read: No such file or directory" };
});
fault("a layer that is replaced while loading", {
	files = {
		["core/a.cfg.lua"] = "local f = io.open('ROOT/core/new', 'w') f:write 'here = 2' f:close()\n"
			.."assert(os.rename('ROOT/core/new', 'ROOT/core/b.cfg.lua'))";
		["core/b.cfg.lua"] = "here = 1" };
	gives = { here = 2 };
});
fault("a layer that a broken one replaces while loading", {
	files = { ["core/a.cfg.lua"] = "local f = io.open('ROOT/core/b.cfg.lua', 'w') f:write 'here = 1\\n<<<<<<< HEAD\\n' f:close()",
		["core/b.cfg.lua"] = "here = 1" };
	says = { "ROOT/core/b.cfg.lua:2: unexpected symbol near '<<'" };
});
fault("a layer that a folder replaces while loading", {
	files = { ["core/a.cfg.lua"] = "os.execute 'rm ROOT/core/b.cfg.lua; mkdir ROOT/core/b.cfg.lua'", ["core/b.cfg.lua"] = "here = 1" };
	says = { "ROOT/core/b.cfg.lua: cannot be read: this is a folder, a file was expected" };
});
fault("a layer that a FIFO replaces while loading", {
	files = { ["core/a.cfg.lua"] = "os.execute 'rm ROOT/core/b.cfg.lua; mkfifo ROOT/core/b.cfg.lua'", ["core/b.cfg.lua"] = "here = 1" };
	says = { "ROOT/core/b.cfg.lua: cannot be read: this is no regular file" };
});
fault("a file that a layer includes and removes", {
	files = { ["core/a.cfg.lua"] = "Include 'once.txt'\nos.remove 'ROOT/core/once.txt'\nInclude 'once.txt'\n", ["core/once.txt"] = "here = 1" };
	says = { "ROOT/core/a.cfg.lua:3", "ROOT/core/once.txt" };
});

-- Very many

fault("10,000 files in one folder, one of them broken", {
	make = function (root)
		for i = 1, 10000 do
			write(("%s/domains/d%d.cfg.lua"):format(root, i), i == 7777 and "\nVirtualHost {}\n" or ("VirtualHost 'd%d.example'\n"):format(i));
		end
	end;
	says = { "ROOT/domains/d7777.cfg.lua:2: Host must have a name" };
});
fault("ids that differ by case alone", {
	files = { ["core/x.cfg.lua"] = "order = stack.append { 'x' }", ["core/X.cfg.lua"] = "order = stack.append { 'X' }" };
	gives = { order = { "X", "x" } };
});
fault("features that differ by case alone, toggled", {
	files = { ["features/web/HTTP.cfg.lua"] = "upper = true" };
	variables = { PROSODY_FEATURES_WEB_HTTP = "true" };
	says = { "PROSODY_FEATURES_WEB_HTTP=true: these features are called alike, web/HTTP, web/http; rename all but one" };
});

-- Variables

-- Those that choose, and what a name that the tree cannot have is answered with.
local names = { "PROSODY_PROFILE", "PROSODY_CLIENT_OPTS", "PROSODY_USECASE", "PROSODY_ENVIRONMENT", "PROSODY_DEPLOYMENT_TYPE",
	"PROSODY_SECURITY_LEVEL", "PROSODY_PERFORMANCE_TIER", "PROSODY_COMPLIANCE", "PROSODY_DATA_GOVERNANCE" };
local others = { "PROSODY_SHARD", "PROSODY_DOMAIN", "PROSODY_LEGACY_MODE", "PROSODY_FEATURES_WEB_HTTP", "PROSODY_ENABLE_HTTP",
	"PROSODY_FEATURES_WEB_ENABLED" };

local function every(value)
	local variables = {};
	for _, name in ipairs(names) do
		variables[name] = value;
	end
	for _, name in ipairs(others) do
		variables[name] = value;
	end
	return variables;
end

fault("every variable is empty: as if there were none", { variables = every "", gives = { mark = "good"; site = "none" }, bare = true });

for what, value in sorted { ["leads up"] = "../../etc/passwd"; ["is an absolute path"] = "/etc/passwd"; ["has a line break"] = "standard\nproduction";
		["has a control character"] = "standard\27[2J" } do
	local says = {};
	for i, name in ipairs(names) do
		says[i] = ("%s=%s: expected a name as it stands in the tree: nothing with \"..\", no absolute path"):format(name,
			(value:gsub("%c", function (c) return ("\\x%02X"):format(c:byte()); end)));
	end
	for _, name in ipairs(others) do
		says[#says + 1] = name.."=";
	end
	fault("every variable "..what, { variables = every(value), says = says, lacks = { "\27", value:find "\n" and value or nil } });
end
local named = {};
for i, name in ipairs { table.unpack(names), table.unpack(others) } do
	named[i] = name.."=";
end
fault("every variable is a megabyte long", { variables = every(("x"):rep(1 << 20)), says = named, longest = 20000 });
fault("every variable is a megabyte of half characters", { variables = every(("\191"):rep(1 << 20)), says = named, longest = 20000 });
fault("a list of half a million names that are not there", {
	variables = { PROSODY_COMPLIANCE = ("a,b,"):rep(1 << 18), PROSODY_CLIENT_OPTS = ("a/b,c,"):rep(1 << 18) };
	says = { "PROSODY_COMPLIANCE=a,b,", "PROSODY_CLIENT_OPTS=a/b,c," }; longest = 20000;
});
fault("a line break in a number", {
	files = { ["core/a.cfg.lua"] = "\nport = stack.env.integer 'PORT'\n" }; variables = { PORT = "5222\n5223" };
	says = { "ROOT/core/a.cfg.lua:2: PORT is ", "(from the environment), expected a whole number such as 5222" };
});
fault("a huge value in a list of addresses", {
	variables = { PROSODY_OPTION_ADMINS = ("a@example.com,"):rep(50000) };
	gives = { mark = "good" };
});
fault("a root that is not there", {
	variables = { PROSODY_STACK_PATH = "/nowhere/at/all" };
	says = { "/nowhere/at/all" };
});
fault("roots with a line break in them", {
	variables = { PROSODY_STACK_PATH = "/nowhere\n/at/all" };
	says = { "/at/all: cannot be used as a root of the tree: No such file or directory" };
});
fault("a root that is a file", {
	variables = { PROSODY_STACK_PATH = "/etc/passwd" };
	says = { "/etc/passwd" };
});
fault("a domain that is none", {
	files = { ["core/a.cfg.lua"] = "\nVirtualHost(stack.domain)\n" }; variables = { PROSODY_DOMAIN = "exa mple.com" };
	says = { "PROSODY_DOMAIN=exa mple.com: expected a host name such as example.org" };
});

-- Hosts

fault("a component where a host is", {
	files = { ["local/c.cfg.lua"] = "\nComponent 'example.com' 'muc'\n" };
	says = {
		"ROOT/local/c.cfg.lua:2: Component \"example.com\" clashes with previously defined VirtualHost \"example.com\" (ROOT/domains/main.cfg.lua:1)";
	};
});
fault("a host where a component is, spelt otherwise", {
	files = { ["local/c.cfg.lua"] = "VirtualHost 'Rooms.EXAMPLE.com'\n" };
	says = { "ROOT/local/c.cfg.lua:1: Host \"rooms.example.com\" clashes with previously defined", "(ROOT/domains/main.cfg.lua:2)" };
});
for what, name in sorted {
	["nothing"] = "nil"; ["a table"] = "{}"; ["a function"] = "print"; ["false"] = "false"; ["bytes that are no UTF-8"] = "'\\255.example'";
	["a forbidden character"] = "'a\\u{FFFD}.example'"; ["more than a name may be long"] = "('a'):rep(2000)";
} do
	for _, statement in ipairs { "VirtualHost", "Component" } do
		fault(("a %s whose name is %s"):format(statement, what), {
			files = { ["local/c.cfg.lua"] = ("\n%s(%s)\n"):format(statement, name) };
			says = { "ROOT/local/c.cfg.lua:2: " };
		});
	end
end
for what, name in sorted { ["nothing in it"] = "''"; ["a NUL byte"] = "'a\\0b'"; ["a space"] = "'a b'"; ["an @"] = "'me@example.org'";
	["a slash"] = "'a/b'"; ["a path"] = "'../a'"; ["a line break"] = "'a\\nb'" } do
	for _, statement in ipairs { "VirtualHost", "Component" } do
		fault(("a %s whose name has %s"):format(statement, what), {
			files = { ["local/c.cfg.lua"] = ("\n%s(%s)\n"):format(statement, name) };
			gives = { mark = "good" };
			finds = { "ROOT/local/c.cfg.lua:2: ", " cannot be the address of a host; expected a name such as example.com" };
		});
	end
end
fault("a host in a file of plain data whose name is no address", {
	files = { ["domains/odd.cfg.lua"] = "VirtualHost 'b.example'\nVirtualHost 'a b'\n" };
	finds = { "ROOT/domains/odd.cfg.lua:2: \"a b\" cannot be the address of a host" };
});
fault("a host whose name is a number", { files = { ["local/c.cfg.lua"] = "VirtualHost(5222)\n" }, gives = { mark = "good" }, finds = { "" } });
fault("a module's name behind a VirtualHost", {
	files = { ["local/c.cfg.lua"] = "\nVirtualHost 'b.example' 'muc'\n" };
	says = { "ROOT/local/c.cfg.lua:2: VirtualHost entries do not accept a module name" };
});

-- Demands that nothing meets

fault("two forces that differ", {
	files = { ["local/c.cfg.lua"] = "\nsecure = stack.force(false)\n" };
	says = { "secure", "ROOT/policies/security/baseline.cfg.lua:1", "ROOT/local/c.cfg.lua:2: ", "contradict each other" };
});
fault("a force beyond a bound", {
	files = { ["core/a.cfg.lua"] = "limit = stack.force(100)", ["local/c.cfg.lua"] = "\nlimit = stack.at_most(10)\n" };
	says = { "limit", "ROOT/core/a.cfg.lua:1", "ROOT/local/c.cfg.lua:2: ", "contradict each other" };
});
fault("bounds that leave nothing", {
	files = { ["core/a.cfg.lua"] = "limit = stack.at_least(100)", ["local/c.cfg.lua"] = "\nlimit = stack.at_most(10)\n" };
	says = { "limit", "ROOT/core/a.cfg.lua:1", "ROOT/local/c.cfg.lua:2: ", "contradict each other" };
});
fault("choices that have nothing in common", {
	files = { ["core/a.cfg.lua"] = "kind = stack.one_of { 'a', 'b' }", ["local/c.cfg.lua"] = "\nkind = stack.one_of { 'c' }\n" };
	says = { "kind", "ROOT/core/a.cfg.lua:1", "ROOT/local/c.cfg.lua:2: ", "contradict each other" };
});
fault("an element that is forced in and out", {
	files = { ["core/a.cfg.lua"] = "admins = stack.force(stack.append { 'a@b' })";
		["local/c.cfg.lua"] = "\nadmins = stack.force(stack.remove { 'a@b' })\n" };
	says = { "admins", "ROOT/core/a.cfg.lua:1", "ROOT/local/c.cfg.lua:2: ", "contradict each other" };
});
fault("a bound that is no number", {
	files = { ["local/c.cfg.lua"] = "\nlimit = stack.at_most 'plenty'\n" };
	says = { "ROOT/local/c.cfg.lua:2: ", "plenty" };
});

-- What depends on what

fault("a layer that needs one that is not there", {
	files = { ["core/a.cfg.lua"] = "return { dependencies = { '01-transport/dtls' } }" };
	says = { "ROOT/core/a.cfg.lua:1: ", "this layer depends on \"01-transport/dtls\"" };
});
fault("layers that need each other", {
	files = { ["core/a.cfg.lua"] = "return { dependencies = { 'core/b' } }", ["core/b.cfg.lua"] = "return { dependencies = { 'core/a' } }" };
	says = { "ROOT/core/a.cfg.lua:1: ", "this layer depends on \"core/b\"" };
});
fault("a feature that needs one that is not there", {
	files = { ["features/web/upload.cfg.lua"] = "feature_info = { depends = { 'web/htpt' } }" }; variables = { PROSODY_ENABLE_UPLOAD = "true" };
	says = { "web/upload", "web/htpt", "web/http" };
});
fault("features that need each other", {
	files = { ["features/web/a.cfg.lua"] = "feature_info = { depends = { 'web/b' } }\na = 1\n";
		["features/web/b.cfg.lua"] = "feature_info = { depends = { 'web/a' } }\nb = 1\n" };
	variables = { PROSODY_ENABLE_A = "true" };
	says = { "features depend on each other in a circle: web/b needs web/a, which needs web/b" };
});
fault("features that stand for each other", {
	files = { ["features/web/a.cfg.lua"] = "feature_info = { alias = 'web/b' }", ["features/web/b.cfg.lua"] = "feature_info = { alias = 'web/a' }" };
	variables = { PROSODY_ENABLE_A = "true" };
	says = { "web/a", "web/b" };
});
fault("a table about a profile that is not plain data", {
	files = { ["profiles/standard/profile.cfg.lua"] = "\nprofile_info = { features = os.execute() }\n" };
	says = { "ROOT/profiles/standard/profile.cfg.lua:2: " };
});

-- Layers that go for what is around them

fault("a layer that yields", {
	files = { ["core/a.cfg.lua"] = "\ncoroutine.yield()\n" };
	says = { "ROOT/core/a.cfg.lua", "yield" };
});
fault("a layer that loads a stack", {
	files = { ["core/a.cfg.lua"] = "\nrequire 'stackloader'.load(nil, { root = '/' })\n" };
	says = { "ROOT/core/a.cfg.lua:2: stackloader.load was called while a stack is being loaded" };
});
fault("a layer that sets a global", {
	files = { ["core/a.cfg.lua"] = "\n_G.left_behind = 1\n" };
	finds = { "ROOT/core/a.cfg.lua:2: this sets the Lua global 'left_behind'" };
	undo = function () rawset(_G, "left_behind", nil); end;
});
fault("a layer that breaks the globals' metatable", {
	files = { ["core/a.cfg.lua"] = "setmetatable(_G, nil)\nlocal x = nil + 1\n" };
	says = { "ROOT/core/a.cfg.lua:2: " };
});
fault("a layer that calls its options as the language's words", {
	files = { ["core/a.cfg.lua"] = "Include = 2\nVirtualHost = 1\n", ["core/b.cfg.lua"] = "VirtualHost 'b.example'\n" };
	gives = { mark = "good" };
});
fault("a layer with an environment of its own", {
	files = { ["core/a.cfg.lua"] = "local _ENV = setmetatable({}, { __index = function () error 'mine' end })\nx = y\n" };
	says = { "ROOT/core/a.cfg.lua:1: mine" };
});

-- What the server writes

fault("a link where the record of choices is written", {
	make = function (root)
		write(root.."/precious", "mine");
		assert(lfs.link(root.."/precious", root.."/data/stackloader.choices.new", true));
	end;
	gives = { mark = "good" };
	after = function (root)
		local file = assert(io.open(root.."/precious", "rb"));
		assert(file:read "a" == "mine");
		file:close();
	end;
});
fault("a folder where the record of choices is written", {
	make = function (root)
		write(root.."/data/stackloader.choices", "of another time");
		assert(lfs.mkdir(root.."/data/stackloader.choices.new"));
	end;
	gives = { mark = "good" };
	finds = { "ROOT/data/stackloader.choices:nil: the choices of this server cannot be left here for prosodyctl to compare: Is a directory" };
});
fault("no folder for the record of choices", {
	make = function (root) shell("rm -r "..quote(root.."/data")); end;
	gives = { mark = "good" };
	finds = { "ROOT/data/stackloader.choices:nil: the choices of this server cannot be left here for prosodyctl to compare: No such file or directory" };
});
fault("no permission to write the record of choices", {
	make = function (root)
		write(root.."/data/stackloader.choices", "of another time");
		shell("chmod 500 "..quote(root.."/data"));
	end;
	gives = { mark = "good" };
	finds = { "ROOT/data/stackloader.choices:nil: the choices of this server cannot be left here for prosodyctl to compare: Permission denied" };
});

-- What the process lacks

--- So few files can be open that `more` of them are left besides those that are. Returns a function that takes it back.
local function few_files(more)
	return function ()
		local pposix = require "util.pposix";
		local _, soft, hard = pposix.getrlimit "NOFILE";
		local limit, free = 0, 0;
		while true do
			if not lfs.symlinkattributes("/proc/self/fd/"..limit) then
				if free == more then
					break;
				end
				free = free + 1;
			end
			limit = limit + 1;
		end
		assert(pposix.setrlimit("NOFILE", limit, hard));
		return function ()
			assert(pposix.setrlimit("NOFILE", soft, hard));
		end;
	end;
end
fault("no descriptor is left for the main file", { squeeze = few_files(0), says = { "Too many open files" } });
fault("no descriptor is left for the tree", { squeeze = few_files(1), says = { "ROOT", "Too many open files" } });
fault("one descriptor is left for the tree", { squeeze = few_files(2), gives = { mark = "good" } });

--- The server's globals as they are once it has started.
local function locked()
	setmetatable(_G, {
		__index = function (_, name) error("read of the global "..tostring(name), 2); end;
		__newindex = function (_, name) error("write of the global "..tostring(name), 2); end;
	});
	return function ()
		setmetatable(_G, nil);
	end;
end
fault("the globals are locked", { squeeze = locked, gives = { mark = "good" } });
fault("the globals are locked, and a layer is broken", {
	squeeze = locked; files = { ["core/a.cfg.lua"] = "x = nil + 1" };
	says = { "ROOT/core/a.cfg.lua:1: " };
});
fault("the globals are locked, and a layer sets one", {
	squeeze = locked, files = { ["core/a.cfg.lua"] = "\n_G.left_behind = 1\n" },
	says = { "ROOT/core/a.cfg.lua:2: write of the global left_behind" };
});
fault("the globals are locked, and there is no arg", {
	squeeze = function ()
		local words = arg;
		rawset(_G, "arg", nil);
		local unlock = locked();
		return function ()
			unlock();
			rawset(_G, "arg", words);
		end;
	end;
	gives = { mark = "good" };
});
fault("the module is required a second time", {
	squeeze = function () package.loaded.stackloader = nil; end;
	gives = { mark = "good" };
});

--- The same text for the same value, whatever order its tables have; tables that are met again by their number.
local function picture(value, met)
	if type(value) ~= "table" then
		return ("%s %q"):format(type(value), tostring(value));
	elseif met[value] then
		return "table "..met[value];
	end
	met.count = (met.count or 0) + 1;
	met[value] = met.count;
	local keys = {};
	for key in next, value do
		keys[#keys + 1] = key;
	end
	table.sort(keys, function (a, b) return tostring(a) < tostring(b); end);
	local parts = {};
	for i, key in ipairs(keys) do
		parts[i] = ("[%q]=%s"):format(tostring(key), picture(value[key], met));
	end
	return "{"..table.concat(parts, ",").."}";
end

return { picture = picture; faults = list; tree = tree; choices = choices; write = write };
