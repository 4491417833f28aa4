--- Which modules each host has and why, what options say there, and which line said it.
-- Hosts that differ in nothing that is asked for share one answer, a group, so that ten thousand alike cost as much as one.
local effective = require "stackloader.effective";
local loading = require "stackloader.loading";
local values = require "stackloader.values";

local inventory = {};
local methods = {};
local mt = { __index = methods };

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
		if inv.relevant[option] or inv.loading.deciding[option] then
			local digest = inv.digests[option] or digest_of;
			said[#said + 1] = option.."="..digest(value);
		end
	end
	table.sort(said);
	return table.concat(said, "\0");
end

local function new_group(inv, name, own, children)
	local group = { hosts = { name }, first = name, own = own, component = own.component_module, children = children };
	local wanted = inv.loading:listed(own, inv.global);
	inv.loading:add_storage(inv.loading:add_accounts(wanted, own, inv.global), own, inv.global);
	group.modules = inv.loading:complete(wanted, name, own, inv.global);
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
	inv.groups, inv.by_key, inv.group_of, inv.disabled = {}, {}, {}, {};
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
	local names = {};
	for _, name in ipairs(relevant or {}) do
		names[name] = true;
	end
	local inv = setmetatable({
		stack = stack; catalogue = catalogue; relevant = names; digests = digests or {};
		global = effective.data("*") or {}, loading = loading.new(catalogue), answers = {}, later = {};
	}, mt);
	inv.loading:grouping(function () sort_hosts(inv); end);
	return inv;
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

--- The main file as a whole, as a place.
function methods:main_file()
	return { layer = "main", path = self.stack:about().main_file or _G.prosody and _G.prosody.config_file };
end

local function after_the_stack(self)
	local place = self:main_file();
	place.why = "this file sets it after stackloader.load";
	return place;
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
		return after_the_stack(self);
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
	return self.openings[name] or after_the_stack(self);
end

local function why(self, group, name, reason)
	if reason.how == "automatic" then
		return "Prosody loads it by itself";
	elseif reason.how == "component" then
		return "component "..group.first, self:opened(group.first);
	elseif reason.how == "needed" then
		-- What loads it may have failed afterwards.
		local _, where = why(self, group, reason.by, reason.of);
		return "mod_"..reason.by.." loads it", where;
	elseif reason.how == "option" then
		return reason.option, self:place(reason.option, reason.scope == "*" and "*" or group.first);
	end
	return "enabled", self:place("modules_enabled", reason.scope == "*" and "*" or group.first, name);
end

--- Why the group has the module, in words, and the place where that was decided, if a file decided it.
function methods:why(group, name)
	return why(self, group, name, group.modules[name]);
end

return inventory;
