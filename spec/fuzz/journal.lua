-- A layer file that is nothing but data means the same whether data.c reads it or Lua runs it: what is journaled of it, with its lines, what
-- comes out, what is found. And what is kept of it for the next load means the same once more.
local fuzz = ...;
local stackloader = require "stackloader";
local shared = dofile(fuzz.scripts.."/tell.lua");

local root = fuzz.folder;
local before = 'x = { "a" }\nmodules_enabled = { "m" }\nVirtualHost "old.example"\n\ty = 1\nComponent "rooms.example" "muc"\n--[[ ]]';
-- Files that were written a while ago are kept.
local options = { root = root; variables = {}; sysroot = "/nowhere"; clock = os.time() + 10; axes = { { name = "before", files = { "before.lua" } },
	{ name = "only", files = { "only.lua" } } } };

--- As the main file's environment; only what was applied is kept.
local function environment()
	local function open()
		return function () end;
	end
	return { VirtualHost = open, Component = open };
end

local function load_now(env)
	return shared.try(stackloader.load, env, options);
end

local function write(text)
	assert(fuzz.write(root.."/only.lua", text));
end

return function (text)
	-- An empty file is switched off. Of two assignments of one name on one line, Lua's side may name the other one's place.
	if #text > 2048 then
		return;
	end
	assert(fuzz.write(root.."/before.lua", before));
	write("\n"..text);
	local read = load_now(environment());
	if read and read:layers()[2].data then
		local kept = load_now(environment());
		assert(kept and kept:layers()[2].kept, "the data was read again");
		write("--[[ ]]\n"..text);
		local run = load_now();
		assert(run and not run:layers()[2].data, "the code was not run");
		local told = shared.tell(read);
		assert(shared.same(told, shared.tell(run)), "data and code differ");
		assert(shared.same(told, shared.tell(kept)), "what was kept differs");
	end
end;
