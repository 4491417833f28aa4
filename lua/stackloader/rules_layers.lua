--- Findings about layers: what is said in vain.
local not_found = require "stackloader.not_found";
local values = require "stackloader.values";

-- Whoever writes a default, a force or a bound means it also where it comes to nothing.
local function is_plain(entry)
	return entry.level == "plain" and not entry.implied and entry.moved == nil and (entry.operation == "set" or entry.operation == "append"
		or entry.operation == "prepend");
end

-- In a tree without profiles every feature loads, until it is switched off.
local function loads_always(layer)
	return layer ~= nil and layer.why == "always" and layer.axis ~= "features";
end

-- An empty list is the place for what another choice puts there.
local function is_empty(value)
	return type(value) == "table" and next(value) == nil;
end

local function same(one, other)
	return one == other or type(one) == "table" and type(other) == "table" and values.line(one) == values.line(other);
end

-- Notes in `context.working` the layers that make a difference, and in `context.first` where each layer speaks first.
-- Two layers that are chosen may say the same, as each may be chosen without the other.
local function note_effects(context, answer)
	local before, chosen;
	for i, entry in ipairs(answer.assignments) do
		local layer = entry.layer or "";
		local is_chosen = not loads_always(context.layers[layer]);
		if i == 1 or not is_plain(entry) or not same(before, entry.result) or chosen and chosen ~= layer or is_chosen and is_empty(entry.value) then
			context.working[layer] = true;
		end
		chosen = is_chosen and layer or chosen;
		local first = context.first[layer];
		context.first[layer] = first and (first.line or 0) <= (entry.line or 0) and first or entry;
		before = entry.result;
	end
end

-- Layers that load whatever is chosen; what a later one of them replaces is never in force. The site's own last words are no such
-- layers: that they replace what was shipped is their purpose.
local own_words = { ["local"] = true, main = true, variables = true };

local function root_of(layer)
	local ending = "/"..layer.id..".cfg.lua";
	return layer.path and layer.path:sub(-#ending) == ending and layer.path:sub(1, -#ending - 1) or layer.path;
end

local function always_overrides(context, earlier, later)
	local one, other = context.layers[earlier.layer or ""], context.layers[later.layer or ""];
	return one ~= other and loads_always(one) and loads_always(other) and not own_words[other.axis] and root_of(one) == root_of(other);
end

-- A single value is replaced whole; of lists and maps something may remain.
local function check_overridden(context, scope, name, answer)
	local list = answer.assignments;
	for i = 1, #list - 1 do
		local entry, later = list[i], list[i + 1];
		if is_plain(entry) and is_plain(later) and entry.operation == "set" and later.operation == "set" and entry.scope == later.scope
				and not entry.key and not later.key and type(entry.result) ~= "table" and type(later.result) ~= "table"
				and later.result ~= nil and entry.result ~= later.result
				and entry.path and always_overrides(context, entry, later) and not context:is_found_by_stack(entry.path, entry.line) then
			local value = values.line(context.stack:redact(entry.result, name, scope.name));
			context:add("SL312", { path = entry.path, line = entry.line, layer = entry.layer, scope = scope.name, option = name },
				("%s = %s is never in force: %s:%s always replaces it; take one of the two out%s"):format(
				name, value, later.path or later.layer, later.line or "?", context.is_plain and "" or ", or write stack.default here"));
		end
	end
end

-- Does the host say so whatever is chosen, or where the global value is from? With another choice the global value may be seen.
local function hides_always(context, scope, name, global_layer)
	local _, _, layer = context:place(scope.name, name);
	local from = context.layers[layer or ""];
	return layer == global_layer or loads_always(from) and not own_words[from.axis];
end

local function is_for_hosts(readers)
	for _, reader in ipairs(readers) do
		if not reader.module or reader.global then
			return false;
		end
	end
	return #readers > 0;
end

-- Is the value read by hosts' modules alone, and does each host with one of them say something else?
local function is_unseen(context, name, layer)
	local readers = context.readers[name] or {};
	if not is_for_hosts(readers) then
		return false;
	end
	local seen = 0;
	for _, scope in ipairs(context.scopes.list) do
		for _, reader in ipairs(scope.name ~= "*" and scope.enabled and readers or {}) do
			if scope.modules[reader.module] then
				if scope.options[name] == nil or not hides_always(context, scope, name, layer) then
					return false;
				end
				seen = seen + 1;
			end
		end
	end
	return seen > 0;
end

local function check_unseen(context, name, value)
	if not_found.lacks(context.catalogue, "automatic", "formula", "inheritable", "headers", "backends") then
		return;
	elseif type(value) == "table" or context:is_blamed("*", name) or context.lists.global[name] then
		return;
	end
	local path, line, layer = context:place("*", name);
	if path and is_unseen(context, name, layer) and not context:is_found_by_stack(path, line) then
		context:add("SL313", { scope = "*", option = name },
			("%s: every host that reads it has a value of its own, so this one is never in force; take it out%s"):format(name,
			context.is_plain and "" or ", or write stack.force"));
	end
end

local function check_idle(context, layer)
	local first = context.first[layer.id];
	if context.working[layer.id] or not layer.path or context:is_found_by_stack(layer.path) then
		return;
	elseif first and context.texts:is_fixed(layer.path) then
		context:add("SL311", { path = layer.path, line = first.path == layer.path and first.line or 1, layer = layer.id },
			"this layer changes nothing: all that it says is so without it; take it out, or write what it is for");
	elseif not first and layer.options == 0 and not context.texts:has_statement(layer.path) then
		context:add("SL311", { path = layer.path, line = 1, layer = layer.id }, "this layer changes nothing: it holds no statement; take it out");
	end
end

-- The histories of thousands of hosts are not worth keeping, and nearly all of them are one assignment.
local function check_history(context, scope, name)
	local sole = context.stack:sole(name, scope.host and scope.name or nil);
	if sole then
		context.working[sole] = true;
		return;
	end
	local answer = context.stack:explain(name, scope.host and scope.name or nil);
	local list = answer and answer.assignments or {};
	if #list == 1 then
		context.working[list[1].layer or ""] = true;
		return;
	elseif #list > 1 then
		note_effects(context, answer);
		if not context:is_blamed(scope.name, name) then
			check_overridden(context, scope, name, answer);
		end
	end
end

local said_by_opening = { defined = true, component_module = true, load_global_modules = true };

return function (context)
	context.working, context.first = {}, {};
	for _, scope in ipairs(context.scopes.list) do
		if scope.host then
			context.working[scope.host.layer or ""] = true;
		end
		for name in pairs(scope.options) do
			if type(name) == "string" and not said_by_opening[name] then
				check_history(context, scope, name);
			end
		end
	end
	for name, value in pairs(context.scopes.global) do
		if type(name) == "string" then
			check_unseen(context, name, value);
		end
	end
	for _, layer in ipairs(context.stack:layers()) do
		check_idle(context, layer);
	end
end;
