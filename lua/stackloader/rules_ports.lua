--- Findings about services of the network: one port that two of them are to have. By the rules of Prosody's core/portmanager.

local function list_of(value)
	return type(value) == "table" and value or { value };
end

-- The services of the modules that are at work, each once.
local function services(context)
	local list, known = {}, {};
	for _, name in ipairs(context.catalogue:modules()) do
		for _, file in ipairs(context.scopes.anywhere[name] and context.catalogue:module(name).files or {}) do
			for _, item in ipairs(file.source.provides) do
				if item[1] == "net" and item.name and not known[item.name] then
					known[item.name] = true;
					list[#list + 1] = item;
				end
			end
		end
	end
	return list;
end

local function first_set(options, names)
	for _, name in ipairs(names) do
		if options[name] ~= nil then
			return options[name], name;
		end
	end
end

local function interfaces_of(item, prefix, options)
	local names = { prefix.."interfaces", prefix.."interface" };
	if item.private then
		local own = first_set(options, names);
		return list_of(own or options.local_interfaces or { "127.0.0.1", "::1" });
	end
	names[3], names[4] = "interfaces", "interface";
	return list_of(first_set(options, names) or { "*", "::" });
end

-- { name, option = the option with its ports, is_set, ports, interfaces }
local function service_of(item, options)
	local prefix = (item.config_prefix or item.name).."_";
	prefix = prefix == "_" and "" or prefix;
	local option = prefix.."ports";
	local ports = options[option];
	return { name = item.name, option = option, is_set = ports ~= nil, interfaces = interfaces_of(item, prefix, options);
		ports = list_of(ports ~= nil and ports or item.default_ports or item.default_port) };
end

local function key_of(interface, port)
	local number = tonumber(port);
	return (type(interface) == "string" and number and number ~= 0) and interface.."\0"..number or nil;
end

-- The one whose option is to be changed: what is set before a default, then what is set later.
local function blamed(context, one, other)
	if one.is_set ~= other.is_set then
		return one.is_set and one or other;
	end
	local path, line = context:place("*", one.option);
	local other_path, other_line = context:place("*", other.option);
	return path == other_path and (line or 0) > (other_line or 0) and one or other;
end

local function report(context, one, other, port)
	local at = blamed(context, one, other);
	local second = at == one and other or one;
	local renamed = second.is_set and at.name == "legacy_ssl" and second.name == "c2s_direct_tls";
	local advice = renamed and "take it out, as the other one is its new name" or "choose another port";
	context:add("SL116", { scope = "*", option = at.option, element = type(context.scopes.global[at.option]) == "table" and port or nil },
		("%s: the service %s has port %s already%s, and Prosody opens it for one of the two; %s"):format(at.option, second.name, port,
			second.is_set and (" (%s)"):format(second.option) or " by default", advice));
end

return function (context)
	local taken, reported = {}, {};
	for _, item in ipairs(services(context)) do
		local service = service_of(item, context.scopes.global);
		for _, interface in ipairs(service.interfaces) do
			for _, port in ipairs(service.ports) do
				local key = key_of(interface, port);
				local other = key and taken[key];
				if other and other ~= service and (other.is_set or service.is_set) and not reported[other.name..service.name..port] then
					reported[other.name..service.name..port] = true;
					report(context, other, service, port);
				end
				if key then
					taken[key] = other or service;
				end
			end
		end
	end
end;
