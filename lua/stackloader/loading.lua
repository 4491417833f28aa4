--- Which modules Prosody loads on a host: its own formula, for any options, be they in force or not.
local modulemanager = package.loaded["prosody.core.modulemanager"] or require "core.modulemanager";
local set = require "util.set";
local values = require "stackloader.values";

local loading = {};

-- What Prosody keeps to itself: asked where it can be found, and known for the versions that were tried.
local known = {
	autoload_modules = { "presence", "message", "iq", "offline", "c2s", "s2s", "s2s_auth_certs" };
	component_inheritable_modules = { "tls", "saslauth", "dialback", "iq", "s2s", "s2s_bidi", "smacks", "server_contact_info" };
};

local function list_of_prosody(name)
	local found, value;
	local i = 0;
	repeat
		i = i + 1;
		found, value = debug.getupvalue(modulemanager.get_modules_for_host, i);
	until not found or found == name;
	return set.new(found and type(value) == "table" and value or known[name]);
end

--- The modules that Prosody loads on every host by itself, and those that a component takes over from the global ones.
loading.automatic = list_of_prosody "autoload_modules";
loading.inheritable = list_of_prosody "component_inheritable_modules";

--- A module list as Prosody reads it, which loads nothing of what is no table.
function loading.list(options, name)
	local value = options and rawget(options, name);
	return type(value) == "table" and value or {};
end

--- What the global options mean for every host, to hand to loading.modules.
function loading.base(global)
	local all = loading.automatic + set.new(loading.list(global, "modules_enabled")) - set.new(loading.list(global, "modules_disabled"));
	return { host = all, component = set.intersection(loading.inheritable, all) };
end

--- What decides of a host's modules, apart from the global lists, as one text.
function loading.key(options)
	local key = "";
	for _, name in ipairs { "modules_enabled", "modules_disabled", "component_module", "enabled" } do
		local value = rawget(options, name);
		key = key.."\0"..(value == nil and "" or values.line(value));
	end
	return key;
end

--- The set of modules that a host loads. Do not change it: hosts without lists of their own share one.
function loading.modules(options, base)
	if rawget(options, "enabled") == false then
		return set.new();
	end
	local component = rawget(options, "component_module");
	local modules = component and base.component or base.host;
	if component or rawget(options, "modules_enabled") ~= nil or rawget(options, "modules_disabled") ~= nil then
		modules = modules + set.new(loading.list(options, "modules_enabled")) - set.new(loading.list(options, "modules_disabled"));
	end
	if modules:contains "vcard" and modules:contains "vcard_legacy" then
		modules = modules - set.new { "vcard" };
	end
	if type(component) == "string" then
		modules = modules + set.new { component };
	end
	return modules;
end

return loading;
