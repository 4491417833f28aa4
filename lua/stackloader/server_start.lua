--- What of a changed configuration a running server takes up only when it starts again: its ports, its process, and, without
-- stackloader_apply_modules, its hosts and modules. Prosody itself says nothing of it.

local start = {};

local at_start = "takes effect only when Prosody starts again";
local at_start_or_applied = at_start..", or at a reload with stackloader_apply_modules";

-- Options of the global scope that Prosody's start reads (util/startup, net/server, core/statsmanager, mod_posix), and nothing later.
local of_process = {
	client_https_ssl = true, daemonize = true, data_path = true, error_library = true, gc = true, installer_plugin_path = true, network_backend = true,
	pidfile = true, plugin_paths = true, prosody_group = true, prosody_user = true, run_as_root = true, statistics = true, statistics_interval = true,
	umask = true, use_libevent = true,
};

-- Where the portmanager listens by default.
local of_ports = { interface = true, interfaces = true, local_interfaces = true, use_ipv4 = true, use_ipv6 = true };

-- Options of a host that are read when it is activated, by usermanager and by what opens its stores.
local of_host = { anonymous_login = true, authentication = true, authorization = true, default_storage = true, storage = true };

-- Options that decide which hosts and modules are loaded.
local of_modules = { component_module = true, enabled = true, load_global_modules = true, modules_disabled = true, modules_enabled = true };

-- Does a service that is registered, such as c2s, read the option when its ports are opened? Outside of a running server there is no portmanager,
-- and no service.
local function belongs_to_service(name)
	local portmanager = package.loaded["prosody.core.portmanager"] or package.loaded["core.portmanager"];
	if not portmanager then
		return false;
	end
	for service, infos in pairs(portmanager.get_registered_services()) do
		for _, info in ipairs(infos) do
			local prefix = (info.config_prefix or service).."_";
			prefix = prefix == "_" and "" or prefix;
			if name == prefix.."ports" or name == prefix.."interfaces" or name == prefix.."interface" then
				return true;
			end
		end
	end
	return false;
end

--- Why a change of the option has no effect yet, or nothing. `applies`: the reload loads and unloads modules and hosts.
function start.of_option(scope, name, applies)
	if of_modules[name] then
		return not applies and at_start_or_applied or nil;
	elseif of_host[name] or scope == "*" and (of_process[name] or of_ports[name] or type(name) == "string" and belongs_to_service(name)) then
		return at_start;
	end
end

--- The same of a host that is new or gone.
function start.of_host(applies)
	return not applies and at_start_or_applied or nil;
end

return start;
