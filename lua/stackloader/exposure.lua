--- From where the services that Prosody listens with can be reached, by the rules of its core/portmanager.
local exposure = {};

local rank = { none = 0, loopback = 1, internal = 2, public = 3 };

local internal = { "^10%.", "^192%.168%.", "^172%.1[6-9]%.", "^172%.2%d%.", "^172%.3[01]%.", "^169%.254%.", "^[fF][cdCD]%x%x:", "^[fF][eE]80:" };

--- "loopback", "internal" (addresses for private networks) or "public", for one address to listen on.
function exposure.address(address)
	if address:find("^127%.") or address == "::1" or address == "localhost" or address:find("^/") or address:find("^unix:") then
		return "loopback";
	end
	for _, pattern in ipairs(internal) do
		if address:find(pattern) then
			return "internal";
		end
	end
	return "public";
end

-- The option that decides where a service listens, and its addresses.
local function interfaces(global, service, private, default)
	local names = { service.."_interfaces", service.."_interface" };
	if private then
		names[3] = "local_interfaces";
	end
	for _, name in ipairs(names) do
		if rawget(global, name) ~= nil then
			return name, rawget(global, name);
		end
	end
	if private or default == "loopback" then
		return nil, "127.0.0.1";
	end
	for _, name in ipairs { "interfaces", "interface" } do
		if rawget(global, name) ~= nil then
			return name, rawget(global, name);
		end
	end
	return nil, "*";
end

local function has_ports(global, service, by_default)
	local ports = rawget(global, service.."_ports");
	if ports == nil then
		ports = rawget(global, service.."_port");
	end
	if ports == nil then
		return by_default;
	end
	return ports ~= false and not (type(ports) == "table" and next(ports) == nil);
end

--- How far a service reaches ("none", "loopback", "internal", "public"), the option that decided it, if one did, and the address in it.
-- `service` is { name, private = listens on loopback unless told, optional = has no port of its own }.
function exposure.service(global, service)
	if not has_ports(global, service.name, not service.optional) then
		return "none";
	end
	local option, addresses = interfaces(global, service.name, service.private, service.default);
	local reach, widest = "none", nil;
	for _, address in ipairs(type(addresses) == "table" and addresses or { addresses }) do
		local this = type(address) == "string" and exposure.address(address) or "none";
		if rank[this] > rank[reach] then
			reach, widest = this, address;
		end
	end
	return reach, option, widest;
end

--- The widest reach of several services.
function exposure.widest(global, services)
	local reach = "none";
	for _, service in ipairs(services) do
		local this = exposure.service(global, service);
		reach = rank[this] > rank[reach] and this or reach;
	end
	return reach;
end

--- The services by which people log in, and those by which other servers come.
exposure.c2s = { { name = "c2s" }, { name = "c2s_direct_tls", optional = true }, { name = "legacy_ssl", optional = true } };
exposure.s2s = { { name = "s2s" }, { name = "s2s_direct_tls", optional = true } };

return exposure;
