--- Findings about files that the main file includes: each has its file and line, and an accept comment on that line counts.
local support = require "spec.support";

local quote, main = support.quote, support.main_file;

for _, prosody in ipairs(support.prosodies()) do
	describe("A finding about an included file, on Prosody "..prosody.name, function ()
		local environment, prefix;
		setup(function ()
			prefix, environment = support.install();
		end);
		teardown(support.clean);

		local function prosodyctl(words, files)
			files["certs/README"] = "";
			files["prosody.cfg.lua"] = ('plugin_paths = { %q }\ndata_path = "data"\nInclude "conf.d/*.cfg.lua"\n'):format(prefix.."/lib/prosody/modules")
				..main;
			files["core/server.cfg.lua"] = 'modules_enabled = { "roster", "saslauth", "tls", "disco" }\n';
			local root = support.tree(files);
			return support.run(("%s %s --config %s mod_stackloader %s"):format(environment, quote(prosody.prosodyctl),
				quote(root.."/prosody.cfg.lua"), words)), root;
		end

		it("has the file and line, globally, in a host and in a component, and none merges with another", function ()
			local output, root = prosodyctl("check", {
				["conf.d/a.cfg.lua"] = "\nfirst_unknown_thing = 1\nsecond_unknown_thing = 2\n";
				["conf.d/b.cfg.lua"] = 'VirtualHost "localhost"\n\tthird_unknown_thing = 3\n\nComponent "rooms.localhost" "muc" {\n'
					.."\tfourth_unknown_thing = 4;\n}\n";
			});
			for place, option in pairs { ["a.cfg.lua:2"] = "first", ["a.cfg.lua:3"] = "second", ["b.cfg.lua:2"] = "third", ["b.cfg.lua:5"] = "fourth" } do
				support.has(output, root.."/conf.d/"..place..": "..option.."_unknown_thing");
			end
		end);

		it("is accepted by a comment on its line", function ()
			local output = prosodyctl("check", {
				["conf.d/a.cfg.lua"] = "first_unknown_thing = 1   -- stackloader: accept SL101 a module of ours reads it\nsecond_unknown_thing = 2\n";
			});
			support.lacks(output, "first_unknown_thing");
			support.has(output, "second_unknown_thing");
			support.lacks(output, "[SL122]");
		end);

		it("is SL115 where Prosody 13 stores its own handle of an option, in the main file of a tree too", function ()
			local output, root = prosodyctl("check", {
				["conf.d/a.cfg.lua"] = '\nadmins = { "romeo@localhost" }\nif admins then\n'
					..'\tadmins = admins.append and admins:append { "juliet@localhost" }\nend\n';
				["conf.d/b.cfg.lua"] = 'VirtualHost "localhost"\n\tdisco_items = { { "a.localhost", "A" } }\n'
					..'\tdisco_items = disco_items and disco_items.append and disco_items:append { { "b.localhost", "B" } }\n';
			});
			if prosody.name == "13" then
				support.has(output, root.."/conf.d/a.cfg.lua:4: admins: Prosody 13 stores its own handle");
				support.has(output, root.."/conf.d/b.cfg.lua:3: disco_items: Prosody 13 stores its own handle");
			else
				support.lacks(output, "[SL115]");
			end
		end);

		it("is SL441 where everybody can read a secret in it", function ()
			local output, root = prosodyctl("audit", {
				["conf.d/a.cfg.lua"] = 'VirtualHost "localhost"\nComponent "gateway.localhost"\n\tcomponent_secret = "Ahquoh4ooNgie7sh"\n';
			});
			support.has(output, "SL441  every user of this machine can read the secret component_secret");
			support.has(output, root.."/conf.d/a.cfg.lua:3");
		end);
	end);
end
