--- What two Prosodys make of the same configuration: the modules that load, who reads the options, defaults. Each side of the comparison has the
-- catalogue of its Prosody and what that is called (side.prosody).
local module_facts = require "stackloader.module_facts";
local periods = require "stackloader.periods";
local set = require "util.set";
local values = require "stackloader.values";

local compare_prosodies = {};

-- Modules

--- What loads on the host: { names = set, modules = name → what calls for it, failed = name → the module that it needs in vain }.
function compare_prosodies.loaded(from, host, model)
	local own, global = from.options(host), from.options("*");
	local wanted = model:add_storage(model:add_accounts(model:listed(own, global), own, global), own, global);
	local modules, _, failed = model:complete(wanted, host, own, global);
	local component = rawget(own, "component_module");
	return { names = set.new(values.keys(modules)), modules = modules, failed = failed, component = component };
end

--- Does the module load since a list or the line of a component names it?
function compare_prosodies.is_listed(loaded, name)
	local how = loaded.modules[name].how;
	return how == "listed" or how == "component";
end

--- Why a module loads under the second Prosody alone, in words.
function compare_prosodies.why_gained(a, b, before, after, name)
	local reason = after.modules[name];
	if reason.how == "automatic" then
		return ("%s loads it by itself"):format(b.prosody);
	elseif reason.how == "needed" then
		return ("mod_%s loads it"):format(reason.by);
	elseif not a.catalogue:module(name) then
		return ("%s does not have it"):format(a.prosody);
	elseif before.failed[name] then
		return ("%s lacks mod_%s, which it needs"):format(a.prosody, before.failed[name]);
	elseif reason.how == "listed" and reason.scope == "*" and after.component then
		return ("a component of mod_%s takes it over from the global list in %s"):format(after.component, b.prosody);
	end
end

--- Why a module does not load under the second Prosody, in words.
function compare_prosodies.why_lost(b, before, after, name)
	local reason = before.modules[name];
	if not b.catalogue:module(name) then
		local instead = module_facts.replacement(name, b.catalogue:generation());
		return ("%s does not have it%s"):format(b.prosody, instead and "; "..instead or "");
	elseif after.failed[name] then
		return ("%s lacks mod_%s, which it needs"):format(b.prosody, after.failed[name]);
	elseif reason.how == "automatic" then
		return ("%s does not load it by itself"):format(b.prosody);
	elseif reason.how == "needed" then
		return ("mod_%s does not load it there"):format(reason.by);
	elseif reason.how == "listed" and reason.scope == "*" and before.component then
		return ("a component of mod_%s does not take it over from the global list in %s"):format(before.component, b.prosody);
	end
end

-- Readers

-- Prosody takes these from the configuration without asking for them by name.
local taken = { defined = true, component_module = true, load_global_modules = true };

-- Who reads the option, as one text each, the server's readers before those that only advise.
local function readers_of(from, name)
	local list, known = {}, {};
	for _, read in ipairs(from.catalogue:option(name)) do
		local who = read.module and "mod_"..read.module or read.tool and "prosodyctl" or from.prosody;
		if not known[who] then
			known[who] = true;
			list[#list + 1] = who;
		end
	end
	return list;
end

-- Options that are set under the second Prosody, and that one of the two reads and the other does not.
local function one_sided(reading, other, set_by)
	local list, known = {}, {};
	for _, scope in ipairs(set_by.scopes) do
		local options = set_by.options(scope) or {};
		for _, name in ipairs(values.keys(options)) do
			known[name] = known[name] or type(name) == "string" and not taken[name] and #readers_of(other, name) == 0 and readers_of(reading, name) or {};
			if #known[name] > 0 and rawget(options, name) ~= nil then
				local place = set_by.history(scope, name).place or {};
				list[#list + 1] = { scope = scope, option = name, readers = known[name], layer = place.layer, path = place.path, line = place.line };
			end
		end
	end
	return list;
end

-- Defaults

-- The names of the options that any scope sets.
local function names_set(from)
	local names = {};
	for _, scope in ipairs(from.scopes) do
		for name in next, from.options(scope) or {} do
			names[name] = true;
		end
	end
	return names;
end

-- A default as Prosody reads it: "10 minutes" is 600 where one of the two readers takes periods, and no default is false. Nil where it is put
-- together at run time, or not where the option is read; then nothing can be said of it.
local function default_of(read, other)
	if read.default ~= nil then
		local is_period = type(read.default) == "string" and (read.kind == "period" or other.kind == "period");
		return is_period and periods.parse(read.default) or read.default;
	elseif read.default_text == nil and read.kind ~= "any" then
		return false;
	end
end

-- The first read of the option by the module, which is the one that matters where there are more.
local function read_by(from, name, module)
	for _, read in ipairs(from.catalogue:option(name)) do
		if read.module == module and not read.tool then
			return read;
		end
	end
end

local function default_change(a, b, name, module)
	local before, after = read_by(a, name, module), read_by(b, name, module);
	if not before or not after then
		return nil;
	end
	local old, new = default_of(before, after), default_of(after, before);
	if old == nil or new == nil or values.line(old) == values.line(new) then
		return nil;
	end
	return { option = name, module = module, before = before.default, after = after.default, path = after.path, line = after.line };
end

-- Of options that nobody sets, which modules at work on both sides, or Prosody itself, read with another default.
local function changed_defaults(a, b, shared)
	local list, set_there = {}, names_set(b);
	for _, name in ipairs(b.catalogue:option_names()) do
		local seen = {};
		for _, read in ipairs(not set_there[name] and b.catalogue:option(name) or {}) do
			local who = read.module or "";
			if not seen[who] and (who == "" or shared[who]) then
				list[#list + 1] = default_change(a, b, name, read.module);
			end
			seen[who] = true;
		end
	end
	return list;
end

--- Adds to the difference: `unread` and `read_there`, options that are set on the second side and that the first or the second Prosody alone reads,
-- each { scope, option, readers, layer, path, line }; `defaults`, those that nobody sets and that differ, each { option, module, before, after,
-- path and line of the reader }. `shared` is the set of modules that load on both sides.
function compare_prosodies.readers(difference, a, b, shared)
	difference.unread = one_sided(a, b, b);
	difference.read_there = one_sided(b, a, b);
	difference.defaults = changed_defaults(a, b, shared);
end

return compare_prosodies;
