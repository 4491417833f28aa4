--- What the main file sets behind stackloader.load and breaks: in prosodyctl's checks and in the log of a running server.
local running = require "spec.running";
local support = require "spec.support";

local has, lacks, quote = support.has, support.lacks, support.quote;
local main = support.main_file;

for _, prosody in ipairs(support.prosodies()) do
	describe("What the main file sets behind stackloader.load, on Prosody "..prosody.name, function ()
		local environment, prefix;

		setup(function ()
			prefix, environment = support.install();
		end);

		teardown(function ()
			support.clean();
			running.clean();
		end);

		-- Output, exit code and folder of prosodyctl with a tree whose main file goes on like this behind the call.
		local function prosodyctl(words, behind)
			local root = support.tree {
				["certs/README"] = "";
				["prosody.cfg.lua"] = main..behind;
				["core/server.cfg.lua"] = 'modules_enabled = { "roster", "saslauth", "tls", "disco" }\ndata_path = "data"\nmotd_text = "Hello"\n'
					..("plugin_paths = { %q }\n"):format(prefix.."/lib/prosody/modules");
				["domains/main.cfg.lua"] = 'VirtualHost "localhost"\n';
				["policies/security/baseline.cfg.lua"] = "\nc2s_require_encryption = stack.force(true)\n";
			};
			local output, code = support.run(("%s %s --config %s %s"):format(environment, quote(prosody.prosodyctl),
				quote(root.."/prosody.cfg.lua"), words));
			return output, code, root;
		end

		local function breach(root)
			return root.."/prosody.cfg.lua:3: c2s_require_encryption = false, set after stackloader.load, breaks stack.force at "
				..root.."/policies/security/baseline.cfg.lua:2";
		end

		it("is an error of mod_stackloader check where it breaks a force", function ()
			local output, code, root = prosodyctl("mod_stackloader check", "c2s_require_encryption = false\n");
			assert.equal(2, code, output);
			has(output, breach(root));
		end);

		it("is an error of check config where it breaks a force, behind Prosody's own checks", function ()
			local output, code, root = prosodyctl("check config", "c2s_require_encryption = false\n");
			has(output, breach(root));
			assert.truthy(output:find("Checking config...", 1, true) < output:find("Checking what the main file sets", 1, true), output);
			assert.not_equal(0, code, output);
		end);

		it("leaves the exit code of check config alone where it breaks nothing, and is a warning there", function ()
			local output, code, root = prosodyctl("check config", 'motd_text = "Later"\n');
			has(output, root.."/prosody.cfg.lua:3: motd_text was set after stackloader.load");
			local quiet, own = prosodyctl("check config", "");
			lacks(quiet, "Checking what the main file sets");
			assert.equal(own, code);
		end);

		it("is accepted by a comment on its line where it breaks nothing", function ()
			local output = prosodyctl("check config", 'motd_text = "Later"   -- stackloader: accept SL050 only on this machine\n');
			lacks(output, "[SL050]");
			lacks(output, "[SL122]");
		end);

		it("cannot be accepted where it breaks a force", function ()
			local output, code = prosodyctl("mod_stackloader check",
				"c2s_require_encryption = false   -- stackloader: accept SL051 only on this machine\n");
			has(output, "[SL051]");
			assert.equal(2, code);
		end);

		it("is an error in the server's log at the start and at each reload", function ()
			local tree = running.small_tree();
			local own = tree["prosody.cfg.lua"];
			-- Without mod_stackloader, which has no part in this.
			tree["core/server.cfg.lua"] = tree["core/server.cfg.lua"]:gsub(', "stackloader"', "");
			tree["policies/security/baseline.cfg.lua"] = "motd_text = stack.force 'Policy'\nlimits = stack.default {}\n";
			tree["prosody.cfg.lua"] = own.."motd_text = 'Main'\n";
			local up = running.prepare(prosody, nil, nil, tree);
			up:start();
			local config = up.folder.."/config/";
			local function told(position)
				local text = "motd_text = \"Main\", set after stackloader.load, breaks stack.force at "..config.."policies/security/baseline.cfg.lua:1";
				up:logged("error\t"..config.."prosody.cfg.lua:2: "..text, position);
			end
			told(1);
			for _ = 1, 2 do
				local position = #up:log();
				up:shell "config:reload()";
				told(position);
			end
			up:write("prosody.cfg.lua", own);
			local position = #up:log();
			up:shell "config:reload()";
			up:logged("Reloading configuration", position);
			lacks(up:log():sub(position), "set after stackloader.load");
			up:stop();
		end);
	end);
end
