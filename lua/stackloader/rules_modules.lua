--- Findings about lists of modules: names that are no module, or no longer, not here, not together.
local effective = require "stackloader.effective";
local elsewhere = require "stackloader.elsewhere";
local loading = require "stackloader.loading";
local module_facts = require "stackloader.module_facts";
local not_found = require "stackloader.not_found";
local values = require "stackloader.values";

-- What keeps a name from being a module: code and text, nil where it is one.
local function unknown(context, name)
	local catalogue, meant = context.catalogue, context.scopes:meant(name);
	local bare = name:match("^mod_(.+)");
	if bare then
		return "SL205", ("%q: modules are named without \"mod_\"; write %q"):format(name, catalogue:module(meant[1] or bare) and meant[1] or bare);
	end
	local instead, core = module_facts.replacement(name, context.version), elsewhere.core(name);
	local packaged, is_here = elsewhere.community(name, catalogue:facts().version);
	if instead then
		return "SL210", ("there is no module %q any more; %s"):format(name, instead), "error";
	elseif core then
		return "SL202", ("the module %q is part of Prosody %s alone, and this is Prosody %s; take it out%s"):format(name, core, catalogue:facts().version,
			context.is_plain and "" or (", or enable it where stack.available %q"):format(name));
	elseif is_here then
		return "SL201", ("there is no module %q: it is in Debian's package prosody-modules; install that, or take it out"):format(name);
	elseif packaged then
		return "SL201", ("there is no module %q: Debian packages it for Prosody %s, and not for this one; %s, or take it out"):format(name, packaged,
			module_facts.installing(name));
	end
	return "SL201", ("there is no module %q%s; correct the name, or %s"):format(name,
		#meant > 0 and (" (did you mean %s?)"):format(table.concat(meant, ", ")) or "", module_facts.installing(name));
end

local backends = {
	auth_ = "authentication = %q";
	storage_ = "storage = %q";
};

-- auth_x and storage_x are plugins too, which belong in an option of their own.
local function misplaced_backend(name)
	local prefix, rest = name:match("^(auth_)(.+)");
	if not prefix then
		prefix, rest = name:match("^(storage_)(.+)");
	end
	if prefix then
		return "SL206", ("%q is not enabled by a list of modules; take it out and write "..backends[prefix]):format(name, rest);
	end
end

-- 0.12's own example enables posix, which that version loads by itself.
local function is_automatic(context, name)
	return context.scopes.automatic[name] == "prosody" and not (context.version == "0.12" and name == "posix");
end

-- Later releases of 13 load muc_mam with mam in a room service.
local function loads_for_rooms(context, scope, module)
	return scope.component == "muc" and values.holds(context.scopes:needs(scope, module.name), "muc_"..module.name);
end

-- A module that works only as a component, in a list that reaches hosts, or a component's that reaches them all.
local function misplaced_component(context, scope, name, module)
	if module.source.component and not module.source.global and not scope.component then
		return "SL208", ("the module %q works only on a component, so it fails on every host; enable it in the component's own modules_enabled"):format(
			name);
	end
	if scope.component and module_facts.is_of_accounts(name) and not loads_for_rooms(context, scope, module) then
		local instead = name == "mam" and scope.component == "muc" and "write muc_mam in its place" or "take it out";
		return "SL212", ("the module %q serves accounts, and the component %s has none; %s"):format(name, scope.name, instead);
	end
	for _, other in ipairs(scope.name == "*" and context.scopes.list or {}) do
		if other.component == name and other.enabled then
			return "SL209", ("%q is enabled for every host here, and is the component %s as well; take it out here"):format(name, other.name);
		end
	end
end

local function missing_need(context, scope, name)
	if not scope.listed[name] then
		return nil;   -- modules_disabled names it, so it needs nothing
	end
	for _, needed in ipairs(context.scopes:needs(scope, name, true)) do
		if not context.catalogue:module(needed) then
			return "SL211", ("the module %q needs the module %q, which is not installed; install that, or take this out"):format(name, needed);
		end
	end
	local disabled = {};
	if not_found.lacks(context.catalogue, "depends") then
		return nil;
	end
	for _, list in ipairs { scope.options.modules_disabled or {}, context.scopes.global.modules_disabled or {} } do
		for _, other in ipairs(context.scopes.names_in(list)) do
			disabled[other] = true;
		end
	end
	for _, needed in ipairs(context.scopes:needs(scope, name, true)) do
		if disabled[needed] then
			return "SL211", ("the module %q needs %q, which modules_disabled names; take one of the two out"):format(name, needed);
		end
	end
end

local function judge(context, scope, name)
	local code, text = misplaced_backend(name);
	if code then
		return code, text;
	end
	local module = context.catalogue:module(name);
	if not module then
		return unknown(context, name);
	end
	local instead = module_facts.replacement(name, context.version);
	if instead then
		return "SL210", (module_facts.is_empty(name, context.version) and "the module %q does nothing of its own any more; %s"
			or "the module %q has a successor; %s"):format(name, instead);
	elseif is_automatic(context, name) then
		return "SL203", ("Prosody loads %q by itself; take it out here, or name it in modules_disabled to be without it"):format(name);
	end
	code, text = misplaced_component(context, scope, name, module);
	if code then
		return code, text;
	end
	return missing_need(context, scope, name);
end

-- Does the list hold nothing but names? Says what is wrong, and which element or key it is.
local function not_a_name(list)
	if list == nil or type(list) == "string" then
		return nil;
	elseif type(list) ~= "table" then
		return ("%s where a list of names is expected"):format(values.line(list));
	end
	for _, key in ipairs(values.keys(list)) do
		if math.type(key) ~= "integer" then
			return ("%s = %s in a list of names"):format(values.is_name(key) and key or values.line(key), values.line(list[key])), nil, key;
		elseif type(list[key]) ~= "string" then
			return ("%s in a list of names"):format(values.line(list[key])), list[key];
		end
	end
end

local function check_form(context, scope, option)
	local problem, element, key = not_a_name(scope.options[option]);
	if problem then
		context:add("SL207", { scope = scope.name, option = option, element = element, key = key },
			("%s: %s; write %s = { \"name\", \"other\" }, and options on lines of their own"):format(option, problem, option));
	end
	return problem == nil;
end

local function check_enabled(context, scope, flagged)
	local clean = true;
	for _, name in ipairs(context.scopes.names_in(scope.options.modules_enabled)) do
		local code, text, severity = judge(context, scope, name);
		if code then
			flagged[name], clean = true, false;
			context:add(code, { scope = scope.name, option = "modules_enabled", element = name, severity = severity }, "modules_enabled: "..text);
		end
	end
	return clean;
end

-- Taking out what is not there does no harm; a name that nothing has is a mistake all the same.
local function check_disabled(context, scope)
	local clean = true;
	for _, name in ipairs(context.scopes.names_in(scope.options.modules_disabled)) do
		if not context.catalogue:module(name) and not elsewhere.core(name)
				and not elsewhere.community(name) and not module_facts.replacement(name, context.version) then
			clean = false;
			context:add("SL201", { scope = scope.name, option = "modules_disabled", element = name, severity = "warning" },
				("modules_disabled: there is no module %q%s, so nothing is disabled"):format(name,
				effective.suggestion(name:gsub("^mod_", ""), context.catalogue:modules())));
		end
	end
	return clean;
end

-- A module of the global list fails on the host that disables what it needs there: from Prosody 13.0.6 on, mam in rooms without muc_mam.
local function check_disabled_needs(context, scope)
	local clean = true;
	if scope.name == "*" or scope.options.modules_disabled == nil or not_found.lacks(context.catalogue, "depends") then
		return clean;
	end
	local own, disabled = loading.name_set(scope.options.modules_enabled), loading.name_set(scope.options.modules_disabled);
	for _, name in ipairs(values.keys(scope.listed)) do
		for _, needed in ipairs(not own[name] and name ~= scope.component and context.scopes:needs(scope, name, true) or {}) do
			if disabled[needed] and context.catalogue:module(needed) then
				clean = false;
				context:add("SL211", { scope = scope.name, option = "modules_disabled", element = needed },
					("modules_disabled: %q of the global list needs %q, so it fails on %s; write %q in place of it"):format(name, needed, scope.name, name));
			end
		end
	end
	return clean;
end

-- The scope whose list names the module, for this scope: its own or the global one; nil where only Prosody does.
local function listing_scope(context, scope, name)
	for _, options in ipairs { scope.options, context.scopes.global } do
		if values.holds(context.scopes.names_in(options.modules_enabled), name) then
			return options == context.scopes.global and "*" or scope.name;
		end
	end
end

-- Of the two, the one that a later layer brought in is to be looked at.
local function later_of(context, scope, one, other)
	local best;
	for _, name in ipairs { one, other } do
		local from = listing_scope(context, scope, name);
		local path, line, layer = nil, nil, nil;
		if from then
			path, line, layer = context:place(from, "modules_enabled", name);
		end
		local order = context.layers[layer or ""] and context.layers[layer].order or 0;
		if from and (not best or order > best.order or order == best.order and (line or 0) >= (best.line or 0)) then
			best = { name = name, from = from, order = order, line = line, path = path };
		end
	end
	return best;
end

local function check_conflicts(context, scope, flagged)
	local clean = true;
	module_facts.each_conflict(function (one, other, why)
		if scope.listed[one] and scope.listed[other] and not flagged[one] and not flagged[other] then
			local at = later_of(context, scope, one, other);
			if at then
				clean = false;
				context:add("SL204", { scope = at.from, option = "modules_enabled", element = at.name },
					("modules_enabled: %q and %q conflict: %s"):format(one, other, why));
			end
		end
	end);
	return clean;
end

local function check_scope(context, scope, flagged)
	local clean = check_form(context, scope, "modules_enabled");
	clean = check_form(context, scope, "modules_disabled") and clean;
	clean = check_enabled(context, scope, flagged) and clean;
	clean = check_disabled(context, scope) and clean;
	clean = check_disabled_needs(context, scope) and clean;
	return check_conflicts(context, scope, flagged) and clean;
end

return function (context)
	local clean, flagged = {}, {};
	for _, scope in ipairs(context.scopes.list) do
		-- Hosts that list the same share the set; a tree may have thousands of them.
		if not clean[scope.listed] then
			clean[scope.listed] = check_scope(context, scope, flagged);
		end
	end
	context.flagged_modules = flagged;
end;
