local asking = require "spec.asking";
local support = require "spec.support";

-- Seconds of processor time, which a busy machine does not stretch. Anything quadratic takes far longer with ten thousand hosts, and what
-- takes longer ends with a signal; sanitizers running along stay below.
local patience = "ulimit -t 20 &&";

local function many_hosts(count)
	local lines = {};
	for i = 1, count do
		lines[i] = ('VirtualHost "d%05d.example"\n\tmodules_enabled = { "mam", "motd" }\n\tmotd_text = "Welcome %d"\n\tc2s_timeout = 30\n'):format(i, i);
	end
	return table.concat(lines);
end

describe("prosodyctl mod_stackloader with ten thousand hosts", function ()
	local environment, config, saved;
	setup(function ()
		environment = select(2, support.install());
		local tree = support.tree {
			["certs/README"] = "";
			["prosody.cfg.lua"] = asking.layered;
			["core/a.cfg.lua"] = 'modules_enabled = { "roster" }\n';
			["domains/all.cfg.lua"] = many_hosts(10000);
			["environments/staging.cfg.lua"] = 'modules_enabled = { "ping" }\n';
		};
		config = tree.."/prosody.cfg.lua";
		saved = tree.."/saved.json";
	end);
	teardown(support.clean);

	for _, prosody in ipairs(support.prosodies()) do
		it("answers soon on Prosody "..prosody.name, function ()
			local ask = asking.with(prosody, environment);
			local output, code = ask("modules", config, patience);
			assert.equal(0, code, output);
			assert.truthy(output:find("\nmotd +| everywhere +| core +| enabled in d00001.example at [^\n]+ and in 9999 places more\n"), output);
			output, code = ask("snapshot "..saved, config, patience);
			assert.equal(0, code, output);
			output, code = ask("diff "..saved.." --environment=staging", config, patience);
			assert.equal(1, code, output);
			assert.truthy(output:find("\n  10000 hosts: d00001.example, [^\n]+ and 9980 more\n    %+ ping    enabled at "), output);
		end);
	end
end);
