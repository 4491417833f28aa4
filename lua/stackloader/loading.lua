--- Which modules Prosody loads on a host: its own formula, for any options, be they in force or not. What the formula goes by is read from the source
-- of the Prosody that the catalogue is of.
local conditions = require "stackloader.conditions";
local file_text = require "stackloader.file_text";
local set = require "util.set";
local values = require "stackloader.values";

local loading = {};
loading.__index = loading;

-- The options that decide about the modules of a host, whatever modules there are.
local always = {
	"modules_enabled", "modules_disabled", "component_module", "authentication", "authorization", "default_storage", "storage", "enabled",
};

--- The model for the Prosody that the catalogue is of.
function loading.new(catalogue)
	local self = setmetatable({ catalogue = catalogue, automatic = {}, deciding = {}, texts = {} }, loading);
	for _, name in ipairs(catalogue:facts().automatic) do
		self.automatic[name] = true;
	end
	for _, name in ipairs(always) do
		self:decides(name);
	end
	return self;
end

--- Hosts that differ in none of the options in `deciding` have the same modules. The list grows where a module loads another under a condition that
-- asks for one more option.
function loading:decides(option)
	if not self.deciding[option] then
		self.deciding[option] = true;
		self.deciding[#self.deciding + 1] = option;
	end
end

--- Calls f(), which groups hosts by what they say of the options that decide, until the list of them grows no more.
function loading:grouping(f)
	local count;
	repeat
		count = #self.deciding;
		f();
	until #self.deciding == count;
end

--- A module list as Prosody reads it, which loads nothing of what is no table.
function loading.list(options, name)
	local value = options and rawget(options, name);
	return type(value) == "table" and value or {};
end

--- What decides of a host's modules, apart from the global options, as one text.
function loading:key(options)
	local key = {};
	for i, name in ipairs(self.deciding) do
		local value = rawget(options, name);
		key[i] = value == nil and "" or values.line(value);
	end
	return table.concat(key, "\0");
end

local function name_set(list)
	local names = {};
	for _, name in ipairs(type(list) == "table" and list or { list }) do
		if type(name) == "string" then
			names[name] = true;
		end
	end
	return names;
end

loading.name_set = name_set;

-- ======== what lists name ========

--- The modules that the lists and the component of a host name, and what comes by itself, as a table: name → { how = "automatic", "listed" or
-- "component", scope = "*" or "host" where it is listed }. None where the host is switched off.
function loading:named(own, global)
	local modules = {};
	local component = rawget(own, "component_module");
	local disabled = name_set(loading.list(global, "modules_disabled"));
	local inheritable = component and self.catalogue:inheritable(component);
	if rawget(own, "enabled") == false then
		return modules;
	end
	local function add(name, reason)
		if not disabled[name] and (not component or inheritable[name]) then
			modules[name] = reason;
		end
	end
	for name in pairs(self.automatic) do
		add(name, { how = "automatic" });
	end
	for name in pairs(name_set(loading.list(global, "modules_enabled"))) do
		add(name, { how = "listed", scope = "*" });
	end
	for name in pairs(name_set(loading.list(own, "modules_enabled"))) do
		modules[name] = modules[name] or { how = "listed", scope = "host" };
	end
	for name in pairs(name_set(loading.list(own, "modules_disabled"))) do
		modules[name] = nil;
	end
	if type(component) == "string" then
		modules[component] = { how = "component" };
	end
	return modules;
end

--- Of those the ones that core/modulemanager loads, before any of them asks for more.
function loading:listed(own, global)
	local modules = self:named(own, global);
	if modules.vcard_legacy then
		modules.vcard = nil;
	end
	return modules;
end

--- The same as a set of util.set.
function loading:names(own, global)
	return set.new(values.keys(self:listed(own, global)));
end

-- ======== the backends ========

local function add_backend(modules, own, global, prefix, option, default)
	local value, scope = rawget(own, option), "host";
	if value == nil then
		value, scope = rawget(global, option), "*";
	end
	if value == nil and default then
		value, scope = default, nil;
	end
	for _, name in pairs(type(value) == "table" and value or { value }) do
		if type(name) == "string" then
			modules[prefix..name] = scope and { how = "option", option = option, scope = scope } or { how = "automatic" };
		end
	end
end

--- Adds to a table as loading:listed gives it the modules that keep the accounts and roles of the host, by its options or without any: { how =
-- "automatic" or "option", option, scope }.
function loading:add_accounts(modules, own, global)
	local backends = self.catalogue:facts().backends;
	if rawget(own, "component_module") == nil then
		add_backend(modules, own, global, "auth_", "authentication", backends.auth_);
	end
	add_backend(modules, own, global, "authz_", "authorization", backends.authz_);
	return modules;
end

--- Adds the modules that keep its data; they load once something is kept.
function loading:add_storage(modules, own, global)
	add_backend(modules, own, global, "storage_", "storage");
	add_backend(modules, own, global, "storage_", "default_storage", self.catalogue:facts().backends.storage_);
	return modules;
end

-- ======== what those load ========

local function reader_of(self, path)
	return function ()
		if not self.texts[path] then
			self.texts[path] = file_text(path) or "";
		end
		return self.texts[path];
	end
end

--- A host as its modules see it, for loading:needs. `own` may be the global options, then `name` is "*".
function loading:host(name, own, global)
	local server = {
		host = "*", is_server = true;
		option = function (option)
			return rawget(global, option);
		end;
	};
	return {
		host = name, component = rawget(own, "component_module"), server = name ~= "*" and server or nil;
		option = function (option)
			self:decides(option);
			local value = rawget(own, option);
			if value == nil then
				value = rawget(global, option);
			end
			return value;
		end;
	};
end

-- The host, or the whole server for what a global module asks for once.
local function place_of(needed, module, env)
	return module.source.global and not needed.of_host and env.server or env;
end

local add_file;

-- Calls add(what it is, holds) for what stands under a condition that holds (true) or may hold (nil), by their lines.
local function each_in_file(self, module, file, env, add)
	local found = {};
	for field in pairs { dependencies = true, libraries = true, tasks = true } do
		for _, needed in ipairs(file.source[field]) do
			local place = place_of(needed, module, env);
			place.name = module.name;
			local holds = not needed.condition or conditions.holds(needed, place, reader_of(self, file.path));
			if holds ~= false then
				found[#found + 1] = { field = field, needed = needed, unsure = holds == nil, line = needed.line };
			end
		end
	end
	table.sort(found, function (a, b) return a.line < b.line; end);
	for _, one in ipairs(found) do
		add(one);
	end
end

function add_file(run, file, unsure)
	if run.seen[file] then
		return;
	end
	run.seen[file] = true;
	each_in_file(run.model, run.module, file, run.env, function (one)
		local name = one.field == "tasks" and "cron" or one.needed[1];   -- module:hourly and the like
		if one.field == "libraries" then
			return run.libraries[name] and add_file(run, run.libraries[name], unsure or one.unsure);
		elseif name ~= run.module.name then
			run.list[#run.list + 1] = { name = name, soft = one.needed.soft, unsure = unsure or one.unsure };
		end
	end);
end

--- What the module loads on that host (loading:host), in its order: a list of { name, soft (it loads without that, too), unsure (it cannot be told
-- whether it does) }.
function loading:needs(name, env)
	local module = self.catalogue:module(name);
	if not module then
		return {};
	end
	local run = { model = self, module = module, env = env, list = {}, seen = {}, libraries = {} };
	for _, file in ipairs(module.files) do
		run.libraries[file.library or ""] = file;
	end
	add_file(run, module.files[1], false);
	return run.list;
end

-- Loads the module and what it needs, as Prosody does: where it needs what is not there or is disabled, it does not load. What it had loaded before
-- that stays.
local function load(run, name, reason)
	if run.modules[name] or run.failed[name] then
		return run.modules[name] ~= nil;
	elseif not run.model.catalogue:module(name) then
		run.failed[name] = name;
		return false;
	end
	run.modules[name] = reason;
	for _, needed in ipairs(run.model:needs(name, run.env)) do
		if needed.unsure then
			run.unsure[#run.unsure + 1] = { needed.name, name, reason };
		elseif (run.disabled[needed.name] or not load(run, needed.name, { how = "needed", by = name, of = reason })) and not needed.soft then
			run.modules[name] = nil;
			run.failed[name] = needed.name;
			return false;
		end
	end
	return true;
end

-- The modules that come with one of which it cannot be told whether it loads.
local function load_unsure(run)
	local sure, unsure = run.modules, {};
	run.modules = setmetatable({}, { __index = sure });
	while run.unsure[1] do
		local name, by, reason = table.unpack(table.remove(run.unsure));
		if not run.disabled[name] then
			load(run, name, { how = "needed", by = by, of = reason });
		end
	end
	for name, reason in next, run.modules do
		unsure[name] = reason;
	end
	return unsure;
end

--- Everything that loads on a host where the lists and options call for these modules (a table as loading:listed gives it): the same with what they
-- need, { how = "needed", by, of = why that one loads, which may fail later }, without what is not installed or cannot load; a second one, of those
-- of which that cannot be told; and of those that do not load which module is missing or disabled for that, itself where it is not installed.
function loading:complete(listed, host, own, global)
	local run = { model = self, env = self:host(host, own, global), modules = {}, failed = {}, unsure = {} };
	run.disabled = name_set(rawget(own, "modules_disabled"));
	for name in pairs(name_set(rawget(global, "modules_disabled"))) do
		run.disabled[name] = true;
	end
	local component = rawget(own, "component_module");
	if type(component) == "string" and listed[component] then
		load(run, component, listed[component]);
	end
	for _, name in ipairs(values.keys(listed)) do
		load(run, name, listed[name]);
	end
	-- What came along with another one first is listed all the same.
	local modules = run.modules;
	for name, reason in pairs(listed) do
		modules[name] = modules[name] and reason;
	end
	return modules, load_unsure(run), run.failed;
end

return loading;
