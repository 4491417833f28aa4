--- Which modules each host has and why, what options say there, and which line said it.
-- Hosts that differ in nothing that is asked for share one answer, a group, so that ten thousand alike cost as much as one.
local effective = require "stackloader.effective";
local values = require "stackloader.values";

local inventory = {};
local methods = {};
local mt = { __index = methods };

-- These options decide about modules, whatever else is asked for.
local always = {
	"modules_enabled", "modules_disabled", "component_module", "authentication", "storage", "default_storage",
	"allow_registration", "registration_invite_only", "use_dane",
};

-- Modules that these load only where an option says so: their sources name the module, not the condition.
local conditional = {
	register = function (value) return value "allow_registration" == true; end;
	invites_register = function (value) return value "registration_invite_only" ~= false; end;
	s2s = function (value) return value "use_dane" == true; end;
	muc = function (_, name) return name ~= "adhoc"; end;
	csi_battery_saver = function (_, name) return name ~= "track_muc_joins"; end;
};
local unconditional = { register = { user_account_management = true }, invites_register = { invites = true } };

local function each_name(list, f)
	if type(list) == "string" then
		f(list);
	elseif type(list) == "table" then
		for _, name in ipairs(list) do
			if type(name) == "string" then
				f(name);
			end
		end
	end
end

local function name_set(list)
	local set = {};
	each_name(list, function (name) set[name] = true; end);
	return set;
end

-- The rules of core/modulemanager: what Prosody loads by itself and the global list, without what is disabled globally; then the host's own.
local function listed_modules(inv, own)
	local modules = {};
	local component = own.component_module;
	local function add(name, reason)
		if not modules[name] then
			modules[name] = reason;
		end
	end
	local global_disabled = inv.global_disabled;
	for name, who in pairs(inv.automatic) do
		if who == "prosody" and not global_disabled[name] and (not component or inv.inheritable[name]) then
			add(name, { how = "automatic" });
		end
	end
	each_name(inv.global.modules_enabled, function (name)
		if not global_disabled[name] and (not component or inv.inheritable[name]) then
			modules[name] = { how = "listed", scope = "*" };
		end
	end);
	each_name(own.modules_enabled, function (name)
		add(name, { how = "listed", scope = "host" });
	end);
	each_name(own.modules_disabled, function (name)
		modules[name] = nil;
	end);
	if modules.vcard_legacy then
		modules.vcard = nil;
	end
	if type(component) == "string" then
		modules[component] = { how = "component" };
	end
	return modules;
end

-- The modules that stand behind options: where accounts and data are kept.
local function add_backend(inv, own, modules, prefix, option, default)
	local value, scope = rawget(own, option), "host";
	if value == nil then
		value, scope = rawget(inv.global, option), "*";
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

local function add_backends(inv, own, modules)
	if not own.component_module then
		add_backend(inv, own, modules, "auth_", "authentication", "internal_hashed");
	end
	add_backend(inv, own, modules, "storage_", "storage");
	add_backend(inv, own, modules, "storage_", "default_storage", "internal");
	return modules;
end

local function wants(inv, own, name, needed)
	local rule = conditional[name];
	if not rule or unconditional[name] and unconditional[name][needed] then
		return true;
	end
	return rule(function (option)
		if own[option] ~= nil then
			return own[option];
		end
		return inv.global[option];
	end, needed);
end

-- What a module needs, Prosody loads with it, and what that needs.
local function add_needed(inv, own, modules)
	local disabled = own.modules_disabled and name_set(own.modules_disabled) or {};
	local queue = values.keys(modules);
	local i = 1;
	while queue[i] do
		local name = queue[i];
		for _, needed in ipairs(inv:needs(name)) do
			if not modules[needed] and not disabled[needed] and not inv.global_disabled[needed] and wants(inv, own, name, needed) then
				modules[needed] = { how = "needed", by = name };
				queue[#queue + 1] = needed;
			end
		end
		i = i + 1;
	end
	return modules;
end

-- A value as text that no other value has: quicker than values.line for what most options hold.
local function digest_of(value)
	if type(value) == "string" then
		return "s"..value;
	elseif type(value) ~= "table" then
		return tostring(value);
	end
	local count = 0;
	for _, item in pairs(value) do
		count = count + 1;
		if type(item) ~= "string" then
			return values.line(value);
		end
	end
	return #value == count and "l"..table.concat(value, "\1") or values.line(value);
end

-- What a host says about the options in question, as one text: equal texts, equal answers.
local function signature(inv, own)
	local said = {};
	for option, value in pairs(own) do
		if inv.relevant[option] then
			local digest = inv.digests[option] or digest_of;
			said[#said + 1] = option.."="..digest(value);
		end
	end
	table.sort(said);
	return table.concat(said, "\0");
end

-- What is not installed is not loaded, whatever a list says.
local function installed(inv, modules)
	for _, name in ipairs(values.keys(modules)) do
		if not inv.catalogue:module(name) then
			modules[name] = nil;
		end
	end
	return modules;
end

local function new_group(inv, name, own, children)
	local group = { hosts = { name }, first = name, own = own, component = own.component_module, children = children };
	group.modules = installed(inv, add_needed(inv, own, add_backends(inv, own, listed_modules(inv, own))));
	inv.groups[#inv.groups + 1] = group;
	return group;
end

local function place_in_group(inv, name, own, extra, children)
	local key = signature(inv, own)..extra;
	local group = inv.by_key[key];
	if group then
		group.hosts[#group.hosts + 1] = name;
	else
		group = new_group(inv, name, own, children);
		inv.by_key[key] = group;
	end
	inv.group_of[name] = group;
end

-- The addresses that clients find below a host by themselves: its direct subdomains, and what disco_items name.
local function add_items(inv, found, items)
	if type(items) == "table" then
		for _, item in ipairs(items) do
			local address = type(item) == "table" and item[1] or item;
			local group = inv.group_of[address];
			if group and group.component then
				found[group] = true;
			end
		end
	end
end

local function components_of(inv, name, own, below)
	local found = {};
	for _, component in ipairs(below[name] or {}) do
		found[inv.group_of[component]] = true;
	end
	add_items(inv, found, own.disco_items);
	add_items(inv, found, inv.global.disco_items);
	local list, ids = {}, {};
	for number, group in ipairs(inv.groups) do
		if found[group] then
			list[#list + 1] = group;
			ids[#ids + 1] = number;
		end
	end
	return list, "\0"..table.concat(ids, ",");
end

-- Components first: what a host offers depends on those below it.
local function sort_hosts(inv)
	local hosts, below = {}, {};
	for _, name in ipairs(effective.hosts(inv.stack)) do
		local own = effective.data(name) or {};
		if rawget(own, "enabled") == false then
			inv.disabled[#inv.disabled + 1] = name;
		elseif rawget(own, "component_module") ~= nil then
			place_in_group(inv, name, own, "", {});
			local parent = name:match("%.(.*)");
			if parent then
				below[parent] = below[parent] or {};
				table.insert(below[parent], name);
			end
		else
			hosts[#hosts + 1] = { name, own };
		end
	end
	for _, host in ipairs(hosts) do
		local children, extra = components_of(inv, host[1], host[2], below);
		place_in_group(inv, host[1], host[2], extra, children);
	end
end

--- What is in force under this stack. `relevant` names the options by which hosts are told apart, next to those about modules;
-- `digests` has a function for those of them that would tell every host from every other, which gives the text that counts.
function inventory.new(stack, catalogue, relevant, digests)
	local names = name_set(always);
	each_name(relevant, function (name) names[name] = true; end);
	local inv = setmetatable({
		stack = stack; catalogue = catalogue; relevant = names; digests = digests or {};
		global = effective.data("*") or {}, automatic = catalogue:automatic(), inheritable = catalogue:inheritable();
		groups = {}, by_key = {}, group_of = {}, disabled = {}, answers = {}, needed = {}, later = {};
	}, mt);
	inv.global_disabled = name_set(inv.global.modules_disabled);
	sort_hosts(inv);
	return inv;
end

--- The names of the modules that this one loads by itself.
function methods:needs(name)
	local list = self.needed[name];
	if not list then
		local entry = self.catalogue:module(name);
		list = entry and entry.source and entry.source.depends or {};
		self.needed[name] = list;
	end
	return list;
end

--- The value in force for the hosts of the group and the scope it comes from: "*" or "host"; nil where nothing is set.
function methods:value(group, option)
	local value = rawget(group.own, option);
	if value ~= nil then
		return value, "host";
	end
	value = rawget(self.global, option);
	return value, value ~= nil and "*" or nil;
end

-- Kept only of the global scope: a host is rarely asked about twice, and there may be many.
local function explain(self, option, scope)
	if scope ~= "*" then
		return self.stack:explain(option, scope);
	end
	local answer = self.answers[option];
	if answer == nil then
		answer = self.stack:explain(option) or false;
		self.answers[option] = answer;
	end
	return answer;
end

-- The values of a configuration that does not load may hold themselves.
local deepest = 50;

local function same(a, b, depth)
	depth = depth or 0;
	if rawequal(a, b) or type(a) ~= "table" or type(b) ~= "table" or depth > deepest then
		return rawequal(a, b) or a ~= a and b ~= b;
	end
	return values.same_fields(a, b, same, depth + 1);
end

local function part_place(answer, element)
	for _, part in ipairs(answer.parts or {}) do
		if part.path and (type(part.key) ~= "table" and part.key ~= nil and part.key == element
			or type(part.key) == "table" and #part.key == 1 and part.key[1] == element or part.key == nil and same(part.value, element)) then
			return part;
		end
	end
end

-- The assignment that made the value what it is: the last one that changed anything.
local function deciding(answer)
	local found, before;
	for _, entry in ipairs(answer.assignments or {}) do
		if not same(entry.result, before) then
			found = entry;
		end
		before = entry.result;
	end
	return found or answer.assignments and answer.assignments[#answer.assignments];
end

local function main_file(stack)
	return { layer = "main", path = stack:about().main_file };
end

-- Did the main file decide the option after the stack?
local function decided_later(self, option, scope)
	if scope ~= "*" then
		local options = self.stack:options(scope) or {};
		return not same(options[option], rawget(effective.data(scope) or {}, option));
	end
	local answer = self.later[option];
	if answer == nil then
		self.global_options = self.global_options or self.stack:options() or {};
		answer = not same(self.global_options[option], rawget(self.global, option));
		self.later[option] = answer;
	end
	return answer;
end

--- Where the option got what it has in this scope ("*" or a host): a table with layer, path and line, as far as they are known; nil where
-- nothing sets it. With `element` where that element or key of it comes from.
function methods:place(option, scope, element)
	if decided_later(self, option, scope) then
		return main_file(self.stack);
	end
	local answer = explain(self, option, scope);
	local entry = answer and (element ~= nil and part_place(answer, element) or deciding(answer));
	return entry and { layer = entry.layer, path = entry.path, line = entry.line } or nil;
end

--- Where the host or component was opened first.
function methods:opened(name)
	if not self.openings then
		self.openings = {};
		for _, host in ipairs(self.stack:hosts()) do
			self.openings[host.name] = { layer = host.layer, path = host.path, line = host.line };
		end
	end
	return self.openings[name] or main_file(self.stack);
end

--- Why the group has the module, in words, and the place where that was decided, if a file decided it.
function methods:why(group, name)
	local reason = group.modules[name];
	if reason.how == "automatic" then
		return "Prosody loads it by itself";
	elseif reason.how == "component" then
		return "component "..group.first, self:opened(group.first);
	elseif reason.how == "needed" then
		local _, where = self:why(group, reason.by);
		return "mod_"..reason.by.." loads it", where;
	elseif reason.how == "option" then
		return reason.option, self:place(reason.option, reason.scope == "*" and "*" or group.first);
	end
	return "enabled", self:place("modules_enabled", reason.scope == "*" and "*" or group.first, name);
end

return inventory;
