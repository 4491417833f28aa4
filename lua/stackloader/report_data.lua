--- What the report holds, as plain data without secrets: the stack, its layers, every option of every scope with its history, findings.
local effective = require "stackloader.effective";
local validator = require "stackloader.validator";
local values = require "stackloader.values";

local report_data = {};

--- Where there are more hosts than this, those that say the same are told once, and what is still more is listed by name.
report_data.full_hosts = 200;

-- Options and their histories

-- What a VirtualHost or Component line says by itself.
local function said_by_opening(name, value, is_component)
	return name == "defined" or name == "component_module" or name == "load_global_modules" and value == false and is_component;
end

local function place(entry)
	return ("%s:%s"):format(entry.path or entry.layer or "", entry.line or "");
end

-- The places that the value in force comes from, and its elements.
local function what_holds(answer)
	local places, elements = {}, {};
	for _, part in ipairs(answer.parts) do
		places[place(part)] = true;
		elements[values.line(part.value)] = true;
	end
	return places, elements;
end

-- Is nothing left of what a plain assignment or a force says? Who says again what stands already is not overruled.
local function is_overruled(step, answer, places, elements)
	if step.operation ~= "set" or step.key or places[place(step)] or values.line(step.value) == values.line(answer.value) then
		return nil;
	end
	for _, part in pairs(type(step.value) == "table" and step.value or {}) do
		if elements[values.line(part)] then
			return nil;
		end
	end
	return true;
end

-- Notes with each layer what it says of the option.
local function note_sets(state, scope, answer)
	local places, elements = what_holds(answer);
	for _, step in ipairs(answer.assignments) do
		local layer = step.layer and state.layers[step.layer];
		-- What is said for each host stands in the history of each of them, and counts once.
		local id = ("%s %s %s %s"):format(step.scope, values.line(answer.option), place(step), values.line(step.key));
		if layer and not layer.known[id] then
			layer.known[id] = true;
			table.insert(layer.sets, {
				option = answer.option, scope = step.scope, host = scope ~= "*" and scope or nil, path = step.path, line = step.line,
				level = step.level, operation = step.operation, overruled = is_overruled(step, answer, places, elements), implied = step.implied;
			});
		end
	end
end

local function ask(state, scope, name)
	local answer = state.stack:explain(name, scope ~= "*" and scope or nil);
	if answer and not (answer.inherited and scope ~= "*") then
		return answer;
	end
	return { option = name, host = scope ~= "*" and scope or nil, assignments = {}, parts = {} };
end

local function collect_option(state, scope, name, made, now)
	local answer = ask(state, scope, name);
	if values.line(made) ~= values.line(now) then
		answer.set_later = true;
		answer.in_force = state.stack:redact(now, name, scope);
	end
	note_sets(state, scope, answer);
	return answer;
end

local function collect_scope(state, scope)
	local made = state.stack:options(scope ~= "*" and scope or nil) or {};
	local now = effective.options(scope) or {};
	-- Also what layers speak of and is not set in the end.
	local names = {};
	for _, name in ipairs(state.stack:names(scope ~= "*" and scope or nil) or {}) do
		names[name] = true;
	end
	for name in pairs(now) do
		names[name] = true;
	end
	local options = {};
	for _, name in ipairs(values.keys(names)) do
		if not said_by_opening(name, now[name], rawget(now, "component_module") ~= nil) then
			local option = collect_option(state, scope, name, rawget(made, name), rawget(now, name));
			-- Who assigns nil, as from a variable that is not set, has said nothing.
			options[#options + 1] = (#option.assignments > 0 or option.value ~= nil or option.set_later) and option or nil;
		end
	end
	return options;
end

-- Hosts

-- "*.example.org,example.com" as a function that tells whether a name is meant.
local function matcher(globs)
	local patterns = {};
	for glob in globs:gmatch("[^,%s]+") do
		patterns[#patterns + 1] = "^"..glob:lower():gsub("[^%w*?]", "%%%0"):gsub("%*", ".*"):gsub("%?", ".").."$";
	end
	return function (name)
		for _, pattern in ipairs(patterns) do
			if name:lower():find(pattern) then
				return true;
			end
		end
		return false;
	end
end

local function list_hosts(stack)
	local opened = {};
	for _, host in ipairs(stack:hosts()) do
		opened[host.name] = host;
	end
	local hosts = {};
	for i, name in ipairs(effective.hosts(stack)) do
		local options = effective.options(name) or {};
		hosts[i] = opened[name] or { name = name, module = rawget(options, "component_module") };
	end
	return hosts;
end

-- A text that differs where values do; faster than their text as Lua, as it is asked of every option of every host.
local function compact(value)
	if type(value) ~= "table" then
		return type(value).." "..tostring(value);
	elseif type(value[1]) == "string" and next(value, #value) == nil then
		local ok, text = pcall(table.concat, value, "\1");
		return ok and "list "..text or values.line(value);
	end
	return values.line(value);
end

-- Two hosts with one fingerprint say the same, their own names apart. The shape is what they speak of at all.
local function fingerprint(options, host)
	local names, texts = {}, {};
	for name in pairs(options) do
		names[#names + 1] = type(name) == "string" and name or values.line(name);
		texts[names[#names]] = compact(rawget(options, name));
	end
	table.sort(names);
	local shape = table.concat(names, "\n").."\n"..tostring(host.module);
	for i, name in ipairs(names) do
		names[i] = texts[name];
	end
	local own_name = host.name:gsub("%W", "%%%0");
	return shape.."\n"..table.concat(names, "\n"):gsub(own_name, "\0"), shape;
end

local function group_alike(hosts)
	local groups, by_print, shapes = {}, {}, {};
	for _, host in ipairs(hosts) do
		local print, shape = fingerprint(effective.options(host.name) or {}, host);
		local group = by_print[print];
		if group then
			table.insert(group.alike, host);
		else
			group = { host = host, alike = {}, first_of_shape = not shapes[shape] };
			by_print[print], shapes[shape] = group, true;
			groups[#groups + 1] = group;
		end
	end
	return groups;
end

-- Which groups are told in full: one of each shape before a second of any.
local function mark_full(groups)
	local room = report_data.full_hosts;
	for _, first in ipairs { true, false } do
		for _, group in ipairs(groups) do
			if room > 0 and group.first_of_shape == first then
				group.full = true;
				room = room - 1;
			end
		end
	end
end

-- The hosts to tell in full, and those to name only.
local function choose_hosts(hosts, globs)
	local full, rest = {}, {};
	if globs or #hosts <= report_data.full_hosts then
		local is_meant = globs and matcher(globs);
		for _, host in ipairs(hosts) do
			table.insert((not globs or is_meant(host.name)) and full or rest, host);
		end
		return full, rest;
	end
	local groups = group_alike(hosts);
	mark_full(groups);
	for _, group in ipairs(groups) do
		if group.full then
			group.host.alike = group.alike[1] and group.alike or nil;
			full[#full + 1] = group.host;
		else
			rest[#rest + 1] = group.host;
			table.move(group.alike, 1, #group.alike, #rest + 1, rest);
		end
	end
	return full, rest;
end

-- The whole

local function list_layers(stack)
	local list, by_id = {}, {};
	for i, layer in ipairs(stack:layers()) do
		layer.sets, layer.known, layer.hosts, layer.findings = {}, {}, {}, 0;
		list[i], by_id[layer.id] = layer, layer;
	end
	return list, by_id;
end

local function list_findings(state)
	local by_path = {};
	for _, layer in ipairs(state.list) do
		by_path[layer.path or ""] = layer;
	end
	local findings = validator.all(state.stack);
	for _, finding in ipairs(findings) do
		local layer = by_path[finding.path];
		if layer then
			layer.findings = layer.findings + 1;
			finding.layer = layer.id;
		end
	end
	return findings;
end

--- Collects it all. With globs ("*.example.org,example.com") the hosts that they mean are told in full, however many, and the others named.
function report_data.collect(stack, globs)
	local list, by_id = list_layers(stack);
	local state = { stack = stack, list = list, layers = by_id };
	local data = { stackloader_report = 1, made = os.date("!%Y-%m-%dT%H:%M:%SZ"), about = stack:about(), layers = list };
	data.options = collect_scope(state, "*");
	data.hosts, data.more_hosts = choose_hosts(list_hosts(stack), globs);
	data.host_count = #data.hosts + #data.more_hosts;
	for _, host in ipairs(data.hosts) do
		host.options = collect_scope(state, host.name);
		data.host_count = data.host_count + #(host.alike or {});
	end
	for _, host in ipairs(stack:hosts()) do
		local layer = by_id[host.layer];
		if layer then
			table.insert(layer.hosts, host.name);
		end
	end
	data.choices, data.features, data.timing = stack:choices(), stack:features(), stack:timing();
	data.variables = stack:variables();
	data.findings = list_findings(state);
	for _, layer in ipairs(list) do
		layer.known = nil;
	end
	return stack:mask(data);
end

return report_data;
