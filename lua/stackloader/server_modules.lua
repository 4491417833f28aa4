--- Loads and unloads modules of the running server as the configuration now has them, and activates and deactivates hosts:
-- what Prosody itself does only when it starts.
local values = require "stackloader.values";

local function core(name)
	return package.loaded["prosody.core."..name] or require("core."..name);
end

local configmanager, hostmanager, modulemanager = core "configmanager", core "hostmanager", core "modulemanager";

local modules = {};
modules.__index = modules;

-- The configured hosts that are not switched off, as Prosody's start takes them.
local function configured()
	local hosts = {};
	for host, options in next, configmanager.getconfig() do
		if host ~= "*" and options.enabled ~= false then
			hosts[host] = options;
		end
	end
	return hosts;
end

-- The modules that the configuration wants on a host, by Prosody's own rules.
local function wanted_on(host)
	local names = {};
	local set, component = modulemanager.get_modules_for_host(host);
	for name in set do
		names[name] = true;
	end
	if component then
		names[component] = true;
	end
	return names, component;
end

local function is_active(host)
	return rawget(_G.prosody.hosts, host) ~= nil;
end

--- What the configuration of now wants. Only what a configuration wanted is ever unloaded: never what somebody loaded by hand, nor what
-- came as a dependency.
function modules.new(log)
	local self = setmetatable({ log = log, ours = {}, components = {} }, modules);
	for host in next, configured() do
		self.ours[host], self.components[host] = wanted_on(host);
	end
	return self;
end

-- ======== hosts ========

function modules:deactivate(host, reason)
	if is_active(host) then
		self.log("info", "deactivating %s: %s", host, reason);
		local ok, problem = hostmanager.deactivate(host, "This server has stopped serving "..host);
		if not ok then
			self.log("error", "%s could not be deactivated: %s", host, problem);
		end
	end
	self.ours[host], self.components[host] = nil, nil;
end

function modules:activate(host, options)
	self.ours[host], self.components[host] = wanted_on(host);
	if is_active(host) then
		return;
	end
	self.log("info", "activating %s, which is new in the configuration", host);
	local ok, done, problem = pcall(hostmanager.activate, host, options);
	if not ok or not done then
		self.log("error", "%s could not be activated: %s", host, ok and problem or done);
	end
end

function modules:deactivate_hosts(hosts)
	for _, host in ipairs(values.keys(self.ours)) do
		local now = hosts[host] and configmanager.get(host, "component_module");
		if not hosts[host] then
			self:deactivate(host, "it is no longer in the configuration");
		elseif now ~= self.components[host] then
			self:deactivate(host, ("it was %s and is %s now"):format(self.components[host] and "a component of "..self.components[host]
				or "a virtual host", now and "a component of "..now or "a virtual host"));
		end
	end
end

-- ======== what goes ========

-- A module loaded on a host, or a global one ("*"); on its hosts a global module may have an instance each.
local function node(host, name)
	return host.." "..name;
end

local function each_loaded(f)
	for name, module in next, modulemanager.get_modules("*") or {} do
		f("*", name, module);
	end
	for host in next, _G.prosody.hosts do
		for name, module in next, modulemanager.get_modules(host) or {} do
			f(host, name, module);
		end
	end
end

-- What is loaded because of this module: those that depend on it, and a global module's instances.
local function users_of(host, name)
	local users = {};
	each_loaded(function (other, user, module)
		local dependencies = module.module.dependencies;
		local depends = dependencies and dependencies[name] and (host == "*" or other == host);
		if depends or host == "*" and other ~= "*" and user == name then
			users[#users + 1] = { host = other, name = user };
		end
	end);
	return users;
end

-- Names that any host had and none wants: their global part goes too.
local function unwanted_globals(ours, wanted)
	local names = {};
	for _, set in next, ours do
		for name in next, set do
			names[name] = modulemanager.is_loaded("*", name);
		end
	end
	for _, set in next, wanted do
		for name in next, set do
			names[name] = nil;
		end
	end
	return names;
end

-- All that the configuration wanted and no longer wants, as far as it is loaded.
function modules:unwanted(wanted)
	local going = {};
	local function add(host, name)
		if name ~= "stackloader" and modulemanager.is_loaded(host, name) then
			going[node(host, name)] = { host = host, name = name, users = users_of(host, name) };
		end
	end
	for host, names in next, self.ours do
		for name in next, names do
			if not wanted[host][name] then
				add(host, name);
			end
		end
	end
	for name in next, unwanted_globals(self.ours, wanted) do
		add("*", name);
	end
	return going;
end

-- What a module that stays needs stays too, and what that needs.
function modules:keep_needed(going)
	local again;
	repeat
		again = false;
		for id, one in next, going do
			for _, user in ipairs(one.users) do
				if going[id] and not going[node(user.host, user.name)] then
					going[id] = nil;
					again = true;
					if user.name ~= one.name then
						self.log("info", "mod_%s stays loaded on %s: mod_%s depends on it", one.name, one.host, user.name);
					end
				end
			end
		end
	until not again;
end

-- The modules that depend on it go first: Prosody would unload them anyhow, only without a word here.
function modules:unload(one, going)
	if one.done then
		return;
	end
	one.done = true;
	for _, user in ipairs(one.users) do
		self:unload(going[node(user.host, user.name)], going);
	end
	if not modulemanager.is_loaded(one.host, one.name) then
		return;
	end
	local ok, problem = modulemanager.unload(one.host, one.name);
	if ok then
		self.log("info", "unloaded mod_%s %s", one.name, one.host == "*" and "globally" or "from "..one.host);
	else
		self.log("error", "mod_%s could not be unloaded from %s: %s", one.name, one.host, problem);
	end
end

function modules:unload_unwanted(wanted)
	local going = self:unwanted(wanted);
	self:keep_needed(going);
	for _, id in ipairs(values.keys(going)) do
		self:unload(going[id], going);
	end
end

-- ======== what comes ========

local function is_there(host, name)
	local global = modulemanager.get_module("*", name);
	return modulemanager.is_loaded(host, name) or global and not modulemanager.module_has_method(global, "add_host");
end

function modules:load(host, name)
	if is_there(host, name) then
		return;
	end
	local module, problem = modulemanager.load(host, name);
	if module or is_there(host, name) then
		self.log("info", "loaded mod_%s on %s", name, host);
	else
		self.log("error", "mod_%s could not be loaded on %s: %s", name, host, (tostring(problem):match "^[^\n]*"));
	end
end

-- What was kept for another module is remembered: it goes with it.
function modules:remember(wanted)
	for host, names in next, self.ours do
		for name in next, names do
			names[name] = wanted[host][name] or modulemanager.is_loaded(host, name) or modulemanager.is_loaded("*", name) or nil;
		end
		for name in next, wanted[host] do
			names[name] = true;
		end
	end
end

--- Makes hosts and modules what the configuration now says. What fails is logged, and the rest goes on.
function modules:apply()
	local hosts = configured();
	self:deactivate_hosts(hosts);
	local wanted = {};
	for host in next, self.ours do
		wanted[host] = wanted_on(host);
	end
	self:unload_unwanted(wanted);
	self:remember(wanted);
	for _, host in ipairs(values.keys(wanted)) do
		for _, name in ipairs(is_active(host) and values.keys(wanted[host]) or {}) do
			self:load(host, name);
		end
	end
	for _, host in ipairs(values.keys(hosts)) do
		if not self.ours[host] then
			self:activate(host, hosts[host]);
		end
	end
end

return modules;
