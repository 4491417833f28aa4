-- What values and directives make of each other. The input is a program that builds them: tables of every shape, shared, nested, with cycles, with
-- metatables, and either merges two of them or lets three layers assign them, in scopes and with directives.
local fuzz = ...;
local stackloader = require "stackloader";
local shared = dofile(fuzz.scripts.."/tell.lua");

local function f() end
local foreign = setmetatable({ 1 }, { __index = function () return 1; end });
local scalars = { true, false, 0, 1, -1, 1.0, 2.5, 1/0, -1/0, math.mininteger, math.maxinteger, 2^53, "", "a", "b", "tls", "roster", "5", "10MB",
	"30d", "never", "1h", "50kb/s", "*", f, print, foreign, 5222, 5269, "a\0b", ("x"):rep(300), "ü" };
-- No list gets a gap: what Lua takes for the end of one that has some depends on how it was made.
local keys = { "a", "b", "c", "level", "rate", 1, 0, -1, 1.5, true, false, "1", "", math.maxinteger, f, "append", "value" };
local options = { "modules_enabled", "modules_disabled", "admins", "c2s_ports", "sql", "log", "limits", "max_size", "expires", "name", "plugin_paths",
	"mine", "ssl", "disco_items", "authentication", "x" };
local rules = { "append", "merge", "replace" };

local Reader = {};
Reader.__index = Reader;

local function reader(bytes)
	return setmetatable({ bytes = bytes, at = 0, made = {} }, Reader);
end

function Reader:byte()
	self.at = self.at + 1;
	return self.bytes:byte(self.at) or 0;
end

function Reader:pick(list)
	return list[self:byte() % #list + 1];
end

function Reader:table(depth)
	local made = {};
	self.made[#self.made + 1] = made;
	local size = self:byte();
	if size >= 250 then
		size = 60;
	end
	for _ = 1, size % 61 do
		if self.at >= #self.bytes then
			break;
		elseif size & 64 == 0 then
			made[#made + 1] = self:value(depth + 1);
		else
			made[self:pick(keys)] = self:value(depth + 1);
		end
	end
	return made;
end

function Reader:value(depth)
	local kind = self:byte();
	if kind < 110 or depth > 220 or self.at >= #self.bytes then
		return scalars[kind % #scalars + 1];
	elseif kind < 200 then
		return self:table(depth);
	elseif kind < 215 then
		local deep = self:table(depth);
		for _ = 1, self:byte() do
			deep = { deep };
		end
		return deep;
	elseif #self.made > 0 then
		return self:pick(self.made); -- shared, or a cycle
	end
	return nil;
end

function Reader:options()
	local made = {};
	for _ = 1, self:byte() % 12 do
		made[self:pick(options)] = self:value(1);
	end
	return made;
end

-- stackloader.merge

local function check_merge(bytes)
	local function make()
		local r = reader(bytes);
		local merge = r:byte() < 128 and { [r:pick(options)] = r:pick(rules); [r:pick(options)] = r:pick(rules) } or nil;
		if r:byte() < 64 then
			return r:table(1), r:table(1), { merge = merge };
		end
		return r:options(), r:options(), { merge = merge };
	end
	local base, overlay, how = make();
	local same_base, same_overlay = make();
	local merged, message = shared.try(stackloader.merge, base, overlay, how);
	assert(shared.same(base, same_base) and shared.same(overlay, same_overlay), "a merge changed what it was given");
	local again, other = shared.try(stackloader.merge, same_base, same_overlay, how);
	shared.agree(merged, message, again, other);
	if merged then
		assert(shared.same(merged, again), "a merge gives something else the second time");
		-- A list that only one side has may hold an element twice, and keeps it until another one meets it: so the third merge, not the second.
		local twice = shared.try(stackloader.merge, merged, overlay, how);
		local thrice = twice and shared.try(stackloader.merge, twice, overlay, how);
		assert(thrice and shared.same(twice, thrice), "an overlay that is there already changes something");
	end
end

-- Layers

local hosts = { "a.example", "b.example", "muc.a.example", "B.example" };
local wrappers = { "default", "force" };
local operations = { "append", "prepend", "remove", "replace", "at_most", "at_least", "one_of", "subset_of" };

--- A value, perhaps in a directive.
local function said(r, stack)
	local how = r:byte();
	local value = how % 16 == 15 and stack.unset or r:value(1);
	if value == nil then
		return nil;
	elseif how & 32 ~= 0 and how % 16 ~= 15 then
		value = stack[r:pick(operations)](value);
	end
	if how & 64 ~= 0 then
		value = stack[r:pick(wrappers)](value);
	end
	if how & 128 ~= 0 then
		value = { [r:pick(keys)] = value };
	end
	return value;
end

--- Runs the next part of the input as a layer's code.
local function layer(r, env)
	local stack = env.stack;
	while r.at < #r.bytes do
		local what = r:byte();
		if what < 150 then
			env[r:pick(options)] = said(r, stack);
		elseif what < 170 then
			env.VirtualHost(r:pick(hosts));
		elseif what < 185 then
			env.Component(r:pick(hosts))(r:pick { "muc", "pubsub", "component" });
		elseif what < 200 then
			stack.each(r:pick { "host", "muc" }, { [r:pick(options)] = said(r, stack) });
		elseif what < 215 then
			local view = env[r:pick(options)];
			local key, value = r:pick(keys), r:value(1);
			if type(view) == "table" and view ~= foreign and value ~= nil then
				view[key] = value;
			end
		elseif what < 230 then
			env[r:pick(options)] = env[r:pick(options)];
		elseif what < 234 then
			local name, seen = r:pick(options), r:value(1);
			stack.require(name, function (option)
				return option(name) ~= seen;
			end);
		elseif what < 240 then
			env.VirtualHost(r:pick(hosts))(r:options());
		elseif what < 250 then
			return;
		else
			error(r:value(1));
		end
	end
end

local files = { "a.lua", "b.lua", "c.lua" };
local axes = { { name = "all", files = files } };

--- Prosody's statements, as far as applying needs them.
local function prosody()
	local into = {};
	local current = "*";
	local function open(name)
		current = name;
		into[name] = into[name] or {};
		return function (module) into[name].component_module = module; end;
	end
	local env = { VirtualHost = open, Component = open, into = into };
	return setmetatable(env, { __newindex = function (_, name, value)
		into[current] = into[current] or {};
		into[current][name] = value;
	end });
end

local function load_layers(bytes, env, merge)
	local r = reader(bytes);
	package.loaded.layers = function (environment) layer(r, environment); end;
	return shared.outcome(fuzz.call(2000000, stackloader.load, env, { root = fuzz.folder, axes = axes, sysroot = "/nowhere", merge = merge,
		variables = { PROSODY_OPTION_NAME = bytes:match "%g+" } }));
end

--- What explain says is in force is in force.
local function check_explained(told)
	for _, history in ipairs(told.histories) do
		local scope, name, explained = table.unpack(history);
		local own = told.options[explained.inherited and "*" or scope];
		assert(shared.same(explained.value, own[name]), "explain tells another value than the one in force");
	end
end

local function check_layers(bytes)
	for _, name in ipairs(files) do
		assert(fuzz.write(fuzz.folder.."/"..name, "\n(Lua or _G).require 'layers' (_ENV)\n"));
	end
	local merge = { mine = rules[#bytes % 3 + 1] };
	local stack, message = load_layers(bytes, nil, merge);
	local again, other = load_layers(bytes, prosody(), merge);
	shared.agree(stack, message, again, other);
	if stack then
		local told = shared.tell(stack);
		assert(shared.same(told, shared.tell(again)), "the same layers give something else the second time");
		check_explained(told);
	end
end

return function (bytes)
	if bytes:byte() and bytes:byte() < 128 then
		return check_merge(bytes:sub(2));
	end
	check_layers(bytes:sub(2));
end;
