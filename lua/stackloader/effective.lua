--- What the commands share: the stack in force, what Prosody made of it, names, refusals.
local stackloader = require "stackloader";
local handles = require "stackloader.handles";
local output = require "stackloader.output";
local values = require "stackloader.values";
local encodings = require "util.encodings";

-- Prosody 13 gives both names, as two modules; the one with the prefix is in use there.
local configmanager = package.loaded["prosody.core.configmanager"] or require "core.configmanager";

local effective = {};

--- Says what is wrong, and gives the exit code for it.
function effective.refuse(out, text)
	out.warn(text);
	return 2;
end

-- The stack of a configuration that does not load, in prosodyctl; the server goes on with what it had.
local function failed_stack()
	return _G.prosody.process_type == "prosodyctl" and stackloader.failed() or nil;
end

-- A plain configuration is a stack of one layer: its main file. Made anew once Prosody has loaded it again.
local plain_stack, plain_config;

-- Prosody notes a file when it has read it, so the main file comes behind all that it includes.
local function main_path()
	local files = configmanager.files();
	return _G.prosody.config_file or files[#files];
end

local function assemble_plain()
	local path = main_path();
	if not path then
		return nil, "Prosody has loaded no configuration file";
	end
	local folder, name = path:match("^(.*)/([^/]*)$");
	name = name or path;
	local ok, result = pcall(stackloader.load, nil, { root = folder or ".", axes = { { name = "main", files = { name } } } });
	if not ok then
		return nil, tostring(result);
	end
	return result;
end

--- The stack to speak of, without a word where there is none: the one in force; in prosodyctl the one that does not load; for a plain
-- configuration a stack of its one file. Else nil and what is wrong.
function effective.known_stack()
	local stack = failed_stack() or stackloader.current();
	if stack then
		return stack;
	elseif not plain_stack or plain_config ~= configmanager.getconfig() then
		local problem;
		plain_config = configmanager.getconfig();
		plain_stack, problem = assemble_plain();
		return plain_stack, problem;
	end
	return plain_stack;
end

--- The stack to speak of; else nil and the exit code, and why has been said.
function effective.stack(out)
	local stack, problem = effective.known_stack();
	if stack then
		if stack:about().broken then
			out.warn("This configuration does not load (the command check says why); shown is what could be read of it.");
		end
		return stack;
	end
	return nil, effective.refuse(out, "The configuration cannot be told: "..problem);
end

--- What a command runs, of what it does with a stack: run(stack, opts, out) → exit code.
function effective.with_stack(run)
	return function (opts, out)
		local stack, code = effective.stack(out);
		if not stack then
			return code;
		end
		return run(stack, opts, output.without_secrets(out, stack));
	end;
end

-- A configuration that does not load is not Prosody's: its options are what the layers say as far as they could be read.
local broken, broken_options;

local function options_of_broken(stack, scope)
	if broken ~= stack then
		broken, broken_options = stack, {};
	end
	if broken_options[scope] == nil then
		broken_options[scope] = stack:options(scope ~= "*" and scope or nil) or false;
	end
	return broken_options[scope] or nil;
end

-- All scopes with their options, as Prosody's own table has them.
local function all_options()
	local stack = failed_stack();
	if not stack then
		return configmanager.getconfig();
	end
	local scopes = { ["*"] = options_of_broken(stack, "*") };
	for _, host in ipairs(stack:hosts()) do
		scopes[host.name] = options_of_broken(stack, host.name);
	end
	return scopes;
end

-- prosodyctl puts its own `log` in place of the configuration's.
local function without_own_log(options)
	local copy = {};
	for name, value in pairs(options) do
		copy[name] = value;
	end
	copy.log = effective.known_stack():options().log;
	return copy;
end

--- The options that Prosody has in one scope ("*" or a host), those included that the main file set after the stack; nil for an unknown host.
function effective.options(scope)
	local failed = failed_stack();
	if failed then
		return options_of_broken(failed, scope);
	end
	local config = configmanager.getconfig();
	local options = handles.without(rawget(config, scope), scope ~= "*" and rawget(config, "*") or nil);
	if scope == "*" and _G.prosody.process_type == "prosodyctl" then
		return without_own_log(options);
	end
	return options;
end

-- Kept until Prosody has loaded its configuration again.
local data, data_config;

--- The same as data, for whoever looks into the values: what has behaviour in the configuration has none here.
function effective.data(scope)
	local config = configmanager.getconfig();
	local source = failed_stack() or config;
	if data_config ~= source then
		data, data_config = {}, source;
	end
	if data[scope] == nil then
		data[scope] = handles.as_data(effective.options(scope), scope ~= "*" and rawget(config, "*") or nil) or false;
	end
	return data[scope] or nil;
end

--- The names of all hosts and components: the stack's in its order, then what the main file opened after it.
function effective.hosts(stack)
	local names, known = {}, { ["*"] = true };
	for i, host in ipairs(stack:hosts()) do
		names[i] = host.name;
		known[host.name] = true;
	end
	for _, name in ipairs(values.keys(all_options())) do
		if not known[name] then
			names[#names + 1] = name;
		end
	end
	return names;
end

--- The host as Prosody spells it, or nil where there is none.
function effective.find_host(word)
	for _, name in ipairs { word, encodings.stringprep.nameprep(word) or word } do
		if name ~= "*" and effective.options(name) then
			return name;
		end
	end
end

--- Some of the names, as one line.
function effective.some(names)
	local shown = table.move(names, 1, math.min(#names, 20), 1, {});
	local rest = #names - #shown;
	local line = table.concat(shown, ", "):gsub("%c", "?");
	return #names == 0 and "none" or rest > 0 and line..(" and %d more"):format(rest) or line;
end

-- The number of letters to add, drop, change, or swap with the next one to get from one word to the other.
local function distance(a, b)
	local rows = { [0] = {} };
	for j = 0, #b do
		rows[0][j] = j;
	end
	for i = 1, #a do
		local row, above = { [0] = i }, rows[i - 1];
		for j = 1, #b do
			row[j] = math.min(above[j - 1] + (a:byte(i) == b:byte(j) and 0 or 1), above[j] + 1, row[j - 1] + 1);
			if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
				row[j] = math.min(row[j], rows[i - 2][j - 2] + 1);
			end
		end
		rows[i] = row;
	end
	return rows[#a][#b];
end

-- The words of a name in an order of their own: muc_mam is spelt mam_muc by many.
local function sorted_words(name)
	local list = {};
	for word in name:lower():gmatch("[^_]+") do
		list[#list + 1] = word;
	end
	table.sort(list);
	return table.concat(list, "_");
end

-- Half of a short word is another word.
local function most_changes(word)
	return #word <= 4 and 1 or math.max(2, #word // 4);
end

--- Up to three of the names that are spelt nearly like the word, have its words in another order, or hold it; nearest first.
function effective.near(word, names)
	local found = {};
	local limit, words = most_changes(word), sorted_words(word);
	for _, name in ipairs(names) do
		local far = math.abs(#word - #name) <= limit and distance(word:lower(), name:lower()) or math.abs(#word - #name);
		if #word == #name and words == sorted_words(name) then
			far = math.min(far, 1);
		end
		if far <= limit or #word > 3 and name:find(word, 1, true) then
			found[#found + 1] = { name = name, far = far };
		end
	end
	table.sort(found, function (a, b)
		if a.far ~= b.far then
			return a.far < b.far;
		end
		return a.name < b.name;
	end);
	local nearest = {};
	for i = 1, math.min(3, #found) do
		nearest[i] = found[i].name;
	end
	return nearest;
end

--- " (did you mean X, Y?)", or nothing.
function effective.suggestion(word, names)
	local near = effective.near(word, names);
	return #near > 0 and (" (did you mean %s?)"):format(table.concat(near, ", ")) or "";
end

--- The names of all options that are set in any scope, sorted.
function effective.option_names()
	local set = {};
	for scope in pairs(all_options()) do
		for name in pairs(effective.options(scope)) do
			if type(name) == "string" then
				set[name] = true;
			end
		end
	end
	return values.keys(set);
end

--- Refuses a host that there is not.
function effective.refuse_host(stack, out, word)
	local hosts = effective.hosts(stack);
	return effective.refuse(out, ("There is no host %s%s. The hosts are: %s"):format(word, effective.suggestion(word, hosts), effective.some(hosts)));
end

--- The host that a word asks for, as Prosody spells it; nil where there is no word, and the exit code too where there is no such host.
function effective.asked_host(stack, word, out)
	local host = word and effective.find_host(word);
	if word and not host then
		return nil, effective.refuse_host(stack, out, word);
	end
	return host;
end

--- Did the main file change the option in this scope after the stack was loaded? Never asks what is inherited.
function effective.changed_later(stack, scope, name)
	local options = stack:options(scope ~= "*" and scope or nil) or {};
	local now = effective.options(scope) or {};
	return values.line(options[name]) ~= values.line(rawget(now, name));
end

return effective;
