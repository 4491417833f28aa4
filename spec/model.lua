--- A slow, obvious model of how layers merge, to hold the module against.
-- It works on descriptions of layers, never on files: a layer is { path = …, statements = { … } }, a statement one of
--   { scope = "*" or a host, option = …, line = …, value = a value, a directive, or model.NIL }
--   { scope = …, option = …, line = …, edit = "insert", … }      an option read back and edited, see edits below
--   { each = "host" or a component's module, option = …, line = …, value = … }
-- A stack is { layers = …, modules = { ["c.example"] = "muc" }, rules = { my_option = "append" } }. Hosts are the scopes that occur.
-- Nothing here is fast, nothing is cached: every value is folded again from the operations whenever it is needed.
local model = {};

-- An assignment of nil.
model.NIL = setmetatable({}, { __tostring = function () return "nil"; end });

local ACCUMULATING = {
	modules_enabled = true, modules_disabled = true, admins = true, plugin_paths = true, disco_items = true, external_services = true,
	trusted_proxies = true, s2s_secure_domains = true, s2s_insecure_domains = true, unlimited_jids = true, firewall_scripts = true,
};
local CHOICE = { sql = true, gc = true, log = true, statistics_config = true };

local LEVELS = { default = 0, plain = 1, force = 2 };

-- Prosody unites these lists of a host with the global ones by itself.
local UNITED = { modules_enabled = true, modules_disabled = true };

local function rule_of(option, rules)
	if ACCUMULATING[option] or rules and rules[option] == "append" then
		return "accumulate";
	end
	return CHOICE[option] and "choice" or "ordinary";
end

--- Directives -----------------------------------------------------------------------------------------------------------

local Directive = {};

local function directive(operation)
	return function (value)
		return setmetatable({ operation = operation, value = value }, Directive);
	end
end

for _, name in ipairs {
	"append", "prepend", "remove", "replace", "unset", "force", "default", "at_most", "at_least", "one_of";
} do
	model[name] = directive(name);
end

function model.is_directive(value)
	return getmetatable(value) == Directive;
end

--- Values ---------------------------------------------------------------------------------------------------------------

local function opaque(value)
	return type(value) == "function" or type(value) == "userdata" or type(value) == "table" and getmetatable(value) ~= nil;
end

local function is_table(value)
	return type(value) == "table" and not opaque(value);
end

local function equal(a, b)
	if not is_table(a) or not is_table(b) then
		return a == b;
	end
	for key, value in pairs(a) do
		if not equal(value, b[key]) then
			return false;
		end
	end
	for key in pairs(b) do
		if a[key] == nil then
			return false;
		end
	end
	return true;
end
model.equal = equal;

local function join_lists(first, second)
	local result = table.move(first, 1, #first, 1, {});
	return table.move(second, 1, #second, #result + 1, result);
end

local function copy(value)
	if not is_table(value) then
		return value;
	end
	local result = {};
	for key, item in pairs(value) do
		result[key] = copy(item);
	end
	return result;
end
model.copy = copy;

local function list_part(value)
	local result = {};
	for index, element in ipairs(value) do
		result[index] = element;
	end
	return result;
end

local function map_part(value)
	local list = list_part(value);
	local result = {};
	for key, item in pairs(value) do
		if not (math.type(key) == "integer" and list[key] ~= nil) then
			result[key] = item;
		end
	end
	return result;
end

--- Nodes: values that remember when each element of their lists was born --------------------------------------------------
-- A leaf is { leaf = value, seq = … }, a table { list = { { value = …, birth = { a, b } }, … }, map = { key = node } }.

local function to_node(value, seq, sign)
	if not is_table(value) then
		return { leaf = value, seq = (sign or 1) * seq };
	end
	local node = { list = {}, map = {} };
	for index, element in ipairs(list_part(value)) do
		node.list[index] = { value = element, birth = { (sign or 1) * seq, index } };
	end
	for key, item in pairs(map_part(value)) do
		node.map[key] = to_node(item, seq, sign);
	end
	return node;
end

local function is_leaf(node)
	return node.list == nil;
end

local function to_value(node)
	if node == nil or is_leaf(node) then
		return node and node.leaf;
	end
	local value = {};
	for index, element in ipairs(node.list) do
		value[index] = copy(element.value);
	end
	for key, item in pairs(node.map) do
		value[key] = to_value(item);
	end
	return value;
end

-- "scalar", "list", "map", "mixed" or "empty".
local function kind(node)
	if is_leaf(node) then
		return "scalar";
	elseif next(node.map) == nil then
		return node.list[1] and "list" or "empty";
	end
	return node.list[1] and "mixed" or "map";
end

local function as_table(node)
	if not is_leaf(node) then
		return node;
	end
	return { list = { { value = node.leaf, birth = { node.seq, 1 } } }, map = {} };
end

local function position(list, value)
	for index, element in ipairs(list) do
		if equal(element.value, value) then
			return index;
		end
	end
end

local function born_before(a, b)
	if a[1] ~= b[1] then
		return a[1] < b[1];
	end
	return a[2] < b[2];
end

-- Every element once, at its earliest birth.
local function unite(...)
	local result = {};
	for _, list in ipairs { ... } do
		for _, element in ipairs(list) do
			local at = position(result, element.value);
			if not at then
				result[#result + 1] = { value = element.value, birth = element.birth };
			elseif born_before(element.birth, result[at].birth) then
				result[at].birth = element.birth;
			end
		end
	end
	table.sort(result, function (a, b)
		return born_before(a.birth, b.birth);
	end);
	return result;
end

--- Operations -----------------------------------------------------------------------------------------------------------

local merge_map;

-- What a plain value makes of an option that neither accumulates nor is one choice, and of everything inside a map.
local function set_ordinary(old, new)
	local before, after = kind(old), kind(new);
	if before == "scalar" or after == "scalar" then
		return new;
	elseif before == "list" and after == "map" or before == "map" and after == "list" then
		return new;
	end
	local list = old.list;
	if new.list[1] or after == "empty" then
		list = new.list;
	end
	return { list = list, map = merge_map(old.map, new.map) };
end

function merge_map(old, new)
	local result = {};
	for key, item in pairs(old) do
		result[key] = item;
	end
	for key, item in pairs(new) do
		result[key] = result[key] and set_ordinary(result[key], item) or item;
	end
	return result;
end

local function join(old, new)
	old, new = as_table(old), as_table(new);
	return { list = unite(old.list, new.list), map = merge_map(old.map, new.map) };
end

local function set(old, new, rule)
	if old == nil or rule == "choice" then
		return new;
	elseif is_leaf(old) and opaque(old.leaf) or is_leaf(new) and opaque(new.leaf) then
		return new;
	elseif rule == "accumulate" and kind(old) ~= "map" and kind(new) ~= "map" then
		return join(old, new);
	end
	return set_ordinary(old, new);
end

local function add(old, new)
	if old == nil then
		old = { list = {}, map = {} };
	end
	return join(old, new);
end

local function remove(old, new)
	local gone = as_table(new).list;
	if old == nil then
		return nil;
	elseif is_leaf(old) then
		return not position(gone, old.leaf) and old or nil;
	end
	local result = { list = {}, map = {} };
	for _, element in ipairs(unite(old.list)) do
		if not position(gone, element.value) then
			result.list[#result.list + 1] = element;
		end
	end
	for key, item in pairs(old.map) do
		if type(key) ~= "string" or not position(gone, key) then
			result.map[key] = item;
		end
	end
	return result;
end

local apply;

-- Inside maps nobody keeps when an element was born: what is there was there before.
local function forget_births(node)
	if node == nil or is_leaf(node) then
		return node and { leaf = node.leaf, seq = 0 };
	end
	local list = {};
	for index, element in ipairs(node.list) do
		list[index] = { value = element.value, birth = { 0, index } };
	end
	return { list = list, map = node.map };
end

-- An operation that stood inside a map: it is done where its path of keys leads.
local function apply_at(old, operation, depth)
	if depth > #operation.path then
		return apply(forget_births(old), {
			operation = operation.operation, value = operation.value, seq = operation.seq;
		}, "ordinary");
	end
	local takes = operation.operation == "remove" or operation.operation == "unset";
	local usable = old and not is_leaf(old);
	local key = operation.path[depth];
	if takes and not (usable and old.map[key]) then
		return old;
	end
	local result = { list = usable and old.list or {}, map = {} };
	for name, item in pairs(usable and old.map or {}) do
		result.map[name] = item;
	end
	result.map[key] = apply_at(result.map[key], operation, depth + 1);
	return result;
end

function apply(old, operation, rule)
	if operation.path then
		return apply_at(old, operation, 1);
	end
	local name, value, seq = operation.operation, operation.value, operation.seq;
	if name == "set" then
		return set(old, to_node(value, seq), rule);
	elseif name == "append" then
		return add(old, to_node(value, seq));
	elseif name == "prepend" then
		return add(old, to_node(value, seq, -1));
	elseif name == "remove" then
		return remove(old, to_node(value, seq));
	elseif name == "replace" then
		return to_node(value, seq);
	end
	assert(name == "unset", name);
	return nil;
end

-- What all operations of one option in one scope come to.
local function fold(operations, rule)
	local node;
	for level = LEVELS.default, LEVELS.force do
		for _, operation in ipairs(operations) do
			if operation.level == level then
				node = apply(node, operation, rule);
			end
		end
	end
	return node;
end

--- Does a forced operation hold in a value? -------------------------------------------------------------------------------

local function all_there(value, node)
	if node == nil then
		return false;
	end
	local list = as_table(node).list;
	for _, element in ipairs(as_table(to_node(value, 0)).list) do
		if not position(list, element.value) then
			return false;
		end
	end
	return true;
end

local function none_there(value, node)
	return node == nil or equal(to_value(remove(node, to_node(value, 0))), to_value(node));
end

local map_holds;

local function value_holds(value, node)
	if node == nil then
		return false;
	elseif not is_table(value) or is_leaf(node) then
		return equal(value, to_value(node));
	end
	local new = to_node(value, 0);
	local list = to_value { list = new.list, map = {} };
	if (new.list[1] or kind(new) == "empty") and not equal(list, to_value { list = node.list, map = {} }) then
		return false;
	end
	return map_holds(new, node);
end

function map_holds(new, node)
	for key, item in pairs(new.map) do
		if is_leaf(node) or not value_holds(to_value(item), node.map[key]) then
			return false;
		end
	end
	return true;
end

local function set_holds(value, node, rule)
	local new = to_node(value, 0);
	if rule == "choice" then
		return equal(value, to_value(node));
	elseif rule == "accumulate" and kind(new) ~= "map" then
		return all_there(value, node) and map_holds(as_table(new), as_table(node));
	end
	return value_holds(value, node);
end

local function holds(operation, node, rule)
	if operation.path then
		for _, key in ipairs(operation.path) do
			node = node and not is_leaf(node) and node.map[key] or nil;
		end
		rule = "ordinary";
	end
	local name, value = operation.operation, operation.value;
	if name == "set" then
		return set_holds(value, node, rule);
	elseif name == "append" or name == "prepend" then
		return all_there(value, node) and map_holds(as_table(to_node(value, 0)), as_table(node));
	elseif name == "remove" then
		return none_there(value, node);
	elseif name == "replace" then
		return equal(value, to_value(node));
	end
	return node == nil;
end

local function sets(operation)
	local name = operation.operation;
	return name == "set" or name == "replace" or name == "unset";
end

local function adds(operation, rule)
	local name = operation.operation;
	return name == "append" or name == "prepend" or name == "set" and rule == "accumulate" and not operation.path;
end

-- Two forces that cannot both hold: two different sets, one that adds what the other removes, or in one scope one that undoes that of another
-- layer, unless it adds to a list that was set.
local function contradict(first, second, rule, one_scope)
	local other_layer = one_scope and first.path_of_layer ~= second.path_of_layer;
	local opposed = sets(first) and sets(second)
		or other_layer and not (first.operation == "set" and adds(second, rule))
		or adds(first, rule) and second.operation == "remove"
		or first.operation == "remove" and adds(second, rule);
	return opposed and not holds(first, apply(apply(nil, first, rule), second, rule), rule);
end

--- From statements to operations ------------------------------------------------------------------------------------------

local function new_operation(name, value, level, path)
	return { operation = name, value = value, level = LEVELS[level], path = path and path[1] and path or nil };
end

local CONSTRAINTS = { at_most = true, at_least = true, one_of = true };

-- One directive, as an operation: a level may be around an operation or a value.
local function read_directive(value, path)
	local level = "plain";
	if LEVELS[value.operation] then
		level = value.operation;
		value = value.value;
		if not model.is_directive(value) then
			return new_operation("set", value, level, path);
		end
	end
	if CONSTRAINTS[value.operation] then
		return { constraint = value.operation, value = value.value };
	end
	return new_operation(value.operation, value.value, level, path);
end

local function deeper(path, key)
	local result = table.move(path, 1, #path, 1, {});
	result[#result + 1] = key;
	return result;
end

-- Takes the directives out of a plain value: what is left of it, and the operations they are.
local function take_out(value, path, found)
	if not is_table(value) then
		return value;
	end
	local rest = {};
	for _, item in ipairs(value) do
		if model.is_directive(item) then
			found[#found + 1] = new_operation("append", { item.value }, item.operation, path);
		else
			rest[#rest + 1] = copy(item);
		end
	end
	local keys = {};
	for key in pairs(map_part(value)) do
		keys[#keys + 1] = key;
	end
	table.sort(keys, function (a, b)
		return tostring(a) < tostring(b);
	end);
	for _, key in ipairs(keys) do
		local item = value[key];
		if model.is_directive(item) then
			found[#found + 1] = read_directive(item, deeper(path, key));
		else
			rest[key] = take_out(item, deeper(path, key), found);
		end
	end
	return rest;
end

-- A list of nothing but defaults is itself a default.
local function plain_level(rest, found)
	if not is_table(rest) or next(rest) ~= nil or not found[1] then
		return "plain";
	end
	for _, operation in ipairs(found) do
		if operation.level ~= LEVELS.default then
			return "plain";
		end
	end
	return "default";
end

local function read_plain(value)
	local found = {};
	local rest = take_out(value, {}, found);
	return { new_operation("set", rest, plain_level(rest, found)), table.unpack(found) };
end

--- Options read back and edited -------------------------------------------------------------------------------------------

local edits = {};
model.edits = edits;

-- table.insert(option, value)
function edits.insert(value, statement)
	value[#value + 1] = statement.element;
end

-- table.insert(option, 1, value)
function edits.insert_first(value, statement)
	table.insert(value, 1, statement.element);
end

-- table.remove(option)
function edits.remove_last(value)
	table.remove(value);
end

-- table.remove(option, 1)
function edits.remove_first(value)
	table.remove(value, 1);
end

-- option.key = value
function edits.set_key(value, statement)
	value[statement.key] = statement.element;
end

-- option = option or {}
function edits.or_empty()
end

local function elements_not_in(list, other)
	local result = {};
	for _, element in ipairs(list) do
		local there = false;
		for _, candidate in ipairs(other) do
			there = there or equal(candidate, element);
		end
		if not there then
			result[#result + 1] = element;
		end
	end
	return result;
end

local function changed_keys(old, new)
	local changed, gone = {}, {};
	for key, item in pairs(map_part(new)) do
		if not equal(item, old[key]) then
			changed[key] = item;
		end
	end
	for key in pairs(map_part(old)) do
		if new[key] == nil then
			gone[#gone + 1] = key;
		end
	end
	return changed, gone;
end

-- The operations that make the old value the new one: what was taken away, what came in front, what came behind, the keys;
-- the new value whole where these do not give exactly it.
local function difference(old, new, rule)
	local result = {};
	local function say(name, value)
		if next(value) ~= nil then
			result[#result + 1] = new_operation(name, value, "plain");
		end
	end
	local changed, gone = changed_keys(old, new);
	gone = join_lists(elements_not_in(list_part(old), list_part(new)), gone);
	say("remove", gone);
	local added = elements_not_in(list_part(new), list_part(old));
	local front = {};
	local kept = #new > #added;
	while kept and added[1] ~= nil and equal(added[1], new[#front + 1]) do
		front[#front + 1] = table.remove(added, 1);
	end
	say("prepend", front);
	say("append", added);
	say("set", changed);
	local node = to_node(old, 1);
	for index, operation in ipairs(result) do
		operation.seq = index + 1;
		node = apply(node, operation, rule);
	end
	if not equal(to_value(node), new) then
		return { new_operation("replace", new, "plain") };
	end
	return result;
end

--- The journal ------------------------------------------------------------------------------------------------------------

local Journal = {};
Journal.__index = Journal;

-- What has been said of an option in a scope so far, in order. What speaks to every host of a kind counts in each of them.
function Journal:of(scope, option)
	local result = {};
	for _, operation in ipairs(self) do
		local here = operation.scope == scope
			or operation.each and scope ~= "*" and operation.each == (self.stack.modules[scope] or "host");
		if here and operation.option == option then
			result[#result + 1] = operation;
		end
	end
	return result;
end

function Journal:operations(scope, option)
	local result = {};
	for _, operation in ipairs(self:of(scope, option)) do
		if not operation.constraint then
			result[#result + 1] = operation;
		end
	end
	return result;
end

function Journal:constraints(scope, option)
	local result = {};
	for _, operation in ipairs(self:of(scope, option)) do
		if operation.constraint then
			result[#result + 1] = operation;
		end
	end
	return result;
end

-- What one layer says of one option in one scope: drafts become operations when the layer ends.
local function draft_of(drafts, statement)
	for _, draft in ipairs(drafts) do
		if draft.scope == statement.scope and draft.each == statement.each and draft.option == statement.option then
			return draft;
		end
	end
	local draft = { scope = statement.scope, each = statement.each, option = statement.option, said = {} };
	drafts[#drafts + 1] = draft;
	return draft;
end

local function say(draft, statement, operations)
	for _, operation in ipairs(operations) do
		operation.scope, operation.each, operation.option = statement.scope, statement.each, statement.option;
		operation.lines, operation.order = draft.edited and draft.edited.lines or { statement.line }, statement.order;
		operation.edited = draft.edited ~= nil;
		draft.said[#draft.said + 1] = operation;
	end
end

local function assign(draft, statement)
	assert(not (draft.edited and model.is_directive(statement.value)), "unmodelled: a directive after an edit");
	if model.is_directive(statement.value) then
		say(draft, statement, { read_directive(statement.value) });
		draft.directives = true;
		return;
	end
	draft.said, draft.plain, draft.edited, draft.directives = {}, nil, nil, nil;
	if statement.value ~= model.NIL then
		local operations = read_plain(statement.value);
		say(draft, statement, operations);
		draft.plain = not operations[2] and operations[1];
		draft.directives = operations[2] ~= nil;
	end
end

-- What the option reads as: what this layer set, else what the layers before have made of it.
local function read_back(draft, statement, journal, rules)
	if draft.edited then
		return draft.edited.after;
	elseif draft.plain then
		return draft.plain.value;
	end
	return to_value(fold(journal:operations(statement.scope, statement.option), rule_of(statement.option, rules)));
end

local function edit(draft, drafts, statement, journal)
	local rules = journal.stack.rules;
	assert(not draft.directives, "unmodelled: an edit after a directive");
	for _, other in ipairs(drafts) do
		assert(not other.each or other.option ~= draft.option, "unmodelled: an edit after stack.each in the same file");
	end
	local value = read_back(draft, statement, journal, rules);
	if is_table(value) then
		if not draft.plain and not draft.edited then
			draft.edited = { before = copy(value), after = value, statement = statement, lines = {} };
		end
		local lines = draft.edited and draft.edited.lines or draft.plain.lines;
		lines[#lines + 1] = statement.line;
		edits[statement.edit](value, statement);
		assert(#unite(to_node(value, 1).list) == #value, "unmodelled: an edit that leaves an element twice");
	elseif statement.edit == "or_empty" then
		assign(draft, {
			scope = statement.scope, option = statement.option, line = statement.line, order = statement.order, value = value or {};
		});
	end
end

local function finish(journal, drafts, layer)
	local operations = {};
	for _, draft in ipairs(drafts) do
		if draft.edited then
			local edited = journal.edited[draft.scope..draft.option] or {};
			edited[#edited + 1] = { path_of_layer = layer.path, lines = draft.edited.lines };
			journal.edited[draft.scope..draft.option] = edited;
			say(draft, draft.edited.statement, difference(draft.edited.before, draft.edited.after,
				rule_of(draft.option, journal.stack.rules)));
		end
		table.move(draft.said, 1, #draft.said, #operations + 1, operations);
	end
	for index, operation in ipairs(operations) do
		operation.index = index;
	end
	table.sort(operations, function (a, b)
		if a.order ~= b.order then
			return a.order < b.order;
		end
		return a.index < b.index;
	end);
	for _, operation in ipairs(operations) do
		operation.seq = #journal + 1;
		operation.path_of_layer = layer.path;
		journal[#journal + 1] = operation;
	end
end

local function new_journal(stack)
	local journal = setmetatable({ stack = stack, edited = {} }, Journal);
	for _, layer in ipairs(stack.layers) do
		local drafts = {};
		for order, statement in ipairs(layer.statements) do
			if statement.option then
				statement.order = order;
				statement.value = copy(statement.value);
				local draft = draft_of(drafts, statement);
				if statement.edit then
					edit(draft, drafts, statement, journal);
				else
					assign(draft, statement);
				end
			end
		end
		finish(journal, drafts, layer);
	end
	return journal;
end

--- Findings ---------------------------------------------------------------------------------------------------------------

-- Where operations stand: an edited option counts at each of its edits.
local function places(operations)
	local result = {};
	for _, operation in ipairs(operations) do
		for _, line in ipairs(operation.lines) do
			result[#result + 1] = operation.path_of_layer..":"..line;
		end
	end
	return result;
end

-- What it is about: one of the first operations, and one of the others. What may be said or not is optional.
local function find(findings, what, scope, option, first, others, optional)
	findings[#findings + 1] = {
		what = what, scope = scope, option = option, first = places(first), others = places(others), optional = optional;
	};
end

local function is_force(operation)
	return operation.level == LEVELS.force;
end

local function forces(operations)
	local result = {};
	for _, operation in ipairs(operations) do
		if is_force(operation) then
			result[#result + 1] = operation;
		end
	end
	return result;
end

-- Forces that cannot hold together: one finding, of whichever pair.
local function find_contradictions(result, scope, option, pairs_of_forces, rule, one_scope)
	local firsts, seconds = {}, {};
	for _, pair in ipairs(pairs_of_forces) do
		local first, second = pair[1], pair[2];
		if second.seq < first.seq then
			first, second = second, first;
		end
		if contradict(first, second, rule, one_scope) then
			firsts[#firsts + 1], seconds[#seconds + 1] = first, second;
		end
	end
	if firsts[1] then
		find(result.errors, "contradiction", scope, option, firsts, seconds);
	end
end

-- Plain operations that lose to an earlier force of the same scope: a finding each, which names one such force.
local function find_lost(result, scope, option, operations, rule)
	for index, operation in ipairs(operations) do
		local earlier = table.move(operations, 1, index - 1, 1, {});
		local before = fold(earlier, rule);
		local after = apply(before, operation, rule);
		local undone, optional = {}, true;   -- what a forced {} means depends on what it meets
		for _, forced in ipairs(forces(earlier)) do
			if operation.level == LEVELS.plain and holds(forced, before, rule) and not holds(forced, after, rule) then
				undone[#undone + 1] = forced;
				optional = optional and is_table(forced.value) and next(forced.value) == nil;
			end
		end
		if undone[1] then
			find(result.warnings, "lost", scope, option, undone, { operation }, optional);
		end
	end
end

--- Constraints ------------------------------------------------------------------------------------------------------------

local SECONDS = { s = 1, min = 60, h = 3600, d = 86400, w = 604800, y = 31536000 };

-- A number that two values can be compared by, or nil.
local function measure(value)
	if type(value) == "number" then
		return value;
	elseif value == "never" then
		return math.huge;
	elseif type(value) == "string" then
		local number, unit = value:match("^(%d+)(%l+)$");
		return number and SECONDS[unit] and number * SECONDS[unit];
	end
end

-- Are all limits written as periods? Then a value may be one, else only a number counts.
local function takes_periods(constraints)
	for _, constraint in ipairs(constraints) do
		if constraint.constraint ~= "one_of" and type(constraint.value) == "number" then
			return false;
		end
	end
	return true;
end

local function intersect(constraints, periods)
	local bounds = { periods = periods };
	for _, constraint in ipairs(constraints) do
		local value = constraint.value;
		if constraint.constraint == "at_most" then
			if not bounds.high or measure(value) < measure(bounds.high.value) then
				bounds.high = constraint;
			end
		elseif constraint.constraint == "at_least" then
			if not bounds.low or measure(value) > measure(bounds.low.value) then
				bounds.low = constraint;
			end
		else
			bounds.choices = bounds.choices and elements_not_in(bounds.choices, elements_not_in(bounds.choices, value)) or value;
			bounds.chooser = constraint;
		end
	end
	return bounds;
end

-- No bound of these stacks is negative, and a negative number is outside of every other.
local function read(bounds, value)
	local size = (bounds.periods or type(value) == "number") and measure(value);
	return size and size >= 0 and size or nil;
end

local function within(bounds, value)
	local size = read(bounds, value);
	return not (bounds.high and (not size or size > measure(bounds.high.value)))
		and not (bounds.low and (not size or size < measure(bounds.low.value)));
end

local function allowed(bounds, value)
	return within(bounds, value) and not (bounds.choices and #elements_not_in({ value }, bounds.choices) > 0);
end

-- What the bounds make of a value that they do not allow, or of none. Without an answer they contradict each other.
local function moved(bounds, value)
	if bounds.choices then
		for _, choice in ipairs(bounds.choices) do
			if within(bounds, choice) then
				return choice;
			end
		end
		return nil;
	elseif bounds.high and bounds.low and measure(bounds.low.value) > measure(bounds.high.value) then
		return nil;
	end
	local size = read(bounds, value);
	local limit = (bounds.low and size and size < measure(bounds.low.value) and bounds.low or bounds.high or bounds.low).value;
	return bounds.periods and limit or measure(limit);
end

-- A value that was moved is worth a warning where its last assignment is later than the constraint, or is a host's and the
-- constraint global.
local function find_moved(result, scope, option, constraints, value, said, inherited)
	local last, taken;
	for _, operation in ipairs(said) do
		if operation.level ~= LEVELS.default then
			if operation.operation == "remove" or operation.operation == "unset" then
				taken = operation;
			else
				last = operation;
			end
		end
	end
	last = last or taken;   -- what takes something away says nothing of the value that is moved
	local surprising, all = {}, true;
	for _, constraint in ipairs(constraints) do
		if not allowed(intersect({ constraint }, takes_periods(constraints)), value) then
			if last and (last.seq > constraint.seq or scope ~= "*" and constraint.scope == "*") then
				surprising[#surprising + 1] = constraint;
			else
				all = false;
			end
		end
	end
	if surprising[1] then
		find(result.warnings, "moved", scope, option, said, surprising, inherited or not all);
	end
end

-- The value that constraints leave of one. said: what the scope itself says of the option.
local function constrain(result, scope, option, constraints, node, forced, said, inherited)
	local value = to_value(node);
	local bounds = intersect(constraints, takes_periods(constraints));
	if not constraints[1] then
		return node;
	end
	local bound = moved(bounds, value);
	if bound == nil then
		find(result.errors, "bounds", scope, option, constraints, constraints);
		return node;
	elseif value ~= nil and allowed(bounds, value) then
		return node;
	end
	local broken = {};
	for _, operation in ipairs(forced) do
		if not holds(operation, to_node(bound, 0), rule_of(option, {})) then
			broken[#broken + 1] = operation;
		end
	end
	if broken[1] then
		find(result.errors, "forced outside", scope, option, broken, constraints);
	elseif value ~= nil then
		find_moved(result, scope, option, constraints, value, said, inherited);
	end
	return to_node(bound, 0);
end

--- Scopes -----------------------------------------------------------------------------------------------------------------

local function all_pairs(list)
	local result = {};
	for index, second in ipairs(list) do
		for before = 1, index - 1 do
			result[#result + 1] = { list[before], second };
		end
	end
	return result;
end

local function in_force(journal, result, scope, option)
	local rule = rule_of(option, journal.stack.rules);
	local operations = journal:operations(scope, option);
	find_contradictions(result, scope, option, all_pairs(forces(operations)), rule, true);
	find_lost(result, scope, option, operations, rule);
	return fold(operations, rule), operations, rule;
end

local function global_value(journal, result, option)
	local node, operations = in_force(journal, result, "*", option);
	local constraints = journal:constraints("*", option);
	local forced = forces(operations);
	return constrain(result, "*", option, constraints, node, forced, operations);
end

-- Would the value, set over what a force makes, undo it?
local function undoes(value, forced, rule, name)
	local over = { operation = name or "set", value = value, seq = math.huge };
	return not holds(forced, apply(apply(nil, forced, rule), over, rule), rule);
end

-- Does one of the host's plain assignments by itself undo the force? Then its loss must be said.
local function is_overruled(operations, forced, rule)
	for _, operation in ipairs(operations) do
		local whole = not operation.path and (operation.operation == "set" or operation.operation == "replace");
		if whole and operation.level == LEVELS.plain and undoes(operation.value, forced, rule, operation.operation) then
			return true;
		end
	end
	return false;
end

-- Global forces count in a host that has its own value, which may lose to them.
local function replay(journal, result, host, option, node, operations, rule)
	local own = node;
	local undone, optional = {}, true;
	local global = journal:operations("*", option);
	for _, forced in ipairs(forces(global)) do
		local is_map = is_table(forced.value) and kind(to_node(forced.value, 0)) == "map";
		if not (UNITED[option] and adds(forced, rule) and not is_map) then
			if undoes(to_value(own), forced, rule) then
				undone[#undone + 1] = forced;
				optional = optional and not (is_overruled(operations, forced, rule) and holds(forced, fold(global, rule), rule));
			end
			node = apply(node, forced, rule);
		end
	end
	if undone[1] then
		find(result.warnings, "host lost", host, option, undone, operations, optional);
	end
	return node;
end

local function find_forces_against_host(journal, result, host, option, operations, rule)
	local against = {};
	for _, global in ipairs(forces(journal:operations("*", option))) do
		local reaches = not (option == "modules_enabled" and adds(global, rule) and journal.stack.modules[host]);
		for _, own in ipairs(reaches and forces(operations) or {}) do
			against[#against + 1] = { global, own };
		end
	end
	find_contradictions(result, host, option, against, rule);
end

-- Global assignments after everything that a host says, which therefore do not reach it: one finding, of the last. Nobody needs
-- to be told where the host has what the global scope ends up with all the same, nor where an edit or a bound made its value.
local function find_unreached(journal, result, host, option, node, global, before)
	local operations = journal:of(host, option);
	local edited = journal.edited[host..option];
	local last;
	local said = {};
	for _, operation in ipairs(journal:operations("*", option)) do
		if operation.level == LEVELS.plain then
			said[#said + 1] = operation;
			if operation.operation == "set" and not operation.path and operation.seq > operations[#operations].seq then
				last = operation;
			end
		end
	end
	if said[1] and not UNITED[option] then
		local must = before ~= nil and last and not last.edited and not edited and not equal(last.value, {}) and not equal(last.value, to_value(node))
			and not equal(to_value(global), to_value(node)) and not equal(last.value, to_value(before));
		find(result.warnings, "unreached", host, option, said, join_lists(operations, edited or {}), not must);
	end
end

local function host_value(journal, result, host, option, global)
	local node, operations, rule = in_force(journal, result, host, option);
	find_forces_against_host(journal, result, host, option, operations, rule);
	if node ~= nil then
		node = replay(journal, result, host, option, node, operations, rule);
	end
	local own = journal:constraints(host, option);
	local all = join_lists(journal:constraints("*", option), own);
	table.sort(all, function (a, b)
		return a.seq < b.seq;
	end);
	local forced = forces(join_lists(operations, journal:operations("*", option)));
	if node == nil and not own[1] then
		return nil;
	end
	local before = node or global;
	local bounded = constrain(result, host, option, all, before, forced, operations, node == nil);
	find_unreached(journal, result, host, option, bounded, global, node);
	if node == nil and equal(to_value(before), to_value(bounded)) then
		return nil;
	end
	return bounded;
end

local function elements(value)
	return is_table(value) and list_part(value) or { value };
end

--- Modules that a force keeps on or off -----------------------------------------------------------------------------------
-- Prosody loads on a host what (the global modules_enabled, less the global modules_disabled) and the host's modules_enabled have, less
-- the host's modules_disabled; a component takes over only a few of the global ones, none of which random stacks name.

local function speaks_of(operation, module)
	return not operation.path and #elements_not_in({ module }, elements(operation.value)) == 0;
end

-- Operations that put the module into the list.
local function adders(operations, module)
	local result = {};
	for _, operation in ipairs(operations) do
		local name = operation.operation;
		if name ~= "remove" and name ~= "unset" and speaks_of(operation, module) then
			result[#result + 1] = operation;
		end
	end
	return result;
end

-- Whether the forces among the operations leave the module in the list, and then which of them put it there last.
local function forced_in(operations, module, rule)
	local found;
	for _, operation in ipairs(forces(operations)) do
		local name = operation.operation;
		if not operation.path and adders({ operation }, module)[1] then
			found = operation;
		elseif not operation.path and (not adds(operation, rule) and name ~= "remove" or name == "remove" and speaks_of(operation, module)) then
			found = nil;
		end
	end
	return found;
end

local OPPOSITE = { modules_enabled = "modules_disabled", modules_disabled = "modules_enabled" };

-- The force that puts the module into a list of a host or of the global scope, as far as it reaches there.
local function force_on_list(journal, scope, option, module)
	local rule = rule_of(option, journal.stack.rules);
	local own = forced_in(journal:operations(scope, option), module, rule);
	if own or scope == "*" or option == "modules_enabled" and journal.stack.modules[scope] then
		return own;
	end
	return forced_in(journal:operations("*", option), module, rule);
end

local function modules_named(journal)
	local list = {};
	for _, operation in ipairs(journal) do
		if OPPOSITE[operation.option] and operation.operation ~= "unset" then
			list = join_lists(list, elements_not_in(elements(operation.value), list));
		end
	end
	return list;
end

-- A module that is forced into both lists. Two global forces are reported once.
local function find_forced_both_ways(journal, result, scope)
	for _, module in ipairs(modules_named(journal)) do
		local on = force_on_list(journal, scope, "modules_enabled", module);
		local off = force_on_list(journal, scope, "modules_disabled", module);
		if on and off and (scope == "*" or on.scope ~= "*" or off.scope ~= "*") then
			local later = on.seq > off.seq and on or off;
			find(result.errors, "on and off", scope, later.option, { on }, { off });
		end
	end
end

-- The plain operations that put the module into the list since something last said the list whole.
local function losers(operations, module, rule)
	local result = {};
	for _, operation in ipairs(operations) do
		local name = operation.operation;
		if operation.level == LEVELS.plain and not operation.path and name ~= "remove" then
			result = adds(operation, rule) and result or {};
			result = join_lists(result, adders({ operation }, module));
		end
	end
	return result;
end

-- A module that is forced into one list leaves the other. What puts it there loses, unless it is a default, or an earlier layer's global list of
-- what is enabled.
local function drop_forced(journal, result, scope, options, option)
	for _, module in ipairs(elements(options[option])) do
		local forced = force_on_list(journal, scope, OPPOSITE[option], module);
		if forced then
			for _, loser in ipairs(losers(journal:operations(scope, option), module, rule_of(option, journal.stack.rules))) do
				if scope ~= "*" or option == "modules_disabled" or loser.seq > forced.seq then
					find(result.warnings, "forced the other way", scope, option, { forced }, { loser });
				end
			end
			if is_table(options[option]) then
				local rest = copy(options[option]);
				for index in ipairs(rest) do
					rest[index] = nil;
				end
				options[option] = table.move(elements_not_in(elements(options[option]), { module }), 1, #options[option], 1, rest);
			else
				options[option] = nil;
			end
		end
	end
end

-- A force on the host's modules_disabled, its own or a global one, that forbids to put the module there.
local function forbidden(journal, host, module)
	local rule = rule_of("modules_disabled", journal.stack.rules);
	for _, operation in ipairs(forces(join_lists(journal:operations(host, "modules_disabled"), journal:operations("*", "modules_disabled")))) do
		local name = operation.operation;
		if not operation.path and (name == "remove" and speaks_of(operation, module) or name ~= "remove" and not adds(operation, rule)) then
			return operation;
		end
	end
end

-- A module that a host removes and the global list enables is disabled in the host.
local function disable_removed(journal, result, host, options, global)
	for _, operation in ipairs(journal:operations(host, "modules_enabled")) do
		for _, module in ipairs(operation.operation == "remove" and not operation.path and elements(operation.value) or {}) do
			local enabled = #elements_not_in({ module }, elements(global.modules_enabled)) == 0;
			local again = #elements_not_in({ module }, elements(options.modules_enabled)) == 0;
			local already = #elements_not_in({ module }, elements(options.modules_disabled)) == 0;
			local forced = not journal.stack.modules[host]
				and forced_in(journal:operations("*", "modules_enabled"), module, rule_of("modules_enabled", journal.stack.rules))
				or forbidden(journal, host, module);
			if enabled and forced and not again and not already then
				find(is_force(operation) and result.errors or result.warnings, "host lost", host, "modules_enabled", { forced }, { operation });
			elseif enabled and not again and not already then
				options.modules_disabled = is_table(options.modules_disabled) and options.modules_disabled or elements(options.modules_disabled);
				table.insert(options.modules_disabled, module);
			end
		end
	end
end

local function options_named(journal)
	local seen, list = {}, {};
	for _, operation in ipairs(journal) do
		if not seen[operation.option] then
			seen[operation.option] = true;
			list[#list + 1] = operation.option;
		end
	end
	return list;
end

--- The options of every scope: { options = { ["*"] = …, ["a.example"] = … }, errors = …, warnings = … }.
function model.load(stack)
	local journal = new_journal(stack);
	local result = { options = { ["*"] = {} }, errors = {}, warnings = {}, journal = journal };
	local nodes = {};
	local global = result.options["*"];
	for _, option in ipairs(options_named(journal)) do
		nodes[option] = global_value(journal, result, option);
		global[option] = to_value(nodes[option]);
	end
	find_forced_both_ways(journal, result, "*");
	drop_forced(journal, result, "*", global, "modules_disabled");
	drop_forced(journal, result, "*", global, "modules_enabled");
	for _, host in ipairs(model.hosts(stack)) do
		local options = {};
		result.options[host] = options;
		for _, option in ipairs(options_named(journal)) do
			if journal:of(host, option)[1] then
				options[option] = to_value(host_value(journal, result, host, option, nodes[option]));
			end
		end
		find_forced_both_ways(journal, result, host);
		drop_forced(journal, result, host, options, "modules_disabled");
		drop_forced(journal, result, host, options, "modules_enabled");
		disable_removed(journal, result, host, options, global);
	end
	return result;
end

--- The hosts and components that any layer opens, in order.
function model.hosts(stack)
	local seen, list = { ["*"] = true }, {};
	for _, layer in ipairs(stack.layers) do
		for _, statement in ipairs(layer.statements) do
			if statement.scope and not seen[statement.scope] then
				seen[statement.scope] = true;
				list[#list + 1] = statement.scope;
			end
		end
	end
	return list;
end

--- What one option of a scope comes to by steps, in their order: { { operation = "append", value = …, level = "force", key = { … } or nil,
-- scope = … }, … }. What is forced globally counts in a host that has its own value, and is done last.
function model.fold(option, steps, scope, rules)
	local operations, inherited = {}, {};
	local own = scope == "*";
	for _, step in ipairs(steps) do
		own = own or step.scope ~= "*";
	end
	for number, step in ipairs(steps) do
		local operation = { operation = step.operation, value = step.value, level = LEVELS[step.level], path = step.key, seq = number };
		table.insert(own and scope ~= "*" and step.scope == "*" and inherited or operations, operation);
	end
	local node = fold(operations, rule_of(option, rules));
	for _, operation in ipairs(inherited) do
		node = apply(node, operation, rule_of(option, rules));
	end
	return to_value(node);
end

--- What stackloader.merge gives for two tables of options.
function model.merge(base, overlay, rules)
	local old, new = to_node(base, 1), to_node(overlay, 2);
	local result = set_ordinary(old, new);
	local replaced = kind(old) == "list" and kind(new) == "map" or kind(old) == "map" and kind(new) == "list";
	for key, item in pairs(not replaced and new.map or {}) do
		result.map[key] = set(old.map[key], item, rule_of(key, rules));
	end
	return to_value(result);
end

return model;
