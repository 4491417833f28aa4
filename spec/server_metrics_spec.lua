local running = require "spec.running";
local socket = require "socket";
local support = require "spec.support";

for _, prosody in ipairs(support.prosodies()) do
	describe("mod_http_openmetrics of Prosody "..prosody.name, function ()
		local up;
		local layer = "local/metrics.cfg.lua";
		local good = 'modules_enabled = { "http_openmetrics" }\nstatistics = "internal"\nstatistics_interval = "manual"\n';

		setup(function ()
			up = running.prepare(prosody, { [layer] = good, ["core/force.cfg.lua"] = "c2s_timeout = stack.force(60)\n" }, nil, running.small_tree());
			up:start();
		end);

		teardown(running.clean);

		-- What stands behind "prosody_mod_stackloader__" and this name.
		local function metric(name)
			local connection = assert(socket.connect("127.0.0.1", up.ports.HTTP));
			connection:send "GET /metrics HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n";
			local page = connection:receive "*a";
			connection:close();
			local value = page:match("\nprosody_mod_stackloader__"..name:gsub("%p", "%%%0").." (%S+)\n");
			return assert(tonumber(value), name.." is not in "..page);
		end

		it("tells of layers, options, load time, findings and the last good load", function ()
			local summary = "mod_stackloader\tinfo\t(%d+) layers, (%d+) options, loaded in ([%d.]+) ms";
			local layers, options, milliseconds = up:log():match(".*"..summary)   -- of the last load;
			assert.equal(tonumber(layers), metric "layers");
			assert.equal(tonumber(options), metric "options");
			assert.near(tonumber(milliseconds), metric "load_seconds" * 1000, 0.06);
			assert.near(os.time(), metric "last_good_load_seconds", 120);
			assert.equal(0, metric 'findings{severity="error"}');
			local warnings = metric 'findings{severity="warning"}';

			up:write(layer, good.."c2s_timeout = 30\nmotd_text = \"More\"\n");
			up:reload " ms; ";
			assert.equal(warnings + 1, metric 'findings{severity="warning"}');
			assert.equal(tonumber(options) + 1, metric "options");
		end);

		it("counts the reloads that failed", function ()
			local before, loaded_at = metric "failed_reloads_total", metric "last_good_load_seconds";
			up:write(layer, "motd_text = = 1\n");
			up:reload "error parsing the configuration file";
			up:reload "error parsing the configuration file";
			assert.equal(before + 2, metric "failed_reloads_total");
			assert.equal(loaded_at, metric "last_good_load_seconds");
			up:write(layer, good);
			up:reload " ms; ";
			assert.equal(before + 2, metric "failed_reloads_total");
		end);
	end);
end
