local asking = require "spec.asking";
local support = require "spec.support";

local has, lacks, in_order = support.has, support.lacks, asking.in_order;

local function sample()
	return support.tree {
		["certs/README"] = "";
		["prosody.cfg.lua"] = asking.layered;
		["core/a.cfg.lua"] = 'c2s_timeout = 300\nVirtualHost "localhost"\n';
		["stack/01-a/sub/q.cfg.lua"] = 'return { version = "1.\\27", dependencies = { "core/a" } }\n';
		["stack/01-a/z.cfg.lua"] = 'return { dependencies = { "q" } }\n';
		["profiles/standard.cfg.lua"] = 'profile_info = { name = "S", features = { "web/files" } }\n';
		["profiles/large.cfg.lua"] = "-- nothing yet\n";
		["features/web/files.cfg.lua"] = 'feature_info = { description = "Files", depends = { "web/http" } }\n';
		["features/web/http.cfg.lua"] = 'c2s_timeout = 10\n';
		["features/web/console.cfg.lua"] = 'feature_info = { description = "A console", extra = true }\n';
		["features/web/upload.cfg.lua"] = 'feature_info = { alias = "web/files" }\n';
		["environments/production.cfg.lua"] = "-- nothing yet\n";
		["environments/staging.cfg.lua"] = "-- nothing yet\n";
		["local/x.cfg.lua"] = 'local t = 0\nfor i = 1, 300000 do t = t + i end\nc2s_timeout = 5\n';
	};
end

local function plain_configuration(environment)
	return support.tree {
		["certs/README"] = "";
		["prosody.cfg.lua"] = ('plugin_paths = { %q }\nVirtualHost "localhost"\n')
			:format(environment:match("LUA_PATH_5_4='(.-)/share/").."/lib/prosody/modules");
	}.."/prosody.cfg.lua";
end

describe("prosodyctl mod_stackloader", function ()
	local environment, tree, config, broken, plain;
	setup(function ()
		environment = select(2, support.install());
		tree = sample();
		config = tree.."/prosody.cfg.lua";
		local other = sample();
		support.write(other.."/stack/02-b/w.cfg.lua", 'return { dependencies = { "nowhere\\"" } }\n');
		support.write(other.."/stack/02-b/y.cfg.lua", "x = = 1\n");
		broken = other.."/prosody.cfg.lua";
		plain = plain_configuration(environment);
	end);
	teardown(support.clean);

	for _, prosody in ipairs(support.prosodies()) do
		describe("on Prosody "..prosody.name, function ()
			local ask, ask_json;
			setup(function ()
				ask, ask_json = asking.with(prosody, environment);
			end);

			describe("layers", function ()
				it("tells what each layer sets, and what was not chosen", function ()
					local output, code = ask("layers", config);
					assert.equal(0, code, output);
					assert.truthy(output:find("\n 1 | core +| core/a +| +2 | +[%d.]+ ms | always\n"), output);
					assert.truthy(output:find("\n 2 | stack +| stack/01%-a/sub/q %(1.%?%) +| +0 "), output);
					in_order(output, "\n8 layers in ", "\nNot chosen of profile: large\n", "Not chosen of environment: staging\n",
						"Not chosen of features: web/console\n");
					lacks(output, "of platform");
				end);

				it("--tree shows it axis by axis and folder by folder", function ()
					local output, code = ask("layers --tree --environment=staging", config);
					assert.equal(0, code, output);
					in_order(output, "core\n  core/\n    a    2 options, ", "\nstack\n  stack/\n    01-a/\n      sub/\n        q (1.?)    0 options, ",
						"\n      z    0 options, ", "\nprofile: standard (default)\n", "  - large    not chosen\n",
						"features\n  features/\n    web/\n      files ", "\n      http ", "  - web/console    not chosen\n",
						"environment: staging (--environment)\n  environments/\n    staging ", "  - production    not chosen\n", "\n8 layers in ");
				end);

				it("--tree gives as JSON a list of axes", function ()
					local axes = ask_json("layers --tree", config);
					assert.equal("core", axes[1].axis);
					assert.equal("core/a", axes[1].layers[1].id);
					assert.same({}, axes[1].not_chosen);
					assert.equal("profile", axes[3].axis);
					assert.same({ "large" }, axes[3].not_chosen);
				end);

				it("marks the broken ones of a tree that does not load, and shows a plain configuration as one", function ()
					local output, code = ask("layers --tree", broken);
					assert.equal(0, code, output);
					in_order(output, "\n    02-b/\n", "\n      y    0 options, ", ", broken\n", "\nlocal\n");
					output, code = ask("layers --tree", plain);
					assert.equal(0, code, output);
					in_order(output, "main\n", "prosody", "\n1 layer in ");
				end);
			end);

			describe("features", function ()
				it("tells of each whether it is on, what decided, what it needs and what it is", function ()
					local output, code = ask("features", config);
					assert.equal(0, code, output);
					assert.truthy(output:find("\nweb/console +| off +| [^|]*| +| A console %(extra: only when it is asked for%)\n"), output);
					assert.truthy(output:find("\nweb/files +| on +| profile standard +| web/http +| Files\n"), output);
					assert.truthy(output:find("\nweb/http +| on +| needed by web/files +|"), output);
					has(output, "another name for web/files\n");
					output = ask("features", config, "PROSODY_ENABLE_CONSOLE=true");
					assert.truthy(output:find("\nweb/console +| on +| PROSODY_ENABLE_CONSOLE"), output);
				end);

				it("gives as JSON what stack:features gives", function ()
					local by_name = {};
					for _, feature in ipairs((ask_json("features", config))) do
						by_name[feature.name] = feature;
					end
					assert.is_true(by_name["web/files"].on);
					assert.same({ "web/http" }, by_name["web/files"].depends);
					assert.is_true(by_name["web/console"].extra);
				end);

				it("says so where there are none, and works for a tree that does not load", function ()
					local output, code = ask("features", plain);
					assert.equal(0, code, output);
					has(output, "This tree has no features");
					output, code = ask("features", broken);
					assert.equal(0, code, output);
					has(output, "| needed by web/files ");
				end);
			end);

			describe("deps", function ()
				it("lists what layers and features need, and what meets it", function ()
					local output, code = ask("deps", config);
					assert.equal(0, code, output);
					assert.truthy(output:find("\nfeature | web/files +| web/http | web/http\n"), output);
					assert.truthy(output:find("\nlayer +| stack/01%-a/z +| q +| stack/01%-a/sub/q\n"), output);
					has(output, "\nAll are met.\n");
				end);

				it("tells what is not met, and exits with 1", function ()
					local output, code = ask("deps", broken);
					assert.equal(1, code, output);
					assert.truthy(output:find('\nlayer +| stack/02%-b/w +| nowhere" +| nothing\n'), output);
					has(output, "\n1 of 4 not met\n");
					local list = ask_json("deps", broken);
					assert.is_false(list[4].met);
					assert.equal('nowhere"', list[4].needs);
				end);

				it("--dot writes a graph", function ()
					local output, code = ask("deps --dot 2>/dev/null", broken);
					assert.equal(1, code, output);
					in_order(output, "digraph stack {\n", '\t"feature web/files" [label="web/files", shape=ellipse];\n',
						'\t"feature web/files" -> "feature web/http";\n', '\t"layer stack/01-a/z" -> "layer stack/01-a/sub/q";\n',
						'\t"layer stack/02-b/w" -> "layer nowhere\\"" [color=red, style=dashed, label="not met"];\n}\n');
					output, code = ask("deps --dot --format=json", config);
					assert.equal(2, code, output);
					has(output, "--dot and --format=json exclude each other");
				end);

				it("says so where there are none", function ()
					local output, code = ask("deps", plain);
					assert.equal(0, code, output);
					has(output, "No layer and no feature that is on names a dependency.\n");
				end);
			end);

			describe("timing", function ()
				it("tells what each layer and step costs, the most first, and the rows are the whole", function ()
					local found, code = ask_json("timing", config);
					assert.equal(0, code);
					local sum, shares, names = 0, 0, {};
					for i, row in ipairs(found.rows) do
						sum, shares = sum + row.seconds, shares + row.share;
						names[row.name] = row.kind;
						assert.is_true(i == 1 or found.rows[i - 1].seconds >= row.seconds);
					end
					assert.is_true(math.abs(sum - found.seconds) < 1e-9);
					assert.is_true(math.abs(shares - 1) < 1e-6);
					assert.same({ "layer", "step", "step" }, { names["local/x"], names.discover, names.resolve });
				end);

				it("says the same as text, also of a tree that does not load and of a plain configuration", function ()
					local output, code = ask("timing", config);
					assert.equal(0, code, output);
					assert.truthy(output:find("\n *[%d.]+ ms | *[%d.]+ %% | local/x\n"), output);
					assert.truthy(output:find("\n[%d.]+ ms in all\n$"), output);
					for _, other in ipairs { broken, plain } do
						output, code = ask("timing", other);
						assert.equal(0, code, output);
						has(output, "(discover: reading the folders and choosing)");
					end
				end);
			end);
		end);
	end
end);
