-- What the targets in Lua share. Layers may have done anything to the globals: all that is needed afterwards is a local.
local assert, getmetatable, ipairs, next, pcall, rawequal, rawget, type = assert, getmetatable, ipairs, next, pcall, rawequal, rawget, type;
local format, gsub, math_type = string.format, string.gsub, math.type;

local shared = {};

--- The same in depth? Tables that hold themselves are the same where they were met together; functions where they are one.
function shared.same(left, right, met)
	if rawequal(left, right) or (left ~= left and right ~= right) then
		return math_type(left) == math_type(right);
	end
	if type(left) ~= "table" or type(right) ~= "table" then
		return false;
	end
	met = met or {};
	if met[left] then
		return met[left] == right;
	end
	met[left] = right;
	for key, value in next, left do
		if not shared.same(value, rawget(right, key), met) then
			return false;
		end
	end
	for key in next, right do
		if rawget(left, key) == nil then
			return false;
		end
	end
	return true;
end

-- Each load makes other functions. Objects are kept as they are, whatever is in them.
local function without_functions(value)
	if type(value) ~= "table" or getmetatable(value) then
		return type(value) == "function" and "function" or value;
	end
	local copy = {};
	for key, inner in next, value do
		copy[key] = without_functions(inner);
	end
	return copy;
end

--- All that a stack tells, without times and without the way that a file went.
function shared.tell(stack)
	local told = { options = {}, histories = {}, hosts = stack:hosts(), findings = stack:findings(), entries = {} };
	for i, layer in ipairs(stack:layers()) do
		told.entries[i] = layer.options;
	end
	local scopes = { "*" };
	for _, host in ipairs(told.hosts) do
		scopes[#scopes + 1] = host.name;
	end
	for _, scope in ipairs(scopes) do
		local host = scope ~= "*" and scope or nil;
		told.options[scope] = stack:options(host);
		for _, name in ipairs(stack:names(host)) do
			told.histories[#told.histories + 1] = { scope, name, stack:explain(name, host) };
		end
	end
	return without_functions(told);
end

--- Of what pcall() gives: the result, or false and the message, which must be a text of some length.
function shared.outcome(ok, result)
	if not ok then
		assert(type(result) == "string" and #result > 0, "a refusal is a text");
		return false, (gsub(result, "0x%x+", "0x"));
	end
	return result;
end

function shared.try(...)
	return shared.outcome(pcall(...));
end

--- Checks that two results of try() agree.
function shared.agree(left, message, right, other)
	assert((left and true or false) == (right and true or false), message or other);
	assert(message == other, format("%s\n%s", message, other));
end

return shared;
