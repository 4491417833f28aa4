--- Findings about removals that remove nothing: names that stack.remove does not find, and nil where stack.unset is meant.
local effective = require "stackloader.effective";
local elsewhere = require "stackloader.elsewhere";
local module_facts = require "stackloader.module_facts";
local tokens = require "stackloader.tokens";
local words = require "stackloader.words";

local module_lists = { modules_enabled = true, modules_disabled = true };

--- Names that stack.remove does not find ------------------------------------------------------------------------------------

local function elements_of(value)
	return type(value) == "table" and value or { value };
end

-- What is in the list at any time: a layer may remove what another choice of layers puts there.
local function ever_listed(context, scope, option, answer)
	local set, names = {}, {};
	local function add(list)
		for _, element in ipairs(elements_of(list)) do
			set[element] = true;
			names[#names + 1] = type(element) == "string" and element or nil;
		end
		for key in pairs(type(list) == "table" and list or {}) do
			set[key] = true;
		end
	end
	for _, entry in ipairs(answer.assignments) do
		add(entry.result);
	end
	if scope.host and module_lists[option] then
		add(context.scopes.global[option]);
	end
	return set, names;
end

local function is_known_module(context, name)
	return context.catalogue:module(name) or elsewhere.core(name)
		or elsewhere.community(name) or module_facts.replacement(name, context.version);
end

-- What to say of a name that is not in the list; nil where it may well be missing there.
local function objection(context, option, name, names)
	if module_lists[option] then
		local modules = context.catalogue:modules();
		local candidates = table.move(names, 1, #names, #modules + 1, table.move(modules, 1, #modules, 1, {}));
		return not is_known_module(context, name) and ("%s: %q is neither in the list nor a module%s, so nothing is removed"):format(option, name,
			effective.suggestion(name, candidates));
	end
	local near = effective.suggestion(name, names);
	return near ~= "" and ("%s: %q is not in the list%s, so nothing is removed"):format(option, name, near);
end

local function check_removal(context, scope, option, entry, set, names)
	for _, name in ipairs(elements_of(entry.value)) do
		local text = type(name) == "string" and not set[name] and objection(context, option, name, names);
		if text then
			context:add("SL314", {
				path = entry.path, line = entry.path and context.texts:line_within(entry.path, entry.line, option, name), layer = entry.layer;
				scope = scope.name, option = option, element = name;
			}, text);
		end
	end
end

-- Most values are one plain assignment, and need no history.
local function check_option(context, scope, option)
	local host = scope.host and scope.name or nil;
	if context.stack:sole(option, host) then
		return;
	end
	local answer = context.stack:explain(option, host);
	local set, names;
	for _, entry in ipairs(answer and answer.assignments or {}) do
		if entry.operation == "remove" and not entry.key then
			if not set then
				set, names = ever_listed(context, scope, option, answer);
			end
			check_removal(context, scope, option, entry, set, names);
		end
	end
end

local function check_removals(context)
	for _, scope in ipairs(context.scopes.list) do
		local options = { modules_enabled = true, modules_disabled = true };
		for option in pairs(scope.options) do
			options[option] = type(option) == "string" or nil;
		end
		for option in pairs(options) do
			check_option(context, scope, option);
		end
	end
end

--- nil where stack.unset is meant --------------------------------------------------------------------------------------------

-- The names that the file declares as its own: they are no options.
local function declared(list)
	local set = {};
	for at, token in ipairs(list) do
		if token.kind == "name" and (token.text == "local" or token.text == "for" or token.text == "function") then
			local i = at + 1;
			while list[i] and (list[i].kind == "name" or list[i].text == "," or list[i].text == "(" or list[i].text == ".") and list[i].text ~= "in" do
				set[list[i].text] = tokens.is_identifier(list[i]) or nil;
				i = i + 1;
			end
		end
	end
	return set;
end

-- Is it `name = nil`, and nothing behind it?
local function is_nil(list, at)
	return tokens.is_identifier(list[at]) and list[at + 1] and list[at + 1].text == "=" and list[at + 2] and list[at + 2].kind == "name"
		and list[at + 2].text == "nil" and tokens.last_of(list, at) == at + 2;
end

local opens_host = { VirtualHost = true, Component = true, Host = true, host = true, component = true };

-- Does a statement that sets options, each of its fields too, begin here?
local function sets_options(list, at, own)
	local token, behind = list[at], list[at + 1];
	if token.text == "stack" and list[at + 2] and list[at + 2].text == "each" then
		return true;
	end
	return tokens.begins_statement(list, at) and token.kind == "name" and (opens_host[token.text]
		or not own[token.text] and tokens.is_identifier(token) and behind and behind.text == "=" and not words.of_lua[token.text]);
end

local steps = { ["{"] = 1, ["}"] = -1 };

--- Calls found(name, line, inside) for each nil that cancels nothing; inside: the option or host in whose table it stands.
local function each_idle_nil(list, found)
	local own = declared(list);
	local depth, statement, said = 0, nil, {};
	for at, token in ipairs(list) do
		depth = depth + (token.kind == "symbol" and steps[token.text] or 0);
		if depth == 0 and token.kind == "name" then
			if opens_host[token.text] then
				said = {};
			end
			if tokens.begins_statement(list, at) then
				statement = sets_options(list, at, own) and token.text or nil;
			end
		end
		local before = list[at - 1];
		local is_field = depth > 0 and before and before.kind == "symbol" and (before.text == "{" or before.text == "," or before.text == ";");
		if depth > 0 and is_field and statement and is_nil(list, at) then
			found(token.text, token.line, statement);
		elseif depth == 0 and tokens.begins_statement(list, at) and tokens.is_identifier(token) and not own[token.text] then
			if is_nil(list, at) and not said[token.text] then
				found(token.text, token.line);
			end
			said[token.text] = true;
		end
	end
end

-- In the main file, nil is Prosody's own: it takes back what an included file set.
local function check_nils(context)
	for _, layer in pairs(context.layers) do
		if layer.path and layer.axis ~= "main" and context.texts:content(layer.path):find("nil", 1, true) then
			each_idle_nil(context.texts:tokens(layer.path), function (name, line, inside)
				context:add("SL315", { path = layer.path, line = line, layer = layer.id, option = name },
					inside and ("%s = nil in the table of %s says nothing; write %s = stack.unset to remove it, or take it out"):format(name, inside, name)
					or ("%s = nil cancels nothing, as this file does not set it before; write %s = stack.unset to remove what earlier layers set, or "
					.."take it out"):format(name, name));
			end);
		end
	end
end

return function (context)
	check_removals(context);
	check_nils(context);
end;
