--- Findings about hosts and components: modules and backends that do not exist.
local effective = require "stackloader.effective";
local elsewhere = require "stackloader.elsewhere";
local module_facts = require "stackloader.module_facts";

local function check_component(context, scope)
	local name = scope.component;
	if type(name) ~= "string" or context.catalogue:module(name) then
		return;
	end
	local core, instead = elsewhere.core(name), module_facts.replacement(name, context.version);
	local what = instead and "; "..instead or core and (", which is part of Prosody %s alone; correct the name, or take the component out"):format(core)
		or ("%s; correct the name, or %s"):format(effective.suggestion(name:gsub("^mod_", ""), context.catalogue:modules()),
			module_facts.installing(name));
	local host = scope.host;
	context.flagged_modules[name] = true;
	local path, line, layer = context:place(scope.name, "component_module");
	context:add("SL301", { path = path or host.path, line = path and line or host.line, layer = layer or host.layer, scope = scope.name },
		("Component %q: there is no module %q%s"):format(scope.name, name, what));
end

-- The backends that there are of a kind.
local function backends(context, prefix)
	local names = {};
	for _, name in ipairs(context.catalogue:modules()) do
		names[#names + 1] = name:match("^"..prefix.."(.+)");
	end
	return names;
end

local function check_backend(context, scope, option, prefix, name, key)
	if name == "null" and prefix == "storage_" or context.catalogue:module(prefix..name) then
		return;
	end
	local there = backends(context, prefix);
	context.flagged_modules[prefix..name] = true;
	context:add("SL302", { scope = scope.name, option = option, key = key },
		("%s: there is no backend %q%s; installed are %s; correct the name, or %s"):format(option, name,
			effective.suggestion(name:gsub("^"..prefix, ""), there), table.concat(there, ", "), module_facts.installing(prefix..name)));
end

local function check_storage(context, scope, value)
	if type(value) == "string" then
		check_backend(context, scope, "storage", "storage_", value);
	elseif type(value) == "table" then
		for store, driver in pairs(value) do
			if type(driver) == "string" then
				check_backend(context, scope, "storage", "storage_", driver, store);
			end
		end
	end
end

local kinds = { authentication = "auth_", default_storage = "storage_", authorization = "authz_" };

return function (context)
	for _, scope in ipairs(context.scopes.list) do
		check_component(context, scope);
		for option, prefix in pairs(kinds) do
			if type(scope.options[option]) == "string" then
				check_backend(context, scope, option, prefix, scope.options[option]);
			end
		end
		check_storage(context, scope, scope.options.storage);
	end
end;
