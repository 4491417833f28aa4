--- Loads configurations twice with one version's own configmanager, as they are and as the only layer of a stack, and prints every
-- difference. Run by plain_spec.lua in a process of its own:
--
--   lua5.4 spec/plain_compare.lua VERSION SOURCE BUILD FOLDER generated FIRST_SEED COUNT
--   lua5.4 spec/plain_compare.lua VERSION SOURCE BUILD FOLDER files FILE...     as core/only.cfg.lua and as local/only.cfg.lua
--   lua5.4 spec/plain_compare.lua VERSION SOURCE BUILD FOLDER in-place FILE...  where they are, named by load's option `axes`
--
-- FOLDER is a fresh one to work in. The last line is "N compared, M of them refused by Prosody, D different". With SELF=1 in the environment the
-- layer is simply included, which compares configmanager with itself and so checks the test.
local version, source, build, work, what = table.unpack(arg, 1, 5);

local here = arg[0]:match("^(.*)/[^/]*$") or ".";
package.path = source.."/?.lua;"..here.."/?.lua;"..package.path;
package.cpath = build.."/?.so;"..source.."/?.so;"..package.cpath;

local lfs = require "lfs";

if not pcall(require, "prosody.loader") then
	pcall(require, "loader");
end
_G.prosody = { process_type = "prosodyctl", version = version, paths = { source = source, config = work, data = work } };
local configmanager = require(version == "13" and "prosody.core.configmanager" or "core.configmanager");
if configmanager.set_credentials_directory then
	configmanager.set_credentials_directory(os.getenv "CREDENTIALS_DIRECTORY");
end

-- What differs

local function show(value)
	if type(value) == "string" then
		return ("%q"):format(#value > 60 and value:sub(1, 60).."…" or value);
	elseif type(value) ~= "table" then
		return math.type(value) == "float" and ("float %.17g"):format(value) or tostring(value);
	end
	local parts = {};
	for key, inner in pairs(value) do
		parts[#parts + 1] = "["..show(key).."] = "..(type(inner) == "table" and "{…}" or show(inner));
	end
	table.sort(parts);
	return "{ "..table.concat(parts, ", ").." }";
end

local function same_function(plain, layered)
	local ours, theirs = debug.getinfo(plain, "S"), debug.getinfo(layered, "S");
	return plain == layered or ours.what == "Lua" and theirs.what == "Lua" and ours.linedefined == theirs.linedefined;
end

local function same_scalar(plain, layered)
	if type(plain) ~= type(layered) or math.type(plain) ~= math.type(layered) then
		return false;
	elseif type(plain) == "function" then
		return same_function(plain, layered);
	elseif math.type(plain) == "float" then
		return string.pack("d", plain) == string.pack("d", layered) or plain ~= plain and layered ~= layered;
	end
	return plain == layered;
end

local difference;

--- What differs between two tables, nil where nothing does. `met` holds which plain table was which layered one: what is one table in
-- the first must be one in the second.
local function table_difference(plain, layered, met, path)
	if met[plain] or met[layered] then
		return met[plain] ~= layered and path..": a table is shared in one of the two only" or nil;
	end
	met[plain], met[layered] = layered, plain;
	if (getmetatable(plain) == nil) ~= (getmetatable(layered) == nil) then
		return path..": only one of the two has a metatable";
	end
	for key, value in next, plain do
		local found = difference(value, rawget(layered, key), met, path.."["..show(key).."]");
		if found then
			return found;
		end
	end
	for key, value in next, layered do
		if rawget(plain, key) == nil then
			return path.."["..show(key).."]: should not be there, is "..show(value);
		end
	end
end

function difference(plain, layered, met, path)
	if type(plain) == "table" and type(layered) == "table" then
		return table_difference(plain, layered, met, path);
	elseif not same_scalar(plain, layered) then
		return path..": should be "..show(plain)..", is "..show(layered);
	end
end

local function keys(one, other)
	local list, seen = {}, {};
	for _, from in ipairs { one, other } do
		for key in next, from do
			if not seen[key] then
				seen[key] = true;
				list[#list + 1] = key;
			end
		end
	end
	table.sort(list, function (a, b) return tostring(a) < tostring(b); end);
	return list;
end

--- Compares scope by scope, option by option; a table shared between two scopes is each scope's own.
local function config_difference(plain, layered)
	local found = {};
	for _, host in ipairs(keys(plain, layered)) do
		local ours, theirs = rawget(plain, host), rawget(layered, host);
		if not ours or not theirs then
			found[#found + 1] = show(host)..(ours and " is missing" or " should not be there");
		else
			local met = {};
			for _, option in ipairs(keys(ours, theirs)) do
				found[#found + 1] = difference(ours[option], theirs[option], met, show(host).." "..tostring(option));
			end
		end
	end
	return found[1] and table.concat(found, "\n  ");
end

-- Both ways of loading

local function config(path)
	local ok, level, err = configmanager.load(path);
	if ok then
		return configmanager.getconfig();
	end
	return nil, level..": "..tostring(err);
end

--- What differs between a file and the stack of which it is the only layer. The second value says that Prosody refuses the file.
local function compare(main, layer)
	local plain, plain_error = config(layer);
	local layered, layered_error = config(main);
	if not plain then
		return layered and "Prosody refuses it ("..plain_error.."), the stack does not" or nil, true;
	elseif not layered then
		return "only the stack refuses it: "..layered_error;
	end
	return config_difference(plain, layered);
end

local function write(path, content)
	for position in path:gmatch("()/") do
		if position > 1 then
			lfs.mkdir(path:sub(1, position - 1));
		end
	end
	local file = assert(io.open(path, "wb"));
	file:write(content);
	assert(file:close());
end

local self_test = os.getenv "SELF";

local function main_file(options, include)
	if self_test then
		return "Include '"..include.."'\n";
	end
	return 'local stackloader = (Lua or _G).require "stackloader"\nstackloader.load(_ENV'..options..")\n";
end

--- A root with one layer, in the folder of an axis. Returns the paths of the main file and the layer.
local function make_root(root, axis, files)
	local main, layer = root.."/prosody.cfg.lua", axis.."/only.cfg.lua";
	write(main, main_file("", layer));
	for path, content in pairs(files) do
		write(root.."/"..axis.."/"..path, content);
	end
	return main, root.."/"..layer;
end

--- A main file somewhere else for a layer that stays where it is.
local function make_main(root, layer)
	local folder, name = layer:match "^(.*)/([^/]*)$";
	local options = (", { root = %q, axes = { { name = 'only', files = { %q } } } }"):format(folder, name);
	write(root.."/prosody.cfg.lua", main_file(options, layer));
	return root.."/prosody.cfg.lua", layer;
end

local compared, refused, different = 0, 0, 0;

local function report(name, found, is_refused)
	compared = compared + 1;
	refused = refused + (is_refused and 1 or 0);
	if found then
		different = different + 1;
		print(name..":\n  "..found);
	end
end

-- Generated files

local generate = require "generate";

local function texts(files)
	local joined = {};
	for path, chunks in pairs(files) do
		joined[path] = table.concat(chunks, "\n").."\n";
	end
	return joined;
end

--- Removes statements, one at a time, as long as a difference stays; returns the least files and what differs.
local function shrink(root, axis, files, found)
	local again = true;
	while again do
		again = false;
		for _, chunks in pairs(files) do
			for i = #chunks, 1, -1 do
				local removed = table.remove(chunks, i);
				local still = compare(make_root(root, axis, texts(files)));
				if still then
					found, again = still, true;
				else
					table.insert(chunks, i, removed);
				end
			end
		end
	end
	for path, text in pairs(texts(files)) do
		if #text > 1 then
			found = found.."\n  --- "..path.."\n"..text;
		end
	end
	return found;
end

local function compare_generated(seed, axis)
	local root = ("%s/%s%d"):format(work, axis:sub(1, 1), seed);
	local files = generate(seed, version, root.."/"..axis);
	local found, is_refused = compare(make_root(root, axis, texts(files)));
	if found and different < 20 then
		found = shrink(root, axis, files, found);
	end
	report(("seed %d in %s/"):format(seed, axis), found, is_refused);
end

-- Files as they are

local function read(path)
	local file = assert(io.open(path, "rb"));
	local content = file:read("a");
	file:close();
	return content;
end

local modes = {};

function modes.generated(first, count)
	for _, axis in ipairs { "core", "local" } do
		for seed = first, first + count - 1 do
			compare_generated(math.tointeger(seed), axis);
		end
	end
end

function modes.files(...)
	for _, axis in ipairs { "core", "local" } do
		for i, path in ipairs { ... } do
			local root = ("%s/%s%d"):format(work, axis:sub(1, 1), i);
			report(path.." in "..axis.."/", compare(make_root(root, axis, { ["only.cfg.lua"] = read(path) })));
		end
	end
end

modes["in-place"] = function (...)
	for i, path in ipairs { ... } do
		report(path, compare(make_main(work.."/"..i, path)));
	end
end;

modes[what](table.unpack(arg, 6));
print(("%d compared, %d of them refused by Prosody, %d different"):format(compared, refused, different));
