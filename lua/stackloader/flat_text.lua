--- Writes options of all scopes as one plain configuration file, which both Prosody 0.12 and 13 read.
-- A leaf is a value that is no table. `from` says what stands for it:
--   from.leaf(scope, option, path, value) → an expression in place of the literal, or nil; path: the keys inside the option
--   from.place(scope, option, value) → the comment behind the option; from.part(scope, option, path, value) → that of a part, or nil
--   from.skipped(scope, option) → why the option stands as a comment only, or nil
local values = require "stackloader.values";

local flat_text = {};

-- Names that mean something else in a configuration file: an option of that name can only stand in a host's table.
local raw_names = {};
local of_prosody = "Host host VirtualHost Component component FileContents FileLine FileLines Credential Include include RunScript __currenthost";
for name in of_prosody:gmatch("%S+") do
	raw_names[name] = true;
end

local function literal(value)
	if type(value) == "number" and (value ~= value or value == math.huge or value == -math.huge) then
		return value ~= value and "(0/0)" or value > 0 and "(1/0)" or "(-1/0)";
	end
	return values.line(value);
end

local function deeper(path, key)
	local longer = table.move(path, 1, #path, 1, {});
	longer[#longer + 1] = key;
	return longer;
end

local function list_length(value)
	local count = 0;
	while value[count + 1] ~= nil do
		count = count + 1;
	end
	return count;
end

local write;

-- One element or field, and its path.
local function fields(value, path)
	local list, count = {}, list_length(value);
	for i = 1, count do
		list[i] = { head = "", value = value[i], path = deeper(path, i) };
	end
	for _, key in ipairs(values.keys(value, count)) do
		list[#list + 1] = { head = (values.is_name(key) and key or "["..literal(key).."]").." = ", value = value[key], path = deeper(path, key) };
	end
	return list;
end

local longest = 100;

-- The value, and whether it takes more than one line.
function write(at, value, path, depth)
	if type(value) ~= "table" then
		return at.from.leaf(at.scope, at.option, path, value) or literal(value), false;
	elseif next(value) == nil then
		return "{}", false;
	end
	local parts, lines, commented, size = {}, {}, false, 4 * depth;
	local indent = ("\t"):rep(depth + 1);
	for i, field in ipairs(fields(value, path)) do
		local text, long = write(at, field.value, field.path, depth + 1);
		local comment = type(field.value) ~= "table" and at.from.part(at.scope, at.option, field.path, field.value);
		commented = commented or comment or long;
		size = size + #field.head + #text + 2;
		parts[i] = field.head..text;
		lines[i] = indent..field.head..text..";"..(comment and "  -- "..comment or "");
	end
	if not commented and size <= longest then
		return "{ "..table.concat(parts, ", ").." }", false;
	end
	return "{\n"..table.concat(lines, "\n").."\n"..("\t"):rep(depth).."}", true;
end

local function assignment(at, name, value, indent)
	local text, long = write(at, value, {}, #indent);
	local place = at.from.place(at.scope, at.option, value);
	local comment = place and "  -- "..place or "";
	local left = values.is_name(name) and name or "_ENV["..literal(name).."]";
	if long and text:sub(1, 2) == "{\n" then
		return indent..left.." = {"..comment..text:sub(2);
	end
	return indent..left.." = "..text..comment;
end

-- What opening the scope sets by itself.
local function implied(options)
	if type(options.component_module) == "string" then
		return { component_module = options.component_module, load_global_modules = false };
	end
	return { defined = true };
end

local function opening(scope, options)
	if type(options.component_module) ~= "string" then
		return "VirtualHost "..literal(scope);
	end
	local module = options.component_module;
	return "Component "..literal(scope)..(module ~= "component" and " "..literal(module) or "");
end

local function in_table(from, scope, options, names)
	local fields_of = {};
	for i, name in ipairs(names) do
		local text = write({ from = from, scope = scope, option = name }, options[name], {}, 0);
		fields_of[i] = "["..literal(name).."] = "..text;
	end
	return " { "..table.concat(fields_of, ", ").." }";
end

local function add_options(lines, from, scope, options, indent)
	local given = scope == "*" and {} or implied(options);
	for name, value in pairs(given) do
		if options[name] == nil then
			lines[#lines + 1] = indent..name.." = nil  -- instead of "..literal(value);
		end
	end
	for _, name in ipairs(values.keys(options)) do
		local why = from.skipped(scope, name);
		if why then
			lines[#lines + 1] = ("%s-- %s: %s"):format(indent, values.is_name(name) and name or "["..literal(name).."]", why);
		elseif not (scope ~= "*" and raw_names[name]) and options[name] ~= given[name] then
			lines[#lines + 1] = assignment({ from = from, scope = scope, option = name }, name, options[name], indent);
		end
	end
end

local function add_host(lines, from, scope, options)
	local raw = {};
	for _, name in ipairs(values.keys(options)) do
		raw[#raw + 1] = raw_names[name] and name or nil;
	end
	lines[#lines + 1] = "";
	if #raw > 0 then
		lines[#lines + 1] = opening(scope, options)..in_table(from, scope, options, raw);
	end
	local place = from.opened(scope);
	lines[#lines + 1] = opening(scope, options)..(place and "  -- "..place or "");
	add_options(lines, from, scope, options, "\t");
end

--- Global options whose names no configuration file can set, sorted.
function flat_text.impossible(options)
	local list = {};
	for _, name in ipairs(values.keys(options)) do
		list[#list + 1] = (raw_names[name] or type(name) == "boolean") and tostring(name) or nil;
	end
	return list;
end

--- The file as text. `scopes`: scope → option → value; `order`: the scopes in order, "*" first.
function flat_text.write(scopes, order, from)
	local lines = {};
	add_options(lines, from, "*", scopes["*"], "");
	for i = 2, #order do
		add_host(lines, from, order[i], scopes[order[i]]);
	end
	return table.concat(lines, "\n").."\n";
end

return flat_text;
