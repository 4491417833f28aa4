--- What was looked for in Prosody's source and not found there: by learned.lua, and by what the catalogue makes of the files. Nothing of ours takes
-- its place. Rules ask by a key whether to leave their findings out.
local option_kinds = require "stackloader.option_kinds";
local values = require "stackloader.values";

local not_found = {};

local function is_read(catalogue, option, test)
	for _, reader in ipairs(catalogue:option(option)) do
		if test(reader) then
			return true;
		end
	end
	return false;
end

-- Options whose names are put together: each is known by one that every Prosody has.
local function families(catalogue, note)
	local function has_family(reader) return reader.family ~= nil; end
	note("ports", is_read(catalogue, "c2s_ports", has_family), "core/portmanager.lua", 'config_prefix.."ports"',
		"SL101 for names such as x_ports and x_interfaces, SL109 for their old names, SL116");
	note("certificates", is_read(catalogue, "https_certificate", has_family), "core/certmanager.lua", 'service.."_certificate"',
		"SL101 for names such as x_certificate");
	if catalogue:module "cron" and catalogue:generation() == "13" then
		note("periods", is_read(catalogue, "mam_remove_expired_messages_period", has_family), "modules/mod_cron.lua",
			'get_option_period(….."_period", …)', "SL101 for names such as x_period");
	end
end

-- What option_kinds.lua knows of options that Prosody's core reads, and of the kinds that there are.
local function kinds(catalogue, note)
	for _, option in ipairs(option_kinds.core_options()) do
		note("kind of "..option, #catalogue:option(option) > 0, "core", option, ("SL103 and SL104 for the option %s"):format(option));
	end
	for _, kind in ipairs(catalogue:facts().getters) do
		note("kind "..kind, option_kinds.knows(kind), "core/moduleapi.lua", ("function api:get_option_%s(name, …)"):format(kind),
			"SL103 to SL106 for the options that are read by this getter, which is new");
	end
end

-- By catalogue, as long as that is in use.
local lists = setmetatable({}, { __mode = "k" });

--- A list of { key, file, pattern, findings (that are left out) }.
function not_found.list(catalogue)
	local list = lists[catalogue];
	if list then
		return list;
	end
	list = {};
	local function note(key, found, file, pattern, findings)
		if not found then
			list[#list + 1] = { key = key, file = file, pattern = pattern, findings = findings };
		end
	end
	for _, one in ipairs(catalogue:facts().notes) do
		note(one.key, one.found, one.file, one.pattern, one.findings);
	end
	families(catalogue, note);
	kinds(catalogue, note);
	lists[catalogue] = list;
	return list;
end

--- Was something not found of what one of these keys stands for?
function not_found.lacks(catalogue, ...)
	for _, missing in ipairs(not_found.list(catalogue)) do
		if values.holds({ ... }, missing.key) then
			return true;
		end
	end
	return false;
end

local of_loading = { "automatic", "inheritable", "headers", "features", "formula", "depends", "backends" };

--- Warns of what a command cannot know, which speaks of the modules that load.
function not_found.warn(catalogue, out)
	for _, missing in ipairs(catalogue:facts().notes) do
		if not missing.found and values.holds(of_loading, missing.key) then
			out.warn(("`%s` is not found in Prosody's %s, so it is not known: %s"):format(missing.pattern, missing.file, missing.findings));
		end
	end
end

return not_found;
