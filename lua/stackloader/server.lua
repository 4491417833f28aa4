--- mod_stackloader in the running server: says in the log what the configuration is made of and what each reload changed; on request
-- it loads and unloads modules to match, and watches the files.
local changes = require "stackloader.server_changes";
local metrics = require "stackloader.server_metrics";
local modules = require "stackloader.server_modules";
local pause = require "stackloader.server_pause";
local reload = require "stackloader.server_reload";
local result = require "stackloader.server_result";
local shell = require "stackloader.server_shell";
local stackloader = require "stackloader";
local values = require "stackloader.values";
local configmanager = package.loaded["prosody.core.configmanager"] or require "core.configmanager";
local watch = require "stackloader.server_watch";

local server = {};

-- What the stack in force is, in a line.
local function summary()
	local stack = stackloader.current();
	if not stack then
		return "this configuration has no layers: nothing in it calls stackloader";
	end
	local about = stack:about();
	return ("%d layers, %d options, loaded in %.1f ms"):format(#stack:layers(), about.options, about.seconds * 1000);
end

-- What the main file decided after the stack; Prosody has not said it, since it comes to light only when all of the file has run.
local function log_later_changes(module)
	local stack = stackloader.current();
	for _, finding in ipairs(stack and stack:findings() or {}) do
		if finding.code == "SL050" then
			module:log("warn", "%s", finding.text);
		end
	end
end

local function count_text(list, waiting)
	local text = #list == 0 and "nothing changed" or #list == 1 and "one change" or #list.." changes";
	return waiting > 0 and ("%s, %d of them at the next start"):format(text, waiting) or text;
end

-- paused: "paused 9 ms: …"
local function log_changes(module, list, waiting, paused)
	module:log("info", "%s; %s; %s", summary(), count_text(list, waiting), paused);
	for _, line in ipairs(list) do
		module:log("info", "%s", line);
	end
end

-- Logs without the secrets of the configuration in force, nor those of the one before it, of which what was loaded with it may still speak.
local function safe_log(module)
	local known, earlier;
	return function (level, format, ...)
		local stack = stackloader.current();
		if stack ~= known then
			known, earlier = stack, known;
		end
		local text = format:format(...);
		text = known and known:mask(text) or text;
		module:log(level, "%s", earlier and earlier:mask(text) or text);
	end
end

local function shown(value, option)
	local stack = stackloader.current();
	return values.line(stack and stack:redact(value, option) or value);
end

-- The way of watching that the options ask for: true, "stat" or false.
local function way_of(log, wanted)
	if wanted.watch ~= "stat" and type(wanted.watch) ~= "boolean" then
		log("error", "stackloader_watch is %s; it can be true, false or \"stat\". Nothing is watched", shown(wanted.watch, "stackloader_watch"));
		return false;
	end
	return wanted.watch;
end

-- Watching starts once the server runs: before, it may still leave for the background.
local function watching(module, options, log)
	local self = {};
	local how, interval;
	function self.adjust()
		local wanted = options();
		if wanted.watch ~= how or wanted.watch_interval ~= interval then
			self.stop();
			how, interval = wanted.watch, wanted.watch_interval;
			local way = way_of(log, wanted);
			self.watch = way and watch.start(module, way, math.max(interval, 0.1), log) or nil;
		end
	end
	function self.tell(event)
		if self.watch then
			self.watch[event](self.watch);
		end
	end
	function self.stop()
		self.tell "stop";
		self.watch = nil;
	end
	module:add_timer(0, self.adjust);
	return self;
end

-- Prosody sets the collector's mode when it starts.
local function gc_mode()
	local gc = configmanager.get("*", "gc");
	return type(gc) == "table" and gc.mode or nil;
end

--- Begins, when mod_stackloader is loaded in a server. options() gives its options as they are now.
function server.start(module, options)
	local in_force = changes.in_force();
	local log = safe_log(module);
	local loaded = modules.new(log);
	module:log("info", "stackloader %s", tostring(require "stackloader"._VERSION));
	module:log("info", "%s", summary());
	log_later_changes(module);
	local paused = pause.new(gc_mode());
	metrics.start(module, paused);
	if package.loaded["prosody.core.configmanager"] then
		shell.start(module);
	end
	local told = result.start(module, log);
	local watched = watching(module, options, log);

	module:hook_global("reloading-config", function ()
		paused:begin();
		watched.tell "reloading";
	end);
	-- What is different, since Prosody's own answers to a reload; nil where nothing has looked yet.
	local list, waiting;
	local function take_up()
		local old = in_force;
		in_force = changes.in_force();
		list, waiting = changes.between(old, in_force, options().apply_modules);
		if options().apply_modules then
			loaded:apply();
		end
	end
	module:hook_global("config-reloaded", take_up, -10);
	reload.start(module, options, paused, log, function (text)
		if not list then   -- another handler kept Prosody from calling ours
			take_up();
		end
		log_changes(module, list, waiting, text);
		told:taken(text);
		list = nil;
		log_later_changes(module);
		loaded:tell_left();
		watched.tell "reloaded";
		watched.adjust();
	end);

	-- Prosody fires it from 13.0.6 on. Files that the refused load was the first to read are watched as well: their change may mend it.
	module:hook_global("config-reload-failed", function ()
		local stack = stackloader.current();
		module:log("warn", "the reload was refused for the reasons above; the configuration%s stays in force",
			stack and os.date(" loaded on %Y-%m-%d at %H:%M:%S", math.floor(stack:about().loaded_at)) or "");
		watched.tell "reloaded";
	end);

	function module.unload()
		watched.stop();
	end
end

return server;
