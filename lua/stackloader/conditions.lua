--- Does a condition in a module's source hold for a host? Enough of Lua's expressions for the conditions under which modules load others.
local tokens = require "stackloader.tokens";

local conditions = {};

-- What cannot be told.
local unknown = {};

local deepest = 8;   -- names that stand for expressions with names

-- Where the names of a file get their first value, if a `local` says it: name → { at = place behind the `=`, line, changed = the line of the next
-- assignment }; false for the others.
local function find_locals(list)
	local found = {};
	for i, token in ipairs(list) do
		local before, behind = list[i - 1], list[i + 1];
		if token.kind == "name" and behind and behind.text == "=" and behind.kind == "symbol" and before and before.text ~= "." then
			local known = found[token.text];
			if known then
				known.changed = known.changed or token.line;
			elseif known == nil then
				found[token.text] = before.text == "local" and { at = i + 2, line = token.line } or false;
			end
		end
	end
	return found;
end

-- Files by their text, as long as that is in use.
local files = setmetatable({}, { __mode = "v" });

local function file_of(read)
	local text = read();
	local file = files[text];
	if not file then
		local list = tokens.read(text);
		file = { list = list, locals = find_locals(list) };
		files[text] = file;
	end
	return file;
end

local expression;

local function is(state, text)
	local token = state.list[state.at];
	return token ~= nil and token.text == text and token.kind ~= "string";
end

local function take(state, text)
	if is(state, text) then
		state.at = state.at + 1;
		return true;
	end
	return false;
end

local function expect(state, text)
	if not take(state, text) then
		error("unexpected", 0);
	end
end

local function name(state)
	local token = state.list[state.at];
	if not token or token.kind ~= "name" then
		error("unexpected", 0);
	end
	state.at = state.at + 1;
	return token.text;
end

local function arguments(state)
	local list = {};
	local token = state.list[state.at];
	if token and token.kind == "string" then
		state.at = state.at + 1;
		return { token.text };
	end
	expect(state, "(");
	while not take(state, ")") do
		list[#list + 1] = expression(state);
		if not is(state, ")") then
			expect(state, ",");
		end
	end
	return list;
end

local truths = { [true] = true, ["true"] = true, [1] = true };
local falsehoods = { [false] = true, ["false"] = true, [0] = true };

local readers = {};

-- Any period but "never"; which one is of no interest.
local period = {};

function readers.period(value)
	if value == "never" or value == math.huge then
		return math.huge;
	end
	return (type(value) == "string" or type(value) == "number") and period or unknown;
end

-- Does the host stand for any of them?
local function is_any_host(env)
	return env.host == "*" and not env.is_server;
end

function readers.boolean(value)
	if truths[value] or falsehoods[value] then
		return truths[value] ~= nil;
	end
	return unknown;
end

function readers.string(value)
	return type(value) == "string" and value or unknown;
end

local function option(state, kind, list)
	if type(list[1]) ~= "string" or is_any_host(state.env) then   -- which may set it
		return unknown;
	end
	local value = state.env.option(list[1]);
	if value == nil and kind ~= "period" then
		return list[2];
	elseif value == nil then
		value = list[2];
	end
	if readers[kind] then
		return readers[kind](value);
	end
	return type(value) ~= "table" and value or unknown;
end

-- `module:…`
local function method(state)
	local called = name(state);
	local list = arguments(state);
	if called == "get_host_type" then
		return is_any_host(state.env) and unknown or state.env.is_server and "global" or state.env.component and "component" or "local";
	elseif called:find "^get_option" then
		return option(state, called:match "^get_option_(.+)", list);
	end
	return unknown;
end

local function field(state)
	local called = name(state);
	if called == "host" then
		return state.env.host;
	elseif called == "name" then
		return state.env.name;
	end
	return unknown;
end

-- Tokens as text again.
local function text_between(list, from, to)
	local texts = {};
	for i = from, to do
		texts[#texts + 1] = list[i].kind == "string" and ("%q"):format(list[i].text) or list[i].text;
	end
	return table.concat(texts, " ");
end

-- The tokens with the expression that the name stands for at the line, the place in them and its line; or nil.
local function find_local(state, called)
	if state.names then
		return state.names[called] and tokens.read(state.names[called]), 1, nil;
	end
	local file = file_of(state.read);
	local known = file.locals[called];
	if known and (not known.changed or state.line and known.changed > state.line) then
		return file.list, known.at, known.line;
	end
end

local function local_name(state, called)
	local list, from, line = find_local(state, called);
	if not list or state.depth >= deepest then
		return unknown;
	end
	local inner = { list = list, at = from, line = line, read = state.read, names = state.names, env = state.env, depth = state.depth + 1,
		met = state.met };
	local ok, value = pcall(expression, inner);
	if not ok then
		return unknown;
	elseif state.met then
		state.met[called] = text_between(list, from, inner.at - 1);
	end
	return value;
end

local function primary_name(state)
	local called = name(state);
	if called == "true" or called == "false" then
		return called == "true";
	elseif called == "nil" then
		return nil;
	elseif called == "module" and take(state, ":") then
		return method(state);
	elseif called == "module" and take(state, ".") then
		return field(state);
	elseif called == "math" and take(state, ".") then
		return name(state) == "huge" and math.huge or unknown;
	elseif called == "prosody" and take(state, ".") then
		local of = name(state);
		return of == "process_type" and "prosody" or of == "shutdown" or unknown;
	elseif is(state, ".") or is(state, ":") or is(state, "(") or is(state, "[") then
		return unknown, true;
	end
	return local_name(state, called);
end

-- What stands behind an operand makes it unknown; it has to be passed all the same.
local function pass_suffixes(state)
	while true do
		if take(state, ".") or take(state, ":") then
			name(state);
		elseif is(state, "(") or state.list[state.at] and state.list[state.at].kind == "string" then
			arguments(state);
		elseif take(state, "[") then
			expression(state);
			expect(state, "]");
		else
			return;
		end
	end
end

local function primary(state)
	local token = state.list[state.at];
	if not token then
		error("unexpected", 0);
	elseif token.kind == "string" then
		state.at = state.at + 1;
		return token.text;
	elseif token.kind == "number" then
		state.at = state.at + 1;
		return tonumber(token.text);
	elseif take(state, "(") then
		local value = expression(state);
		expect(state, ")");
		return value;
	end
	local value = primary_name(state);
	local from = state.at;
	pass_suffixes(state);
	if state.at > from then
		return unknown;
	end
	return value;
end

local function unary(state)
	if take(state, "not") then
		local value = unary(state);
		if value == unknown then
			return unknown;
		end
		return not value;
	end
	return primary(state);
end

local function concatenation(state)
	local value = unary(state);
	while take(state, "..") do
		local other = unary(state);
		value = type(value) == "string" and type(other) == "string" and value..other or unknown;
	end
	return value;
end

local function comparison(state)
	local value = concatenation(state);
	local equal = is(state, "==");
	if take(state, "==") or take(state, "~=") then
		local other = concatenation(state);
		if value == unknown or other == unknown or (value == period or other == period) and value ~= math.huge and other ~= math.huge then
			return unknown;
		end
		return (value == other) == equal;
	end
	return value;
end

local function conjunction(state)
	local value = comparison(state);
	while take(state, "and") do
		local other = comparison(state);
		if value == unknown then
			value = (other or false) and unknown;
		elseif value then
			value = other;
		end
	end
	return value;
end

function expression(state)
	local value = conjunction(state);
	while take(state, "or") do
		local other = conjunction(state);
		if value == unknown then
			value = other ~= unknown and other and true or unknown;
		elseif not value then
			value = other;
		end
	end
	return value;
end

--- True, false, or nil where that cannot be told. `needed` is { condition, condition_line, names (see conditions.names) or nil } as
-- stackloader.source gives it, `read` returns the text of its file. `env` is the host: { name (of the module), host ("*" for any host), is_server
-- (for "*": it is the server as a whole), component (its module, or nil), option = function (name) → value }.
function conditions.holds(needed, env, read)
	local state = { list = tokens.read(needed.condition), at = 1, line = needed.condition_line, read = read, names = needed.names, env = env,
		depth = 0 };
	local ok, value = pcall(expression, state);
	if not ok or value == unknown or state.at <= #state.list then
		return nil;
	end
	return value ~= nil and value ~= false;
end

--- What the names in a condition stand for, for where its file is not at hand: name → expression.
function conditions.names(needed, read)
	local met = {};
	pcall(expression, { list = tokens.read(needed.condition), at = 1, line = needed.condition_line, read = read, env = { host = "*" }, depth = 0,
		met = met });
	return met;
end

return conditions;
