--- Proves that two configurations are equal: the installed Prosody's own loader loads both, in a process of its own, and their values are compared.
-- Nothing that a configuration does there can change this process.
local dump = require "stackloader.dump";
local lfs = require "lfs";
local values = require "stackloader.values";

local proof = {};

-- The interpreter that runs this.
local function interpreter()
	local target = lfs.symlinkattributes("/proc/self/exe", "target");
	return type(target) == "string" and target or _G.arg and _G.arg[-1] or "lua".._VERSION:match("%d.*");
end

local function quote(word)
	return "'"..word:gsub("'", "'\\''").."'";
end

-- Libraries may be found by a path that is relative to a folder that prosodyctl has left.
local function write_request(loads)
	local prosody = _G.prosody;
	local paths = {};
	for name, path in pairs(prosody.paths) do
		paths[name] = type(path) == "string" and path or nil;
	end
	local path = os.tmpname();
	local file = assert(io.open(path, "wb"));
	file:write(dump.write {
		loads = loads; path = package.path; cpath = package.cpath; paths = paths; version = prosody.version; config_file = prosody.config_file;
		manager = package.loaded["prosody.core.configmanager"] and "prosody.core.configmanager" or "core.configmanager";
	});
	file:close();
	return path;
end

--- Loads each { file, words = for `arg`, variables = { NAME = value, or false for unset }, clear = without this machine's variables }.
-- Returns for each { scopes = scope → option → value, warnings } or { problem }; in place of all nil and why the process ended early.
function proof.load(loads)
	local request = write_request(loads);
	local child = package.searchpath("stackloader.proof_child", package.path);
	local pipe = io.popen(("%s -E %s %s 2>%s"):format(quote(interpreter()), quote(child), quote(request), quote(request..".err")), "r");
	local text = pipe:read("a");
	pipe:close();
	os.remove(request);
	local errors = io.open(request..".err", "rb");
	local said = errors and errors:read("a") or "";
	if errors then
		errors:close();
	end
	os.remove(request..".err");
	local answer = text:match("\1answer\1(.*)$");
	if not answer then
		return nil, "the process that loads the configuration ended early: "..said;
	end
	return dump.read(answer);
end

local function same_number(a, b)
	return math.type(a) == math.type(b) and (a == b and (a ~= 0 or math.type(a) == "integer" or 1 / a == 1 / b) or a ~= a and b ~= b);
end

--- Are both values the same, their types too? What is no data is the same where it was of the same kind.
function proof.same(a, b)
	if type(a) ~= type(b) then
		return false;
	elseif type(a) == "number" then
		return same_number(a, b);
	elseif type(a) ~= "table" then
		return a == b;
	elseif dump.foreign(a) or dump.foreign(b) then
		return dump.foreign(a) == dump.foreign(b);
	end
	return values.same_fields(a, b, proof.same);
end

local function set_of(list)
	local set = {};
	for key, value in next, list do
		if math.type(key) ~= "integer" or type(value) ~= "string" then
			return nil;
		end
		set[value] = true;
	end
	return set;
end

local function same_option(name, a, b)
	local set = name == "modules_enabled" and type(a) == "table" and type(b) == "table" and not dump.foreign(a) and not dump.foreign(b) and set_of(a);
	local other = set and set_of(b);
	if set and other then
		return values.same_fields(set, other, proof.same);
	end
	return proof.same(a, b);
end

local function union(a, b)
	local all = {};
	for _, from in ipairs { a, b } do
		for key in pairs(from) do
			all[key] = true;
		end
	end
	return values.keys(all);
end

--- What differs between two sets of scopes: a list of { scope, option, first, second }, no option where one of them lacks the whole scope.
-- modules_enabled is compared as a set. `ignored`, if given, says by scope and option what is not compared.
function proof.differences(first, second, ignored)
	local list = {};
	for _, scope in ipairs(union(first, second)) do
		local a, b = first[scope], second[scope];
		if not a or not b then
			list[#list + 1] = { scope = scope };
		end
		for _, option in ipairs(a and b and union(a, b) or {}) do
			local free = ignored and ignored[scope] and ignored[scope][option];
			if not free and not same_option(option, a[option], b[option]) then
				list[#list + 1] = { scope = scope, option = option, first = a[option], second = b[option] };
			end
		end
	end
	return list;
end

--- One difference as text. `secret`: a function that says whether a name is a secret's.
function proof.difference_text(difference)
	local where = difference.scope == "*" and "globally" or "in "..tostring(difference.scope);
	if difference.option == nil then
		return ("%s is in one of the two only"):format(tostring(difference.scope));
	end
	return ("%s %s"):format(tostring(difference.option), where);
end

return proof;
