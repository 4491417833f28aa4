--- What a flattened configuration refers to instead of holding it: variables, and files with secrets.
-- Which value is a variable's is tried out: the configuration is loaded again with an unmistakable text in the variable, and where that text turns
-- up as a whole value, the variable stands for the value.
local proof = require "stackloader.proof";
local random_id = require "util.id".medium;
local values = require "stackloader.values";

local flat_references = {};

local function candidates(stack, all)
	local list = {};
	for _, variable in ipairs(stack:variables()) do
		local is_value = false;
		for _, read in ipairs(variable.reads) do
			is_value = is_value or read.type ~= "choice";
		end
		if variable.source and is_value and (variable.secret or all) and variable.name:find("^[%a_][%w_]*$") then
			list[#list + 1] = variable.name;
		end
	end
	return list;
end

local function trial(main, words, names)
	local marks, variables = {}, {};
	for _, name in ipairs(names) do
		variables[name] = "mark"..random_id():gsub("[^%w]", "x");
		marks[variables[name]] = name;
	end
	return { file = main, words = words, variables = variables, marks = marks };
end

-- All in one load; one after the other where that is not accepted.
local function try(main, words, names)
	if #names == 0 then
		return {};
	end
	local together = trial(main, words, names);
	local results = proof.load { together };
	if results and results[1].scopes then
		return { { scopes = results[1].scopes, marks = together.marks } };
	end
	local trials, found = {}, {};
	for i, name in ipairs(names) do
		trials[i] = trial(main, words, { name });
	end
	for i, result in ipairs(proof.load(trials) or {}) do
		found[#found + 1] = result.scopes and { scopes = result.scopes, marks = trials[i].marks } or nil;
	end
	return found;
end

local function at_path(value, path)
	for _, key in ipairs(path) do
		value = type(value) == "table" and rawget(value, key);
	end
	return value;
end

local function read_file(path)
	local file = io.open(path, "rb");
	local text = file and file:read(1024 * 1024);
	if file then
		file:close();
	end
	return text;
end

-- By content: the expression that reads it. Both versions know `(Lua or _G)`; FileLine is Prosody 13's alone.
local function files_with_secrets(stack)
	local found = {};
	for _, path in ipairs(stack:about().secret_files) do
		local text = read_file(path);
		local line = text and text:match("^[^\n]*");
		local open = ("(Lua or _G).assert((Lua or _G).io.open(%s)):read"):format(values.line(path));
		if text and text ~= "" then
			found[text] = open..' "a"';
			found[line] = open..' "l"';
		end
	end
	found[""] = nil;
	return found;
end

--- Returns a function (scope, option, path, value) → expression or nil, and the table NAME → value of the variables that it used so far.
-- `all`: every variable, not the secret ones alone.
function flat_references.new(stack, main, words, all)
	local tried = try(main, words, candidates(stack, all));
	local files = files_with_secrets(stack);
	local used = {};
	return function (scope, option, path, value)
		if type(value) ~= "string" then
			return nil;
		end
		for _, one in ipairs(tried) do
			local there = at_path((one.scopes[scope] or {})[option], path);
			local name = type(there) == "string" and one.marks[there];
			if name then
				used[name] = value;
				return "ENV_"..name;
			end
		end
		return files[value];
	end, used;
end

return flat_references;
