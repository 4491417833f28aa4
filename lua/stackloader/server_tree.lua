--- The files that a configuration comes from or could come from, and the folders in which such files could appear.
local lfs = require "lfs";
local sharing = require "stackloader.sharing";
local stackloader = require "stackloader";

local configmanager = package.loaded["prosody.core.configmanager"] or require "core.configmanager";

local tree = {};

--- Could a file of this name be part of a tree? Hidden files, editors' backups and temporary files never are.
function tree.is_part(name)
	return name == ".env" or name == "defaults.env" or name:find("^[^.].*%.cfg%.lua$") ~= nil;
end

-- The stack that tells of roots, axes and secrets: of the last load, also where that failed.
local function about()
	local stack = stackloader.failed() or stackloader.current();
	return stack and stack:about() or { roots = {}, folders = {}, secret_files = {} };
end

--- The files that Prosody says it loaded, as a set: the main file, the layers, what any of them includes, and the files that secrets came from.
function tree.loaded()
	local paths = {};
	for _, path in ipairs(configmanager.files()) do
		paths[path] = true;
	end
	paths[_G.prosody.config_file] = true;
	for _, path in ipairs(about().secret_files) do
		paths[path] = true;
	end
	return paths;
end

local function names_in(folder)
	local names = {};
	local ok, next_name, state = pcall(lfs.dir, folder);
	for name in ok and next_name or next, ok and state or {} do
		if name ~= "." and name ~= ".." then
			names[#names + 1] = name;
		end
	end
	return names;
end

-- Visits a folder and all below it, through links too, each once. Hidden folders hold no layers, whatever leads into them from outside;
-- what is another server's share is left alone.
local function walk(path, visit, met, elsewhere)
	local attributes = lfs.attributes(path);
	if not attributes or attributes.mode ~= "directory" then
		if attributes then
			visit(path, attributes);
		end
		return;
	end
	local id = attributes.dev..":"..attributes.ino;
	if met[id] then
		return;
	end
	met[id] = true;
	visit(path, attributes);
	for _, name in ipairs(names_in(path)) do
		if name:sub(1, 1) ~= "." and not elsewhere(path.."/"..name) then
			walk(path.."/"..name, visit, met, elsewhere);
		end
	end
end

-- Visits every axis's folder, in every root, and all below.
local function walk_axes(visit)
	local here = about();
	local met, elsewhere = {}, sharing.elsewhere(here);
	for _, root in ipairs(here.roots) do
		for _, folder in ipairs(here.folders) do
			walk(root.."/"..folder, visit, met, elsewhere);
		end
	end
	return here.roots;
end

local function name_of(path)
	return path:match "[^/]*$";
end

--- Calls f(path, attributes) for every file that could be part of the tree and each of the further paths (a set), once.
function tree.each_file(further, f)
	local given = {};
	local function give(path, attributes)
		if attributes and attributes.mode == "file" and not given[path] then
			given[path] = true;
			f(path, attributes);
		end
	end
	local roots = walk_axes(function (path, attributes)
		if tree.is_part(name_of(path)) then
			give(path, attributes);
		end
	end);
	for _, root in ipairs(roots) do
		give(root.."/.env", lfs.attributes(root.."/.env"));
	end
	for path in next, further do
		give(path, lfs.attributes(path));
	end
end

-- What an axis's folder may be a link to, or may not be there yet: changes show in the folder that holds it.
local function give_parents(path, give)
	local parent = path:match "^(.+)/[^/]*$";
	if parent then
		give(parent);
	end
end

--- Calls f(path) for every folder in which a change can matter, and for the links to files, whose changes show in no such folder.
function tree.each_watched(further, f)
	local given = {};
	local function give(path)
		if not given[path] then
			given[path] = true;
			f(path);
		end
	end
	local roots = walk_axes(function (path, attributes)
		if attributes.mode == "directory" or lfs.symlinkattributes(path, "mode") == "link" then
			give(path);
		end
	end);
	for _, root in ipairs(roots) do
		give(root);
		for _, folder in ipairs(about().folders) do
			give_parents(root.."/"..folder, give);
		end
	end
	for path in next, further do
		give_parents(path, give);
		if lfs.symlinkattributes(path, "mode") == "link" then
			give(path);
		end
	end
end

return tree;
