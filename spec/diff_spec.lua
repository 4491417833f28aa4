local asking = require "spec.asking";
local lfs = require "lfs";
local running = require "spec.running";
local support = require "spec.support";

local quote, has, lacks, in_order = support.quote, support.has, support.lacks, asking.in_order;

local function sample()
	return support.tree {
		["certs/README"] = "";
		["prosody.cfg.lua"] = asking.layered.."s2s_timeout = 99\n";
		["core/a.cfg.lua"] = [[
modules_enabled = { "roster", "tls", "disco" }
c2s_timeout = 300
limits = { c2s = { rate = "10kb/s", burst = "2s" } }
c2s_ports = { 5222 }
key = stack.env.secret("KEY", "none")
]];
		["domains/m.cfg.lua"] = [[
VirtualHost "example.org"
VirtualHost "example.net" { ["odd\27 \"option\255"] = 1 }
Component "rooms.example.org" "muc"
]];
		["environments/production.cfg.lua"] = "c2s_timeout = 100\n";
		["environments/staging.cfg.lua"] = [[
modules_enabled = { "motd" }
modules_enabled = stack.remove { "disco" }
c2s_timeout = 600
limits = { c2s = { rate = "20kb/s" } }
c2s_ports = stack.append { 5322 }
VirtualHost "staging.example"
	modules_enabled = { "ping" }
VirtualHost "example.org"
	modules_disabled = { "tls" }
	limits = {}
]];
		["environments/broken.cfg.lua"] = "c2s_timeout = = 1\n";
		["plain.cfg.lua"] = 'c2s_timeout = 77\nVirtualHost "example.org"\n\tmodules_enabled = { "ping" }\n';
	};
end

describe("prosodyctl mod_stackloader diff", function ()
	local environment;
	setup(function ()
		environment = select(2, support.install());
	end);
	teardown(support.clean);

	for _, prosody in ipairs(support.prosodies()) do
		describe("on Prosody "..prosody.name, function ()
			local tree, config, ask, ask_json;
			setup(function ()
				tree = sample();
				config = tree.."/prosody.cfg.lua";
				local ask_any, ask_any_json = asking.with(prosody, environment);
				ask = function (words, variables, other)
					return ask_any(words, other or config, variables);
				end
				ask_json = function (words, variables)
					return ask_any_json(words, config, variables);
				end
			end);

			it("compares one choice with what is in force, with the layer that makes each difference on each side", function ()
				local output, code = ask "diff --environment=staging";
				assert.equal(1, code, output);
				local staging, core = tree.."/environments/staging.cfg.lua", tree.."/core/a.cfg.lua";
				in_order(output, "--- in force\n+++ --environment=staging\n",
					"c2s_ports\n  + 5322    "..staging..":5\n",
					"c2s_timeout\n  - 100    "..tree.."/environments/production.cfg.lua:1\n  + 600    "..staging..":3\n",
					'limits\n  - c2s.rate = "10kb/s"    '..core..':3\n  + c2s.rate = "20kb/s"    '..staging..":4\n",
					'modules_enabled\n  - "disco"    '..core..":1, removed at "..staging..':2\n  + "motd"    '..staging..":1\n",
					"example.org: limits\n  - not set, so the global value counts: ", "  + {}    "..staging..":10\n",
					'example.org: modules_disabled\n  - not set\n  + { "tls" }    '..staging..":9\n",
					'+ VirtualHost "staging.example"    '..staging..':6\n  + modules_enabled = { "ping" }    '..staging..":7\n",
					"Modules:\n", "1 host: example.org\n", "    - disco    enabled at "..core..":1, removed at "..staging..":2\n",
					"    - tls    enabled at "..core..":1, disabled in example.org at "..staging..":9\n",
					"    + motd    enabled at "..staging..":1\n", "1 host: example.net\n");
				lacks(output, "s2s_timeout");
				lacks(output, "rooms.example.org");
			end);

			it("takes two choices in order, and several flags as one side", function ()
				local output, code = ask "diff --environment=staging --environment=production";
				assert.equal(1, code, output);
				in_order(output, "--- --environment=staging\n+++ --environment=production\n", "c2s_timeout\n  - 600", "\n  + 100",
					'\n- VirtualHost "staging.example"');
				output, code = ask "diff '--environment=staging --domain=x.example' --environment=staging";
				assert.equal(0, code, output);
				has(output, "No difference.\n");
			end);

			it("gives as JSON each option with places and elements, hosts and modules", function ()
				local found, code = ask_json "diff --environment=staging";
				assert.equal(1, code);
				assert.equal("in force", found.sides[1].title);
				local by_name = {};
				for _, change in ipairs(found.options) do
					by_name[change.scope.." "..change.option] = change;
				end
				local timeout = by_name["* c2s_timeout"];
				assert.same({ 100, 600, "changed" }, { timeout.before, timeout.after, timeout.change });
				assert.same({ layer = "environments/staging", path = tree.."/environments/staging.cfg.lua", line = 3 }, timeout.after_place);
				assert.equal("added", by_name["example.org modules_disabled"].change);
				local element = by_name["* limits"].elements[1];
				assert.same({ "-", "10kb/s", { "c2s", "rate" } }, { element.sign, element.value, element.key });
				assert.equal("staging.example", found.hosts.added[1].name);
				assert.same({}, found.hosts.removed);
				assert.same({ "example.org" }, found.modules[1].hosts);
				assert.equal("tls", found.modules[1].removed[2].name);
				assert.equal("example.org", found.modules[1].removed[2].disabled.scope);
			end);

			it("compares with a plain configuration and with another layered one", function ()
				local plain = tree.."/plain.cfg.lua";
				local output, code = ask("diff "..quote(plain));
				assert.equal(1, code, output);
				in_order(output, "+++ "..plain.."\n", "c2s_timeout\n  - 100", "  + 77    "..plain..":1\n",
					"key\n", "s2s_timeout\n  - 99    "..tree.."/prosody.cfg.lua\n  + not set\n",
					'example.org: modules_enabled\n  - not set, so the global value counts', '+ { "ping" }    '..plain..":3\n", '- VirtualHost "example.net"');
				output, code = ask("diff "..quote(plain).." "..quote(plain));
				assert.equal(0, code, output);
				local other = sample();
				support.write(other.."/local/x.cfg.lua", "c2s_timeout = 5\n");
				output, code = ask("diff "..quote(other.."/prosody.cfg.lua"));
				assert.equal(1, code, output);
				in_order(output, "c2s_timeout\n", "  + 5    "..other.."/local/x.cfg.lua:1\n");
			end);

			it("says of a side that does not load what can be known, and refuses one that there is not", function ()
				local output, code = ask "diff --environment=broken";
				assert.equal(1, code, output);
				has(output, "--environment=broken does not load ("..tree.."/environments/broken.cfg.lua:1:");
				in_order(output, "c2s_timeout\n  - 100", "  + 300    "..tree.."/core/a.cfg.lua:2\n");
				for words, message in pairs {
					["diff"] = "a side is missing";
					["diff --environment=nowhere"] = "mod_stackloader diff: --environment=nowhere: there is no \"nowhere\"";
					["diff nothing.json"] = "is neither a choice such as --environment=staging nor a file that can be read";
					["diff --environment=a --environment=b --environment=c"] = "'--environment=c' is too much";
					["diff a b c"] = "'c' is too much";
					["diff /tmp"] = "it is a directory; name a main file or a snapshot";
					["diff "..quote(tree.."/core/a.cfg.lua").." --environment=staging"] = "/core/a.cfg.lua does not load: ";
				} do
					output, code = ask(words);
					assert.equal(2, code, output);
					has(output, message);
				end
			end);

			it("compares a configuration that does not load, and one without layers, with others", function ()
				local broken = sample();
				support.write(broken.."/local/x.cfg.lua", "c2s_timeout = = 5\n");
				local output, code = ask("diff --environment=staging", nil, broken.."/prosody.cfg.lua");
				assert.equal(1, code, output);
				in_order(output, "c2s_timeout\n", "  - 100    "..broken.."/environments/production.cfg.lua:1\n", "  + 600");
				local plain = support.tree {
					["certs/README"] = "";
					["prosody.cfg.lua"] = ('plugin_paths = { %q }\nc2s_timeout = 1\nVirtualHost "localhost"\n')
						:format(environment:match("LUA_PATH_5_4='(.-)/share/").."/lib/prosody/modules");
				};
				output, code = ask("diff "..quote(config), nil, plain.."/prosody.cfg.lua");
				assert.equal(1, code, output);
				in_order(output, "c2s_timeout\n  - 1    "..plain.."/prosody.cfg.lua:2\n  + 100");
			end);

			describe("with a snapshot", function ()
				local saved;
				setup(function ()
					saved = support.folder().."/saved.json";
					local output, code = ask("snapshot "..quote(saved), "KEY=correct-horse");
					assert.equal(0, code, output);
					assert.equal("Saved 3 hosts to "..saved.."\n", output);
				end);

				it("finds no difference where nothing has changed, odd names and values included", function ()
					local output, code = ask("diff "..quote(saved), "KEY=correct-horse");
					assert.equal(0, code, output);
					in_order(output, "--- snapshot "..saved..", saved 20", "\n+++ in force\nNo difference.\n");
				end);

				it("tells differences as between two choices", function ()
					local output, code = ask("diff "..quote(saved).." --environment=staging", "KEY=correct-horse");
					assert.equal(1, code, output);
					local live = ask("diff --environment=staging", "KEY=correct-horse");
					assert.equal(live:match("\n.-\n(.*)$"), output:match("\n.-\n(.*)$"));
				end);

				it("holds no secret, and only its owner can read it", function ()
					lacks(support.read(saved), "correct-horse");
					assert.equal("rw-------", lfs.attributes(saved, "permissions"));
				end);

				it("takes the file as any JSON, and refuses what is no snapshot", function ()
					local other = support.folder().."/other.json";
					for content, message in pairs {
						['{"a":1}'] = "this is not a snapshot";
						["{"] = "this is not a snapshot";
						['{"stackloader_snapshot":2}'] = "a later version of stackloader";
					} do
						support.write(other, content);
						local output, code = ask("diff "..quote(other));
						assert.equal(2, code, output);
						has(output, message);
					end
					support.write(other, '{"stackloader_snapshot":1,"order":["*",7],"scopes":{"*":{"options":{"x":3,"y":{"place":["a"]}}}},"files":1}');
					local output, code = ask("diff "..quote(other));
					assert.equal(1, code, output);
					has(output, "c2s_timeout\n  - not set\n");
				end);
			end);

			it("snapshot refuses a folder, and a file that cannot be written", function ()
				local folder = support.folder();
				local output, code = ask("snapshot "..quote(folder));
				assert.equal(2, code, output);
				has(output, folder.." is a folder");
				output, code = ask("snapshot "..quote(folder.."/none/x.json"));
				assert.equal(2, code, output);
				has(output, "The snapshot cannot be saved: "..folder.."/none/x.json");
			end);

			it("snapshot replaces a snapshot, and leaves alone what is none", function ()
				local folder = support.folder();
				support.run("chmod 1777 "..quote(folder));
				local saved = folder.."/saved.json";
				support.write(folder.."/site.cfg.lua", "c2s_ports = { 5222 }\n");
				support.write(folder.."/empty.cfg.lua", "");
				support.write(folder.."/report.html", '<!DOCTYPE html><meta name="generator" content="stackloader">');
				assert(lfs.link(folder.."/site.cfg.lua", folder.."/link", true));
				assert(lfs.link(folder.."/nowhere", folder.."/dangling", true));
				assert.equal(0, select(2, support.run("mkfifo "..quote(folder.."/fifo"))));
				for name, problem in pairs {
					["site.cfg.lua"] = "this is there and is not a snapshot, so it is left alone; remove it, or take another name";
					["empty.cfg.lua"] = "this is there and is not a snapshot", ["report.html"] = "this is there and is not a snapshot";
					["link"] = "this is a link; name the file that it leads to", ["dangling"] = "this is a link", ["fifo"] = "this is no ordinary file";
				} do
					local output, code = ask("snapshot "..quote(folder.."/"..name));
					assert.equal(2, code, output);
					has(output, folder.."/"..name..": "..problem);
				end
				has(ask "snapshot /dev/null", "/dev/null: this is no ordinary file");
				assert.equal("c2s_ports = { 5222 }\n", support.read(folder.."/site.cfg.lua"));
				assert.is_nil(lfs.attributes(folder.."/nowhere"));
				-- A link where an earlier version made its file before it was whole.
				assert(lfs.link(folder.."/site.cfg.lua", saved..".new", true));
				for _ = 1, 2 do
					local output, code = ask("snapshot "..quote(saved));
					assert.equal(0, code, output);
					assert.equal("rw-------", lfs.attributes(saved, "permissions"));
				end
				assert.equal("c2s_ports = { 5222 }\n", support.read(folder.."/site.cfg.lua"));
			end);

			it("says that a secret differs, and not what it is", function ()
				local other = sample();
				support.write(other.."/.env", "KEY=first-secret\n");
				support.write(other.."/again/prosody.cfg.lua", 'local stackloader = (Lua or _G).require "stackloader"\n'
					..("stackloader.load(_ENV, { root = %q, variables = { KEY = 'other-secret' } })\ns2s_timeout = 99\n"):format(other));
				local output, code = ask("diff "..quote(other.."/again/prosody.cfg.lua"), nil, other.."/prosody.cfg.lua");
				assert.equal(1, code, output);
				in_order(output, "key\n    a secret in it differs\n", '  - "(secret)"');
				lacks(output, "other-secret");
				lacks(output, "first-secret");
			end);
		end);
	end
end);

local thirteen = support.prosody_named "13";

(thirteen and describe or function () end)("diff in the shell of a running Prosody 13", function ()
	local up;
	setup(function ()
		up = running.prepare(thirteen, { ["local/x.cfg.lua"] = 'motd_text = "Running"\n' }, nil, running.small_tree());
		up:start();
	end);
	teardown(running.clean);

	it("compares a snapshot with what the server runs on, and loads nothing else", function ()
		local saved = up.folder.."/saved.json";
		has(up:shell(("stackloader:snapshot(%q)"):format(saved)), "OK: ");
		up:write("local/x.cfg.lua", 'motd_text = "Changed"\n');
		has(up:shell(("stackloader:diff(%q)"):format(saved)), "No difference.");
		has(up:shell "stackloader:diff('--environment=staging')", "a running server does not load other choices beside those it runs on");
		has(up:shell "stackloader:explain('motd_text')", 'motd_text = "Running"');
	end);
end);
