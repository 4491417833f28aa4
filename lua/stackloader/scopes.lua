--- Where options are set, and which modules are at work there: the global scope, hosts, components.
local effective = require "stackloader.effective";
local handles = require "stackloader.handles";

local scopes = {};
scopes.__index = scopes;

local function names_in(list)
	local names = {};
	for _, name in ipairs(type(list) == "table" and list or { list }) do
		names[#names + 1] = type(name) == "string" and name or nil;
	end
	return names;
end

scopes.names_in = names_in;

--- What a name that is no module may have been meant as: without a prefix, or the names nearest to it.
function scopes:meant(name)
	if self.guesses[name] == nil then
		local bare = name:match("^mod_(.+)");
		local near = bare and self.catalogue:module(bare) and { bare } or effective.near(bare or name, self.catalogue:modules());
		self.guesses[name] = near;
	end
	return self.guesses[name];
end

--- What the module and its libraries depend on; `always`: without what only some configurations of it need.
function scopes.needs(module, always)
	local list = {};
	for _, file in ipairs(module.files) do
		for _, name in ipairs(file.source.depends) do
			list[#list + 1] = not (always and file.source.optional and file.source.optional[name]) and name or nil;
		end
	end
	return list;
end

--- Adds to the set the module and what it depends on.
function scopes:add_module(set, name)
	if set[name] then
		return;
	end
	set[name] = true;
	local module = self.catalogue:module(name);
	for _, needed in ipairs(module and scopes.needs(module) or self:meant(name)) do
		self:add_module(set, needed);
	end
end

local function storage_drivers(storage)
	local drivers = {};
	for _, driver in pairs(type(storage) == "table" and storage or { storage }) do
		drivers[#drivers + 1] = type(driver) == "string" and driver or nil;
	end
	return drivers;
end

scopes.storage_drivers = storage_drivers;

-- The modules that the options of a scope call for without naming them in a list.
local function add_backends(self, set, option, component)
	if not component then
		local account = option("authentication");
		self:add_module(set, "auth_"..(type(account) == "string" and account or "internal_hashed"));
	end
	local roles = option("authorization");
	self:add_module(set, "authz_"..(type(roles) == "string" and roles or "internal"));
	local default = option("default_storage");
	self:add_module(set, "storage_"..(type(default) == "string" and default or "internal"));
	for _, driver in ipairs(storage_drivers(option("storage"))) do
		self:add_module(set, "storage_"..driver);
	end
end

local function remove(set, list)
	for _, name in ipairs(names_in(list)) do
		set[name] = nil;
	end
end

-- The names that Prosody loads for the scope, before any of them asks for more.
local function listed(self, own, component)
	local set = {};
	for name, by in pairs(self.automatic) do
		set[name] = by == "prosody" or nil;
	end
	for _, name in ipairs(names_in(self.global.modules_enabled)) do
		set[name] = true;
	end
	remove(set, self.global.modules_disabled);
	if component then
		local inherited = {};
		for name in pairs(self.inheritable) do
			inherited[name] = set[name];
		end
		set = inherited;
	end
	if own ~= self.global then
		for _, name in ipairs(names_in(own.modules_enabled)) do
			set[name] = true;
		end
		remove(set, own.modules_disabled);
	end
	if component then
		set[component] = true;
	end
	return set;
end

local function compute(self, own, component)
	local modules = {};
	local list = listed(self, own, component);
	for name in pairs(list) do
		self:add_module(modules, name);
	end
	add_backends(self, modules, function (name)
		if own[name] ~= nil then
			return own[name];
		end
		return self.global[name];
	end, component);
	return { listed = list, modules = modules };
end

local deciding = { "modules_enabled", "modules_disabled", "authentication", "authorization", "default_storage", "storage" };

-- Hosts that say the same of modules are alike; a tree may have thousands of them.
local function signature(own, component)
	local parts = { tostring(component) };
	for _, option in ipairs(deciding) do
		local value = own[option];
		if type(value) == "table" then
			local texts = {};
			for key, inner in pairs(value) do
				texts[#texts + 1] = tostring(key).."="..tostring(inner);
			end
			table.sort(texts);
			value = table.concat(texts, ",");
		end
		parts[#parts + 1] = tostring(value);
	end
	return table.concat(parts, "|");
end

local function add_scope(self, name, own, component)
	local sign = signature(own, component);
	self.computed[sign] = self.computed[sign] or compute(self, own, component);
	local scope = { name = name, options = own, component = component, listed = self.computed[sign].listed,
		modules = self.computed[sign].modules, enabled = own.enabled ~= false };
	self.list[#self.list + 1] = scope;
	if not self.joined[sign] then
		self.joined[sign] = true;
		for module in pairs(scope.modules) do
			self.anywhere[module] = true;
		end
	end
	return scope;
end

--- All scopes of the stack, the global one first. Of each: name ("*" or the host), options, component (its module) or nil, listed (set
-- of the modules that lists name there), modules (set: those, what they depend on, and backends), enabled.
-- `anywhere` is the set of modules at work in any of them.
function scopes.new(stack, catalogue)
	local self = setmetatable({ catalogue = catalogue, global = handles.as_data(handles.without(stack:options())), automatic = catalogue:automatic(),
		inheritable = catalogue:inheritable(), guesses = {}, list = {}, computed = {}, joined = {}, anywhere = {} }, scopes);
	add_scope(self, "*", self.global);
	for _, host in ipairs(stack:hosts()) do
		local own = handles.as_data(handles.without(stack:options(host.name) or {}));
		local component = rawget(own, "component_module") or host.module;
		add_scope(self, host.name, own, component and tostring(component) or nil).host = host;
	end
	return self;
end

return scopes;
