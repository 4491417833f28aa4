--- What Prosody's configuration may hold in place of a value: its own handle of an option, the error that stands for a credential, a table
--- with behaviour, or one that holds itself.
--
-- Prosody 13 gives a file that reads `modules_enabled` a handle (core/configmanager: config_table, host, option_name). A file that assigns it
-- stores the handle, and nothing that reads the option finds a value. `Credential "name"` gives prosodyctl an error object, since only the
-- service has the credentials.
local values = require "stackloader.values";

local handles = {};

--- The option that the value is a handle of, or nil. Its fields are read raw: it raises on all but its own methods.
function handles.of(value)
	if type(value) == "table" and rawget(value, "config_table") ~= nil and type(rawget(value, "option_name")) == "string" then
		return rawget(value, "option_name");
	end
end

--- What to write in place of an assignment that gives the option a handle of the other one.
function handles.text(name, of)
	if name == of then
		return ("%s: Prosody 13 stores its own handle of the option here, and no value; write %s:append { … } alone, without \"%s =\""):format(name, of,
			name);
	end
	return ("%s: Prosody 13 stores its own handle of %s here, and no value; write the value once more, or put it into a local that both take"):format(
		name, of);
end

--- Is the value the error that stands for a credential which only the service has?
function handles.is_credential(value)
	local text = type(value) == "table" and getmetatable(value) and rawget(value, "text");
	return type(text) == "string" and text:find("^Credential%(%) requires") ~= nil;
end

--- What stands in place of a credential that is not to be had here: a text that no check takes for a weak secret.
handles.credential = "(a credential of the service)";

local function plain(value)
	if handles.of(value) then
		return {};
	elseif handles.is_credential(value) then
		return handles.credential;
	end
	return value;
end

-- What stands for the values that are none, by name; nil where there are none of these.
local function replacements(options)
	local list;
	for name, value in next, options do
		local replaced = type(value) == "table" and plain(value) or value;
		if replaced ~= value then
			list = list or {};
			list[name] = replaced;
		end
	end
	return list;
end

local function copy_with(options, list)
	local copy = {};
	for name, value in next, options do
		copy[name] = value;
	end
	for name, value in next, list or {} do
		copy[name] = value;
	end
	return copy;
end

-- What thousands of hosts inherit is looked at once.
local function keeper(replace)
	local kept = setmetatable({}, { __mode = "k" });
	return function (global)
		if kept[global] == nil then
			local list = replace(global);
			kept[global] = list and copy_with(global, list) or false;
		end
		return kept[global] or nil;
	end
end

-- The options with what `replace` puts in place of some; the same table where that is none of them and none of what they inherit.
local function replaced(options, replace, clean)
	local list = options and replace(options);
	if not options or not list and not clean then
		return options;
	end
	return setmetatable(copy_with(options, list), clean and { __index = clean } or getmetatable(options));
end

local without_global = keeper(replacements);

--- The options with an empty table in place of each handle and a text in place of each credential; the same table where there are none. A host's
-- options inherit those of `global`, where that is given.
function handles.without(options, global)
	return replaced(options, replacements, global and without_global(global));
end

-- Deeper than any option of Prosody.
local deepest = 50;

-- The value as data: what a metatable makes of it is not run, and what holds itself ends there. `known` has the tables on the way and those done.
local function tame(value, known, depth)
	if type(value) ~= "table" then
		return value;
	elseif known[value] ~= nil or depth > deepest then
		return known[value] or {};
	end
	known[value] = false;
	local copy = values.foreign(value) and {} or nil;
	for key, inner in next, value do
		local tamed = tame(inner, known, depth + 1);
		if tamed ~= inner and not copy then
			copy = copy_with(value);
		end
		if copy then
			copy[key] = tamed;
		end
	end
	known[value] = copy or value;
	return known[value];
end

local function tamed_options(options)
	local list;
	for name, value in next, options do
		local tamed = type(value) == "table" and tame(value, {}, 0) or value;
		if tamed ~= value then
			list = list or {};
			list[name] = tamed;
		end
	end
	return list;
end

local tame_global = keeper(function (global)
	local list = replacements(global) or {};
	for name, value in next, tamed_options(handles.without(global)) or {} do
		list[name] = value;
	end
	return next(list) ~= nil and list or nil;
end);

--- The options as data that can be read without running anything of theirs; the same table where they are. A host's options inherit those of
-- `global`, where that is given.
function handles.as_data(options, global)
	return replaced(options, tamed_options, global and tame_global(global));
end

return handles;
