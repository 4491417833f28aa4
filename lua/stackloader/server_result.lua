--- Leaves what comes of each reload where prosodyctl mod_stackloader reload looks for it.
local add_task = require "util.timer".add_task;
local reload_result = require "stackloader.reload_result";
local stackloader = require "stackloader";

local result = {};
result.__index = result;

function result:write(fields)
	fields.number = self.number;
	local ok, problem = reload_result.write(fields);
	if not ok then
		self.log("warn", "what came of the reload cannot be written for prosodyctl mod_stackloader reload: %s", problem);
	end
end

-- A refused reload fires no event on Prosody 0.12.3 and 13.0.1: it has ended when the server takes the next event.
function result:begin()
	self.pending, self.event_problem = true, nil;
	add_task(0, function ()
		if self.pending then
			self.pending = nil;
			self.number = self.number + 1;
			self:write { taken = false, problem = stackloader.status().error or self.event_problem or "the log of Prosody has the reason" };
		end
	end);
end

--- The reload was taken; text: what the pause went into.
function result:taken(text)
	self.pending = nil;
	self.number = self.number + 1;
	self:write { taken = true, text = text };
end

--- Begins: the file is there once the server has started.
function result.start(module, log)
	local self = setmetatable({ log = log, number = 0 }, result);
	module:hook_global("server-started", function ()
		self:write {};
	end);
	module:hook_global("reloading-config", function ()
		self:begin();
	end);
	module:hook_global("config-reload-failed", function (event)
		self.event_problem = event and event.error and tostring(event.error);
	end);
	return self;
end

return result;
