--- Numbers about the stack for Prosody's statistics, and so for mod_http_openmetrics.
local stackloader = require "stackloader";

local metrics = {};

local severities = { "error", "warning", "note" };

local gauges = {
	{ "layers", "", "Layers that the configuration in force was made of" };
	{ "options", "", "Options that the layers set, in all scopes" };
	{ "load", "seconds", "Time that the load of the configuration in force took" };
	{ "reload_pause", "seconds", "Time for which the last reload held the server" };
	{ "reload_pause_longest", "seconds", "Longest time for which a reload held the server since it started" };
	{ "last_good_load", "seconds", "When the configuration in force was loaded, in seconds since 1970" };
};

-- Where there are no layers, the numbers are 0.
local function numbers_of(stack)
	local about = stack and stack:about() or {};
	local counts = {};
	for _, finding in ipairs(stack and stack:findings() or {}) do
		counts[finding.severity] = (counts[finding.severity] or 0) + 1;
	end
	return {
		layers = stack and #stack:layers() or 0;
		options = about.options or 0;
		load = about.seconds or 0;
		last_good_load = about.loaded_at or 0;
	}, counts;
end

--- Has the numbers fresh whenever they are collected. pause: see server_pause.
function metrics.start(module, pause)
	local families = {};
	for _, gauge in ipairs(gauges) do
		families[gauge[1]] = module:metric("gauge", gauge[1], gauge[2], gauge[3]);
	end
	local findings = module:metric("gauge", "findings", "", "Findings about the configuration in force", { "severity" });
	local failed = module:metric("counter", "failed_reloads", "", "Loads of the configuration that failed since the server started");
	local known, numbers, counts;
	module:hook_global("stats-update", function ()
		local stack = stackloader.current();
		if not numbers or stack ~= known then
			known, numbers, counts = stack, numbers_of(stack);
		end
		numbers.reload_pause, numbers.reload_pause_longest = pause.last, pause.longest;
		for name, number in pairs(numbers) do
			families[name]:with_labels():set(number);
		end
		for _, severity in ipairs(severities) do
			findings:with_labels(severity):set(counts[severity] or 0);
		end
		failed:with_labels():set(stackloader.status().failures);
	end);
end

return metrics;
