--- make soak: many reloads under load, with each Prosody. The arguments: how many clients, how many reloads.
-- Fails where one of the promises does not hold.
local soak = require "spec.soak.soak";
local support = require "spec.support";

local clients, reloads = tonumber(arg[1]), tonumber(arg[2]);
local failed = false;

local function promise(holds, text, ...)
	print(("  %-7s "..text):format(holds and "holds" or "BROKEN", ...));
	failed = failed or not holds;
end

for _, prosody in ipairs(support.prosodies()) do
	print(("Prosody %s, %d clients, %d reloads"):format(prosody.name, clients, reloads));
	local it = soak(prosody, clients, reloads, function (line) io.stderr:write(line, "\n"); end);
	local early, late = it.early, it.late;
	print(("  %d taken over, %d refused, in %.0f s; the slowest message took %d ms"):format(it.taken, it.refused, it.seconds, it.slowest));
	promise(it.sent == it.received and it.disordered == 0, "no stanza lost: %d sent, %d received, %d out of order", it.sent, it.received, it.disordered);
	promise(it.disconnected == 0, "no disconnect: %d", it.disconnected);
	promise(late.files <= early.files, "descriptors after reload %d and %d: %d, %d", reloads // 10, reloads, early.files, late.files);
	promise(late.lua < early.lua * 1.01, "Lua's memory after a full collection: %.1f KiB, %.1f KiB (%+.2f %%)", early.lua, late.lua,
		(late.lua / early.lua - 1) * 100);
	print(("          resident: %d KiB, %d KiB; of these the module's file: %d KiB, %d KiB"):format(
		early.process, late.process, early.module, late.module));
end
support.clean();
os.exit(not failed, true);
