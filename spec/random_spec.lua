--- Random stacks, held against the model of merging in spec/model.lua.
-- STACKLOADER_STACKS is how many, STACKLOADER_SEED the first one's seed; a failure prints its seed and the smallest stack that fails.
local model = require "spec.model";
local support = require "spec.support";
local stackloader = require "stackloader";

local COUNT = tonumber(os.getenv("STACKLOADER_STACKS")) or 2000;
local SEED = tonumber(os.getenv("STACKLOADER_SEED")) or 1;

local RULES = { my_list = "append" };
local MODULES = { ["c.example"] = "muc" };
local HOSTS = { "a.example", "b.example", "c.example" };

local PATHS = {
	"core/1.cfg.lua", "core/2.cfg.lua", "core/sub/3.cfg.lua", "stack/01-a/4.cfg.lua",
	"stack/01-a/5.cfg.lua", "stack/02-b/6.cfg.lua", "domains/7.cfg.lua", "local/8.cfg.lua",
};

--- Chance -----------------------------------------------------------------------------------------------------------------

local random = math.random;

local function chance(percent)
	return random(100) <= percent;
end

local function pick(list)
	return list[random(#list)];
end

-- Between one and most different ones of the pool.
local function some(pool, most)
	local rest = table.move(pool, 1, #pool, 1, {});
	local result = {};
	for index = 1, random(most or 3) do
		result[index] = table.remove(rest, random(#rest));
	end
	return result;
end

--- Values -----------------------------------------------------------------------------------------------------------------

local LETTERS = { "a", "b", "c", "d", "e", "f" };
local NUMBERS = { 1, 2, 3, 4, 5 };
local PAIRS = { { "a", "A" }, { "b", "B" }, { "c", "C" }, { "a", "B" }, { host = "a" }, { host = "a", port = 1 } };

local function scalar()
	return pick { 1, 2, 2.5, "a", "b", true, false };
end

local function map(depth)
	local result = {};
	for _, key in ipairs(some({ "k", "l", "m", "n" })) do
		if depth > 1 and chance(55) then
			result[key] = map(depth - 1);
		elseif chance(25) then
			result[key] = some(NUMBERS);
		else
			result[key] = scalar();
		end
	end
	return result;
end

local function mixed()
	local result = map(2);
	return table.move(some(LETTERS), 1, 3, 1, result);
end

local function anything()
	return pick { scalar, function () return some(LETTERS); end, function () return map(3); end, mixed, function () return {}; end }();
end

-- Puts directives into a value: at list elements and at map keys.
local function nest(value)
	for index, element in ipairs(value) do
		if chance(20) then
			value[index] = (chance(60) and model.force or model.default)(element);
		end
	end
	local keys = {};
	for key in pairs(value) do
		keys[#keys + 1] = type(key) == "string" and key or nil;
	end
	table.sort(keys);
	for _, key in ipairs(keys) do
		local item = value[key];
		if type(item) == "table" and not model.is_directive(item) and chance(70) then
			nest(item);
		elseif chance(20) then
			value[key] = pick { model.force, model.default }(item);
		elseif chance(8) then
			value[key] = pick { model.append, model.prepend, model.remove, model.replace, model.unset }(item);
		elseif chance(4) then
			value[key] = model.force(pick { model.append, model.remove, model.unset }(item));
		end
	end
	return value;
end

--- Options: how a value of each looks, and how else it is spoken of ---------------------------------------------------------

local function list_of(pool)
	return function ()
		return some(pool);
	end
end

local function list_or_scalar(pool)
	return function ()
		return chance(25) and pick(pool) or chance(5) and {} or some(pool);
	end
end

local function nested_map()
	return map(3);
end

local OPTIONS = {
	{ name = "modules_enabled", value = list_of(LETTERS), edits = "list", weight = 5 };
	{ name = "modules_disabled", value = list_of(LETTERS), weight = 4 };
	{ name = "admins", value = list_or_scalar(LETTERS), edits = "list", weight = 3 };
	{ name = "disco_items", value = list_of(PAIRS), weight = 1 };
	{ name = "my_list", value = list_or_scalar(NUMBERS), edits = "list", weight = 2 };
	{ name = "log", value = nested_map, edits = "map", weight = 2 };
	{ name = "sql", value = anything, weight = 1 };
	{ name = "c2s_ports", value = list_or_scalar(NUMBERS), edits = "list", weight = 3 };
	{ name = "limits", value = nested_map, edits = "map", weight = 5 };
	{ name = "title", value = scalar, weight = 3 };
	{ name = "thing", value = anything, edits = "list", weight = 3 };
	{ name = "admins_of_all", value = mixed, edits = "map", weight = 1 };
	{ name = "most", value = function () return chance(90) and random(9) or "many"; end, weight = 2, constraints = function ()
		return pick { model.at_most, model.at_least }(random(3, 7));
	end };
	{ name = "age", value = function () return pick { "1d", "2w", "30d", "12h", "1y", 3600, 90000, "never", false }; end, weight = 2,
		constraints = function ()
			return pick { model.at_most, model.at_least }(pick { "1d", "1w", "30d", 86400 });
		end };
	{ name = "mode", value = function () return pick(LETTERS); end, weight = 2, constraints = function ()
		return model.one_of(some(LETTERS, 4));
	end };
};

local WEIGHTED = {};
for _, option in ipairs(OPTIONS) do
	for _ = 1, option.weight do
		WEIGHTED[#WEIGHTED + 1] = option;
	end
end

local OPERATIONS = { "append", "append", "prepend", "remove", "remove", "replace", "unset" };

local function operation(option)
	local name = pick(OPERATIONS);
	local value = option.value();
	if name == "remove" and type(value) == "table" and next(value) ~= nil and value[1] == nil then
		value = { pick { "k", "l", "m", "n" } };
	end
	if name == "unset" then
		return model.unset();
	end
	return model[name](value);
end

local function forced(option)
	if option.forced then
		return chance(50) and option.forced() or pick { model.append, model.prepend }(option.forced());
	end
	return chance(60) and option.value() or operation(option);
end

-- The right side of an assignment.
local function expression(option)
	local kind = random(100);
	if option.constraints and kind <= 35 then
		return option.constraints();
	elseif kind <= 55 then
		return option.value();
	elseif kind <= 68 then
		local value = option.value();
		return type(value) == "table" and not option.forced and nest(value) or value;
	elseif kind <= 80 then
		return operation(option);
	elseif kind <= 86 then
		return model.force(forced(option));
	elseif kind <= 92 then
		return model.default(chance(60) and option.value() or operation(option));
	end
	return kind <= 96 and option.value() or model.NIL;
end

local EDITS = {
	list = { "insert", "insert", "insert", "insert_first", "remove_last", "remove_first", "or_empty" };
	map = { "set_key", "set_key", "or_empty" };
};

local function edit(option, statement)
	statement.edit = pick(EDITS[option.edits]);
	local value = option.value();
	if statement.edit == "set_key" then
		statement.key = pick { "k", "l", "m", "n" };
		statement.element = value[statement.key];
	elseif type(value) == "table" then
		statement.element = value[1];
	else
		statement.element = value;
	end
	if statement.element == nil and statement.edit ~= "set_key" then
		statement.edit, statement.element = "or_empty", nil;
	end
	return statement;
end

--- Stacks -----------------------------------------------------------------------------------------------------------------

local function statement_in(scope, options)
	local option = pick(options);
	local statement = { scope = scope, option = option.name };
	if scope == "*" and chance(7) then
		statement = { each = pick { "host", "host", "muc" }, option = option.name };
	elseif option.edits and chance(12) then
		return edit(option, statement);
	end
	statement.value = expression(option);
	if statement.each and statement.value == model.NIL then
		statement.value = option.value();   -- a table has no nil
	end
	return statement;
end

local function layer(path, options)
	local statements = {};
	for _ = 1, random(0, 5) do
		statements[#statements + 1] = statement_in("*", options);
	end
	for _, host in ipairs(HOSTS) do
		if chance(35) then
			statements[#statements + 1] = { scope = host };
			for _ = 1, random(0, 3) do
				statements[#statements + 1] = statement_in(host, options);
			end
		end
	end
	return { path = path, statements = statements };
end

-- A few options make the layers speak of the same ones.
local function stack_of(seed)
	math.randomseed(seed);
	local options = {};
	for index = 1, random(1, 4) do
		options[index] = pick(WEIGHTED);
	end
	if chance(12) then
		options = { OPTIONS[1], OPTIONS[2] };   -- the two lists of modules, which reach into each other
	end
	local layers = {};
	for index, path in ipairs(PATHS) do
		local left = #PATHS - index;
		if chance(50) or left == 0 and not layers[1] then
			layers[#layers + 1] = layer(path, options);
		end
	end
	return { layers = layers, modules = MODULES, rules = RULES };
end

--- Stacks as files --------------------------------------------------------------------------------------------------------

local function sorted_keys(value)
	local keys = {};
	for key in pairs(value) do
		if type(key) == "string" then
			keys[#keys + 1] = key;
		end
	end
	table.sort(keys);
	return keys;
end

local function in_lua(value)
	if value == model.NIL then
		return "nil";
	elseif type(value) == "string" then
		return ("%q"):format(value);
	elseif type(value) ~= "table" then
		return tostring(value);
	elseif model.is_directive(value) then
		local inner = value.operation == "unset" and "" or "("..in_lua(value.value)..")";
		return "stack."..value.operation..inner;
	end
	local items = {};
	for _, element in ipairs(value) do
		items[#items + 1] = in_lua(element);
	end
	for _, key in ipairs(sorted_keys(value)) do
		items[#items + 1] = key.." = "..in_lua(value[key]);
	end
	return "{ "..table.concat(items, ", ").." }";
end

local EDITS_IN_LUA = {
	insert = "table.insert(%s, %s)", insert_first = "table.insert(%s, 1, %s)", remove_last = "table.remove(%s)",
	remove_first = "table.remove(%s, 1)",
};

local function statement_in_lua(statement)
	local name = statement.option;
	if statement.each then
		return ("stack.each(%q, { %s = %s })"):format(statement.each, name, in_lua(statement.value));
	elseif statement.edit == "or_empty" then
		return ("%s = %s or {}"):format(name, name);
	elseif statement.edit == "set_key" then
		return ("if type(%s) == \"table\" then %s.%s = %s end"):format(name, name, statement.key, in_lua(statement.element));
	elseif statement.edit then
		local edited = EDITS_IN_LUA[statement.edit]:format(name, in_lua(statement.element));
		return ("if type(%s) == \"table\" then %s end"):format(name, edited);
	end
	return name.." = "..in_lua(statement.value);
end

local function opening(host)
	if MODULES[host] then
		return ("Component %q %q"):format(host, MODULES[host]);
	end
	return ("VirtualHost %q"):format(host);
end

-- The text of a layer; every statement learns its line.
local function layer_in_lua(lines_of)
	local lines, scope = {}, "*";
	for _, statement in ipairs(lines_of.statements) do
		if statement.scope and statement.scope ~= scope then
			scope = statement.scope;
			lines[#lines + 1] = opening(scope);
		end
		if statement.option then
			lines[#lines + 1] = statement_in_lua(statement);
			statement.line = #lines;
		end
	end
	return table.concat(lines, "\n").."\n";
end

local function stack_in_lua(stack)
	local parts = {};
	for _, one in ipairs(stack.layers) do
		parts[#parts + 1] = "-- "..one.path.."\n"..layer_in_lua(one);
	end
	return table.concat(parts, "\n");
end

local root;
local written = {};

local function write(stack)
	if not root then
		root = support.folder();
		for _, path in ipairs(PATHS) do
			support.write(root.."/"..path, "");
		end
	end
	local texts = {};
	for _, one in ipairs(stack.layers) do
		texts[one.path] = layer_in_lua(one);
	end
	for _, path in ipairs(PATHS) do
		local text = texts[path] or "";
		if written[path] ~= text then
			support.write(root.."/"..path, text);
			written[path] = text;
		end
	end
end

--- What is compared -------------------------------------------------------------------------------------------------------

-- What Prosody's own keys add to a host.
local ADDED = { defined = true, component_module = true, load_global_modules = true };

local function compare_options(expected, stack)
	for scope, options in pairs(expected.options) do
		local found = {};
		for option, value in pairs(stack:options(scope ~= "*" and scope or nil)) do
			if not ADDED[option] then
				found[option] = value;
			end
		end
		for _, names in ipairs { options, found } do
			for option in pairs(names) do
				if not model.equal(options[option], found[option]) then
					return ("%s in %s is %s, the model says %s"):format(option, scope, in_lua(found[option]), in_lua(options[option]));
				end
			end
		end
	end
end

local function compare_hosts(expected, stack)
	local names = {};
	for _, host in ipairs(stack:hosts()) do
		names[host.name] = host;
		if not expected.options[host.name] then
			return "there is a host "..host.name;
		elseif host.module ~= MODULES[host.name] then
			return host.name.." is "..tostring(host.module);
		end
	end
	for host in pairs(expected.options) do
		if host ~= "*" and not names[host] then
			return "there is no host "..host;
		end
	end
end

-- The last step of an explanation is what is in force.
local function compare_explanations(expected, stack)
	for scope, options in pairs(expected.options) do
		for option, value in pairs(options) do
			local answer = stack:explain(option, scope ~= "*" and scope or nil);
			local last = answer.assignments[#answer.assignments];
			if not model.equal(answer.value, value) then
				return ("%s in %s is explained as %s, not %s"):format(option, scope, in_lua(answer.value), in_lua(value));
			elseif not last or not model.equal(last.result, value) then
				return ("the explanation of %s in %s ends in %s, not %s"):format(option, scope, in_lua(last and last.result), in_lua(value));
			end
		end
	end
end

-- Steps that follow from what all assignments came to.
local AFTERWARDS = { at_most = true, at_least = true, one_of = true, settle = true };

-- Doing what the steps say gives what each of them says it made.
local function compare_replays(expected, stack)
	for scope, options in pairs(expected.options) do
		for option in pairs(options) do
			local done = {};
			for number, step in ipairs(stack:explain(option, scope ~= "*" and scope or nil).assignments) do
				done[number] = not AFTERWARDS[step.operation] and step or nil;
				local value = done[number] and model.fold(option, done, scope, RULES);
				if done[number] and not model.equal(value, step.result) then
					return ("step %d of the explanation of %s in %s gives %s, and says %s"):format(number, option, scope, in_lua(value),
						in_lua(step.result));
				end
			end
		end
	end
end

-- What stands at a place of the stack's files: path and line → statement. What a layer goes on to edit may have become anything.
local function statements_of(stack)
	local found = {};
	for _, one in ipairs(stack.layers) do
		local edited = {};
		for _, statement in ipairs(one.statements) do
			edited[statement.edit and statement.option or {}] = true;
		end
		for _, statement in ipairs(one.statements) do
			local place = one.path..":"..tostring(statement.line);
			found[place] = { option = statement.option, value = statement.value, edited = edited[statement.option] };
		end
	end
	return found;
end

-- Is one of the list's elements a directive, such as stack.force, with that value?
local function has_directed(list, value)
	for _, item in ipairs(type(list) == "table" and list or {}) do
		while model.is_directive(item) do
			item = item.value;
			if model.equal(item, value) then
				return true;
			end
		end
	end
	return false;
end

-- Is the operation, with that value, what is said at the path of keys in the value of an assignment?
local function says(value, step, depth)
	if model.is_directive(value) then
		local inner = value.value;
		local same = value.operation == step.operation;
		local equal = same and (step.operation == "unset" or model.equal(inner, step.value));
		return equal and depth > #(step.key or {}) or says(inner, step, depth);
	elseif depth <= #(step.key or {}) then
		return type(value) == "table" and says(value[step.key[depth]], step, depth + 1);
	elseif value == model.NIL then
		return step.operation == "unset";
	end
	-- What directives inside of the value say are steps of their own.
	local whole = step.operation == "set" and (model.equal(value, step.value) or in_lua(value):find("stack.", 1, true));
	local directed = step.operation == "append" and has_directed(value, step.value[1]);
	return whole or directed or step.operation == "replace" or step.operation == "unset" and value == nil;
end

-- Each step of an explanation stands at its place: there the option is assigned just that, or edited.
local function compare_places(expected, stack, described)
	local statements = statements_of(described);
	for scope, options in pairs(expected.options) do
		for option in pairs(options) do
			for number, step in ipairs(stack:explain(option, scope ~= "*" and scope or nil).assignments) do
				local statement = step.line and statements[step.path:sub(#root + 2)..":"..step.line];
				local right = statement and statement.option == option and (statement.edited or says(statement.value, step, 1));
				if not right and step.operation ~= "settle" then
					return ("step %d of the explanation of %s in %s, %s of %s, does not stand at %s:%s"):format(number, option, scope, step.operation,
						in_lua(step.value), tostring(step.path), tostring(step.line));
				end
			end
		end
	end
end

-- Whether a finding names a place: "core/1.cfg.lua:3".
local function names_place(finding, place)
	return finding:find(place:gsub("%p", "%%%0").."%f[%D]") ~= nil;
end

local function names_any(finding, places)
	for _, place in ipairs(places) do
		if names_place(finding, place) then
			return true;
		end
	end
	return false;
end

local function names_warning(finding, warning)
	return names_any(finding, warning.first) and names_any(finding, warning.others) and finding:find(warning.option, 1, true);
end

-- Warnings that the model knows nothing of: changes of kind, and one option twice in a file.
local function is_other(text)
	return text:find("Duplicate option", 1, true) or text:find("which replaces it whole", 1, true);
end

local function warnings_of(stack)
	local lines = {};
	for _, finding in ipairs(stack:findings()) do
		if finding.severity == "warning" and not is_other(finding.text) then
			lines[#lines + 1] = tostring(finding.path)..":"..tostring(finding.line)..": "..finding.text;
		end
	end
	return lines;
end

local function compare_warnings(expected, stack)
	local lines = warnings_of(stack);
	for _, warning in ipairs(expected.warnings) do
		local found = warning.optional;
		for _, line in ipairs(lines) do
			found = found or names_warning(line, warning);
		end
		if not found then
			return ("no warning (%s) of %s in %s names one of %s and one of %s:\n%s"):format(warning.what, warning.option, warning.scope,
				table.concat(warning.first, " "), table.concat(warning.others, " "), table.concat(lines, "\n"));
		end
	end
	for _, line in ipairs(lines) do
		local found = false;
		for _, warning in ipairs(expected.warnings) do
			found = found or names_warning(line, warning);
		end
		if not found then
			return "the model has no such warning: "..line;
		end
	end
end

-- Each line of load's message is about something that the model refuses.
local function compare_errors(expected, message)
	local found = false;
	for line in message:gmatch("[^\n]*%.cfg%.lua:[^\n]*") do
		local known = false;
		for _, finding in ipairs(expected.errors) do
			known = known or names_warning(line, finding);
		end
		if not known then
			return "the model does not refuse this: "..line;
		end
		found = true;
	end
	return not found and "no line names a place: "..message;
end

-- The kinds of disagreement, each with its own test. Each is a function of the model's answer, the stack and load's error.
local COMPARISONS = {
	["loads exactly where the model loads"] = function (expected, stack, message)
		if stack and expected.errors[1] then
			local finding = expected.errors[1];
			return ("it loads, the model refuses %s (%s): %s and %s"):format(finding.option, finding.what, table.concat(finding.first, " "),
				table.concat(finding.others, " "));
		elseif not stack and not expected.errors[1] then
			return "it does not load: "..tostring(message);
		end
	end;
	["has the options and hosts of the model"] = function (expected, stack)
		return stack and not expected.errors[1] and (compare_options(expected, stack) or compare_hosts(expected, stack));
	end;
	["warns where the model warns"] = function (expected, stack)
		return stack and not expected.errors[1] and compare_warnings(expected, stack);
	end;
	["names both places of what the model refuses"] = function (expected, stack, message)
		return not stack and expected.errors[1] and compare_errors(expected, tostring(message));
	end;
	["explains every value up to the one in force"] = function (expected, stack)
		return stack and not expected.errors[1] and compare_explanations(expected, stack);
	end;
	["explains values by steps that stand at their places"] = function (expected, stack, _, described)
		return stack and not expected.errors[1] and compare_places(expected, stack, described);
	end;
	["explains values by steps that lead to them"] = function (expected, stack)
		return stack and not expected.errors[1] and compare_replays(expected, stack);
	end;
};

-- What the model says; nothing of a stack that is outside of what it describes.
local function ask_model(stack)
	for _, one in ipairs(stack.layers) do
		layer_in_lua(one);
	end
	local ok, answer = pcall(model.load, stack);
	if not ok then
		assert(tostring(answer):find("unmodelled", 1, true), answer);
		return nil;
	end
	return answer;
end

local function load(stack)
	write(stack);
	local ok, loaded = pcall(stackloader.load, nil, { root = root, variables = {}, merge = RULES });
	return ok and loaded or nil, not ok and loaded or nil;
end

local function disagreement(stack, compare)
	local expected = ask_model(stack);
	if expected then
		local loaded, message = load(stack);
		return compare(expected, loaded, message, stack);
	end
end

--- Shrinking --------------------------------------------------------------------------------------------------------------

local function without(list, index)
	local result = table.move(list, 1, #list, 1, {});
	table.remove(result, index);
	return result;
end

local function with_layers(stack, layers)
	return { layers = layers, modules = stack.modules, rules = stack.rules };
end

-- Every stack that has one layer or one statement less.
local function smaller(stack)
	local result = {};
	for index, one in ipairs(stack.layers) do
		result[#result + 1] = with_layers(stack, without(stack.layers, index));
		for position in ipairs(one.statements) do
			local layers = table.move(stack.layers, 1, #stack.layers, 1, {});
			layers[index] = { path = one.path, statements = without(one.statements, position) };
			result[#result + 1] = with_layers(stack, layers);
		end
	end
	return result;
end

local function shrink(stack, compare)
	for _, candidate in ipairs(smaller(stack)) do
		if disagreement(candidate, compare) then
			return shrink(candidate, compare);
		end
	end
	return stack;
end

-- The first stack of each disagreement, by the comparison's name. All stacks are loaded once, for all comparisons.
local failures;

local function compare_all(stack, seed)
	local expected = ask_model(stack);
	if not expected then
		return false;
	end
	local loaded, message = load(stack);
	for name, compare in pairs(COMPARISONS) do
		if not failures[name] and compare(expected, loaded, message, stack) then
			failures[name] = { seed = seed, stack = stack };
		end
	end
	return true;
end

local function run()
	failures = {};
	local described, seed = 0, SEED;
	while described < COUNT do
		if compare_all(stack_of(seed), seed) then
			described = described + 1;
		end
		seed = seed + 1;
	end
end

describe("a random stack", function ()
	teardown(support.clean);

	for name, compare in pairs(COMPARISONS) do
		it(name.." ("..COUNT.." stacks)", function ()
			if not failures then
				run();
			end
			local failure = failures[name];
			if failure then
				local least = shrink(failure.stack, compare);
				error(("seed %d: %s\n%s"):format(failure.seed, disagreement(least, compare), stack_in_lua(least)), 0);
			end
		end);
	end
end);

--- Merging two tables -----------------------------------------------------------------------------------------------------

local OPAQUE = { print, io.stdout, setmetatable({}, { __index = error }) };

local function merge_side()
	local result = {};
	for _, option in ipairs(OPTIONS) do
		if chance(40) then
			result[option.name] = chance(6) and pick(OPAQUE) or option.value();
		end
	end
	return result;
end

local function is_plain(value)
	return type(value) == "table" and getmetatable(value) == nil;
end

-- Subtables that only one side has are that side's own.
local function unshared(base, overlay, merged)
	for key, value in pairs(merged) do
		local old, new = base[key], overlay[key];
		if is_plain(value) and new == nil and not rawequal(value, old) then
			return "base", key;
		elseif is_plain(value) and old == nil and not rawequal(value, new) then
			return "overlay", key;
		elseif is_plain(value) and is_plain(old) and is_plain(new) and old[1] == nil and new[1] == nil and not rawequal(value, new) then
			local side, where = unshared(old, new, value);
			if side then
				return side, key.."."..where;
			end
		end
	end
end

describe("stackloader.merge of random tables", function ()
	local function each(check)
		for seed = SEED, SEED + COUNT - 1 do
			math.randomseed(seed);
			local base, overlay = merge_side(), merge_side();
			local problem = check(base, overlay);
			if problem then
				error(("seed %d: %s\nbase %s\noverlay %s"):format(seed, problem, in_lua(base), in_lua(overlay)), 0);
			end
		end
	end

	it("gives what the model gives", function ()
		each(function (base, overlay)
			local merged = stackloader.merge(base, overlay, { merge = RULES });
			local expected = model.merge(base, overlay, RULES);
			if not model.equal(merged, expected) then
				return in_lua(merged).."\nthe model says "..in_lua(expected);
			end
		end);
	end);

	it("changes neither of them", function ()
		each(function (base, overlay)
			local base_before, overlay_before = model.copy(base), model.copy(overlay);
			stackloader.merge(base, overlay, { merge = RULES });
			if not model.equal(base, base_before) or not model.equal(overlay, overlay_before) then
				return "changed";
			end
		end);
	end);

	it("shares the subtables that only one of them has", function ()
		each(function (base, overlay)
			local side, key = unshared(base, overlay, stackloader.merge(base, overlay, { merge = RULES }));
			return side and key.." is not that of "..side;
		end);
	end);

	it("gives equal tables for the same two", function ()
		each(function (base, overlay)
			local once, again = stackloader.merge(base, overlay), stackloader.merge(base, overlay);
			return not model.equal(once, again) and "two answers";
		end);
	end);
end);

