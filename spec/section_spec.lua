local support = require "spec.support";

local quote = support.quote;

local main = support.main_file;

describe("prosodyctl check config", function ()
	local environment;
	setup(function ()
		environment = select(2, support.install());
	end);
	teardown(support.clean);

	for _, prosody in ipairs(support.prosodies()) do
		describe("on Prosody "..prosody.name, function ()
			local function check(files, words)
				files["certs/README"] = "";
				files["prosody.cfg.lua"] = main;
				local root = support.tree(files);
				local output, code = support.run(("%s %s --config %s check %s"):format(environment, quote(prosody.prosodyctl),
					quote(root.."/prosody.cfg.lua"), words or "config"));
				return output, code, root;
			end

			local function tree()
				return {
					["core/server.cfg.lua"] = 'modules_enabled = { "roster", "saslauth", "tls", "disco" }\ndata_path = "data"\n';
					["stack/01-transport/tls.cfg.lua"] = 'c2s_timeout = 60\nmodules_enabled = { "ping" }\ns2s_timeout = 90\n';
					["domains/main.cfg.lua"] = 'VirtualHost "example.org"\n\tname = "Home"\n';
					["environments/production.cfg.lua"] = "c2s_timeout = 120\n";
					["environments/staging.cfg.lua"] = "c2s_timeout = 30\n";
				};
			end

			it("begins with the layers that were loaded and goes on with Prosody's own checks", function ()
				local output = check(tree());
				local section = output:find("Checking the layers...", 1, true);
				local own = output:find("Checking config...", 1, true);
				assert.truthy(section and own and section < own, output);
				assert.truthy(output:find("\n4 layers %(core 1, stack 1, domains 1, environment 1%), %d+ options in %d+%.%d ms\n"), output);
				support.has(output, "\n0 errors, 0 warnings, 0 notes\n");
			end);

			it("shows a warning once, with place and code, and lets Prosody's own checks follow", function ()
				local files = tree();
				files["local/site.cfg.lua"] = 'c2s_tmeout = 5\n';
				local output, _, root = check(files);
				local warning = root.."/local/site.cfg.lua:1: ";
				support.has(output, "Warnings:\n  "..warning);
				support.has(output, "c2s_timeout");
				support.has(output, "[SL101]");
				local _, times = output:gsub("site%.cfg%.lua:1:", "");
				assert.equal(1, times, output);
				support.has(output, "Checking config...");
			end);

			it("ends with an error where a layer is broken, all findings in one list", function ()
				local files = tree();
				files["local/one.cfg.lua"] = "x = = 1\n";
				files["local/two.cfg.lua"] = "error 'no'\n";
				local output, code, root = check(files);
				assert.not_equal(0, code);
				support.has(output, root.."/local/one.cfg.lua:1: unexpected symbol near '=' [SL030]");
				support.has(output, root.."/local/two.cfg.lua:1: no");
				support.has(output, "2 errors");
				support.has(output, "stackloader: the configuration has 2 errors, listed above");
				support.lacks(output, "Checking config...");
			end);

			it("is part of prosodyctl check as a whole", function ()
				support.has(check(tree(), ""), "Checking the layers...");
			end);

			it("limits itself to one layer with --layer: what it sets, what later ones change of it, its findings", function ()
				local files = tree();
				files["local/site.cfg.lua"] = 'c2s_tmeout = 5\n';
				local output, _, root = check(files, "config --layer=01-transport");
				support.has(output, 'stack/01-transport/tls sets:\n  modules_enabled: plain set { "ping" }\n  c2s_timeout: plain set 60\n      changed at '
					..root.."/environments/production.cfg.lua:1: plain set 120\n  s2s_timeout: plain set 90\n");
				support.lacks(output, "c2s_tmeout");
				support.has(output, "0 errors, 0 warnings, 0 notes");
				output = check(files, "config --layer=site");
				support.has(output, "local/site sets:\n  c2s_tmeout: plain set 5\n");
				support.has(output, "[SL101]");
			end);

			it("says which layers there are where --layer names none", function ()
				local output, code = check(tree(), "config --layer=nowhere");
				assert.not_equal(0, code);
				support.has(output, "--layer=nowhere: there is no such layer; there are: core/server, stack/01-transport/tls");
			end);

			it("looks at other choices by flags", function ()
				local output, _, root = check(tree(), "config --environment=staging --layer=transport");
				support.has(output, "changed at "..root.."/environments/staging.cfg.lua:1: plain set 30");
			end);
		end);
	end
end);
