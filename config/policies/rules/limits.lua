-- No connection sends as fast as it can: mod_limits is on, with rates of at most 10 MB/s.
-- The accounts and servers that unlimited_jids names are sent and read without a limit.

modules_enabled = stack.force(stack.append { "limits" })  -- one connection cannot starve the others

-- What mod_limits reads of a rate. It takes its own limit (10 and 30 kB/s) where there is none, and 3 kB/s for a text that
-- it cannot read. A limit that is no table, or a rate that is no text, stops it altogether, and 0 means no limit.
local exponents = { b = 0, k = 3, m = 6, g = 9, t = 12 }
local most = 10000000  -- bytes a second
local longest = 60  -- seconds at that rate; with network_backend = "epoll", the default, mod_limits does not read it

stack.require("limits", function (option)
	local limits = option "limits"
	if limits ~= nil and type(limits) ~= "table" then
		return false, "mod_limits would not load: write limits = { c2s = { rate = \"10kb/s\" } }, or take the line out"
	end
	for kind, limit in pairs(limits or {}) do
		if type(limit) ~= "table" or limit.rate and type(limit.rate) ~= "string" then
			return false, ("mod_limits would not load with this limit of %s: write %s = { rate = \"10kb/s\" }"):format(kind, kind)
		end
		local burst = tonumber(type(limit.burst) == "string" and limit.burst:match "^(%d+) ?s$" or limit.burst)
		if burst and (burst > longest or burst <= 0) then
			return false, ("%s may send for %s at once, and so one connection starves the others: write burst = \"1s\" to \"60s\""):format(kind,
				limit.burst)
		end
		local quantity, unit = (limit.rate or ""):match "^(%d+) ?([^/]+)/s$"
		local exponent = unit and exponents[unit:sub(1, 1):lower()]
		local rate = exponent and quantity * 10 ^ exponent
		if rate and (rate > most or rate < 1) then
			return false, ("%s may send %s%s, and so one connection starves the others: write from 1b/s to 10mb/s"):format(kind,
				limit.rate, rate < 1 and ", which is no limit" or "")
		end
	end
end)
