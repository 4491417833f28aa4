-- A layer file that is nothing but data means the same whether data.c reads it or Lua runs it: what is journaled of it, with its lines, what
-- comes out, what is found.
local fuzz = ...;
local stackloader = require "stackloader";
local shared = dofile(fuzz.scripts.."/tell.lua");

local root = fuzz.folder;
local before = 'x = { "a" }\nmodules_enabled = { "m" }\nVirtualHost "old.example"\n\ty = 1\nComponent "rooms.example" "muc"\n--[[ ]]';
local options = { root = root; variables = {}; sysroot = "/nowhere"; axes = { { name = "before", files = { "before.lua" } },
	{ name = "only", files = { "only.lua" } } } };

local function load_one(text)
	assert(fuzz.write(root.."/only.lua", text));
	return shared.try(stackloader.load, nil, options);
end

local function is_data(stack)
	return stack:layers()[2].data == true;
end

return function (text)
	-- An empty file is switched off. Of two assignments of one name on one line, Lua's side may name the other one's place.
	if #text > 2048 then
		return;
	end
	assert(fuzz.write(root.."/before.lua", before));
	local read = load_one("\n"..text);
	if read and is_data(read) then
		local run = load_one("--[[ ]]\n"..text);
		assert(run and not is_data(run));
		assert(shared.same(shared.tell(read), shared.tell(run)), "data and code differ");
	end
end;
