--- What a reload of the running server changed, as lines for its log: option by option, with the layer that is behind it.
local values = require "stackloader.values";

local configmanager = package.loaded["prosody.core.configmanager"] or require "core.configmanager";
local stackloader = require "stackloader";
local start = require "stackloader.server_start";

local changes = {};

-- Values longer than this are cut; a configuration may hold whole texts.
local longest = 200;
-- A log of thousands of lines helps nobody.
local most_lines = 100;
-- Deeper than any option of Prosody; a table that holds itself ends here.
local deepest = 50;

local function same_function(a, b)
	local first, second = debug.getinfo(a, "S"), debug.getinfo(b, "S");
	return first.what == "Lua" and first.source == second.source and first.linedefined == second.linedefined;
end

-- Every load makes its functions anew: one of the same place counts as the same.
local function same(a, b, depth)
	if rawequal(a, b) then
		return true;
	elseif type(a) == "function" and type(b) == "function" then
		return same_function(a, b);
	elseif type(a) ~= "table" or type(b) ~= "table" or depth > deepest then
		return false;
	end
	return values.same_fields(a, b, same, depth + 1);
end

--- What is in force now, to compare with later: the stack, and Prosody's own table, which holds too what was set after the stack.
function changes.in_force()
	return { stack = stackloader.current(), config = configmanager.getconfig(), scopes = {} };
end

local function host_of(scope)
	return scope ~= "*" and scope or nil;
end

-- What the stack itself made of the options of a scope. A copy, so asked for once.
local function made(state, scope)
	if state.stack and not state.scopes[scope] then
		state.scopes[scope] = state.stack:options(host_of(scope)) or {};
	end
	return state.scopes[scope] or {};
end

-- A secret of either load stays one in a line that speaks of both.
local function shown(value, name, scope, old, new)
	if value == nil then
		return "not set";
	end
	for _, state in ipairs { old, new } do
		value = state.stack and state.stack:redact(value, name, scope) or value;
	end
	local text = values.line(value);
	if #text > longest then
		local cut = text:sub(1, longest);
		text = cut:sub(1, (utf8.offset(cut, -1) or longest) - 1).."…";
	end
	return text;
end

local function place(entry)
	local where = entry.path and (entry.line and entry.path..":"..entry.line or entry.path) or entry.layer or "the stack";
	return (where:gsub("%c", "?"));
end

-- The assignment since which the option is as it is.
local function setter(answer)
	local value = values.line(answer.value);
	local list = answer.assignments;
	if value:find("(secret)", 1, true) then   -- one looks like the other
		return #answer.parts == 1 and answer.parts[1].path and answer.parts[1] or list[#list];
	end
	local found = list[#list];
	for i = #list, 1, -1 do
		if values.line(list[i].result) ~= value then
			break;
		end
		found = list[i];
	end
	return found;
end

-- How the stack made the value; nothing where the value is not the stack's.
local function history(state, scope, name)
	local options = rawget(state.config, scope);
	local value = options and rawget(options, name);
	if value == nil or not same(value, made(state, scope)[name], 0) then
		return nil;
	end
	local answer = state.stack:explain(name, host_of(scope));
	return answer and #answer.assignments > 0 and answer or nil;
end

local function part_name(part)
	if part.key == nil then
		return "";
	end
	local text = "";
	for i, word in ipairs(type(part.key) == "table" and part.key or { part.key }) do
		text = text..(values.is_name(word) and (i > 1 and "."..word or word) or "["..values.line(word).."]");
	end
	return text.." = ";
end

-- The elements and keys that only the first of two histories has.
local function parts_of(answer, other, sign, scope, old, new)
	local known, list = {}, {};
	for _, part in ipairs(other.parts) do
		known[part_name(part)..values.line(part.value)] = true;
	end
	for _, part in ipairs(answer.parts) do
		if not known[part_name(part)..values.line(part.value)] then
			local value = shown(part.value, nil, scope, old, new);
			list[#list + 1] = ("%s %s%s (%s%s)"):format(sign, part_name(part), value, sign == "-" and "was " or "", place(part));
		end
	end
	return list;
end

-- Lists and maps: what came and what went, each with the place that set it.
local function parts_changed(was, is, scope, old, new)
	if not was or not is or type(was.value) ~= "table" or type(is.value) ~= "table" or not was.parts or not is.parts then
		return nil;
	end
	local list = parts_of(is, was, "+", scope, old, new);
	table.move(parts_of(was, is, "-", scope, old, new), 1, #was.parts + 1, #list + 1, list);
	return #list > 0 and table.concat(list, ", ") or nil;
end

local function behind(was, is, value)
	if value == nil then
		return was and ("no layer sets it any more, %s did"):format(place(setter(was))) or "it was set outside the layers";
	end
	return is and place(setter(is)) or "set outside the layers, by the main file after stackloader.load";
end

local function option_line(scope, name, old, new)
	local before, after = rawget(rawget(old.config, scope), name), rawget(rawget(new.config, scope), name);
	local was, is = history(old, scope, name), history(new, scope, name);
	local label = (scope == "*" and "" or scope..": ")..tostring(name);
	local parts = parts_changed(was, is, scope, old, new);
	if parts then
		return ("%s: %s"):format(label, parts);
	end
	return ("%s: %s -> %s (%s)"):format(label, shown(before, name, scope, old, new), shown(after, name, scope, old, new), behind(was, is, after));
end

-- Adds a line, with why what it says has no effect yet where that is so.
local function add_line(list, line, waits)
	list[#list + 1] = waits and line.."; "..waits or line;
	list.waiting = list.waiting + (waits and 1 or 0);
end

local function add_options(list, scope, old, new, applies)
	local before, after = rawget(old.config, scope), rawget(new.config, scope);
	local names = {};
	for name, value in next, after do
		names[name] = not same(value, rawget(before, name), 0) or nil;
	end
	for name in next, before do
		names[name] = names[name] or rawget(after, name) == nil or nil;
	end
	for _, name in ipairs(values.keys(names)) do
		add_line(list, option_line(scope, name, old, new), start.of_option(scope, name, applies));
	end
end

local function opened(state, name)
	for _, host in ipairs(state.stack and state.stack:hosts() or {}) do
		if host.name == name then
			return place(host);
		end
	end
	return "outside the layers";
end

local function add_hosts(list, old, new, applies)
	local changed = {};
	for scope, options in next, new.config do
		local before = rawget(old.config, scope);
		changed[scope] = not (before and stackloader.equal(before, options)) or nil;
	end
	for scope in next, old.config do
		changed[scope] = changed[scope] or rawget(new.config, scope) == nil or nil;
	end
	for _, scope in ipairs(values.keys(changed)) do
		if not rawget(old.config, scope) then
			add_line(list, ("host %s is new (%s)"):format(scope, opened(new, scope)), start.of_host(applies));
		elseif not rawget(new.config, scope) then
			add_line(list, ("host %s is gone (it was opened by %s)"):format(scope, opened(old, scope)), start.of_host(applies));
		else
			add_options(list, scope, old, new, applies);
		end
	end
end

local function layer_paths(state)
	local paths = {};
	for _, layer in ipairs(state.stack and state.stack:layers() or {}) do
		if layer.path then
			paths[layer.path] = true;
		end
	end
	return paths;
end

local function add_layers_of(list, paths, others, what)
	local only = {};
	for path in next, paths do
		only[path] = not others[path] or nil;
	end
	for _, path in ipairs(values.keys(only)) do
		list[#list + 1] = ("layer %s is %s"):format(place { path = path }, what);
	end
end

local function add_layers(list, old, new)
	local was, is = layer_paths(old), layer_paths(new);
	add_layers_of(list, is, was, "new");
	add_layers_of(list, was, is, "gone");
end

--- What is different between two states that in_force gave, a line each, the layers first; and how many of the changes have no effect before
-- Prosody starts again. `applies`: the reload loads and unloads modules and hosts.
function changes.between(old, new, applies)
	local list = { waiting = 0 };
	add_layers(list, old, new);
	add_hosts(list, old, new, applies);
	local waiting = list.waiting;
	list.waiting = nil;
	if #list > most_lines then
		local rest = #list - most_lines;
		list = table.move(list, 1, most_lines, 1, {});
		list[#list + 1] = ("and %d more"):format(rest);
	end
	for _, state in ipairs { old, new } do
		list = state.stack and state.stack:mask(list) or list;
	end
	return list, waiting;
end

return changes;
