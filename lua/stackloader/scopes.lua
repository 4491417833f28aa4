--- Where options are set, and which modules are at work there: the global scope, hosts, components.
local effective = require "stackloader.effective";
local handles = require "stackloader.handles";
local loading = require "stackloader.loading";

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

--- What the module and its libraries load in the scope; `always`: without what they may load or not, or do without.
function scopes:needs(scope, name, always)
	local list = {};
	local host = self.loading:host(scope.name, scope.options, self.global);
	host.component = scope.component;
	for _, needed in ipairs(self.loading:needs(name, host)) do
		list[#list + 1] = not (always and (needed.unsure or needed.soft)) and needed.name or nil;
	end
	return list;
end

--- Adds to the set the module and what it loads, or may load, in the scope; without a scope: what it may load in any.
function scopes:add_module(set, name, scope)
	if set[name] then
		return;
	end
	set[name] = true;
	local module = self.catalogue:module(name);
	local needs = not module and self:meant(name) or scope and self:needs(scope, name) or {};
	for _, needed in ipairs(needs) do
		self:add_module(set, needed, scope);
	end
	for _, file in ipairs(module and not scope and module.files or {}) do
		for _, needed in ipairs(file.source.depends) do
			self:add_module(set, needed);
		end
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
local function add_backends(self, set, scope)
	local backends = self.catalogue:facts().backends;
	local function add(prefix, option)
		local name = scope.options[option];
		if name == nil then
			name = self.global[option];
		end
		name = type(name) == "string" and name or backends[prefix];
		if name then
			self:add_module(set, prefix..name, scope);
		end
	end
	if not scope.component then
		add("auth_", "authentication");
	end
	add("authz_", "authorization");
	add("storage_", "default_storage");
	local storage = scope.options.storage;
	if storage == nil then
		storage = self.global.storage;
	end
	for _, driver in ipairs(storage_drivers(storage)) do
		self:add_module(set, "storage_"..driver, scope);
	end
end

-- The modules that load, or may load, before any of them asks for more. What is switched off has them all the same: it is judged as if it were on.
local function listed(self, scope)
	local options = { component_module = scope.component, modules_enabled = scope.options.modules_enabled,
		modules_disabled = scope.options.modules_disabled };
	local set = {};
	for name in pairs(self.loading:named(options, scope.options == self.global and {} or self.global)) do
		set[name] = true;
	end
	return set;
end

local function compute(self, scope)
	local modules = {};
	local list = listed(self, scope);
	for name in pairs(list) do
		self:add_module(modules, name, scope);
	end
	add_backends(self, modules, scope);
	return { listed = list, modules = modules };
end

local function add_scope(self, name, own, component)
	local sign = tostring(component).."\0"..self.loading:key(own);
	local scope = { name = name, options = own, component = component, enabled = own.enabled ~= false };
	self.computed[sign] = self.computed[sign] or compute(self, scope);
	scope.listed, scope.modules = self.computed[sign].listed, self.computed[sign].modules;
	self.list[#self.list + 1] = scope;
	if not self.joined[sign] then
		self.joined[sign] = true;
		for module in pairs(scope.modules) do
			self.anywhere[module] = true;
		end
	end
	return scope;
end

local function add_scopes(self)
	self.list, self.computed, self.joined, self.anywhere = {}, {}, {}, {};
	add_scope(self, "*", self.global);
	for _, host in ipairs(self.stack:hosts()) do
		local own = handles.as_data(handles.without(self.stack:options(host.name) or {}));
		local component = rawget(own, "component_module") or host.module;
		add_scope(self, host.name, own, component and tostring(component) or nil).host = host;
	end
end

--- All scopes of the stack, the global one first. Of each: name ("*" or the host), options, component (its module) or nil, listed (set
-- of the modules that lists name there), modules (set: those, what they depend on, and backends), enabled.
-- `anywhere` is the set of modules at work in any of them.
function scopes.new(stack, catalogue)
	local self = setmetatable({ stack = stack, catalogue = catalogue, global = handles.as_data(handles.without(stack:options())), guesses = {},
		automatic = catalogue:automatic(), loading = loading.new(catalogue) }, scopes);
	self.loading:grouping(function () add_scopes(self); end);
	return self;
end

return scopes;
