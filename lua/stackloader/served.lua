--- Which XEPs a configuration serves, by which modules, and how far the Compliance Suites' requirements are met.
local compliance = require "stackloader.compliance";
local doap = require "stackloader.doap";
local values = require "stackloader.values";
local xep_list = require "stackloader.xep_list";

local served = {};

-- Services that listen, not modules, serve these.
local by_ports = { ["0368"] = { "c2s_direct_tls", "s2s_direct_tls", "legacy_ssl" } };

--- Options by which hosts are told apart here, next to those about modules.
served.relevant = { "external_services", "turn_external_secret", "turncredentials_secret" };

local function is_set(value)
	return value ~= nil and value ~= false and value ~= "" and not (type(value) == "table" and next(value) == nil);
end

--- Secrets and services tell hosts apart only by being there.
served.digests = {};
for _, option in ipairs(served.relevant) do
	served.digests[option] = function (value) return is_set(value) and "set" or "empty"; end;
end

local function listens(inv, service, default)
	local ports = rawget(inv.global, service.."_ports");
	if ports == nil then
		ports = rawget(inv.global, service.."_port");
	end
	if ports == nil then
		return default or false;
	end
	return type(ports) ~= "table" and ports ~= false or type(ports) == "table" and next(ports) ~= nil, service.."_ports";
end

-- Which XEPs there are

-- "via XEP-0163": what serves that one serves this.
local function modules_of(entry, all, seen)
	local list, known = {}, {};
	local function add(name)
		if not known[name] then
			known[name] = true;
			list[#list + 1] = name;
		end
	end
	for _, name in ipairs(entry.modules) do
		add(name);
	end
	if #list == 0 and #entry.via == 0 then
		for _, name in ipairs(xep_list.modules(entry.xep)) do
			add(name);
		end
	end
	seen[entry.xep] = true;
	for _, number in ipairs(entry.via) do
		if all[number] and not seen[number] then
			for _, name in ipairs(modules_of(all[number], all, seen)) do
				add(name);
			end
		end
	end
	return list;
end

local function add_announced(list, known, number, module)
	local entry = known[number];
	if not entry then
		entry = { xep = number, modules = {}, announced = true };
		known[number] = entry;
		list[#list + 1] = entry;
	end
	for _, name in ipairs(entry.modules) do
		if name == module then
			return;
		end
	end
	if entry.announced or entry.gone_since then
		entry.modules[#entry.modules + 1] = module;
		entry.gone_since = nil;
	end
end

-- The XEPs that the comment at the head of a module's file says it implements. Others are only spoken of.
local function head_xeps(path)
	local numbers = {};
	local file = io.open(path, "r");
	if not file then
		return numbers;
	end
	for line in file:lines() do
		if line:find("%S") and not line:find("^%s*%-%-") then
			break;
		end
		local number = line:match("^%-%-%s*XEP%-(%d%d%d%d)") or line:match("[Ii]mplement.-XEP%-(%d%d%d%d)") or line:match("XEP%-(%d%d%d%d) implement");
		if number then
			numbers[#numbers + 1] = number;
		end
	end
	file:close();
	return numbers;
end

local function module_xeps(entry)
	local numbers = head_xeps(entry.path);
	for _, feature in ipairs(entry.source and entry.source.features or {}) do
		numbers[#numbers + 1] = xep_list.of_feature(type(feature) == "table" and feature.name or feature);
	end
	return numbers;
end

-- What Prosody's own file cannot know: modules of others. Where there is no file: every module.
local function add_modules(list, known, inv, all)
	local names = {};
	for _, group in ipairs(inv.groups) do
		for name in pairs(group.modules) do
			names[name] = true;
		end
	end
	for _, name in ipairs(all and inv.catalogue:modules() or {}) do
		names[name] = true;
	end
	for _, name in ipairs(values.keys(names)) do
		local entry = inv.catalogue:module(name);
		if entry and (all or entry.origin ~= "core") then
			for _, number in ipairs(module_xeps(entry)) do
				add_announced(list, known, number, name);
			end
		end
	end
end

-- What modules that are installed, but not enabled, could serve beyond Prosody's own list.
local function add_installed(list, known, inv)
	for _, number in ipairs(xep_list.numbers()) do
		for _, name in ipairs(known[number] and {} or xep_list.modules(number)) do
			local entry = inv.catalogue:module(name);
			if entry and entry.origin ~= "core" then
				add_announced(list, known, number, name);
			end
		end
	end
end

local function read_doap(path)
	local tried;
	if not path then
		path, tried = doap.find();
	end
	if not path then
		return nil, nil, "not found; looked for "..table.concat(tried, ", ");
	end
	local list, problem = doap.read(path);
	if not list then
		return nil, nil, ("%s cannot be read: %s"):format(path, problem);
	end
	return list, path;
end

--- The XEPs that this Prosody can serve: a list of { xep, name, version, status, modules, announced } in order, the path of the DOAP file that
-- tells of them, or in its place nil and why there is none; then modules tell themselves.
function served.known(inv, path)
	local list, file, problem = read_doap(path);
	list = list or {};
	local all = {};
	for _, entry in ipairs(list) do
		all[entry.xep] = entry;
	end
	for _, entry in ipairs(list) do
		entry.by = modules_of(entry, all, {});
	end
	for _, entry in ipairs(list) do
		entry.modules, entry.by = entry.by, nil;
	end
	add_modules(list, all, inv, problem ~= nil);
	add_installed(list, all, inv);
	for _, entry in ipairs(list) do
		entry.name = xep_list.name(entry.xep);
	end
	table.sort(list, function (a, b) return a.xep < b.xep; end);
	return list, file, problem;
end

-- Who serves them

-- Those with accounts before components, whose modules often only come along.
local function hosts_first(groups)
	local list, components = {}, {};
	for _, group in ipairs(groups) do
		local which = group.component and components or list;
		which[#which + 1] = group;
	end
	return table.move(components, 1, #components, #list + 1, list);
end

--- The groups of hosts that a host's people use: its own and those of its components; all without a host.
function served.groups(inv, host)
	if not host then
		return hosts_first(inv.groups);
	end
	local group = inv.group_of[host];
	local list = { group };
	return group and table.move(group.children, 1, #group.children, 2, list) or {};
end

local function module_providers(inv, groups, entry, providers)
	for _, name in ipairs(entry.modules) do
		local provider;
		for _, group in ipairs(groups) do
			if group.modules[name] then
				if not provider then
					local why, place = inv:why(group, name);
					provider = { module = name, why = why, layer = place and place.layer, path = place and place.path, line = place and place.line, hosts = {} };
					providers[#providers + 1] = provider;
				end
				table.move(group.hosts, 1, #group.hosts, #provider.hosts + 1, provider.hosts);
			end
		end
	end
end

local function port_providers(inv, entry, providers)
	for _, service in ipairs(by_ports[entry.xep]) do
		local yes, option = listens(inv, service);
		if yes then
			local place = inv:place(option, "*") or {};
			providers[#providers + 1] = { option = option, why = "set", layer = place.layer, path = place.path, line = place.line };
		end
	end
end

local function installed(inv, entry)
	local list = {};
	for _, name in ipairs(entry.modules) do
		if inv.catalogue:module(name) then
			list[#list + 1] = name;
		end
	end
	return list;
end

--- Adds to an XEP of served.known how it is served for these groups: `state` is "served", "built in", "available" (by `available` modules, or
-- `options`), "gone" (from Prosody) or "not installed"; `providers` are { module or option, why, layer, path, line, hosts }.
function served.judge(inv, groups, entry)
	local answer = setmetatable({ providers = {} }, { __index = entry });
	if by_ports[entry.xep] then
		port_providers(inv, entry, answer.providers);
		answer.state = #answer.providers > 0 and "served" or "available";
		answer.options = #answer.providers == 0 and { "c2s_direct_tls_ports", "s2s_direct_tls_ports" } or nil;
		return answer;
	elseif entry.gone_since or entry.status == "removed" then
		answer.state = "gone";
		return answer;
	elseif entry.status == "planned" then
		answer.state = "planned";
		return answer;
	end
	module_providers(inv, groups, entry, answer.providers);
	answer.available = installed(inv, entry);
	answer.state = #answer.providers > 0 and "served" or #entry.modules == 0 and "built in"
		or #answer.available > 0 and "available" or "not installed";
	return answer;
end

-- The Compliance Suites

local function any_module(group, names)
	for _, name in ipairs(names) do
		if group.modules[name] then
			return name;
		end
	end
end

local function child(group, names)
	for _, component in ipairs(group.children) do
		for _, name in ipairs(names) do
			if component.component == name then
				return component;
			end
		end
	end
end

local function any_option(inv, group, options)
	for _, option in ipairs(options) do
		if is_set((inv:value(group, option))) then
			return true;
		end
	end
	return false;
end

local function is_met(inv, group, need)
	if need.ports then
		return listens(inv, need.ports, need.default) or need.or_ports and listens(inv, need.or_ports) or false;
	elseif need.option then
		return any_option(inv, group, need.option);
	elseif need.on then
		local component = child(group, { need.on });
		return component and any_module(component, need.modules) ~= nil or false;
	end
	return need.component and child(group, need.component) ~= nil or need.modules and any_module(group, need.modules) ~= nil or false;
end

local function alternatives(names)
	local list = {};
	for i, name in ipairs(names) do
		list[i] = "mod_"..name;
	end
	return table.concat(list, " or ");
end

-- How to meet a need that is not met, for those that are installed.
local function advice(inv, need)
	if need.hint then
		return need.hint;
	elseif need.ports then
		return need.default and ("%s_ports is empty"):format(need.ports) or ("set %s_ports"):format(need.ports);
	end
	local names = {};
	for _, name in ipairs(need.component or need.modules) do
		if inv.catalogue:module(name) then
			names[#names + 1] = name;
		end
	end
	if #names == 0 then
		return ("install %s, which is not there"):format(alternatives(need.component or need.modules));
	elseif need.component then
		return ('open Component "…" "%s" below the host, or name it in disco_items'):format(names[1]);
	end
	return ("enable %s%s"):format(alternatives(names), need.on and " on the component of mod_"..need.on or "");
end

local function judge_requirement(inv, group, requirement)
	local missing = {};
	for _, need in ipairs(requirement.needs) do
		if not is_met(inv, group, need) then
			missing[#missing + 1] = { modules = need.component or need.modules, advice = advice(inv, need) };
		end
	end
	return { feature = requirement.feature, level = requirement.level, providers = requirement.providers, met = #missing == 0, missing = missing };
end

local function unmet(list, level)
	local missing = {};
	for _, requirement in ipairs(list) do
		if not requirement.met and requirement.level == level then
			missing[#missing + 1] = requirement;
		end
	end
	return missing;
end

-- A category without a level of its own has that of the core category at most.
local function level_of(category, core)
	if #unmet(category, "core") > 0 or #unmet(core, "core") > 0 then
		return "none";
	elseif #unmet(category, "advanced") > 0 or #unmet(core, "advanced") > 0 then
		return "core";
	end
	return "advanced";
end

local next_level = { none = "core", core = "advanced" };

--- The suites' categories for a group of hosts: a list of { name, level = "none", "core" or "advanced", next, requirements, missing (for the next
-- level, those of the core category included) }.
function served.suites(inv, group)
	local result, core = {}, nil;
	for i, category in ipairs(compliance) do
		local requirements = {};
		for k, requirement in ipairs(category.requirements) do
			requirements[k] = judge_requirement(inv, group, requirement);
		end
		core = core or requirements;
		local level = level_of(requirements, core);
		local missing = {};
		if next_level[level] then
			missing = unmet(requirements, next_level[level]);
			for _, requirement in ipairs(core ~= requirements and unmet(core, next_level[level]) or {}) do
				missing[#missing + 1] = { feature = requirement.feature, of = "Core", missing = requirement.missing, providers = requirement.providers };
			end
		end
		result[i] = { name = category.name, level = level, next = next_level[level], requirements = requirements, missing = missing };
	end
	return result;
end

return served;
