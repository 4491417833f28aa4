--- Which modules some layer of the tree could enable: those that are chosen now, and those that other choices bring.
local lfs = require "lfs";
local sharing = require "stackloader.sharing";

local backends = { "", "auth_", "storage_", "authz_" };

-- Calls f(path) with each; f(nil) of a folder that cannot be read.
local function each_layer_file(path, elsewhere, f)
	-- What is another server's is none of this one's business, and need not be readable here.
	local mode = not elsewhere(path) and lfs.attributes(path, "mode") or nil;
	if mode == "file" and path:find("%.cfg%.lua$") then
		f(path);
	elseif mode == "directory" then
		local ok, entries, state = pcall(lfs.dir, path);
		if not ok then
			return f(nil);
		end
		for entry in entries, state do
			-- Links lead into the tree, or out of it to files that are layers all the same; a loop of them has no end.
			if entry:sub(1, 1) ~= "." and (entry:find("%.cfg%.lua$") or lfs.symlinkattributes(path.."/"..entry, "mode") == "directory") then
				each_layer_file(path.."/"..entry, elsewhere, f);
			end
		end
	end
end

-- Thousands of files name the same few modules.
local function add_named(scopes, set, seen, text)
	for name in text:gmatch("[\"']([%w_]+)[\"']") do
		if not seen[name] then
			seen[name] = true;
			for _, prefix in ipairs(backends) do
				-- What is at work has brought what it needs.
				if scopes.anywhere[prefix..name] then
					set[prefix..name] = true;
				elseif scopes.catalogue:module(prefix..name) then
					scopes:add_module(set, prefix..name);
				end
			end
		end
	end
end

--- The set of modules that the tree's files name, and of what those depend on; and whether that is all, which it is not where a folder cannot be
-- read.
return function (context)
	local complete = true;
	local set = { component = true };   -- every tree may open a component of the outside
	local about = context.stack:about();
	local elsewhere = sharing.elsewhere(about);
	local read, seen = {}, {};
	local function add(path)
		if not path then
			complete = false;
		elseif not read[path] then
			read[path] = true;
			add_named(context.scopes, set, seen, context.texts:content(path));
		end
	end
	for _, path in ipairs(context.texts.paths) do
		add(path);
	end
	for _, root in ipairs(about.roots or {}) do
		for _, folder in ipairs(about.folders or {}) do
			each_layer_file(root.."/"..folder, elsewhere, add);
		end
	end
	return set, complete;
end;
