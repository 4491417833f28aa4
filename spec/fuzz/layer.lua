-- Layers of any code: the input is up to four of them, with lines of ==== between. Whatever they do, load answers with a stack, of which everything
-- can be asked, or with a text; the first time, and again with what was kept of the files.
local fuzz = ...;
local stackloader = require "stackloader";
local shared = dofile(fuzz.scripts.."/tell.lua");
local call, folder, outcome, write = fuzz.call, fuzz.folder, shared.outcome, fuzz.write;
local assert, error, load, rawget, setmetatable, type = assert, error, load, rawget, setmetatable, type;
local find, sub = string.find, string.sub;
local globals = _G;

local axes = { { name = "first", files = { "1.lua", "2.lua" } }, { name = "main" }, { name = "last", files = { "3.lua", "4.lua" } },
	{ name = "variables" } };
local variables = { A = "1", LIST = "a, b", SECRET = "secret", SIZE = "10MB", WAIT = "1h", EMPTY = "", PROSODY_OPTION_ADMINS = "x@example.net" };

--- The function where its path is one of the layers'; reading, as nothing else is asked for.
local function within(f)
	return function (path)
		return sub(path, 1, #folder + 1) == folder.."/" and f(path) or nil;
	end
end

--- Takes away what reaches outside this process, or runs where no hook stops it.
local function tame()
	for _, name in ipairs { "execute", "exit", "remove", "rename", "tmpname" } do
		globals.os[name] = nil;
	end
	for _, name in ipairs { "find", "match", "gmatch", "gsub" } do
		globals.string[name] = nil;
	end
	globals.table.move, globals.table.sort = nil, nil;
	globals.io = { open = within(io.open), lines = within(io.lines) };
	globals.dofile, globals.loadfile = within(dofile), within(loadfile);
	globals.package.searchers = { package.searchers[1] };
	globals.package.loaded.io, globals.package.loaded.debug, globals.debug, globals.package.loadlib = globals.io, nil, nil, nil;
	function globals.print() end
	function globals.load(chunk, name, _, env) return load(chunk, name, "t", env); end
	function globals.setmetatable(table, metatable)
		return type(metatable) == "table" and rawget(metatable, "__gc") ~= nil and error "no finalizers" or setmetatable(table, metatable);
	end
end

local function write_layers(text)
	for i = 1, 4 do
		local from, to = find(text, "\n====\n", 1, true);
		assert(write(folder.."/"..i..".lua", from and sub(text, 1, from) or text));
		text = from and sub(text, to + 1) or "\n";
	end
end

--- As the main file's environment, of which nothing is known but Prosody's statements.
local function environment()
	local function host()
		return function () end;
	end
	return { VirtualHost = host, Component = host, modules_enabled = { "main" } };
end

return function (text)
	write_layers(text);
	local options = { root = folder, variables = variables, axes = axes, sysroot = "/nowhere", clock = os.time() + 10 };
	local tables = { environment(), environment() };
	tame();
	for i = 1, 2 do
		local stack = outcome(call(200000, stackloader.load, tables[i], options));
		if stack then
			shared.tell(stack);
			stack:features(); stack:choices(); stack:variables(); stack:dependencies(); stack:timing();
		end
	end
end;
