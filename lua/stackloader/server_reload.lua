--- A reload that does again only what changed. It stands around Prosody's event config-reloaded, which holds the only thread of the server: without
-- this, Prosody makes all TLS contexts anew, whether anything has changed or not.
--
-- 1. No handler is taken away or replaced. Prosody's own loop calls them in its own order, with its rules for return values and for handlers that
--    come and go meanwhile. For the time of the event it asks the hook below to make each call (util.events: set_debug_hook).
-- 2. The hook knows four handlers: those of core/certmanager, of mod_tls on each host, of core/portmanager, and of net/unbound. It calls them only as
--    far as something changed that they depend on (server_tls, server_certificates). It calls all others.
-- 3. A handler is known by the text of its functions (server_texts): security updates change functions and keep the version. Where a text is another
--    one, everything is made anew as without this file, and the log says so.
-- 4. The index of certificates comes first. Prosody calls certmanager and mod_tls in an order that varies from start to start. Where mod_tls is
--    first, it finds a new certificate at the second reload only.
-- 5. A handler that returns a value or raises an error keeps Prosody from calling those behind it, and certificates stay old. The log names its file
--    and line, and the known handlers are called all the same. The error itself is not passed on: 0.12 would no longer answer signals.
-- 6. module:wrap_global of Prosody 0.12 and 13 adds a handler in place of a wrapper, hence wrap_object_event.
local certificates = require "stackloader.server_certificates";
local functions = require "stackloader.functions";
local sha256 = require "util.hashes".sha256;
local texts = require "stackloader.server_texts";
local tls = require "stackloader.server_tls";

local function core(name)
	return package.loaded["prosody.core."..name] or require("core."..name);
end

local certmanager, configmanager = core "certmanager", core "configmanager";

local EVENT = "config-reloaded";

local reload = {};
reload.__index = reload;

-- ======== the known handlers ========

local kinds = { { "certificates", "/core/certmanager%.lua$" }, { "ports", "/core/portmanager%.lua$" }, { "host", "/mod_tls%.lua$" },
	{ "resolver", "/net/unbound%.lua$" } };

local kinds_of = setmetatable({}, { __mode = "k" });

-- Which of the known handlers it may be, by its file.
local function kind_of(handler)
	if kinds_of[handler] == nil then
		local source = debug.getinfo(handler, "S").source;
		kinds_of[handler] = false;
		for _, kind in ipairs(kinds) do
			kinds_of[handler] = source:find(kind[2]) and kind[1] or kinds_of[handler];
		end
	end
	return kinds_of[handler];
end

-- The functions whose work is left out where this handler is not called.
local function work_of(kind, handler)
	return kind == "certificates" and { handler, certmanager.create_context, certmanager.find_host_cert } or { handler };
end

local hashes = setmetatable({}, { __mode = "k" });

-- Functions of the same lines of one file have one text; a module that was loaded again from a changed file has other lines or a new function, whose
-- text is read when it is first seen.
local function hash_of(kind, handler, seen)
	if hashes[handler] == nil then
		local info = debug.getinfo(handler, "S");
		local place = ("%s:%d:%d"):format(info.source, info.linedefined, info.lastlinedefined);
		if not seen[place] then
			local text = functions.text(work_of(kind, handler));
			seen[place] = text and sha256(text, true) or "";
		end
		hashes[handler] = seen[place];
	end
	return hashes[handler];
end

local hosts_of = setmetatable({}, { __mode = "k" });

-- The host that a mod_tls belongs to.
local function host_of(handler)
	local name = hosts_of[handler];
	if not name then
		local host = functions.upvalue(handler, "host");
		name = type(host) == "table" and host.host or tostring(handler);
		hosts_of[handler] = name;
	end
	return name;
end

-- The known handlers that there are now: { certificates, ports, resolver: handler; hosts: host → handler; host_of: handler → host; of: handler →
-- kind }, and { handler, hash } of one whose text is unknown.
local function find_handlers()
	local found, seen, unknown = { hosts = {}, of = {}, host_of = {} }, {}, nil;
	for _, handler in ipairs(_G.prosody.events.get_handlers(EVENT) or {}) do
		local kind = kind_of(handler);
		if kind then
			local hash = hash_of(kind, handler, seen);
			unknown = unknown or not texts[kind][hash] and { handler = handler, hash = hash } or nil;
			found.of[handler] = kind;
			if kind == "host" then
				found.host_of[handler] = host_of(handler);
				found.hosts[found.host_of[handler]] = handler;
			else
				found[kind] = handler;
			end
		end
	end
	return found, unknown;
end

-- ======== the work ========

-- The resolver reads its options, and where it is not told otherwise the system's two files.
local function resolver_state()
	local state = { options = configmanager.get("*", "unbound") };
	for _, path in ipairs { "/etc/resolv.conf", "/etc/hosts" } do
		state[path] = certificates.identity(path) or "";
	end
	return state;
end

function reload:refresh_certificates(run)
	local handler = run.handlers.certificates;
	if run.whole or not self.index then
		return handler and handler(run.data);
	end
	functions.with_upvalue(handler, "index_certs", function (folder)
		return self.index:refresh(folder);
	end, handler, run.data);
end

-- How a known handler is called, as far as it has to be. A host whose contexts stay does not come here.
local calls = {};

function calls.certificates() end   -- came first

function calls.host(run, handler, call, self)
	if run.whole then
		call(handler);
	else
		self.pause:collecting(call, handler);
	end
end

function calls.ports(run, handler, call, self)
	if run.whole then
		call(handler);
	else
		self.pause:collecting(self.tls.renew_ports, self.tls, run.tls, self.log);
	end
end

function calls.resolver(run, handler, call, self)
	local state = resolver_state();
	local is_same = self.resolver and require "stackloader".equal(self.resolver, state);
	self.resolver = state;
	if run.whole or not is_same then
		call(handler);
	end
end

-- ======== the event ========

local function place_of(handler)
	local info = debug.getinfo(handler, "S");
	return ("%s:%d"):format(info.short_src, info.linedefined);
end

-- Calls a handler by the hook that was there before us, such as the shell's debug:events, where there was one.
local function call_by(earlier, handler, name, data)
	if earlier then
		return earlier(handler, name, data);
	end
	return handler(data);
end

function reload:call_known(run, handler, call)
	run.called[handler] = true;
	local kind = run.handlers.of[handler];
	if kind == "host" and not run.whole and not run.tls.hosts[run.handlers.host_of[handler]] then
		return;
	end
	local ok, problem = xpcall(calls[kind], debug.traceback, run, handler, call, self);
	if not ok then
		run.failed = true;
		self.log("error", "%s failed: %s", place_of(handler), problem);
	end
end

local function tell_error(problem)
	return { problem = tostring(problem), trace = debug.traceback(problem) };
end

-- Our place in Prosody's loop.
function reload:hook(run, earlier)
	local function call(f, name, data)
		return call_by(earlier, f, name or EVENT, name and data or run.data);
	end
	return function (handler, name, data)
		if name ~= EVENT or data ~= run.data then
			return call(handler, name, data);
		elseif run.handlers.of[handler] then
			return self:call_known(run, handler, call);
		end
		local good, result = xpcall(call, tell_error, handler);
		if good and result == nil then
			return nil;
		end
		if not good then
			self.log("debug", "%s", result.trace);
			result = result.problem;
		end
		self.log("warn", "the handler of %s at %s %s, so Prosody does not call the handlers behind it; TLS contexts are renewed all the same",
			EVENT, place_of(handler), good and "returned a value" or "failed: "..result);
		return result;
	end
end

-- What has to be done in this reload.
function reload:prepare(data)
	local handlers, unknown = find_handlers();
	local run = { data = data, handlers = handlers, called = {} };
	if unknown then
		self.log("info", "%s has another text than mod_stackloader knows (%s), so all TLS contexts are made anew", place_of(unknown.handler), unknown.hash);
	end
	run.whole = unknown ~= nil or self.options().reload_tls == "all" or not handlers.ports or not handlers.certificates;
	self.tls = not run.whole and (self.tls or tls.new(handlers.ports)) or nil;   -- what is not recorded is made anew next time
	return run;
end

function reload:compare(run)
	if not run.whole then
		run.tls = self.tls:compare(run.handlers.hosts);
		run.whole = run.tls.all;
	end
	if run.whole then
		self.pause:collect();
	end
end

-- Prosody calls nothing behind a handler that stopped the event.
function reload:call_rest(run)
	for handler in pairs(run.handlers.of) do
		if not run.called[handler] then
			self:call_known(run, handler, function (f) return f(run.data); end);
		end
	end
end

-- Contexts that failed, and those that are not looked at, are made anew at the next reload.
function reload:record_made(run)
	if run.failed or not run.tls then
		self.tls = nil;
	else
		self.tls:finish(run.tls, function () return find_handlers().hosts; end);
	end
end

local function count(set)
	local number = 0;
	for _ in pairs(set) do
		number = number + 1;
	end
	return number;
end

-- "TLS renewed for 1 of 300 hosts"
local function renewed(run)
	local total = count(_G.prosody.hosts);
	return ("TLS renewed for %d of %d host%s"):format(run.whole and total or count(run.tls.hosts), total, total == 1 and "" or "s");
end

function reload:around(fire, name, data)
	self.pause:loaded();
	local run = self:prepare(data);
	local ok, problem = xpcall(self.refresh_certificates, debug.traceback, self, run);
	if not ok then
		self.log("error", "the certificates could not be read: %s", problem);
	end
	ok, problem = xpcall(self.compare, debug.traceback, self, run);
	if not ok then
		self.log("error", "TLS contexts could not be compared, so all are made anew: %s", problem);
		run.whole, run.failed = true, true;
	end
	local events = _G.prosody.events;
	local earlier = events.set_debug_hook();
	events.set_debug_hook(self:hook(run, earlier));
	local result;
	ok, result = xpcall(fire, debug.traceback, name, data);
	events.set_debug_hook(earlier);
	if not ok then
		self.log("error", "%s: %s", name, result);
	end
	self:call_rest(run);
	self:record_made(run);
	self.finished(self.pause:ended(renewed(run)));
	return ok and result or nil;
end

-- ======== the beginning ========

-- At the end of the start-up, all contexts have just been made.
function reload:record()
	local handlers, unknown = find_handlers();
	if self.index and not unknown and handlers.ports then
		self.tls = tls.new(handlers.ports);
		self.index:refresh(configmanager.resolve_relative_path(_G.prosody.paths.config or ".", configmanager.get("*", "certificates") or "certs"));
		self.tls:record(handlers.hosts, _G.prosody.start_time);
		self.resolver = resolver_state();
	end
end

-- Prosody's own functions read a certificate; nil where they are not found.
local function new_index(log)
	local index_certs = functions.upvalue(certmanager.reload_ssl_config, "index_certs");
	local x509 = index_certs and functions.upvalue(index_certs, "x509");
	local ssl = index_certs and (functions.upvalue(index_certs, "ssl") or functions.upvalue(index_certs, "tls"));
	local load = ssl and (ssl.loadcertificate or ssl.load_certificate);
	return load and x509 and certificates.new(load, x509.get_identities, log) or nil;
end

--- Begins. options(): { reload_tls } as it is now. pause: see server_pause. finished(text) is called after each reload, with what it went into.
function reload.start(module, options, pause, log, finished)
	local self = setmetatable({ options = options, pause = pause, log = log, finished = finished, index = new_index(log) }, reload);
	module:wrap_object_event(_G.prosody.events, EVENT, function (fire, name, data)
		return self:around(fire, name, data);
	end);
	module:hook_global("server-started", function ()
		local ok, problem = xpcall(self.record, debug.traceback, self);
		if not ok then
			self.tls = nil;
			self.log("error", "the first reload makes all TLS contexts anew: %s", problem);
		end
	end);
	return self;
end

return reload;
