--- How long a reload holds the server's only thread, and what it does with that time.
--
-- Lua's collector does no work meanwhile, where it is incremental. It is stopped when the reload begins, and a timer of zero seconds starts it again:
-- a reload that is refused fires no event on Prosody 0.12.3 and 13.0.1. While TLS contexts are made it works, since the old ones are garbage then.
-- Nothing else of it is changed. In generational mode it is left alone, since after a stop everything that the reload made counts as young at once; a
-- collection may then fall into the pause.
local add_task = require "util.timer".add_task;
local time = require "util.time";

local pause = {};
pause.__index = pause;

--- `mode`: that of Prosody's option gc, which counts from the start on.
function pause.new(mode)
	return setmetatable({ is_incremental = mode ~= "generational", last = 0, longest = 0 }, pause);
end

local function stop(self)
	if self.is_incremental and collectgarbage "isrunning" then
		collectgarbage "stop";
		self.is_stopped = true;
	end
end

--- The reload begins.
function pause:begin()
	self.began, self.began_cpu, self.load_ended = time.monotonic(), os.clock(), nil;
	stop(self);
	if self.is_stopped then
		add_task(0, function () self:collect(); end);
	end
end

--- Calls f(...) with the collector at work.
function pause:collecting(f, ...)
	local was_stopped = self.is_stopped;
	self:collect();
	f(...);
	if was_stopped then
		stop(self);
	end
end

--- Lets the collector work again.
function pause:collect()
	if self.is_stopped then
		self.is_stopped = nil;
		collectgarbage "restart";
	end
end

--- The configuration is loaded, its handlers are next.
function pause:loaded()
	self.load_ended = time.monotonic();
end

local function milliseconds(seconds)
	return ("%.0f"):format(seconds * 1000);
end

--- The reload is done. `what`: "TLS renewed for 1 of 300 hosts". Returns "paused 9 ms: configuration 3, handlers 6; TLS renewed …".
function pause:ended(what)
	local now = time.monotonic();
	local began = self.began or self.load_ended;   -- a load by other means than prosody.reload_config
	self.last = now - began;
	self.last_cpu = self.began_cpu and os.clock() - self.began_cpu;
	self.longest = math.max(self.longest, self.last);
	self.text = ("paused %s ms: configuration %s, handlers %s; %s"):format(milliseconds(self.last), milliseconds(self.load_ended - began),
		milliseconds(now - self.load_ended), what);
	self.began = nil;
	return self.text;
end

return pause;
