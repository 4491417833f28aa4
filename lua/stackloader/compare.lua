--- Compares two sides: options scope by scope, then the modules that hosts load.
local catalogue = require "stackloader.catalogue";
local compare_prosodies = require "stackloader.compare_prosodies";
local loading = require "stackloader.loading";
local side = require "stackloader.side";
local set = require "util.set";
local telling = require "stackloader.telling";
local values = require "stackloader.values";

local compare = {};

-- The options that a VirtualHost or Component line says by itself.
local implied = { defined = true, component_module = true };

-- Elements

local function parts_of(value)
	local list, counts, keys = side.parts(value), {}, {};
	for _, part in ipairs(list) do
		keys[part.key and telling.key(part.key) or ""] = part.key and true or nil;
		counts[part.text] = (counts[part.text] or 0) + 1;
	end
	return list, { counts = counts, keys = keys };
end

-- Adds the parts that the other side has fewer of, and where that side removes them; of a key that it has, it says another value.
local function add_missing(changes, sign, parts, others, history, other_history)
	local left = {};
	for text, count in pairs(others.counts) do
		left[text] = count;
	end
	for _, part in ipairs(parts) do
		if (left[part.text] or 0) > 0 then
			left[part.text] = left[part.text] - 1;
		else
			local place = history.parts[part.text] or history.place or {};
			changes[#changes + 1] = {
				sign = sign; key = part.key; value = part.value; layer = place.layer; path = place.path; line = place.line;
				removed = not (part.key and others.keys[telling.key(part.key)]) and other_history.removed[part.text] or nil;
			};
		end
	end
end

local function element_changes(before, after, history_before, history_after)
	local old, old_known = parts_of(before);
	local new, new_known = parts_of(after);
	local changes = {};
	add_missing(changes, "-", old, new_known, history_before, history_after);
	add_missing(changes, "+", new, old_known, history_after, history_before);
	return changes;
end

-- Options

local function both_tables(a, b)
	return type(a) == "table" and type(b) == "table" and not values.foreign(a) and not values.foreign(b);
end

-- Only what it says tells of a secret that differs, and of elements in another order.
local function add_elements(change, history_before, history_after)
	if values.line(change.before) == values.line(change.after) then
		change.note = "secret";
	elseif both_tables(change.before, change.after) then
		local elements = element_changes(change.before, change.after, history_before, history_after);
		if #elements > 0 then
			change.elements = elements;
		else
			change.note = "order";
		end
	end
end

local function inherited(from, scope, name)
	local global = scope ~= "*" and from.options("*") or nil;
	return global and rawget(global, name);
end

local function change_of(a, b, scope, name, before, after)
	local history_before, history_after = a.history(scope, name), b.history(scope, name);
	-- What is a secret on one side may stand in the open on the other.
	local function clean(value)
		return b.redact(a.redact(value, name, scope), name, scope);
	end
	local change = {
		scope = scope; option = name; change = before == nil and "added" or after == nil and "removed" or "changed";
		before = clean(before); after = clean(after); before_place = history_before.place; after_place = history_after.place;
	};
	if before == nil then
		change.before_inherited = clean(inherited(a, scope, name));
	elseif after == nil then
		change.after_inherited = clean(inherited(b, scope, name));
	else
		add_elements(change, history_before, history_after);
	end
	return change;
end

local function add_scope_changes(changes, a, b, scope)
	local before, after = a.options(scope) or {}, b.options(scope) or {};
	local names = {};
	for name in next, before do
		names[name] = true;
	end
	for name in next, after do
		names[name] = true;
	end
	for _, name in ipairs(values.keys(names)) do
		local old, new = rawget(before, name), rawget(after, name);
		if name ~= "defined" and not values.same(old, new) then
			changes[#changes + 1] = change_of(a, b, scope, name, old, new);
		end
	end
end

-- Hosts

local function host_entry(from, name)
	local host, options = from.host(name), from.options(name);
	local entry = { name = name, module = rawget(options, "component_module"), layer = host.layer, path = host.path, line = host.line, options = {} };
	for _, option in ipairs(values.keys(options)) do
		local value = rawget(options, option);
		if not implied[option] and not (option == "load_global_modules" and entry.module) then
			local place = from.history(name, option).place or {};
			entry.options[#entry.options + 1] = {
				option = option; value = from.redact(value, option, name); layer = place.layer; path = place.path; line = place.line;
			};
		end
	end
	return entry;
end

-- The hosts of the first side that the second has too, and in full those that it has not.
local function split_hosts(a, b)
	local common, only = {}, {};
	for _, scope in ipairs(a.scopes) do
		if scope ~= "*" and a.options(scope) then
			if b.options(scope) then
				common[#common + 1] = scope;
			else
				only[#only + 1] = host_entry(a, scope);
			end
		end
	end
	return common, only;
end

-- Modules

local function holds(options, option, name)
	return values.holds(loading.list(options, option), name);
end

local function with_scope(scope, place)
	return place and { scope = scope, layer = place.layer, path = place.path, line = place.line };
end

-- Where the side lets a host load the module, or keeps it from it: what the host says goes before what holds everywhere.
local function find_place(from, host, option, name)
	for _, scope in ipairs { host, "*" } do
		if holds(from.options(scope), option, name) then
			local history = from.history(scope, option);
			return with_scope(scope, history.parts[values.line(name)] or history.place);
		end
	end
end

local function enabling_place(from, host, name)
	if rawget(from.options(host), "component_module") == name then
		return with_scope(host, from.history(host, "component_module").place);
	end
	return find_place(from, host, "modules_enabled", name);
end

local function removing_place(from, host, name)
	for _, scope in ipairs { host, "*" } do
		local place = from.history(scope, "modules_enabled").removed[values.line(name)];
		if place then
			return with_scope(scope, place);
		end
	end
end

-- `why` says of a module why it is here alone, and whether a list calls for it.
local function module_changes(with, without, host, modules, why)
	local list = {};
	for name in modules do
		if type(name) == "string" then
			local text, is_listed = nil, true;
			if why then
				text, is_listed = why(name);
			end
			list[#list + 1] = {
				name = name; enabled = is_listed and enabling_place(with, host, name) or nil;
				disabled = find_place(without, host, "modules_disabled", name); removed = removing_place(without, host, name);
				why = text;
			};
		end
	end
	table.sort(list, function (x, y)
		return x.name < y.name;
	end);
	return list;
end

-- The modules that load on the host there, each with what calls for it; by the catalogues of the sides.
local function group_of_prosodies(a, b, host, models)
	local before, after = compare_prosodies.loaded(a, host, models[a]), compare_prosodies.loaded(b, host, models[b]);
	local added, removed = after.names - before.names, before.names - after.names;
	for name in set.intersection(before.names, after.names) do
		models.shared[name] = true;
	end
	if added:empty() and removed:empty() then
		return { hosts = {} };
	end
	local function why_added(name)
		return compare_prosodies.why_gained(a, b, before, after, name), compare_prosodies.is_listed(after, name);
	end
	local function why_removed(name)
		return compare_prosodies.why_lost(b, before, after, name), compare_prosodies.is_listed(before, name);
	end
	return { hosts = {}, added = module_changes(b, a, host, added, why_added), removed = module_changes(a, b, host, removed, why_removed) };
end

local function module_group(a, b, host, models)
	if a.catalogue and b.catalogue then
		return group_of_prosodies(a, b, host, models);
	end
	local before = models[a]:names(a.options(host), a.options("*"));
	local after = models[b]:names(b.options(host), b.options("*"));
	local added, removed = after - before, before - after;
	if added:empty() and removed:empty() then
		return { hosts = {} };
	end
	return { hosts = {}, added = module_changes(b, a, host, added), removed = module_changes(a, b, host, removed) };
end

-- By the Prosody whose catalogue the side names, else by the installed one. (A side's plugin folders say which modules there are.)
local function model_of(from)
	return loading.new(from.catalogue or catalogue.new(nil));
end

-- Ten thousand hosts that say the same of modules differ in the same way, so each kind of host is looked at once.
local function compare_modules(a, b, hosts)
	local models = { [a] = model_of(a), [b] = model_of(b), shared = {} };
	local different;
	local function group_hosts()
		local groups = {};
		different = {};
		for _, host in ipairs(hosts) do
			local key = models[a]:key(a.options(host)).."\0-"..models[b]:key(b.options(host));
			if not groups[key] then
				groups[key] = module_group(a, b, host, models);
				different[#different + 1] = groups[key].added and groups[key] or nil;
			end
			local of_kind = groups[key].hosts;
			of_kind[#of_kind + 1] = host;
		end
	end
	models[a]:grouping(function ()
		models[b]:grouping(group_hosts);
	end);
	return different, models.shared;
end

--- What is different on the second side: { options = list of { scope, option, change, before, after, before_place, after_place, elements, note },
-- hosts = { added, removed }, modules = list of { hosts, added, removed } }. Where the sides have the catalogues of two Prosodys, also what
-- compare_prosodies.readers tells.
function compare.sides(a, b)
	if not (a.exact and b.exact) then
		a, b = side.plain(a), side.plain(b);
	end
	local common, removed = split_hosts(a, b);
	local _, added = split_hosts(b, a);
	local changes = {};
	add_scope_changes(changes, a, b, "*");
	for _, host in ipairs(common) do
		add_scope_changes(changes, a, b, host);
	end
	local modules, shared = compare_modules(a, b, common);
	local difference = { options = changes, hosts = { added = added, removed = removed }, modules = modules };
	if a.catalogue and b.catalogue then
		compare_prosodies.readers(difference, a, b, shared);
	end
	return difference;
end

--- Is there no difference at all?
function compare.is_equal(difference)
	for _, list in ipairs { difference.options, difference.hosts.added, difference.hosts.removed, difference.modules, difference.unread or {},
			difference.read_there or {}, difference.defaults or {} } do
		if #list > 0 then
			return false;
		end
	end
	return true;
end

return compare;
