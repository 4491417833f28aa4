--- Whose a module is: Prosody's own, the community's (Debian puts both into one folder), or of this site.
local lfs = require "lfs";

local origins = {};
origins.__index = origins;

function origins.new(source_folder, installer)
	return setmetatable({
		source_folder = source_folder.."/";
		installer = installer and (installer.."/"):gsub("//+", "/");
		documents = source_folder.."/../../share/doc/prosody-modules";
	}, origins);
end

-- The files that a Debian package brought, as a set; nil where there is no such package.
local function package_files(package)
	local file = io.open("/var/lib/dpkg/info/"..package..".list", "rb");
	if not file then
		return nil;
	end
	local set = {};
	for line in file:lines() do
		set[line] = true;
	end
	file:close();
	return set;
end

-- What packages filled Prosody's folder with; the rest of a folder that they filled was put there by hand.
local function packaged(self, path)
	if not self.lists then
		self.lists = { core = package_files("prosody"), community = package_files("prosody-modules") };
	end
	for origin, list in pairs(self.lists) do
		if list[path] then
			return origin;
		end
	end
	local core = self.lists.core;
	return core and core[self.source_folder.."core/modulemanager.lua"] and "site" or nil;
end

-- The package of the community's modules documents each of them, wherever it was unpacked.
local function documented(self)
	if not self.readmes then
		self.readmes = {};
		local ok, next_entry, state = pcall(lfs.dir, self.documents);
		if ok then
			self.readmes.any = true;
			for entry in next_entry, state do
				local name = entry:match("^README_mod_([^.]+)");
				if name then
					self.readmes["mod_"..name] = true;
				end
			end
		end
	end
	return self.readmes;
end

-- The header that Prosody's own files mostly have, and those of the community at times.
local function has_header(path)
	local file = io.open(path, "rb");
	local head = file and file:read(200) or "";
	if file then
		file:close();
	end
	return head:find("-- Prosody IM", 1, true) ~= nil;
end

-- Modules of Prosody's own that have a folder, in every version from 0.12.3 to 13.0.7.
local has_folder = { mam = true, pubsub = true };

-- In the folder that came with Prosody.
local function of_shared_folder(self, name, path, folder)
	local known = packaged(self, path);
	if known then
		return known;
	end
	local readmes = documented(self);
	local file = path:sub(#folder + 1):gsub("^/", "");
	local plain = file == "mod_"..name..".lua" or file == name.."/mod_"..name..".lua";
	if readmes.any then
		-- Each module of Debian's package of them has a folder, documented or not.
		return (plain or has_folder[name]) and "core" or "community";
	elseif readmes["mod_"..name] then
		return "community";
	end
	return (plain or has_header(path)) and "core" or "installed";
end

--- "core", "community", "site" for what did not come with packages of Prosody, "installed" where there is no telling.
function origins:of(name, path, folder)
	if folder == self.installer then
		return "community";
	elseif folder:sub(1, #self.source_folder) ~= self.source_folder then
		return "site";
	end
	return of_shared_folder(self, name, path, folder);
end

return origins;
