--- What the TLS contexts of a running server were made from, so that a reload makes only those anew whose sources changed.
--
-- Prosody makes three contexts for each host (mod_tls), and one for each host on each port with TLS (core/portmanager: SNI). They depend on options
-- and
-- on files. Both are recorded here before the contexts are made, so that a later change is never missed; a file that may have changed since, and a
-- value that cannot be compared, count as changed.
--
-- The context of a port itself is what a client gets that names no host. Prosody makes it anew at a reload, and its epoll backend goes on with the
-- old
-- one. It stays so: the select and event backends, which use the new one, get it where its certificate or options changed.
local certificates = require "stackloader.server_certificates";
local functions = require "stackloader.functions";
local lfs = require "lfs";
local paths = require "util.paths";
local stackloader = require "stackloader";
local time = require "util.time";

local function core(name)
	return package.loaded["prosody.core."..name] or require("core."..name);
end

local configmanager, certmanager, portmanager = core "configmanager", core "certmanager", core "portmanager";

local tls = {};
tls.__index = tls;

-- What certmanager, mod_tls and portmanager read in the global scope, beside the option NAME_ssl of each service.
local global_options = { "ssl", "certificates", "tls_profile", "tls_profile_version", "ssl_compression", "use_dane", "c2s_ssl", "s2s_ssl" };
-- What mod_tls reads of a host and of its parent.
local host_options = { "ssl", "c2s_ssl", "s2s_ssl" };
-- Files that a table of TLS settings may name (certmanager: path_options).
local file_settings = { certificate = true, key = true, cafile = true, capath = true, dhparam = true };

local unique = 0;

-- A text that equals no other.
local function never_same()
	unique = unique + 1;
	return "changed "..unique;
end

-- What tells a file from another one or from an earlier state of it. `since`: see certificates.identity.
local function state_of(path, since)
	local identity, is_file = certificates.identity(path, since);
	if is_file then
		return identity or never_same();
	end
	local other = lfs.attributes(path);
	return other and ("%s %d %d"):format(other.mode, other.ino, other.change) or "nothing";
end

local function resolve(path)
	return paths.resolve_relative_path(_G.prosody.paths.config or ".", path);
end

-- Adds the states of all files that a table of TLS settings names, in tables for one port or interface too.
local function add_files(inputs, settings, since)
	for key, value in next, settings do
		if type(value) == "table" then
			add_files(inputs, value, since);
		elseif file_settings[key] and type(value) == "string" then
			local path = resolve(value);
			inputs["file "..path] = state_of(path, since);
		end
	end
end

local function add_option(inputs, name, value, since)
	inputs[name] = value;
	if type(value) == "table" then
		add_files(inputs, value, since);
	end
end

local function same_value(a, b)
	return a == b or type(a) == "table" and type(b) == "table" and stackloader.equal(a, b);
end

local function same_inputs(a, b)
	for name, value in next, a do
		if not same_value(value, b[name]) then
			return false;
		end
	end
	for name in next, b do
		if a[name] == nil then
			return false;
		end
	end
	return true;
end

-- The ports with TLS: a list of { name, prefix (of its options), sni_option (TLS settings of a host there), interface, port, active (portmanager's
-- entry) }.
local function tls_ports()
	local list = {};
	for name, interface, port, _, active in portmanager.get_active_services():iter(nil, nil, nil, nil) do
		if active.tls_cfg then
			local prefix = (active.service.config_prefix or name).."_";
			list[#list + 1] = { name = name, prefix = prefix == "_" and "" or prefix, sni_option = (active.config_prefix or name).."_ssl";
				sni_key = "on ports "..name, interface = interface, port = port, active = active };
		end
	end
	return list;
end

--- `handler`: portmanager's for config-reloaded, whose functions make the contexts of ports.
function tls.new(handler)
	return setmetatable({
		add_sni_host = assert(functions.upvalue(handler, "add_sni_host"));
		port_context = assert(functions.upvalue(handler, "get_port_ssl_ctx"));
		hosts = {};
	}, tls);
end

local function global_inputs(ports, since)
	local inputs = {};
	for _, name in ipairs(global_options) do
		add_option(inputs, name, configmanager.get("*", name), since);
	end
	for _, port in ipairs(ports) do
		add_option(inputs, port.prefix.."ssl", configmanager.get("*", port.prefix.."ssl"), since);
		add_option(inputs, port.sni_option, configmanager.get("*", port.sni_option), since);
		inputs[port.name.."_certificate"] = configmanager.get("*", port.name.."_certificate");
	end
	return inputs;
end

local function add_choice(inputs, host, since)
	local chosen = certmanager.find_host_cert(host);
	if chosen then
		inputs["certificate "..host], inputs["key "..host] = chosen.certificate, chosen.key;
		inputs["file "..chosen.certificate], inputs["file "..chosen.key] = state_of(chosen.certificate, since), state_of(chosen.key, since);
	end
end

-- The name under which a host is served on a port.
local function sni_name(host, port)
	return configmanager.get(host, port.name.."_host") or port.name == "https" and configmanager.get(host, "http_host") or host;
end

-- Hosts by the thousand are asked, so this reads Prosody's table as configmanager.get does: what a host does not set is that of the global scope.
local function host_inputs(host, ports, since)
	local inputs, config = {}, configmanager.getconfig();
	local own, of_parent = rawget(config, host), rawget(config, host:match "%.(.*)$" or false);
	for _, name in ipairs(host_options) do
		add_option(inputs, name, own and rawget(own, name), since);
		add_option(inputs, "parent "..name, of_parent and rawget(of_parent, name), since);
	end
	add_choice(inputs, host, since);
	for _, port in ipairs(ports) do
		add_option(inputs, port.sni_key, own and rawget(own, port.sni_option), since);
		local name = sni_name(host, port);
		if name ~= host and not inputs["name "..name] then
			inputs["name "..name] = true;
			add_choice(inputs, name, since);
		end
	end
	return inputs;
end

local function port_state(port, since)
	local inputs = {};
	add_files(inputs, port.active.tls_cfg, since);
	return inputs;
end

-- The files that the contexts of ports were made from, by portmanager's entry.
local function port_states(ports, since)
	local states = {};
	for _, port in ipairs(ports) do
		states[port.active] = port_state(port, since);
	end
	return states;
end

--- Records what everything is made from, when all contexts have just been made. A file that changed after `since` (seconds since 1970), when the
-- first
-- of them was made, counts as changed at the next reload.
function tls:record(handlers, since)
	local ports = tls_ports();
	self.global, self.hosts, self.ports = global_inputs(ports, since), {}, port_states(ports, since);
	for host in pairs(_G.prosody.hosts) do
		self.hosts[host] = { inputs = host_inputs(host, ports, since), handler = handlers[host] };
	end
end

--- Begins a reload: compares with what is recorded. handlers: host → the handler of its mod_tls. Returns { hosts = set of those that changed, all =
-- does everything have to be made anew?, total = how many hosts there are }.
function tls:compare(handlers)
	local run = { hosts = {}, inputs = {}, handlers = handlers, ports = tls_ports(), total = 0, started = time.now() };
	run.global = global_inputs(run.ports);
	run.all = not self.global or not same_inputs(self.global, run.global);
	for host in pairs(_G.prosody.hosts) do
		local inputs, known = host_inputs(host, run.ports), self.hosts[host];
		run.inputs[host] = inputs;
		run.hosts[host] = run.all or not known or known.handler ~= handlers[host] or not same_inputs(known.inputs, inputs) or nil;
		run.total = run.total + 1;
	end
	return run;
end

-- As portmanager's own handler does it, for one port.
function tls:renew_port(port, log)
	local context, settings, problem = self.port_context(port.port, port.interface, port.prefix, port.active.service);
	if context then
		port.active.server:set_sslctx(context);
		port.active.tls_cfg = settings;
	else
		log("error", "Error reloading certificate for encrypted port for %s: %s", port.active.service.name, problem or "unknown error");
	end
end

--- What portmanager's handler does, only for the hosts and ports that changed.
function tls:renew_ports(run, log)
	for _, port in ipairs(run.ports) do
		local known = self.ports[port.active];
		if not known or not same_inputs(known, port_state(port)) then
			self:renew_port(port, log);
		end
	end
	for host in pairs(run.hosts) do
		self.add_sni_host(host, nil);
	end
end

-- Prosody 13 keeps them in the port's context, 0.12 in its server.
local function has_context(port, name)
	local server = port.active.server;
	local context = server.sslctx and server:sslctx();
	local contexts = type(context) == "table" and context._sni_contexts or server.hosts or {};
	return contexts[name] ~= nil;
end

-- Did everything come of it? What failed is tried again at the next reload, as Prosody does.
local function is_complete(host, run)
	local handler = run.handlers[host];
	for _, name in ipairs { "ssl_ctx_c2s", "ssl_ctx_s2sout", "ssl_ctx_s2sin" } do
		if handler and functions.upvalue(handler, name) == nil then
			return false;
		end
	end
	for _, port in ipairs(run.ports) do
		if not has_context(port, sni_name(host, port)) then
			return false;
		end
	end
	return true;
end

--- Ends a reload: what was made anew is recorded with what it was made from, hosts too that were activated meanwhile. handlers(): as for compare.
function tls:finish(run, handlers)
	local hosts, now = {}, nil;
	for host in pairs(_G.prosody.hosts) do
		if not run.inputs[host] then
			now = now or handlers();
			hosts[host] = { inputs = host_inputs(host, run.ports, run.started), handler = now[host] };
		elseif not run.hosts[host] then
			hosts[host] = self.hosts[host];
		elseif is_complete(host, run) then
			hosts[host] = { inputs = run.inputs[host], handler = run.handlers[host] };
		end
	end
	self.global, self.hosts, self.ports = run.global, hosts, port_states(run.ports, run.started);
end

return tls;
