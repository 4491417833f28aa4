local support = require "spec.support";

local quote = support.quote;

local layered = support.main_file;

describe("prosodyctl mod_stackloader", function()
	local environment, prefix;
	setup(function()
		prefix, environment = support.install();
	end);
	teardown(support.clean);

	for _, prosody in ipairs(support.prosodies()) do
		describe("on Prosody "..prosody.name, function()
			local function prosodyctl(tree, words)
				return support.run(environment.." "..quote(prosody.prosodyctl).." --config "..quote(tree.."/prosody.cfg.lua").." "..words);
			end

			local function tree_of(files)
				files["certs/README"] = "";
				return support.tree(files);
			end

			it("layers lists them in order with axis, id, version, time and reason", function()
				local tree = tree_of {
					["prosody.cfg.lua"] = layered;
					["core/server.cfg.lua"] = 'VirtualHost "localhost"\n';
					["environments/production.cfg.lua"] = 'return { version = "2.1" }\n';
				};
				local output, code = prosodyctl(tree, "mod_stackloader layers");
				assert.equal(0, code, output);
				local core = output:find("\n 1 | core +| core/server +| +1 | +%d+%.%d%d ms | %w");
				local production = output:find("\n 2 | environment +| environments/production %(2%.1%) +| +0 | +%d+%.%d%d ms | %w");
				assert.truthy(core, output);
				assert.truthy(production, output);
				assert.truthy(core < production);
				assert.truthy(output:find("\n2 layers in %d+%.%d%d ms\n"), output);
			end);

			it("layers shows a configuration without layers as a stack of its main file", function()
				local tree = tree_of { ["prosody.cfg.lua"] = ('plugin_paths = { %q }\nVirtualHost "localhost"\n'):format(prefix.."/lib/prosody/modules") };
				local output, code = prosodyctl(tree, "mod_stackloader layers");
				assert.equal(0, code, output);
				assert.truthy(output:find("\n 1 | main +| prosody +|"), output);
			end);

			it("help lists the commands", function()
				local tree = tree_of { ["prosody.cfg.lua"] = layered, ["core/server.cfg.lua"] = 'VirtualHost "localhost"\n' };
				for _, words in ipairs { "help", "--help", "-h" } do
					local output, code = prosodyctl(tree, "mod_stackloader "..words);
					assert.equal(0, code, output);
					assert.truthy(output:find("\n?  layers %[%-%-tree%]  +the layers in the order"), output);
				end
			end);

			it("names an unknown command and says which there are", function()
				local tree = tree_of { ["prosody.cfg.lua"] = layered, ["core/server.cfg.lua"] = 'VirtualHost "localhost"\n' };
				local output, code = prosodyctl(tree, "mod_stackloader lairs");
				assert.equal(2, code, output);
				assert.truthy(output:find("no command 'lairs'", 1, true), output);
				assert.truthy(output:find("  layers [--tree]  ", 1, true), output);
			end);
		end);
	end
end);
