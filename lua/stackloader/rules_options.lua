--- Findings about options: names that nothing reads, places where they have no effect, values that nobody takes.
local effective = require "stackloader.effective";
local elsewhere = require "stackloader.elsewhere";
local module_facts = require "stackloader.module_facts";
local not_found = require "stackloader.not_found";
local option_kinds = require "stackloader.option_kinds";
local own_tables = require "stackloader.own_tables";
local possible = require "stackloader.possible";
local retired = require "stackloader.retired";
local structured = require "stackloader.structured";
local values = require "stackloader.values";
local words = require "stackloader.words";
local check_lists = require "stackloader.check_lists";

-- What Prosody takes from a host's table of options without asking for it by name, and what this project's plugin reads.
local known = words.set [[
	enabled name disco_hidden defined component_module load_global_modules stackloader_watch stackloader_apply_modules stackloader_reload_tls
]];

-- The line that opens a host says these; anywhere else they do nothing good.
local of_hosts = {
	component_module = "Component \"name\" \"module\"";
	defined = "VirtualHost \"name\"";
	load_global_modules = "it below a Component";
};

local implied = { defined = true, component_module = true, load_global_modules = true };

-- Judged by rules of their own.
local module_lists = { modules_enabled = true, modules_disabled = true };

local function check_retired(context, scope, name)
	if context.lists.obsolete[name] then
		context:add("SL110", { scope = scope.name, option = name }, ("%s is obsolete and does nothing any more; take it out"):format(name));
		return true;
	elseif context.lists.deprecated[name] then
		context:add("SL109", { scope = scope.name, option = name },
			("%s is deprecated; %s"):format(name, retired.advice(name, scope.options[name])));
		return true;
	end
end

-- proxy65_port and its like: what is read has an "s", and where the old name is read at all, it is for a warning in the log.
local function check_old_port(context, scope, name)
	local new = name:find("_port$") and check_lists.is_port_option(name) and name.."s";
	local service = new and context.catalogue:option(new)[1];
	if not service or not service.family then
		return false;
	end
	local value = scope.options[name];
	context:add("SL109", { scope = scope.name, option = name },
		("%s opens no port; write %s = { %s } above every VirtualHost and Component"):format(name, new,
			type(value) == "table" and "…" or values.line(value)));
	return true;
end

-- The options of a module that is missing are no mistake of their own.
local function belongs_to_missing_module(context, name)
	for module in pairs(context.flagged_modules) do
		local bare = module:gsub("^mod_", "");
		if not context.catalogue:module(bare) and module_facts.is_option_of(name, bare) then
			return true;
		end
		for _, meant in ipairs(context.catalogue:module(module) and {} or context.scopes:meant(module)) do
			if name:sub(1, #meant + 1) == meant.."_" then
				return true;
			end
		end
	end
	return false;
end

local function is_helper(context, name)
	if context.helpers[name] == nil then
		context.helpers[name] = context.texts:is_read_back(name);
	end
	return context.helpers[name];
end

-- The site's own words are about what is; the other layers of a tree may speak of other versions, and of modules that another choice enables.
local own_words = { ["local"] = true, main = true, variables = true };

local function is_own_word(context, scope, name)
	local _, _, layer = context:place(scope.name, name);
	local from = context.layers[layer or ""];
	return from == nil or own_words[from.axis] == true;
end

-- Names that Prosody puts together, by code that was not found.
local function may_be_of_family(context, name)
	local family = check_lists.is_port_option(name) and "ports" or name:find "_certificate$" and "certificates" or name:find "_period$" and "periods";
	return family and not_found.lacks(context.catalogue, family);
end

-- The modules that were found missing, and that there may still be somewhere: any of them may read an option of another name than its own.
local function missing_modules(context)
	local names = {};
	for _, module in ipairs(values.keys(context.flagged_modules)) do
		local bare = module:gsub("^mod_", "");
		if not context.catalogue:module(bare) and not module_facts.replacement(bare, context.version) then
			names[#names + 1] = bare;
		end
	end
	return table.concat(names, ", ", 1, math.min(#names, 3))..(#names > 3 and (" and %d more"):format(#names - 3) or "");
end

-- The installed module whose name the option begins with, such as "smacks" of smacks_max_hibernated_sessions.
local function module_of_name(context, name)
	for position in name:gmatch "()_" do
		local module = name:sub(1, position - 1);
		if not module_facts.is_common(module) and context.catalogue:module(module) then
			return module;
		end
	end
end

local function unknown_text(context, name)
	local near = effective.suggestion(name, context.catalogue:option_names());
	local missing = near == "" and missing_modules(context) or "";
	if missing == "" then
		return ("%s: nothing reads an option of this name%s; correct it, or take it out"):format(name, near);
	end
	local module = module_of_name(context, name);
	if module then
		return ("%s: nothing that is installed reads an option of this name, mod_%s neither; correct it, or take it out"):format(name, module);
	end
	return ("%s: nothing that is installed reads an option of this name; a module that is missing may (%s): install that, or take "
		.."the option out"):format(name, missing);
end

local function check_unknown(context, scope, name)
	if belongs_to_missing_module(context, name) or is_helper(context, name) or may_be_of_family(context, name) then
		return;
	end
	local other = elsewhere.option(name);
	if other then
		return is_own_word(context, scope, name) and context:add("SL112", { scope = scope.name, option = name },
			("%s is read only by Prosody %s and its modules, and this is %s; take it out%s"):format(name, other, context.catalogue:facts().version,
			context.is_plain and "" or ", or set it where stack.prosody_version says so"));
	end
	context:add("SL101", { scope = scope.name, option = name }, unknown_text(context, name));
end

-- Those who read the option. What prosodyctl looks at to advise is of no effect where a module reads it.
local function readers_of(context, name)
	local readers, advisers = {}, {};
	for _, reader in ipairs(context.catalogue:option(name)) do
		local list = reader.tool and advisers or readers;
		list[#list + 1] = reader;
	end
	return #readers > 0 and readers or advisers;
end

local function all_global(readers)
	for _, reader in ipairs(readers) do
		if not reader.global then
			return false;
		end
	end
	return true;
end

local function is_global_only(context, name, readers)
	return context.lists.global[name] or check_lists.is_port_option(name) or #readers > 0 and all_global(readers);
end

-- The readers that are at work in the scope; for the global one, anywhere.
local function active_readers(context, scope, readers)
	local modules = scope.name == "*" and context.scopes.anywhere or scope.modules;
	local list = {};
	for _, reader in ipairs(readers) do
		if not reader.module or modules[reader.module] or reader.global and context.scopes.anywhere[reader.module] then
			list[#list + 1] = reader;
		end
	end
	return list;
end

local function names_of(readers)
	local names, seen = {}, {};
	for _, reader in ipairs(readers) do
		local name = "mod_"..reader.module;
		if not seen[name] then
			seen[name] = true;
			names[#names + 1] = name;
		end
	end
	table.sort(names);
	return table.concat(names, ", "), #names;
end

-- The options of hosts with accounts that Prosody's core or mod_tls read wherever they stand, for nothing in a component.
local of_accounts = words.set "authentication c2s_require_encryption c2s_ssl";

-- The component that is opened first in the run of components which the scope's is in.
local function first_of_run(context, scope, path)
	local list = {};
	for _, other in ipairs(context.scopes.list) do
		if other.host and other.host.path == path and other.host.line and other.host.line <= scope.host.line then
			list[#list + 1] = other;
		end
	end
	table.sort(list, function (a, b) return a.host.line > b.host.line; end);
	local first = scope;
	for _, other in ipairs(list) do
		if not other.component then
			break;
		end
		first = other;
	end
	return first.host.line;
end

local function is_read_by_hosts(context, readers)
	for _, other in ipairs(context.scopes.list) do
		for _, reader in ipairs(other.host and not other.component and readers or {}) do
			if reader.module and other.modules[reader.module] then
				return true;
			end
		end
	end
	return false;
end

-- What stands below a Component is that component's alone, whatever the empty lines and comments around it say.
local function check_below_component(context, scope, name, readers)
	if not scope.component or not (of_accounts[name] or is_read_by_hosts(context, readers)) then
		return false;
	end
	local path, line = context:place(scope.name, name);
	local below = scope.host.path == path and scope.host.line and line and scope.host.line <= line;
	local text = ("%s: the component %s has no use for it"):format(name, scope.name);
	if below then
		text = ("%s: here it belongs to Component %q in line %d, which has no use for it; move it above line %d, below its VirtualHost or "
			.."above all"):format(name, scope.name, scope.host.line, first_of_run(context, scope, path));
	end
	if name == "archive_expires_after" and scope.component == "muc" then
		text = text.."; for rooms write muc_log_expires_after";
	end
	context:add("SL113", { scope = scope.name, option = name }, text);
	return true;
end

local function is_for_other_choice(context, scope, name, readers)
	if is_own_word(context, scope, name) then
		return false;
	end
	if not context.possible then
		context.possible, context.all_possible = possible(context);
	end
	if not context.all_possible then
		return true;
	end
	for _, reader in ipairs(readers) do
		if context.possible[reader.module] and not context.scopes.anywhere[reader.module] then
			return true;
		end
	end
	return false;
end

-- Is it known which modules are at work in the scope?
local function knows_modules(context, scope, readers)
	local catalogue = context.catalogue;
	if not_found.lacks(catalogue, "automatic", "formula") or scope.component and not_found.lacks(catalogue, "inheritable", "headers") then
		return false;
	end
	for _, reader in ipairs(readers) do
		if reader.module:find "^auth_" or reader.module:find "^storage_" or reader.module:find "^authz_" then
			return not not_found.lacks(catalogue, "backends");
		end
	end
	return true;
end

local function add_inactive(context, scope, name, readers)
	if not knows_modules(context, scope, readers) or is_for_other_choice(context, scope, name, readers) then
		return;
	end
	local names, count = names_of(readers);
	if check_below_component(context, scope, name, readers) then
		return;
	end
	context:add("SL102", { scope = scope.name, option = name },
		("%s is read only by %s, which %s not enabled%s; enable %s, or take the option out"):format(name, names, count == 1 and "is" or "are",
			scope.name == "*" and "" or " for "..scope.name, count == 1 and "it" or "one"));
end

local function reader_name(reader)
	return reader and reader.module and "mod_"..reader.module or "Prosody";
end

-- "; Prosody 13 takes 1000; write 1000"
local function consequence(context, problem)
	return (problem.effect and ("; Prosody %s %s"):format(context.version, problem.effect) or "")
		..(problem.write and "; write "..problem.write or "");
end

local function check_value(context, scope, name, readers)
	if not_found.lacks(context.catalogue, own_tables.key(name:find "_ssl$" and "ssl" or name)) then
		return;
	end
	local value = scope.options[name];
	local problem = option_kinds.problem(name, value, readers, context.version, context.catalogue:facts());
	if problem then
		local shown, key, element = context.stack:redact(value, name, scope.name), problem.key, problem.element;
		local what = key ~= nil and ("the key %s"):format(values.line(key)) or element ~= nil and values.line(element) or values.line(shown);
		context:add(problem.code, { scope = scope.name, option = name, key = key, element = element },
			("%s: %s expects %s, and this is %s%s"):format(name, reader_name(problem.reader), problem.text, what, consequence(context, problem)));
		return;
	end
	for _, wrong in ipairs(structured.problems(name, value, context.catalogue:facts())) do
		context:add(wrong.code, { scope = scope.name, option = name, key = wrong.key, element = wrong.element }, name..": "..wrong.text);
	end
end

local function check_host_only(context, scope, name)
	if scope.name == "*" and of_hosts[name] then
		context:add("SL108", { scope = "*", option = name },
			("%s belongs to one host and does no good for all of them; write %s"):format(name, of_hosts[name]));
		return true;
	end
	return module_lists[name];
end

-- Who reads the option in the global section alone, and which other modules read it in a host too: s2s_require_encryption is mod_s2s's, and mod_tls
-- tells other servers of it.
local function divided(readers)
	local global, own, of_global = {}, {}, {};
	for _, reader in ipairs(readers) do
		if reader.module and reader.global then
			global[#global + 1], of_global[reader.module] = reader, true;
		end
	end
	for _, reader in ipairs(readers) do
		own[#own + 1] = reader.module and not reader.global and not of_global[reader.module] and reader or nil;
	end
	if #global > 0 and #own > 0 then
		return (names_of(global)), (names_of(own));
	end
end

local function check_misplaced(context, scope, name, readers)
	if scope.name == "*" then
		return false;
	elseif context.global_only[name] == nil then
		context.global_only[name] = is_global_only(context, name, readers) or false;
	end
	if context.global_only[name] then
		local global, own = divided(readers);
		local what = global and ("%s decides by the global section alone, and here it only reaches %s"):format(global, own)
			or "it has an effect only in the global section";
		context:add("SL107", { scope = scope.name, option = name },
			("%s: %s; move it above every VirtualHost and Component%s"):format(name, what, context.is_plain and "" or ", or to a layer without one"));
		return true;
	end
end

-- `storage` as one name decides for all stores.
local function check_pointless(context, scope, name)
	local storage = scope.options.storage;
	if name == "default_storage" and type(storage) == "string" then
		context:add("SL111", { scope = scope.name, option = name },
			("default_storage does nothing beside storage = %q, which decides for every store; take one of the two out"):format(storage));
		return true;
	end
end

local function check_option(context, scope, name)
	if implied[name] and scope.name ~= "*" then
		return;
	elseif check_retired(context, scope, name) or check_old_port(context, scope, name) or check_host_only(context, scope, name)
			or check_pointless(context, scope, name) or context:is_blamed(scope.name, name) then
		return;
	end
	local readers = context.readers[name] or readers_of(context, name);
	context.readers[name] = readers;
	if #readers == 0 and not known[name] then
		return check_unknown(context, scope, name);
	elseif check_misplaced(context, scope, name, readers) or of_accounts[name] and check_below_component(context, scope, name, readers) then
		return;
	end
	-- Hosts with the same modules share the set.
	local set = scope.name == "*" and context.scopes.anywhere or scope.modules;
	local known_active = context.active[set] or {};
	context.active[set] = known_active;
	local active = known_active[name] or active_readers(context, scope, readers);
	known_active[name] = active;
	if #active == 0 and #readers > 0 then
		-- What is off without its module is only said to stay off, except below a component, where it was meant for others.
		return (scope.options[name] ~= false or scope.component) and add_inactive(context, scope, name, readers);
	end
	check_value(context, scope, name, active);
end

return function (context)
	context.helpers, context.readers, context.global_only, context.active = {}, {}, {}, {};
	for _, scope in ipairs(context.scopes.list) do
		for name in pairs(scope.options) do
			if type(name) == "string" then
				check_option(context, scope, name);
			end
		end
	end
end;
