-- A customer's file of any text, under any pattern of hosts (the first line of the input). Where it loads at all it was read as data, it spoke
-- of no host but those that the pattern allows, changed nothing that was there without it, and named no module that is not allowed, no key, and
-- no server of others in its options. And then it means what it would mean unrestricted.
local fuzz = ...;
local stackloader = require "stackloader";
local shared = dofile(fuzz.scripts.."/tell.lua");

local root = fuzz.folder;
local modules = { "muc", "mam", "ping", "component", "storage_internal", "auth_internal_hashed" };
local tenant = root.."/domains/tenants/one.example.cfg.lua";

local function build()
	for _, name in ipairs { "core", "domains", "domains/tenants" } do
		fuzz.make_folder(root.."/"..name);
	end
	assert(fuzz.write(root.."/core/a.cfg.lua", 'x = { "a" }\nVirtualHost "server.example"\nx = 1\nComponent "rooms.server.example" "muc"'));
	assert(fuzz.write(root.."/domains/tenants/two.example.cfg.lua", 'VirtualHost "two.example"\nx = 1\n'));
	assert(fuzz.write(root.."/domains/tenants/sub.one.example.cfg.lua", 'VirtualHost "sub.one.example"\n'));
end

local function load_with(text, restrict)
	assert(fuzz.write(tenant, text));
	return shared.try(stackloader.load, nil, { root = root, variables = {}, sysroot = "/nowhere", restrict = restrict });
end

local function set(list)
	local made = {};
	for _, name in ipairs(list) do
		made[name] = true;
	end
	return made;
end

local allowed_modules = set(modules);

--- May the customer one.example speak of the host?
local function may_name(host, patterns)
	for _, other in ipairs { "two.example", "sub.one.example" } do
		if host == other or host:sub(-#other - 1) == "."..other then
			return false;
		end
	end
	for _, pattern in ipairs(patterns) do
		pattern = pattern:gsub("<domain>", "one.example", 1);
		local ending = pattern:match "^%*(.*)$";
		if pattern == host or (ending and #host > #ending and host:sub(#host - #ending + 1) == ending) then
			return true;
		end
	end
	return false;
end

local function check_modules(options)
	local lists = { options.modules_enabled or {}, options.modules_disabled or {}, { options.component_module } };
	for _, list in ipairs(lists) do
		for key, name in pairs(list) do
			assert(math.type(key) == "integer" and allowed_modules[name], "a module that is not allowed");
		end
	end
end

--- What an option of a host names is no host of others, as Prosody's own way to read a URL or an address finds it; nor is it a key.
local function check_servers(options, patterns)
	for name, value in pairs(options) do
		assert(name ~= "ssl" and name ~= "certificate" and not tostring(name):find "_ssl$", "a key or certificate");
		if tostring(name):find "_host$" and name ~= "auth_append_host" and name ~= "validate_append_host" then
			assert(type(value) == "string" and may_name(value, patterns), "an option names another's host");
		elseif name == "http_external_url" then
			local authority = value:match "^%w[%w+.-]*://([^/]*)":gsub("^[^@]*@", ""):gsub(":[^:%]]*$", "");
			assert(may_name(authority, patterns), "a URL names another's host");
		elseif name == "motd_jid" then
			assert(may_name(value:gsub("/.*$", ""):gsub("^[^@]*@", ""), patterns), "an address names another's host");
		elseif name == "external_services" and type(value) == "table" then
			for _, service in ipairs(value) do
				assert(type(service) ~= "table" or service.host == nil or may_name(service.host, patterns), "a service is another's host");
			end
		end
	end
end

local function check(stack, before, patterns)
	assert(shared.same(before:options(), stack:options()), "a customer changed what is everybody's");
	local known = {};
	for _, host in ipairs(before:hosts()) do
		known[host.name] = true;
		assert(may_name(host.name, patterns) or shared.same(before:options(host.name), stack:options(host.name)), "a customer changed another's host");
	end
	for _, host in ipairs(stack:hosts()) do
		assert(known[host.name] or may_name(host.name, patterns), "a customer made another's host");
		if not known[host.name] then
			check_modules(stack:options(host.name));
			check_servers(stack:options(host.name), patterns);
		end
	end
	for _, layer in ipairs(stack:layers()) do
		assert(layer.path ~= tenant or layer.data, "a customer's file was run");
	end
end

return function (input)
	local line, text = input:match "^([^\n]*)\n(.*)$";
	if not line then
		return;
	end
	local patterns = {};
	for pattern in line:gmatch "[^,]+" do
		patterns[#patterns + 1] = pattern;
	end
	build();
	local restrict = { ["domains/tenants"] = { hosts = patterns[1] and patterns or nil, modules = modules, options = "any", size = 4096, depth = 4 } };
	local before = load_with("\n", restrict);
	local stack = before and load_with("\n"..text, restrict);
	if stack then
		check(stack, before, patterns[1] and patterns or { "<domain>", "*.<domain>" });
		local free = load_with("\n"..text);
		assert(free, "what a customer may say does not load without restrict");
		for _, host in ipairs(free:hosts()) do
			assert(shared.same(free:options(host.name), stack:options(host.name)), "restrict changes what is said");
		end
	end
end;
