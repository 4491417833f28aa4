--- What the commands share: the stack in force, what Prosody made of it, names, refusals.
local stackloader = require "stackloader";
local values = require "stackloader.values";
local encodings = require "util.encodings";

-- Prosody 13 gives both names, as two modules; the one with the prefix is in use there.
local configmanager = package.loaded["prosody.core.configmanager"] or require "core.configmanager";

local effective = {};

--- Says what is wrong, and gives the exit code for it.
function effective.refuse(text)
	io.stderr:write(text, "\n");
	return 2;
end

--- The stack behind this configuration; else nil and the exit code, and why has been said.
function effective.stack()
	local stack = stackloader.current();
	if stack then
		return stack;
	end
	return nil, effective.refuse("This configuration has no layers: nothing in it calls stackloader. To make it layered, add as its last lines\n"
		.."\tlocal stackloader = (Lua or _G).require \"stackloader\"\n\tstackloader.load(_ENV)");
end

-- prosodyctl puts its own `log` in place of the configuration's.
local function without_own_log(options)
	local copy = {};
	for name, value in pairs(options) do
		copy[name] = value;
	end
	copy.log = stackloader.current():options().log;
	return copy;
end

--- The options that Prosody has in one scope ("*" or a host), those included that the main file set after the stack; nil for an unknown host.
function effective.options(scope)
	local options = rawget(configmanager.getconfig(), scope);
	if scope == "*" and _G.prosody.process_type == "prosodyctl" then
		return without_own_log(options);
	end
	return options;
end

--- The names of all hosts and components: the stack's in its order, then what the main file opened after it.
function effective.hosts(stack)
	local names, known = {}, { ["*"] = true };
	for i, host in ipairs(stack:hosts()) do
		names[i] = host.name;
		known[host.name] = true;
	end
	for _, name in ipairs(values.keys(configmanager.getconfig())) do
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

-- The number of letters to add, drop or change to get from one word to the other.
local function distance(a, b)
	local row = {};
	for j = 0, #b do
		row[j] = j;
	end
	for i = 1, #a do
		local corner;
		corner, row[0] = row[0], i;
		for j = 1, #b do
			local changed = corner + (a:byte(i) == b:byte(j) and 0 or 1);
			corner, row[j] = row[j], math.min(changed, row[j] + 1, row[j - 1] + 1);
		end
	end
	return row[#b];
end

--- Up to three of the names that are spelt nearly like the word, or hold it; nearest first.
function effective.near(word, names)
	local found = {};
	local limit = math.max(2, #word // 4);
	for _, name in ipairs(names) do
		local far = math.abs(#word - #name) <= limit and distance(word:lower(), name:lower()) or math.abs(#word - #name);
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
	for scope in pairs(configmanager.getconfig()) do
		for name in pairs(effective.options(scope)) do
			if type(name) == "string" then
				set[name] = true;
			end
		end
	end
	return values.keys(set);
end

--- Refuses a host that there is not.
function effective.refuse_host(stack, word)
	local hosts = effective.hosts(stack);
	return effective.refuse(("There is no host %s%s. The hosts are: %s"):format(word, effective.suggestion(word, hosts), effective.some(hosts)));
end

--- Did the main file change the option in this scope after the stack was loaded? Never asks what is inherited.
function effective.changed_later(stack, scope, name)
	local options = stack:options(scope ~= "*" and scope or nil) or {};
	local now = effective.options(scope) or {};
	return values.line(options[name]) ~= values.line(rawget(now, name));
end

return effective;
