--- prosodyctl mod_stackloader modules: which modules are on and off, which layer decided it, and where each would load from.
local catalogue = require "stackloader.catalogue";
local effective = require "stackloader.effective";
local loading = require "stackloader.loading";
local not_found = require "stackloader.not_found";
local side = require "stackloader.side";
local telling = require "stackloader.telling";
local values = require "stackloader.values";

-- Collecting

local function entry_of(found, name)
	name = tostring(name);
	if not found[name] then
		found[name] = { name = name, enabled = {}, disabled = {}, removed = {}, component = {}, hosts = 0 };
	end
	return found[name];
end

local function note(list, scope, place)
	place = place or {};
	list[#list + 1] = { scope = scope, layer = place.layer, path = place.path, line = place.line };
end

local function add_list(found, from, scope, option, kind)
	local history = from.history(scope, option);
	local present = {};
	for _, name in ipairs(loading.list(from.options(scope), option)) do
		local text = values.line(name);
		if not present[text] then
			present[text] = true;
			note(entry_of(found, name)[kind], scope, history.parts[text] or history.place);
		end
	end
	return history, present;
end

-- What one scope says of modules.
local function add_scope(found, from, scope)
	local options = from.options(scope);
	local history, present = add_list(found, from, scope, "modules_enabled", "enabled");
	for text, place in pairs(history.removed) do
		local name = not present[text] and text:match('^"([%w_.-]+)"$');
		if name then
			note(entry_of(found, name).removed, scope, place);
		end
	end
	if rawget(options, "modules_disabled") ~= nil then
		add_list(found, from, scope, "modules_disabled", "disabled");
	end
	local component = rawget(options, "component_module");
	if type(component) == "string" then
		note(entry_of(found, component).component, scope, from.history(scope, "component_module").place);
	end
end

-- Those that nobody names: Prosody's own, and what a loaded module depends on.
local function note_reason(entry, reason, count)
	entry.automatic = entry.automatic or reason.how == "automatic" or nil;
	entry.option = entry.option or reason.option;
	if reason.how == "needed" then
		entry.needed_by = entry.needed_by or reason.by;
		entry.needed = (entry.needed or 0) + count;
	else
		entry.hosts = entry.hosts + count;
	end
end

-- What a list names and what does not load: it is not installed, or something that it needs is not there.
local function note_failure(found, entry, reason, missing, count, modules)
	if missing == entry.name then
		return note_reason(entry, reason, count);
	end
	entry.failing, entry.needs = (entry.failing or 0) + count, missing;
	if not modules:module(missing) then
		local other = entry_of(found, missing);
		other.needed_by = other.needed_by or entry.name;
	end
end

local function count_kind(found, kind, modules)
	for name, reason in pairs(kind.modules) do
		note_reason(entry_of(found, name), reason, kind.count);
	end
	for name, missing in pairs(kind.failed) do
		if kind.listed[name] then
			note_failure(found, entry_of(found, name), kind.listed[name], missing, kind.count, modules);
		end
	end
end

-- Hosts that say the same of what decides load the same.
local function select_loaded(modules, _, failed)
	return modules, failed;
end

local function kinds_of(from, hosts, model)
	local kinds, list = {}, {};
	local global = from.options("*");
	model:grouping(function ()
		kinds, list = {}, {};
		for _, host in ipairs(hosts) do
			local options = from.options(host);
			local key = model:key(options);
			if not kinds[key] then
				local listed = model:add_accounts(model:listed(options, global), options, global);
				kinds[key] = { listed = listed, count = 0 };
				kinds[key].modules, kinds[key].failed = select_loaded(model:complete(listed, host, options, global));
				list[#list + 1] = kinds[key];
			end
			kinds[key].count = kinds[key].count + 1;
		end
	end);
	return list;
end

local function count_hosts(found, from, hosts, modules)
	for _, kind in ipairs(kinds_of(from, hosts, loading.new(modules))) do
		count_kind(found, kind, modules);
	end
end

local function mark_automatic(found, modules)
	for _, name in ipairs(modules:facts().automatic) do
		entry_of(found, name).automatic = true;
	end
end

local function add_source(entry, modules)
	local module = modules:module(entry.name);
	if module then
		entry.path, entry.origin = module.path, module.origin;
	else
		entry.missing = true;
	end
end

-- All modules that anything speaks of, sorted; of one host, if it is given, and of what holds everywhere.
local function collect(stack, host, modules)
	local from = side.in_force(stack);
	local found, hosts = {}, {};
	for _, scope in ipairs(from.scopes) do
		if from.options(scope) and (not host or scope == "*" or scope == host) then
			add_scope(found, from, scope);
			hosts[#hosts + 1] = scope ~= "*" and scope or nil;
		end
	end
	count_hosts(found, from, hosts, modules);
	mark_automatic(found, modules);
	local list = {};
	for _, name in ipairs(values.keys(found)) do
		add_source(found[name], modules);
		list[#list + 1] = found[name];
	end
	return list, #hosts;
end

-- Text

local columns = {
	{ title = "Module", key = "name" };
	{ title = "Loaded", key = "loaded" };
	{ title = "From", key = "origin" };
	{ title = "Because", key = "why" };
};

local function said(word, list)
	local first = list[1];
	local scope = first.scope ~= "*" and " in "..telling.printable(first.scope) or "";
	local more = #list > 1 and (" and in %s more"):format(telling.count(#list - 1, "place")) or "";
	return ("%s%s at %s%s"):format(word, scope, telling.place(first), more);
end

local function reasons(entry)
	local list = {};
	if entry.automatic then
		list[1] = "Prosody loads it by itself";
	end
	if entry.option then
		list[#list + 1] = ("the option %s names it"):format(entry.option);
	end
	for _, kind in ipairs { "enabled", "component", "removed", "disabled" } do
		if #entry[kind] > 0 then
			list[#list + 1] = said(kind, entry[kind]);
		end
	end
	if entry.failing then
		list[#list + 1] = ("fails: it needs mod_%s, which is disabled or missing"):format(telling.printable(entry.needs));
	end
	if entry.needed_by then
		list[#list + 1] = "mod_"..telling.printable(entry.needed_by).." needs it";
	end
	return list;
end

local function loaded_text(entry, count, host)
	if entry.hosts == 0 then
		return entry.needed and "with it" or "no";
	elseif host then
		return "yes";
	end
	return entry.hosts == count and "everywhere" or telling.count(entry.hosts, "host");
end

local function origin_text(entry)
	if entry.missing then
		return "(missing)";
	end
	return entry.origin == "core" and "core" or entry.origin..": "..telling.printable(entry.path);
end

local function rows_of(list, count, host)
	local rows = {};
	for _, entry in ipairs(list) do
		for i, reason in ipairs(reasons(entry)) do
			local first = i == 1;
			rows[#rows + 1] = {
				name = first and telling.printable(entry.name) or ""; loaded = first and loaded_text(entry, count, host) or "";
				origin = first and origin_text(entry) or ""; why = reason;
			};
		end
	end
	return rows;
end

local function is_missing(entry)
	return entry.missing and (entry.hosts > 0 or entry.needed_by ~= nil);
end

local function show(list, count, host, out)
	telling.table(columns, rows_of(list, count, host), out);
	local missing = {};
	for _, entry in ipairs(list) do
		missing[#missing + 1] = is_missing(entry) and entry.name or nil;
	end
	if #missing > 0 then
		out.print(out.style("red", "Prosody finds no such module: "..effective.some(missing)));
	end
end

local function run(stack, opts, out)
	local host, code = effective.asked_host(stack, opts[1], out);
	if code then
		return code;
	end
	local known = catalogue.new(stack);
	not_found.warn(known, out);
	local list, count = collect(stack, host, known);
	if opts.format == "json" then
		out.json(list);
	else
		show(list, count, host, out);
	end
	return 0;
end

return {
	usage = "modules [HOST]";
	summary = "which modules are on and off, which layer decided it, and where each would load from";
	details = [[
Shows each module that a layer enables, removes or disables, that a component is made of, that Prosody loads by itself, or that another
module needs; with HOST as that host has them. "core" is Prosody's own, "community" prosody-modules, "site" what else is in plugin_paths.]];
	arguments = { least = 0, most = 1 };
	run = effective.with_stack(run);
};
