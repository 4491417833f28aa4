--- What one Prosody and its modules read and do: options with their defaults, modules with what they depend on. Of the installed Prosody and of
-- another in a folder it is learnt from their sources; of a version that is not here it is in a file that catalogue_file.lua wrote.
local stackloader = require "stackloader";
local check_lists = require "stackloader.check_lists";
local families = require "stackloader.families";
local file_text = require "stackloader.file_text";
local learned = require "stackloader.learned";
local origins = require "stackloader.origins";
local lfs = require "lfs";

local lua_version = _VERSION:match(" (.+)$");

local catalogue = {};
catalogue.__index = catalogue;

-- Sources that were read, by path and module, for as long as the file stays the same. A library's depends on the module that it is for.
local sources = {};

local function read_source(path, name)
	local identity = stackloader.identity(path);
	local key = path.."\n"..(name or "");
	local known = sources[key];
	if not identity then
		return nil;
	elseif not known or known.identity ~= identity then
		known = { identity = identity };
		known.source, known.problem = stackloader.source(path, name);
		sources[key] = known;
	end
	return known.source, known.problem;
end

-- Every folder ends with a slash and appears once.
local function add_folders(folders, list)
	for _, folder in ipairs(list) do
		folder = (folder.."/"):gsub("//+", "/");
		if not folders[folder] then
			folders[#folders + 1] = folder;
			folders[folder] = true;
		end
	end
end

local function split(paths)
	local list = {};
	for path in (paths or ""):gmatch("[^;]+") do
		list[#list + 1] = path;
	end
	return list;
end

-- What the stack adds, which may be another than Prosody has in force.
local function plugin_paths(stack)
	local paths = stack and stack:options().plugin_paths;
	local list = {};
	for _, path in ipairs(type(paths) == "table" and paths or { paths }) do
		list[#list + 1] = type(path) == "string" and path or nil;
	end
	return list;
end

-- The folders that Prosody looks for modules in before its own: those of the site.
local function site_folders(installer, stack)
	local folders = {};
	add_folders(folders, { installer });
	add_folders(folders, plugin_paths(stack));
	return folders;
end

--- The catalogue of the Prosody that runs this, or of another, by `where`: its folders, { source = …, plugins = { … } }, or { data = … }, as
-- catalogue_file.lua reads it. `where.site` says that the modules of the site, in the folders of the installed Prosody, count as well.
-- The stack (may be nil) adds its plugin_paths.
function catalogue.new(stack, where)
	local prosody = rawget(_G, "prosody");
	local paths = prosody and prosody.paths or {};
	local installer = (not where or where.site) and paths.installer or nil;
	local self = setmetatable({ found = {}, inherited = {}, unread = {}, where = where or {}, data = where and where.data }, catalogue);
	self.source_folder = (where and where.source or paths.source or rawget(_G, "CFG_SOURCEDIR") or "."):gsub("/+$", "");
	self.folders = site_folders(installer, stack);
	if not self.data then
		add_folders(self.folders, where and where.plugins or split(rawget(_G, "CFG_PLUGINDIR") or paths.plugins or "./plugins"));
	end
	self.origins = origins.new(self.source_folder, installer);
	if where and where.site then
		self.installed = catalogue.new(stack);
	end
	return self;
end

-- Modules

-- Where Prosody's pluginloader looks for a file of a module, in its order.
local function places(plugin, resource)
	local share = "share/lua/"..lua_version.."/";
	return {
		"mod_"..plugin.."/"..plugin.."/"..resource,
		"mod_"..plugin.."/"..resource,
		plugin.."/"..resource,
		resource,
		share..resource,
		share.."mod_"..plugin.."/"..resource,
	};
end

local function words_of(list)
	return (list or ""):gmatch("[^, ]+");
end

-- Does modulemanager pass the file over for what its header says, and look on?
local function is_passed_over(self, path, name)
	local source = read_source(path, name);
	if not source or next(source.header) == nil then
		return false;
	end
	local facts = self:facts();
	local is_supported = not (facts.headers.lua and source.header.lua);
	for version in words_of(source.header.lua) do
		is_supported = is_supported or version == lua_version;
	end
	local is_refused = not is_supported;
	for feature in words_of(facts.headers.conflicts and source.header.conflicts) do
		is_refused = is_refused or facts.features[feature] ~= nil;
	end
	for feature in words_of(facts.headers.requires and source.header.requires) do
		is_refused = is_refused or facts.features[feature] == nil;
	end
	return is_refused;
end

local function find_file(self, plugin, resource)
	for _, folder in ipairs(self.folders) do
		for _, place in ipairs(places(plugin, resource)) do
			local path = folder..place;
			if lfs.attributes(path, "mode") == "file" and not (resource == "mod_"..plugin..".lua" and is_passed_over(self, path, plugin)) then
				return path, folder;
			end
		end
	end
end

-- module:require "x"
local function find_library(self, plugin, name)
	return find_file(self, plugin, name..".lib.lua") or find_file(self, plugin, name..".lua") or find_file(self, name, name..".lib.lua");
end

-- The module's own file and the libraries that it and they require.
local function add_file(self, files, name, path, library_name)
	local source, problem;
	if not files[path] then
		source, problem = read_source(path, name);
		self.unread[path] = problem;
	end
	if source then
		files[path] = true;
		files[#files + 1] = { path = path, source = source, library = library_name };
		for _, library in ipairs(source.requires) do
			local found = find_library(self, name, library);
			if found then
				add_file(self, files, name, found, library);
			end
		end
	end
end

local function module_in_folders(self, name)
	local path, folder = find_file(self, name, "mod_"..name..".lua");
	local files = {};
	if path then
		add_file(self, files, name, path);
	end
	local source = files[1] and files[1].source;
	return source and { name = name, path = path, origin = self.origins:of(name, path, folder), source = source, files = files };
end

-- Of another Prosody than the installed one, the modules that only the installed one's folders have, where they came to them by the site's own hand;
-- those of the community too, where the other has none of its own.
local function module_of_site(self, name)
	local module = self.installed and self.installed:module(name);
	local is_wanted = module and (module.origin == "site" or module.origin ~= "core" and self.where.lacks_community);
	return is_wanted and module or nil;
end

local function find_module(self, name)
	if type(name) ~= "string" or not name:match("^[%w_.-]+$") then
		return nil;
	end
	return module_in_folders(self, name) or self.data and self.data.modules[name] or module_of_site(self, name);
end

--- A module: { name, path, origin = "core", "community", "installed" or "site", source (of its main file), files }; nil where there is none.
-- `files` are that and the libraries that it requires: { path, source, library (the name by which it is required) } each.
function catalogue:module(name)
	local known = self.found[name];
	if known == nil then
		known = find_module(self, name) or false;
		self.found[name] = known;
	end
	return known or nil;
end

-- The entries of a folder; none where it is no folder, or cannot be read.
local function entries_of(folder)
	local ok, next_entry, state = pcall(lfs.dir, folder);
	return ok and next_entry or function () end, state;
end

-- The names that the entries of a folder may be modules of.
local function add_names(folder, names)
	for entry in entries_of(folder) do
		local name = entry:match("^mod_([^.]+)%.lua$") or entry:match("^mod_([^.]+)$") or entry:match("^([%w_-]+)$");
		if name then
			names[name] = true;
		end
	end
end

local function sorted(set)
	local list = {};
	for name in pairs(set) do
		list[#list + 1] = name;
	end
	table.sort(list);
	return list;
end

--- The names of all modules that Prosody would find, sorted.
function catalogue:modules()
	if not self.module_names then
		local names = {};
		for _, folder in ipairs(self.folders) do
			add_names(folder, names);
			add_names(folder.."share/lua/"..lua_version, names);
		end
		for name in pairs(self.data and self.data.modules or {}) do
			names[name] = true;
		end
		for _, name in ipairs(self.installed and self.installed:modules() or {}) do
			names[name] = true;
		end
		for name in pairs(names) do
			if not self:module(name) then
				names[name] = nil;
			end
		end
		self.module_names = sorted(names);
	end
	return self.module_names;
end

--- The files of Prosody and of its modules that could not be read, sorted, each as "path: why".
function catalogue:unreadable()
	self:option_names();   -- reads all of them
	local list = {};
	for _, problem in pairs(self.unread) do
		list[#list + 1] = problem;
	end
	table.sort(list);
	return list;
end

-- Prosody's own files

local function text_of(path)
	return file_text(path) or "";
end

-- The file is made when Prosody is built; its source package has the other.
local function version_in(folder)
	for _, name in ipairs { "prosody.version", "prosody.release" } do
		local version = text_of(folder.."/"..name):match("^%s*(%d+%.%d+[%d.]*)");
		if version then
			return version;
		end
	end
	return text_of(folder.."/core/features.lua") ~= "" and "13.0.0" or "0.12.0";
end

local function facts_in(folder)
	local facts = learned.of(folder);
	facts.version = version_in(folder);
	return facts;
end

--- What Prosody's own files say apart from the options that they read, as learned.lua has it, with version = "13.0.1".
function catalogue:facts()
	self.known_facts = self.known_facts or self.data and self.data.facts or facts_in(self.source_folder);
	return self.known_facts;
end

--- "0.12" or "13"
function catalogue:generation()
	return self:facts().version:find("^0%.") and "0.12" or "13";
end

--- The options that prosodyctl check calls obsolete, deprecated or global, each a set.
function catalogue:check_lists()
	self.lists = self.lists or check_lists.of(self:facts().check);
	return self.lists;
end

local function add_core_files(folder, files)
	for entry in entries_of(folder) do
		local path = folder.."/"..entry;
		if entry:sub(1, 1) ~= "." and lfs.attributes(path, "mode") == "directory" then
			add_core_files(path, files);
		elseif entry:match("%.lua$") then
			files[#files + 1] = path;
		end
	end
end

-- prosodyctl reads options too: it is beside the program that runs this, or where packages and a source folder have it.
local function prosodyctl_of(source_folder, is_other)
	local program = not is_other and type(rawget(_G, "arg")) == "table" and tostring(_G.arg[0] or "");
	local beside = program and program:match("^(.*/)prosody[^/]*$");
	for _, path in ipairs { beside and beside.."prosodyctl" or "", source_folder.."/../../bin/prosodyctl", source_folder.."/prosodyctl" } do
		if lfs.attributes(path, "mode") == "file" then
			return path;
		end
	end
end

--- Prosody's own files that read options: { { path, source } … }, sorted.
function catalogue:core_files()
	if self.data then
		return self.data.core;
	elseif not self.core then
		local paths = {};
		for _, folder in ipairs { "core", "net", "util" } do
			add_core_files(self.source_folder.."/"..folder, paths);
		end
		paths[#paths + 1] = prosodyctl_of(self.source_folder, self.where.source);
		table.sort(paths);
		self.core = {};
		for _, path in ipairs(paths) do
			local source, problem = read_source(path);
			self.unread[path] = problem;
			if source and #source.reads > 0 then
				self.core[#self.core + 1] = { path = path, source = source };
			end
		end
	end
	return self.core;
end

-- Options

local function is_tool(path)
	return (path:find("/util/prosodyctl", 1, true) or path:find("/prosodyctl$")) and true or nil;
end

local function add_read(index, read, module_name, path)
	local entry = { module = module_name, path = path, tool = not module_name and is_tool(path) or nil };
	for key, value in pairs(read) do
		entry[key] = value;
	end
	if not index.limits then
		entry.minimum, entry.maximum = nil, nil;
	end
	if not read.name then
		index.unnamed[#index.unnamed + 1] = entry;
		return;
	end
	local list = index.options[read.name];
	if not list then
		list = {};
		index.options[read.name] = list;
	end
	list[#list + 1] = entry;
end

local function add_reads(index, files, module_name)
	for _, file in ipairs(files) do
		for _, read in ipairs(file.source.reads) do
			add_read(index, read, module_name, file.path);
		end
	end
end

local function read_all(self)
	if self.index then
		return self.index;
	end
	local index = { options = {}, unnamed = {}, limits = self:facts().limits };
	local servers, tools = {}, {};
	for _, file in ipairs(self:core_files()) do
		local list = is_tool(file.path) and tools or servers;
		list[#list + 1] = file;
	end
	add_reads(index, servers);
	for _, name in ipairs(self:modules()) do
		add_reads(index, self:module(name).files, name);
	end
	families.add(self, index, add_read);
	add_reads(index, tools);
	self.index = index;
	return index;
end

-- A name that is put together at run time from what only the running module knows.
local function fits(name, read)
	local prefix, suffix = read.prefix, read.suffix;
	return #prefix + #suffix > 3 and #name > #prefix + #suffix
		and name:sub(1, #prefix) == prefix and name:sub(-#suffix - 1):sub(2) == suffix;
end

local function read_by_pattern(index, name)
	local list = {};
	for _, read in ipairs(index.unnamed) do
		if not read.resolved and fits(name, read) then
			list[#list + 1] = read;
		end
	end
	return list;
end

--- Who reads the option, the server first: { module (nil: a file of Prosody itself), path, line, kind, guessed (the kind is from how the value is
-- used), default, default_text, values, minimum, maximum, global (from the global section alone), family (of which service it is one), tool (only
-- prosodyctl does) } …; {} where nobody does. In what only fits a pattern there is no name, but prefix and suffix.
function catalogue:option(name)
	local index = read_all(self);
	return index.options[name] or read_by_pattern(index, name);
end

--- `get_option_boolean(…) ~= false` takes what is no boolean for true: the reader's own line says so, where nobody has noted it.
function catalogue.is_compared(reader)
	if reader.compared ~= nil then
		return reader.compared;
	end
	local number = 0;
	for line in io.lines(reader.path) do
		number = number + 1;
		if number == reader.line then
			return line:find("~=%s*false") ~= nil or line:find("==%s*") ~= nil;
		end
	end
	return true;
end

--- All names that are read, sorted.
function catalogue:option_names()
	return sorted(read_all(self).options);
end

-- Modules that come by themselves

local function add_dependencies(self, set, name)
	local module = self:module(name);
	for _, file in ipairs(module and module.files or {}) do
		for _, needed in ipairs(file.source.depends) do
			if not set[needed] then
				set[needed] = name;
				add_dependencies(self, set, needed);
			end
		end
	end
end

--- The modules that Prosody loads by itself, as a set: name → "prosody", or the module that depends on it. `enabled` (may be nil) is a list of
-- further modules whose dependencies count.
function catalogue:automatic(enabled)
	local set = {};
	local own = self:facts().automatic;
	for _, name in ipairs(own) do
		set[name] = "prosody";
	end
	for _, list in ipairs { own, enabled or {} } do
		for _, name in ipairs(list) do
			add_dependencies(self, set, name);
		end
	end
	return set;
end

--- The modules that a component of that module (may be nil) takes over from the global list, as a set. Do not change it.
function catalogue:inheritable(component)
	local key = type(component) == "string" and component or "";
	local set = self.inherited[key];
	if not set then
		local facts, module = self:facts(), self:module(key);
		set = {};
		for _, name in ipairs(facts.inheritable) do
			set[name] = true;
		end
		for name in words_of(facts.headers.inherit_modules and module and module.source.header.inherit_modules) do
			set[name] = true;
		end
		self.inherited[key] = set;
	end
	return set;
end

return catalogue;
