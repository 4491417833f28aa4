--- Options whose names Prosody puts together of something that a module says: of network services and of periodic tasks.
local families = {};

local kinds = { ports = "array", port = "array", interfaces = "array", interface = "array", ssl = "tls", _host = "string" };

-- Everything that modules offer to the network, once a name.
local function services(catalogue)
	local list = {};
	for _, name in ipairs(catalogue:modules()) do
		for _, file in ipairs(catalogue:module(name).files) do
			for _, item in ipairs(file.source.provides) do
				if item[1] == "net" and item.name then
					list[#list + 1] = { module = name, path = file.path, line = item.line, item = item };
				end
			end
		end
	end
	return list;
end

local function default_ports(item)
	if type(item.default_ports) == "table" then
		return item.default_ports;
	end
	return item.default_port and { item.default_port } or nil;
end

local function text_of(ports)
	return ports and "{ "..table.concat(ports, ", ").." }" or nil;
end

-- core/portmanager: config_prefix.."ports" and the like, name.."_host" for those that speak TLS from the start.
local function service_option(service, read)
	local item, suffix = service.item, read.suffix;
	local encrypted = item.encryption == "ssl";
	if suffix:sub(1, 1) == "_" then
		return encrypted and item.name..suffix or nil;
	elseif suffix == "ssl" and not encrypted then
		return nil;
	end
	local prefix = item.config_prefix or item.name;
	return prefix == "" and suffix or prefix.."_"..suffix;
end

local function add_service(index, service, read, add)
	local name = service_option(service, read);
	if not name then
		return;
	end
	local ports = read.suffix == "ports" and default_ports(service.item) or nil;
	local interfaces = read.suffix == "interfaces" and (service.item.private and "the loopback interfaces" or "all interfaces") or nil;
	add(index, {
		name = name;
		family = service.item.name;
		kind = kinds[read.suffix] or "any";
		default = ports;
		default_text = text_of(ports) or interfaces;
		global = read.global;
		line = service.line;
	}, service.module, service.path);
end

-- core/certmanager: service.."_certificate"
local function add_certificate(index, service, read, add)
	if service.item.encryption == "ssl" then
		add(index, { name = service.item.name..read.suffix, family = service.item.name, kind = "any", global = read.global, line = service.line },
			service.module, service.path);
	end
end

-- mod_cron: the module and what the task is called, with "_period"
local function add_task(index, name, file, task, read, add)
	local called = task.name:gsub("%W", "_"):lower();
	add(index, { name = name.."_"..called..read.suffix, family = "cron", kind = read.kind, default_text = "1"..task.when,
		minimum = read.minimum, maximum = read.maximum, global = false, line = task.line }, name, file.path);
end

local function add_tasks(catalogue, index, read, add)
	for _, name in ipairs(catalogue:modules()) do
		for _, file in ipairs(catalogue:module(name).files) do
			for _, task in ipairs(file.source.tasks) do
				add_task(index, name, file, task, read, add);
			end
		end
	end
end

--- Adds them to the index; what they stand for is resolved then.
function families.add(catalogue, index, add)
	local list = services(catalogue);
	for _, read in ipairs(index.unnamed) do
		local file = not read.module and read.path:match("/core/([^/]+)%.lua$");
		local adder = file == "portmanager" and add_service or file == "certmanager" and add_certificate;
		if adder and read.suffix ~= "" then
			read.resolved = true;
			for _, service in ipairs(list) do
				adder(index, service, read, add);
			end
		elseif read.module == "cron" and read.suffix ~= "" then
			read.resolved = true;
			add_tasks(catalogue, index, read, add);
		end
	end
end

return families;
