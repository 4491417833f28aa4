--- The Prosodys that a configuration can be judged for without being installed: the versions that catalogues are shipped of, and unpacked ones.
local catalogue = require "stackloader.catalogue";
local catalogue_file = require "stackloader.catalogue_file";
local full_path = require "stackloader.full_path";
local lfs = require "lfs";

local prosodies = {};

--- The versions that there are catalogues of, oldest first. Where two releases of Debian have one version, the older one's has a mark.
prosodies.versions = { "0.12.3", "13.0.1~bpo12", "13.0.1", "13.0.6", "13.0.7" };

--- What may stand behind --prosody=, in words.
prosodies.offered = table.concat(prosodies.versions, ", ")..", or the folder of an unpacked source or package";

local function is_folder(path)
	return lfs.attributes(path, "mode") == "directory";
end

local function is_shipped(word)
	for _, version in ipairs(prosodies.versions) do
		if version == word then
			return true;
		end
	end
	return false;
end

local prepared = {};

local function of_version(word)
	if not prepared[word] then
		local found, data = pcall(require, "stackloader.catalogues.prosody_"..word:gsub("[.~]", "_"));
		if not found then
			return nil, ("--prosody=%s: its catalogue is not installed beside stackloader's other files; install stackloader again"):format(word);
		end
		prepared[word] = catalogue_file.prepare(data);
	end
	return { name = "Prosody "..word, where = { data = prepared[word], site = true } };
end

-- Where an unpacked source, an unpacked package and an installation have Prosody's own files and its modules.
local places = { "", "/usr/lib/prosody", "/lib/prosody" };

local function is_denied(folder)
	for _, place in ipairs(places) do
		local _, _, code = lfs.attributes(folder..place.."/core/modulemanager.lua");
		if code == 13 then
			return true;
		end
	end
	return false;
end

local function of_folder(word)
	local folder = full_path(word):gsub("(.)/+$", "%1");
	for _, place in ipairs(places) do
		local source = folder..place;
		for _, plugins in ipairs { "/plugins", "/modules" } do
			if lfs.attributes(source.."/core/modulemanager.lua", "mode") == "file" and is_folder(source..plugins) then
				local lacks = not is_folder(source.."/../../share/doc/prosody-modules");
				return { where = { source = source, plugins = { source..plugins }, site = true, lacks_community = lacks } };
			end
		end
	end
	if is_denied(folder) then
		return nil, ("--prosody=%s: this process may not look into the folder; prosodyctl runs as Prosody's own user, so put the folder where that user "
			.."may read it"):format(word);
	end
	return nil, ("--prosody=%s: there is no Prosody in this folder (no core/modulemanager.lua with modules or plugins beside core); name the folder "
		.."of an unpacked source or package"):format(word);
end

--- The Prosody that a word means, { name = "Prosody 13.0.7", where = for catalogue.new }: a version or a folder. Else nil and what is wrong, a line.
function prosodies.find(word)
	if is_shipped(word) then
		return of_version(word);
	elseif word:find("/", 1, true) or is_folder(full_path(word)) then
		local found, problem = of_folder(word);
		if found then
			found.name = ("Prosody %s in %s"):format(catalogue.new(nil, found.where):facts().version, word);
		end
		return found, problem;
	end
	return nil, ("--prosody=%s: there is no catalogue of it; known are %s"):format(word, prosodies.offered);
end

--- The catalogue of it for this stack.
function prosodies.catalogue(prosody, stack)
	return catalogue.new(stack, prosody.where);
end

--- Says which files of it could not be read: what they say is left out of what follows.
function prosodies.warn_of_unreadable(known, out)
	for _, problem in ipairs(known:unreadable()) do
		out.warn(problem.."; what this file says is not known, so findings may be wrong");
	end
end

--- What stackloader.assume takes, so that layers load as they would there. The stack in force (may be nil) says where the site has its own modules.
function prosodies.assumed(prosody, stack)
	local known = catalogue.new(stack, prosody.where);
	return {
		version = known:facts().version;
		available = function (name)
			return known:module(name) ~= nil;
		end;
		takes_over = function (component, name)
			return known:inheritable(component)[name] == true;
		end;
	};
end

return prosodies;
