--- In the log of the running server, at each start and each reload: what the main file sets behind stackloader.load and breaks what a layer demands.
-- The loader itself asks for this, so nobody needs mod_stackloader for it.
local stackloader = require "stackloader";

local function log_errors()
	local stack = stackloader.current();
	local log = require "util.logger".init("stackloader");
	for _, finding in ipairs(stack and stack:findings() or {}) do
		if finding.code == "SL051" then
			local place = finding.line and finding.path..":"..finding.line or finding.path;
			log("error", "%s: %s", place, finding.text);
		end
	end
end

local events = rawget(_G, "prosody") and _G.prosody.events;
if events then
	events.add_handler("server-starting", log_errors);
	-- After Prosody has opened its log again.
	events.add_handler("config-reloaded", log_errors, -1);
end

return true;
