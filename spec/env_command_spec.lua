local asking = require "spec.asking";
local support = require "spec.support";

local quote, has, lacks, in_order = support.quote, support.has, support.lacks, asking.in_order;

describe("prosodyctl mod_stackloader env", function ()
	local environment, tree, config;
	setup(function ()
		environment = select(2, support.install());
		tree = support.tree {
			["certs/README"] = "";
			["data/README"] = "";
			[".env"] = "FROM_FILE=7\nNEVER_READ=1\nSTORAGE_KEY=correct-horse\nDB_PASSWORD=battery-staple\n";
			["prosody.cfg.lua"] = asking.layered;
			["core/a.cfg.lua"] = [[
VirtualHost "localhost"
number = stack.env.integer("FROM_FILE", 5)
list = stack.env.list("NOWHERE", { "a\27" })
key = stack.env.secret("STORAGE_KEY", "none")
plain = os.getenv("PROCESS_ONE")
]];
			["environments/production.cfg.lua"] = "x = 1\n";
			["environments/staging.cfg.lua"] = 'x = stack.env.string("STAGING_ONLY", "none")\n';
		};
		config = tree.."/prosody.cfg.lua";
		support.write(tree.."/core/data.cfg.lua", ("data_path = %q\n"):format(tree.."/data"));
	end);
	teardown(support.clean);

	local function record(text)
		support.write(tree.."/data/stackloader.choices", text);
	end

	after_each(function ()
		os.remove(tree.."/data/stackloader.choices");
	end);

	for _, prosody in ipairs(support.prosodies()) do
		describe("on Prosody "..prosody.name, function ()
			local ask, ask_json;
			setup(function ()
				ask, ask_json = asking.with(prosody, environment);
			end);

			local function ask_variables(words, variables)
				local answer, code = ask_json(words, config, variables);
				assert.equal(0, code);
				local found = {};
				for _, variable in ipairs(answer.variables) do
					found[variable.name] = variable;
				end
				return found, answer;
			end

			it("tells value, source, type and reader of each variable", function ()
				local found = ask_variables("env", "PROCESS_ONE=1 PROSODY_UNUSED=2");
				assert.same({ "7", ".env", tree.."/.env", 1 }, { found.FROM_FILE.value, found.FROM_FILE.source, found.FROM_FILE.path, found.FROM_FILE.line });
				assert.same({ { by = "core/a", path = tree.."/core/a.cfg.lua", line = 2, type = "integer", default = "5" } }, found.FROM_FILE.reads);
				assert.is_nil(found.NOWHERE.value);
				assert.equal("list", found.NOWHERE.reads[1].type);
				assert.equal("process", found.PROCESS_ONE.source);
				assert.equal("environment", found.PROSODY_ENV.reads[1].axis);
				assert.is_false(found.PROSODY_UNUSED.read);
				assert.is_nil(found.PATH);
			end);

			it("says the same as text, with what is set and never read", function ()
				local output, code = ask("env", config, "PROCESS_ONE=1 PROSODY_UNUSED=2");
				assert.equal(0, code, output);
				in_order(output, "Variable", "\nFROM_FILE", "| 7 ", "| "..tree.."/.env:1 ", "| integer ", "| "..tree.."/core/a.cfg.lua:2 (default 5)\n",
					"\nNOWHERE", "| (not set)", "\nPROCESS_ONE", "| process ", "| getenv ", "\nPROSODY_ENVIRONMENT", "the choice of environment\n",
					"\nSet and never read: DB_PASSWORD, NEVER_READ, PROSODY_UNUSED\n");
				lacks(output, "\27");
			end);

			it("never shows a secret, read as one or named like one", function ()
				for _, words in ipairs { "env", "env --format=json", "env --as-server" } do
					record "PROSODY_ENVIRONMENT='staging'\n";
					local output = ask(words, config);
					has(output, "(secret)");
					lacks(output, "correct-horse");
					lacks(output, "battery-staple");
				end
			end);

			it("warns where the server chose otherwise, and shows its choices with --as-server", function ()
				record "# a comment\nPROSODY_ENVIRONMENT='staging'\n";
				local output, code = ask("env", config);
				assert.equal(0, code, output);
				has(output, "The server chose PROSODY_ENVIRONMENT=staging when it last loaded, here it is production (default)");
				lacks(output, "STAGING_ONLY");
				local _, answer = ask_variables "env";
				assert.same({ "staging", "production" }, { answer.differences[1].server, answer.differences[1].here });
				output, code = ask("env --as-server", config);
				assert.equal(0, code, output);
				lacks(output, "The server chose");
				in_order(output, "\nSTAGING_ONLY", "| string ", "| "..tree.."/environments/staging.cfg.lua:1 (default ");
			end);

			it("does not compare with the record of another configuration that has the same data folder", function ()
				record "STACKLOADER_MAIN_FILE='/etc/other/prosody.cfg.lua'\nPROSODY_ENVIRONMENT='staging'\n";
				local output, code = ask("env", config);
				assert.equal(0, code, output);
				lacks(output, "The server chose");
				output, code = ask("env --as-server", config);
				assert.equal(2, code, output);
				has(output, "is that of another configuration, /etc/other/prosody.cfg.lua");
			end);

			it("has nothing to warn of where the server chose the same", function ()
				record "PROSODY_ENVIRONMENT='staging'\n";
				local output, code = ask("env --environment=staging", config);
				assert.equal(0, code, output);
				lacks(output, "The server chose");
				assert.truthy(ask_variables("env --as-server", "PROSODY_ENV=staging").STAGING_ONLY);
			end);

			it("refuses --as-server where there is no record, and where no flag can undo a choice", function ()
				local output, code = ask("env --as-server", config);
				assert.equal(2, code, output);
				has(output, "no record of its choices that can be read here ("..tree.."/data/stackloader.choices)");
				record "PROSODY_ENVIRONMENT=''\n";
				output, code = ask("env --as-server", config);
				assert.equal(2, code, output);
				has(output, "the server chose nothing by PROSODY_ENVIRONMENT, and here production is chosen (default)");
			end);

			it("works for a tree that does not load, and for a plain configuration", function ()
				local other = support.tree {
					["certs/README"] = "";
					["prosody.cfg.lua"] = asking.layered;
					["core/a.cfg.lua"] = 'x = stack.env.integer("WRONG")\nVirtualHost "localhost"\n';
				};
				local output, code = ask("env", other.."/prosody.cfg.lua", "WRONG=five");
				assert.equal(0, code, output);
				in_order(output, "does not load", "\nWRONG", "| five ", "| integer ");
				local plain = support.tree {
					["certs/README"] = "";
					["prosody.cfg.lua"] = ('plugin_paths = { %q }\nVirtualHost(ENV_HOME_DOMAIN or "localhost")\n')
						:format(environment:match("LUA_PATH_5_4='(.-)/share/").."/lib/prosody/modules");
				};
				output, code = ask("env", plain.."/prosody.cfg.lua", "HOME_DOMAIN="..quote("a.example"));
				assert.equal(0, code, output);
				in_order(output, "\nHOME_DOMAIN", "| a.example ", "| process ", "| "..plain.."/prosody.cfg.lua:2\n");
			end);
		end);
	end
end);
