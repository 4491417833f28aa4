--- Of a folder that several servers share (PROSODY_SHARD), whose each entry is.
local lfs = require "lfs";
local stackloader = require "stackloader";

local sharing = {};

--- The name by which an entry of the folder is shared out: a file and a folder of one name are one entry.
function sharing.key(entry)
	return entry:match("^(.+)%.cfg%.lua$") or entry;
end

--- This server's number, from 0, and how many servers there are, of "3/8".
function sharing.parse(shard)
	local index, count = shard:match("^(%d+)/(%d+)$");
	return math.tointeger(index), math.tointeger(count);
end

--- A function that tells of a path whether it is, or is below, an entry of the folder that belongs to another server; by stack:about().
function sharing.elsewhere(about)
	local index, count;
	local folders = {};
	if about.shard then
		index, count = sharing.parse(about.shard);
		for i, root in ipairs(about.roots) do
			folders[i] = ("%s/%s/"):format(root, about.shared);
		end
	end
	return function (path)
		for _, folder in ipairs(folders) do
			if path:sub(1, #folder) == folder then
				return stackloader.shard(sharing.key(path:match("^[^/]*", #folder + 1)), count) ~= index;
			end
		end
		return false;
	end;
end

-- What editors and others leave is no entry, whatever its end.
local function is_entry(folder, name)
	if name:find("^[.#]") or name:find("[~#]$") then
		return false;
	end
	return name:find("^.+%.cfg%.lua$") or lfs.attributes(folder.."/"..name, "mode") == "directory";
end

--- The names of the folder's entries in all roots, sorted, each once; and a list of what cannot be listed, as texts.
function sharing.names(about)
	local names, known, problems = {}, {}, {};
	for _, root in ipairs(about.roots) do
		local folder = root.."/"..about.shared;
		local ok, next_name, state = pcall(lfs.dir, folder);
		if not ok and lfs.attributes(folder, "mode") then
			problems[#problems + 1] = ("%s cannot be listed: %s"):format(folder, next_name);
		end
		for name in ok and next_name or next, ok and state or {} do
			local key = sharing.key(name);
			if not known[key] and is_entry(folder, name) then
				known[key] = true;
				names[#names + 1] = key;
			end
		end
	end
	table.sort(names);
	return names, problems;
end

return sharing;
