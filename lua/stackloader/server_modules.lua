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

local function own_list(host, name)
	local list = configmanager.rawget(host, name);
	if list == nil then
		return "";
	end
	for _, element in next, type(list) == "table" and list or { false } do
		if type(element) ~= "string" then
			return nil;
		end
	end
	return table.concat(list, "\0");
end

-- What decides the modules of a host beside the global lists; nil where they are no plain lists.
local function kind_of(host)
	local enabled, disabled = own_list(host, "modules_enabled"), own_list(host, "modules_disabled");
	return enabled and disabled and table.concat({ configmanager.get(host, "component_module") or "", enabled, disabled }, "\1");
end

-- A function that gives the modules that the configuration wants on a host, by Prosody's own rules, and its component's module. Prosody takes
-- a good part of a millisecond for each, and hosts by the thousand are mostly alike: they share a set, which nobody may change.
local function wanted_modules()
	local known = {};
	return function (host)
		local kind = kind_of(host);
		local names = kind and known[kind];
		local component = configmanager.get(host, "component_module");
		if not names then
			names = {};
			for name in modulemanager.get_modules_for_host(host) do
				names[name] = true;
			end
			if component then
				names[component] = true;
			end
			known[kind or host] = names;
		end
		return names, component;
	end
end

local function is_active(host)
	return rawget(_G.prosody.hosts, host) ~= nil;
end

--- What the configuration of now wants. Only what a configuration wanted is ever unloaded: never what somebody loaded by hand, nor what
-- came as a dependency.
function modules.new(log)
	local self = setmetatable({ log = log, ours = {}, components = {} }, modules);
	local wanted_on = wanted_modules();
	for host in next, configured() do
		self.ours[host], self.components[host] = wanted_on(host);
	end
	return self;
end

-- ======== hosts ========

-- More than the commands of a host's modules
local ATTEMPTS = 200;

-- Calls what unloads modules. An error inside leaves the rest of it undone, and a further attempt goes on behind the error: the shell of
-- Prosody 13.0.7 raises one for each command that a module on a host takes away.
local function persistently(call, ...)
	local ended, result, problem;
	for _ = 1, ATTEMPTS do
		ended, result, problem = pcall(call, ...);
		if ended then
			return result, problem;
		end
	end
	return nil, result;
end

function modules:deactivate(host, reason)
	if is_active(host) then
		self.log("info", "deactivating %s: %s", host, reason);
		local ok, problem = persistently(hostmanager.deactivate, host, "This server has stopped serving "..host);
		if not ok then
			self.log("error", "%s could not be deactivated: %s", host, problem);
		end
	end
	self.ours[host], self.components[host] = nil, nil;
end

function modules:activate(host, options)
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

local function add_users(users, of, on, name)
	for user, module in next, modulemanager.get_modules(on) or {} do
		local dependencies = module.module.dependencies;
		if dependencies and dependencies[name] or of ~= on and user == name then
			users[#users + 1] = { host = on, name = user };
		end
	end
end

-- What is loaded because of this module: those that depend on it, and a global module's instances.
local function users_of(host, name)
	local users = {};
	add_users(users, host, host, name);
	for other in next, host == "*" and _G.prosody.hosts or {} do
		add_users(users, host, other, name);
	end
	return users;
end

-- Names that any host had and none wants: their global part goes too.
local function unwanted_globals(ours, wanted)
	local names = {};
	for name in next, modulemanager.get_modules("*") do
		for _, set in next, ours do
			names[name] = names[name] or set[name];
		end
		for _, set in next, wanted do
			names[name] = not set[name] and names[name] or nil;
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
	local ok, problem = persistently(modulemanager.unload, one.host, one.name);
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
		self.log("error", "mod_%s could not be loaded on %s: %s; what it had set up before it failed stays in force until the next start", name, host,
			(tostring(problem):match "^[^\n]*"));
	end
end

local function missing_on(host, names)
	local missing = {};
	for name in next, is_active(host) and names or {} do
		missing[name] = not is_there(host, name) or nil;
	end
	return values.keys(missing);
end

-- ======== what a reload leaves as it was ========

-- The modules that the configuration wanted when this server started, by host, and that are not there: they failed to load.
local function failed_modules(ours)
	local failed = {};
	for host, names in next, ours do
		local missing = missing_on(host, names);
		failed[host] = #missing > 0 and missing or nil;
	end
	return failed;
end

--- Logs what a reload does not change: hosts that are gone from the configuration and still active, and modules that failed to load. Searched for
-- once, since only a start could add to them; afterwards only those that were found are looked at.
function modules:tell_left()
	local hosts = configured();
	for _, host in ipairs(values.keys(self.ours)) do
		if not hosts[host] and is_active(host) then
			self.log("warn", "%s is no longer in the configuration, and stays active until the next start", host);
		end
	end
	self.failed = self.failed or failed_modules(self.ours);
	local wanted_on = wanted_modules();
	for _, host in ipairs(values.keys(self.failed)) do
		local wanted = hosts[host] and wanted_on(host) or {};
		for _, name in ipairs(self.failed[host]) do
			if wanted[name] and not is_there(host, name) then
				self.log("warn", "mod_%s failed to load on %s; what it had set up before it failed stays in force until the next start", name, host);
			end
		end
	end
end

local function copy(names)
	local result = {};
	for name in next, names do
		result[name] = true;
	end
	return result;
end

-- What the configuration wants on a host, and what it wanted and was kept for another module: that goes with it.
local function with_kept(ours, wanted, host)
	local all = wanted;
	for name in next, ours do
		if not wanted[name] and (modulemanager.is_loaded(host, name) or modulemanager.is_loaded("*", name)) then
			if all == wanted then
				all = copy(wanted);
			end
			all[name] = true;
		end
	end
	return all;
end

--- Makes hosts and modules what the configuration now says. What fails is logged, and the rest goes on.
function modules:apply()
	local hosts = configured();
	self:deactivate_hosts(hosts);
	local wanted_on = wanted_modules();
	local wanted = {};
	for host in next, self.ours do
		wanted[host] = wanted_on(host);
	end
	self:unload_unwanted(wanted);
	for host, names in next, wanted do
		self.ours[host] = with_kept(self.ours[host], names, host);
	end
	for _, host in ipairs(values.keys(wanted)) do
		for _, name in ipairs(missing_on(host, wanted[host])) do
			self:load(host, name);
		end
	end
	for _, host in ipairs(values.keys(hosts)) do
		if not self.ours[host] then
			self.ours[host], self.components[host] = wanted_on(host);
			self:activate(host, hosts[host]);
		end
	end
end

return modules;
