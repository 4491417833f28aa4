local support = require "spec.support";

local quote = support.quote;

local layered = support.main_file;

local function sample()
	return support.tree {
		["certs/README"] = "";
		["secret"] = "hush-hush\n";
		["prosody.cfg.lua"] = layered;
		["core/server.cfg.lua"] = [[
modules_enabled = { "roster", "tls" }
archive_expires_after = "90d"
limits = { c2s = { rate = "10kb/s", burst = "2s" } }
storage_key = stack.env.secret("STORAGE_KEY", "none")
sql = { driver = "PostgreSQL", password = stack.env.secret("STORAGE_KEY", "none") }
]];
		["stack/01-transport/ports.cfg.lua"] = [[
c2s_ports = { 5222 }
modules_enabled = stack.append { "mam" }
]];
		["stack/02-odd/values.cfg.lua"] = [[
tenth = 0.1
whole_float = 1.0
big = 1e300
least = math.mininteger
endless = 1/0
text = "a\"b\\c\nd\te\0f\27[1mé\255'"
mixed = { "one", "two", named = { true, false }, ["odd key"] = 1, [10] = "ten", ["end"] = 2 }
nothing = {}
reader = function () return 1 end
]];
		["domains/main.cfg.lua"] = [[
VirtualHost "example.org"
	c2s_ports = { 5322 }
VirtualHost "example.net" { ["odd option"] = 1, Include = "x", archive_expires_after = "2y" }
Component "rooms.example.org" "muc"
	name = "Rooms"
Component "gateway.example.org"
	component_secret = "s"
]];
		["local/site.cfg.lua"] = [[
archive_expires_after = "2y"
limits = { c2s = { rate = "20kb/s" } }
]];
		["policies/security/baseline.cfg.lua"] = [[
archive_expires_after = stack.at_most "1y"
]];
	};
end

describe("prosodyctl mod_stackloader", function()
	local environment, prefix, tree;
	setup(function()
		prefix, environment = support.install();
		tree = sample();
		support.write(prefix.."/share/lua/5.4/mod_pasted/mod_pasted.lua", support.read(support.project.."/spec/mod_pasted.lua"));
	end);
	teardown(support.clean);

	for _, prosody in ipairs(support.prosodies()) do
		describe("on Prosody "..prosody.name, function()
			local function ask(words, config, variables)
				return support.run((variables or "").." "..environment.." "..quote(prosody.prosodyctl).." --config "
					..quote(config or tree.."/prosody.cfg.lua").." mod_stackloader "..words);
			end

			-- Without the warnings that prosodyctl prints first.
			local function ask_quietly(words, config)
				return support.run(("%s %s --quiet --config %s mod_stackloader %s"):format(environment, quote(prosody.prosodyctl),
					quote(config or tree.."/prosody.cfg.lua"), words));
			end

			-- What the words print, parsed.
			local function ask_json(words, config)
				local output, code = ask_quietly(words.." --format=json", config);
				local parse = ("package.path = %q..package.path; "
					.."local _ = pcall(require, 'prosody.loader') or pcall(require, 'loader'); local json = require 'util.json'; "
					.."local v = assert(json.decode(io.read('a'))); io.write(require 'util.serialization'.serialize(v))")
					:format(prosody.source.."/?.lua;");
				local file = support.folder().."/json";
				support.write(file, output);
				local text = support.run(("LUA_CPATH=%s lua5.4 -e %s < %s"):format(quote(prosody.source.."/?.so;;"), quote(parse), quote(file)));
				return assert(load("return "..text), output.."\n"..text)(), code;
			end

			local function assert_found(output, ...)
				for _, text in ipairs { ... } do
					assert.truthy(output:find(text, 1, true), ("%q is not in\n%s"):format(text, output));
				end
			end

			-- Every difference between what a configuration says and what `show` prints of it.
			local function differences(config)
				local output, code = ask_quietly("show", config);
				assert.equal(0, code, output);
				local pasted = support.folder().."/pasted.cfg.lua";
				support.write(pasted, output);
				local compared = support.run(("%s %s --quiet --config %s mod_pasted %s %s"):format(environment, quote(prosody.prosodyctl), quote(config),
					quote(config), quote(pasted)));
				assert.truthy(compared:find("compared\n$"), compared);
				return (compared:gsub("compared\n$", "")), output;
			end

			describe("explain", function()
				it("tells the value, each assignment with its place and what it made, and who moved it", function()
					local output, code = ask("explain archive_expires_after");
					assert.equal(0, code, output);
					assert_found(output, 'archive_expires_after = "1y"\n',
						tree..'/core/server.cfg.lua:2: plain set "90d"\n      makes it "90d"\n',
						tree..'/local/site.cfg.lua:1: plain set "2y"\n      makes it "2y"\n',
						tree..'/policies/security/baseline.cfg.lua:1: plain at_most "1y"\n      moves "2y" to "1y"\n');
				end);

				it("tells of lists and maps who set each element", function()
					local output = ask("explain modules_enabled");
					assert_found(output, 'modules_enabled = { "roster", "tls", "mam" }\n', 'plain append { "mam" }\n      makes it { "roster", "tls", "mam" }\n',
						'  "tls"     '..tree.."/core/server.cfg.lua:1\n", '  "mam"     '..tree.."/stack/01-transport/ports.cfg.lua:2\n");
					output = ask("explain limits");
					assert_found(output, '  c2s.burst = "2s"     '..tree.."/core/server.cfg.lua:3\n",
						'  c2s.rate = "20kb/s"  '..tree.."/local/site.cfg.lua:2\n");
				end);

				it("tells of a host whether the value is its own or the global one", function()
					assert_found(ask("explain c2s_ports EXAMPLE.org"), "example.org: c2s_ports = { 5322 }\n", "/domains/main.cfg.lua:2: plain set { 5322 }");
					assert_found(ask("explain c2s_ports example.net"), "example.net: c2s_ports = { 5222 }\n",
						"example.net has no value of its own and inherits the global one.\n", "/stack/01-transport/ports.cfg.lua:1: plain set { 5222 }");
				end);

				it("tells the global history too where what a host says comes to nothing", function()
					local removing = support.tree {
						["certs/README"] = "";
						["prosody.cfg.lua"] = layered;
						["core/server.cfg.lua"] = 'modules_enabled = { "roster", "mam" }\n';
						["domains/main.cfg.lua"] = 'VirtualHost "example.org"\n\tmodules_enabled = stack.remove { "mam" }\n';
					};
					assert_found(ask("explain modules_enabled example.org", removing.."/prosody.cfg.lua"), "inherits the global one.\n",
						"Set by, in order:\n  "..removing..'/domains/main.cfg.lua:2 (example.org): plain remove { "mam" }\n',
						"Set globally by, in order:\n  "..removing..'/core/server.cfg.lua:1: plain set { "roster", "mam" }\n',
						'  "roster"  '..removing.."/core/server.cfg.lua:1\n");
				end);

				it("says that nobody sets an option, names those spelt like it, and exits with 1", function()
					local output, code = ask("explain c2s_port");
					assert.equal(1, code, output);
					assert_found(output, "No layer sets c2s_port globally.\n", "with a name like it: c2s_ports\n");
					output, code = ask("explain component_secret");
					assert.equal(1, code, output);
					assert_found(output, "No layer sets component_secret globally.\n", "It is set in: gateway.example.org\n");
				end);

				it("lists the hosts where there is none of that name", function()
					local output, code = ask("explain c2s_ports example.orf");
					assert.equal(2, code, output);
					assert_found(output, "There is no host example.orf (did you mean example.org",
						"The hosts are: example.org, example.net, rooms.example.org, gateway.example.org\n");
				end);

				it("says what the main file decided after the layers", function()
					local later = support.tree {
						["certs/README"] = "";
						["core/server.cfg.lua"] = 'c2s_timeout = 10\ns2s_timeout = 20\nVirtualHost "example.org"\n';
						["prosody.cfg.lua"] = layered..'c2s_timeout = 60\nVirtualHost "late.example.org"\n\ts2s_timeout = 70\n';
					};
					local config = later.."/prosody.cfg.lua";
					assert_found(ask("explain c2s_timeout", config), "c2s_timeout = 60\n", "after stackloader.load; the layers made it 10.\n");
					assert_found(ask("explain s2s_timeout late.example.org", config), "late.example.org: s2s_timeout = 70\n", "after stackloader.load");
					assert.falsy(ask("explain s2s_timeout", config):find("after stackloader.load;", 1, true));
					assert_found(ask("show", config), "c2s_timeout = 60\n", 'VirtualHost "late.example.org"\n\ts2s_timeout = 70\n');
				end);

				it("gives as JSON what stack:explain gives", function()
					local answer, code = ask_json("explain archive_expires_after example.net");
					assert.equal(0, code);
					assert.equal("1y", answer.value);
					assert.equal("example.net", answer.host);
					assert.is_true(answer.set);
					assert.equal(tree.."/domains/main.cfg.lua", answer.assignments[1].path);
					assert.equal(3, answer.assignments[1].line);
					assert.equal("2y", answer.assignments[1].value);
					answer, code = ask_json("explain c2s_port");
					assert.equal(1, code);
					assert.is_false(answer.set);
					assert.same({ "c2s_ports" }, answer.near);
				end);
			end);

			describe("show", function()
				it("prints configuration that Prosody reads as what is in force, but for functions and secrets", function()
					local different, output = differences(tree.."/prosody.cfg.lua");
					local lines = {};
					for line in different:gmatch "different: ([^\n]*)\n" do
						lines[#lines + 1] = line:gsub("function: 0x%x+", "function");
					end
					table.sort(lines);
					assert.same({ "* reader is function, then nil", "* sql password is none, then (secret)", "* storage_key is none, then (secret)",
						"gateway.example.org component_secret is s, then (secret)" }, lines, output);
				end);

				it("prints the shipped tree so that Prosody reads it as what is in force", function()
					local folder = support.folder();
					assert.equal("", (support.run(("cp -r %s/. %s"):format(quote(support.project.."/config"), quote(folder)))));
					local different, output = differences(folder.."/prosody.cfg.lua");
					assert.equal("", different, output);
					assert_found(output, "\nlog = {", '\nVirtualHost "localhost"', '\nComponent "conference.localhost" "muc"\n');
				end);

				it("prints the same each time, with functions as comments", function()
					local first, code = ask("show");
					assert.equal(0, code, first);
					assert.equal(first, (ask("show")));
					assert_found(first, "\n-- reader = (function at ", "tenth = 0.1\n", "whole_float = 1.0\n", 'Component "gateway.example.org"\n');
				end);

				it("prints one host, one option wherever it is set, or an option of a host", function()
					assert_found(ask("show rooms.example.org"), 'Component "rooms.example.org" "muc"\n\tname = "Rooms"\n');
					assert.falsy(ask("show rooms.example.org"):find("modules_enabled", 1, true));
					assert_found(ask("show c2s_ports"), 'c2s_ports = { 5222 }\n\nVirtualHost "example.org"\n\tc2s_ports = { 5322 }\n');
					assert_found(ask("show example.org c2s_ports"), 'VirtualHost "example.org"\n\tc2s_ports = { 5322 }\n');
					assert_found(ask("show example.net c2s_ports"), "-- example.net has no value of its own and inherits the global one\nc2s_ports = { 5222 }\n");
				end);

				it("refuses a word that is neither a host nor a set option", function()
					local output, code = ask("show c2s_port");
					assert.equal(2, code, output);
					assert_found(output, "c2s_port is neither a host nor an option that is set (did you mean c2s_ports", "The hosts are: example.org, ");
					output, code = ask("show example.org c2s_port");
					assert.equal(2, code, output);
					assert_found(output, "c2s_port is not set, neither for example.org nor globally (did you mean c2s_ports");
					output, code = ask("show nowhere c2s_ports");
					assert.equal(2, code, output);
					assert_found(output, "There is no host nowhere");
				end);

				it("leaves secrets out, as explain does", function()
					for _, words in ipairs { "show", "show sql", "show --format=json", "explain sql", "explain storage_key --format=json" } do
						local output, code = ask(words, nil, "STORAGE_KEY_FILE="..quote(tree.."/secret"));
						assert.equal(0, code, output);
						assert.falsy(output:find("hush", 1, true), output);
						assert_found(output, "(secret)");
					end
				end);

				it("gives as JSON an object of scopes", function()
					local shown = ask_json("show");
					assert.same({ 5222 }, shown["*"].c2s_ports);
					assert.same({ 5322 }, shown["example.org"].c2s_ports);
					assert.equal("muc", shown["rooms.example.org"].component_module);
					assert.same({ ["*"] = { c2s_ports = { 5222 } } }, (ask_json("show example.net c2s_ports")));
				end);
			end);

			it("layers gives as JSON what stack:layers gives", function()
				local layers = ask_json("layers");
				assert.equal("core/server", layers[1].id);
				assert.equal("core", layers[1].axis);
				assert.equal("number", type(layers[1].seconds));
			end);

			it("takes options before, between and after the words", function()
				for _, words in ipairs { "--format=json explain c2s_ports example.org", "explain --format=json c2s_ports example.org",
					"explain c2s_ports --format json example.org" } do
					local output, code = ask(words);
					if words:sub(1, 2) == "--" then
						assert.equal(2, code, output);
					else
						assert.equal(0, code, output);
						assert_found(output, '"host":"example.org"');
					end
				end
			end);

			it("help ends with the version of stackloader", function()
				assert.truthy((ask "help"):find("\nstackloader "..require "stackloader"._VERSION:gsub("%.", "%%.").."\n$"));
			end);

			it("help COMMAND and COMMAND --help tell of one command", function()
				for _, words in ipairs { "help explain", "explain --help", "explain -h" } do
					local output, code = ask(words);
					assert.equal(0, code, output);
					assert_found(output, "Usage: prosodyctl mod_stackloader explain OPTION [HOST] [--format=json]\n", "exit code is 1");
				end
			end);

			it("refuses what it does not understand, and exits with 2", function()
				for words, message in pairs {
					["explain"] = "mod_stackloader explain: OPTION is missing; usage: explain OPTION [HOST]";
					["explain a b c"] = "mod_stackloader explain: 'c' is too much; usage: explain OPTION [HOST]";
					["layers x"] = "mod_stackloader layers: 'x' is too much";
					["show --format=yaml"] = "mod_stackloader show: --format=yaml: the formats are json and text";
					["show --format"] = "mod_stackloader show: --format: its value is missing";
					["show -x"] = "mod_stackloader show: -x: unknown option";
					["help shew"] = "mod_stackloader has no command 'shew'";
					["shew"] = "mod_stackloader has no command 'shew'";
					[""] = "mod_stackloader: a command is missing";
				} do
					local output, code = ask(words);
					assert.equal(2, code, output);
					assert_found(output, message);
				end
			end);

			it("tells a configuration without layers as well", function()
				local plain = support.tree {
					["certs/README"] = "";
					["more.cfg.lua"] = "\nc2s_ports = { 5333 }\n";
					["prosody.cfg.lua"] = ('plugin_paths = { %q }\nInclude "more.cfg.lua"\nVirtualHost "localhost"\n\tname = "Home"\n')
						:format(prefix.."/lib/prosody/modules");
				};
				local output, code = ask_quietly("explain c2s_ports", plain.."/prosody.cfg.lua");
				assert.equal(0, code, output);
				assert_found(output, "c2s_ports = { 5333 }", plain.."/more.cfg.lua:2: plain set { 5333 }");
				output, code = ask_quietly("show localhost", plain.."/prosody.cfg.lua");
				assert.equal(0, code, output);
				assert.equal('VirtualHost "localhost"\n\tname = "Home"\n', output);
			end);

			it("tells as much as can be known of a configuration that does not load", function()
				local broken = support.tree {
					["certs/README"] = "";
					["prosody.cfg.lua"] = layered;
					["core/a.cfg.lua"] = 'VirtualHost "localhost"\n\tname = "Home"\n';
					["core/b.cfg.lua"] = "c2s_ports = = 1\n";
					["local/c.cfg.lua"] = "c2s_ports = { 5333 }\n";
				};
				local output, code = ask_quietly("explain c2s_ports", broken.."/prosody.cfg.lua");
				assert.equal(0, code, output);
				assert_found(output, "This configuration does not load", "c2s_ports = { 5333 }", broken.."/local/c.cfg.lua:1: plain set { 5333 }");
				output, code = ask_quietly("show localhost", broken.."/prosody.cfg.lua");
				assert.equal(0, code, output);
				assert_found(output, 'VirtualHost "localhost"\n\tname = "Home"\n');
				output, code = ask_quietly("layers --environment=nowhere", broken.."/prosody.cfg.lua");
				assert.equal(0, code, output);
				assert_found(output, "core/b", "broken", "local/c");
			end);

			it("looks at another tree with --root", function()
				local other = support.tree { ["core/other.cfg.lua"] = 'VirtualHost "other.example"\n' };
				local output, code = ask_quietly("show other.example --root="..other);
				assert.equal(0, code, output);
				assert.equal('VirtualHost "other.example"\n', output);
				output, code = ask_quietly("check --root=/nonexistent");
				assert.equal(2, code, output);
				assert_found(output, "/nonexistent: cannot be used as a root of the tree");
			end);

			it("refuses an option that there is not, and one that lacks its value", function()
				local output, code = ask_quietly("layers --enviroment=x");
				assert.equal(2, code, output);
				assert_found(output, "there is no option --enviroment (did you mean environment?)");
				output, code = ask_quietly("layers --environment");
				assert.equal(2, code, output);
				assert_found(output, "--environment: its value is missing; write --environment=NAME");
			end);
		end);
	end
end);
