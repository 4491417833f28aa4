--- prosodyctl mod_stackloader show: what is in force, as Prosody configuration.
local effective = require "stackloader.effective";
local values = require "stackloader.values";
local words = require "stackloader.words";

-- What a VirtualHost or Component line says by itself, and what stands in place of options in a configuration's environment.
local implied = { defined = true, component_module = true };
local taken = words.set [[
	VirtualHost Component Host host component Include include RunScript FileContents FileLine FileLines Credential _ENV __currenthost]];

local function is_assignable(name)
	return values.is_name(name) and not taken[name];
end

local function opening(host, options)
	local name = values.line(host);
	local component = rawget(options, "component_module");
	if component == nil then
		return "VirtualHost "..name;
	end
	return component == "component" and "Component "..name or "Component "..name.." "..values.line(component);
end

local function option_line(name, value, depth)
	local indent = ("\t"):rep(depth);
	local foreign = values.foreign(value);
	if foreign then
		return ("%s-- %s = (%s)"):format(indent, tostring(name):gsub("%c", "?"), foreign);
	end
	return indent..name.." = "..values.block(value, depth);
end

local function said_by_opening(name, value, options)
	return implied[name] or name == "load_global_modules" and value == false and rawget(options, "component_module") ~= nil;
end

-- Options whose names cannot be assigned to: only the table form can say them, and that returns to the global scope.
local function add_odd_names(lines, names, options, head)
	if #names == 0 then
		return;
	elseif not head then
		for _, name in ipairs(names) do
			lines[#lines + 1] = ("-- no configuration file can set the global option %s"):format(values.line(name));
		end
		return;
	end
	local odd = {};
	for _, name in ipairs(names) do
		odd[name] = options[name];
	end
	lines[#lines + 1] = head.." "..values.block(odd, 0);
end

--- Adds one scope's options, with their secrets left out.
local function add_scope(lines, stack, scope, only)
	local options = effective.options(scope);
	local head = scope ~= "*" and opening(scope, options) or nil;
	local plain, odd, clean = {}, {}, {};
	for _, name in ipairs(values.keys(options)) do
		if (only == nil or name == only) and not said_by_opening(name, options[name], options) then
			local list = is_assignable(name) and plain or odd;
			list[#list + 1] = name;
			clean[name] = stack:redact(options[name], name, scope);
		end
	end
	if head and #lines > 0 then
		lines[#lines + 1] = "";
	end
	add_odd_names(lines, odd, clean, head);
	lines[#lines + 1] = head;
	for _, name in ipairs(plain) do
		lines[#lines + 1] = option_line(name, clean[name], head and 1 or 0);
	end
	if head and rawget(options, "component_module") ~= nil and rawget(options, "load_global_modules") == nil and only == nil then
		lines[#lines + 1] = "\tload_global_modules = nil";
	end
end

local function show_scopes(stack, out, scopes, only)
	local lines = {};
	for _, scope in ipairs(scopes) do
		add_scope(lines, stack, scope, only);
	end
	for _, line in ipairs(lines) do
		out.print(line);
	end
	return 0;
end

local function json_scope(stack, scope, only)
	local result = {};
	for name, value in pairs(effective.options(scope)) do
		if only == nil or name == only then
			result[tostring(name)] = stack:redact(value, name, scope);
		end
	end
	-- An object also where it has nothing in it.
	return next(result) == nil and "{}" or values.json(result);
end

local function show_json(stack, out, scopes, only)
	local parts = {};
	for i, scope in ipairs(scopes) do
		parts[i] = values.json(scope)..":"..json_scope(stack, scope, only);
	end
	out.print("{"..table.concat(parts, ",").."}");
	return 0;
end

local function all_scopes(stack)
	local hosts = effective.hosts(stack);
	return table.move(hosts, 1, #hosts, 2, { "*" });
end

local function scopes_with(stack, option)
	local scopes = {};
	for _, scope in ipairs(all_scopes(stack)) do
		if rawget(effective.options(scope), option) ~= nil then
			scopes[#scopes + 1] = scope;
		end
	end
	return scopes;
end

-- The scopes that the words mean, and the one option, if they name one. Or nil and the exit code.
local function asked(stack, out, first, second)
	if not first then
		return all_scopes(stack);
	end
	local scope = first == "*" and "*" or effective.find_host(first);
	if not scope and second then
		return nil, effective.refuse_host(stack, out, first);
	elseif not scope then
		local scopes = scopes_with(stack, first);
		if #scopes == 0 then
			local names = effective.option_names();
			local hosts = effective.hosts(stack);
			return nil, effective.refuse(out, ("%s is neither a host nor an option that is set%s. The hosts are: %s"):format(first,
				effective.suggestion(first, table.move(hosts, 1, #hosts, #names + 1, names)), effective.some(hosts)));
		end
		return scopes, first;
	elseif second and rawget(effective.options(scope), second) == nil then
		if rawget(effective.options("*"), second) == nil then
			return nil, effective.refuse(out, ("%s is not set, neither for %s nor globally%s"):format(second, scope,
				effective.suggestion(second, effective.option_names())));
		end
		return { "*" }, second, scope;
	end
	return { scope }, second;
end

local function run(stack, opts, out)
	local scopes, option, inherited_by = asked(stack, out, opts[1], opts[2]);
	if not scopes then
		return option;
	end
	if opts.format == "json" then
		return show_json(stack, out, scopes, option);
	elseif inherited_by then
		out.print(("-- %s has no value of its own and inherits the global one"):format(inherited_by));
	end
	return show_scopes(stack, out, scopes, option);
end

return {
	usage = "show [HOST] [OPTION]";
	summary = "what is in force, as configuration that could be pasted";
	details = [[
Without a word it shows everything; with HOST that host's or component's own options ("*": the global ones); with OPTION that option
wherever it is set; with both, what the host has, be it inherited. What a file cannot hold as data, such as a function, becomes a comment,
and secrets appear as "(secret)".]];
	arguments = { least = 0, most = 2 };
	run = effective.with_stack(run);
};
