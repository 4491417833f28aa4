local support = require "spec.support";

local quote = support.quote;
local prosodies = support.prosodies();

local layered = support.main_file;

local function sample()
	return support.tree {
		["certs/README"] = "";
		["prosody.cfg.lua"] = layered;
		["core/server.cfg.lua"] = 'modules_enabled = { "tls", "saslauth", "roster", "disco" }\nc2s_require_encryption = true\n';
		["stack/01-transport/ports.cfg.lua"] = 'modules_enabled = {\n\t"mamm";\n}\nc2s_timout = 300\n';
		["stack/02-stream/tls.cfg.lua"] = 'tls_profile = "modem"\nmodules_enabled = { "presence" }\n';
		["domains/main.cfg.lua"] = 'VirtualHost "example.org"\n';
	};
end

-- The example that Prosody ships, with everything that it offers in comments taken in. It offers one of several databases, and names
-- modules to disable that others need: those stay comments.
local function uncommented(text)
	local disabled, sql = false, false;
	return (text:gsub("[^\n]+", function (line)
		disabled = disabled and not line:find("^}") or line:find("^modules_disabled") ~= nil;
		local indent, rest = line:match("^(%s*)%-%-%-?%s*(.*)$");
		if not rest or disabled then
			return line;
		end
		local is_sql = rest:find("^sql = ") ~= nil;
		local is_code = rest:find("^[%a_]+[%w_]* = [^ ]") or rest:find('^"[%w_]+";') or rest:find('^VirtualHost "') or rest:find('^Component "');
		if not is_code or is_sql and sql then
			return line;
		end
		sql = sql or is_sql;
		return indent..rest;
	end):gsub('\nInclude "[^\n]*', ""));
end

for _, prosody in ipairs(prosodies) do
	describe("mod_stackloader check with Prosody "..prosody.name, function ()
		local prefix, install;

		setup(function ()
			prefix, install = support.install();
		end);

		teardown(support.clean);

		-- What it prints, without Prosody's own warnings, and the exit code.
		local function check(root, words, variables)
			return support.run(("cd / && %s %s %s --quiet --config %s mod_stackloader check %s"):format(install, variables or "",
				quote(prosody.prosodyctl), quote(root.."/prosody.cfg.lua"), words or ""));
		end

		local decoder = ("package.path = '%s/?.lua;'..package.path; package.cpath = '%s/?.so;'..package.cpath; "):format(prosody.source, prosody.source)
			.."local _ = pcall(require, 'prosody.loader') or pcall(require, 'loader'); local json = require 'util.json'; "
			.."local v = assert(json.decode(io.read('a'))); io.write('return ', require 'util.serialization'.serialize(v))";

		-- The list that it prints as JSON, by Prosody's own reader of JSON.
		local function decoded(root, words)
			local output = check(root, "--format=json "..(words or ""));
			local file = support.folder().."/json";
			support.write(file, ("\n"..output):match("\n(%[.*)") or output);
			local text, code = support.run(support.plain("lua5.4 -e "..quote(decoder).." < "..quote(file)));
			assert.equal(0, code, output);
			return assert(load(text))();
		end

		it("judges a plain file with all that it includes", function ()
			local root = support.tree { ["certs/README"] = "";
				["prosody.cfg.lua"] = ("plugin_paths = { %q }\nmodules_enabled = { \"roster\", \"tls\", \"saslauth\", \"disco\" }\nc2s_timout = 5\n"
					.."Include \"conf.d/*.cfg.lua\"\n"):format(prefix.."/lib/prosody/modules");
				["conf.d/10-hosts.cfg.lua"] = 'VirtualHost "example.org"\n\tmodules_enabled = { "mamm" }\n';
				["conf.d/20-more.cfg.lua"] = 's2s_timout = 5\n' };
			local output = check(root);
			support.has(output, root.."/prosody.cfg.lua:3: c2s_timout: nothing reads");
			support.has(output, root..'/conf.d/10-hosts.cfg.lua:2: modules_enabled: there is no module "mamm"');
			support.has(output, root.."/conf.d/20-more.cfg.lua:1: s2s_timout: nothing reads");
			support.has(output, "1 error, 2 warnings, 0 notes");
		end);

		it("says of an option that holds Prosody's own handle what to write, and no command fails for it", function ()
			if prosody.name ~= "13" then
				return;   -- the handles are of 13
			end
			local faulty = 'admins = { "root@example.org" }\nmodules_enabled = { "roster", "tls", "saslauth" }\nunlimited_jids = admins\n'
				..'modules_enabled = modules_enabled:append { "ping" }\nVirtualHost "example.org"\n';
			local plain = ("plugin_paths = { %q }\n"):format(prefix.."/lib/prosody/modules");
			for start, text in pairs { [0] = faulty..layered, [1] = plain..faulty } do
				local root = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = text };
				local output, code = check(root);
				assert.equal(2, code, output);
				support.has(output, ("%s/prosody.cfg.lua:%d: unlimited_jids: Prosody 13 stores its own handle of admins here"):format(root, 3 + start));
				support.has(output, ("%s/prosody.cfg.lua:%d: modules_enabled: Prosody 13 stores its own handle of the option here"):format(root, 4 + start));
				support.has(output, "2 errors, 0 warnings, 0 notes");
				for _, words in ipairs { "audit", "explain modules_enabled", "explain unlimited_jids", "report -", "xeps", "modules", "show" } do
					local answer, answered = support.run(("cd / && %s %s --root --quiet --config %s mod_stackloader %s"):format(install,
						quote(prosody.prosodyctl), quote(root.."/prosody.cfg.lua"), words));
					support.lacks(answer, "traceback");
					assert.equal(0, answered, words);
				end
			end
		end);

		it("works where the server's user cannot read a folder, and does not judge what the folder may explain", function ()
			local root = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = layered;
				["core/a.cfg.lua"] = 'modules_enabled = { "roster", "tls", "saslauth", "disco" }\n';
				["stack/10-turn/a.cfg.lua"] = 'turn_external_host = "turn.example.org"\n';
				["features/media/calls.cfg.lua"] = 'feature_info = { extra = true }\nmodules_enabled = { "turn_external" }\n';
				["domains/main.cfg.lua"] = 'VirtualHost "example.org"\n' };
			support.run(("chmod -R a+rX %s %s && chmod 700 %s"):format(quote(root), quote(prefix), quote(root.."/features/media")));
			local output, code = check(root);
			support.lacks(output, "traceback");
			support.lacks(output, "SL102");
			assert.equal(0, code, output);
		end);

		it("groups findings by severity, each with path, line and code, and exits with 2 for errors", function ()
			local root = sample();
			local output, code = check(root);
			local errors, warnings, notes = output:match("Errors:\n(.*)Warnings:\n(.*)Notes:\n(.*)");
			assert(errors, output);
			support.has(errors, root..'/stack/01-transport/ports.cfg.lua:2: modules_enabled: there is no module "mamm" (did you mean mam');
			support.has(errors, "[SL201]");
			support.has(warnings, root.."/stack/01-transport/ports.cfg.lua:4: c2s_timout: nothing reads an option of this name (did you mean c2s_timeout");
			assert(warnings:find("ports.cfg.lua:4", 1, true) < warnings:find("tls.cfg.lua:1", 1, true));
			support.has(notes, root.."/stack/02-stream/tls.cfg.lua:2: ");
			support.has(notes, "1 error, 2 warnings, 1 note\n");
			assert.equal(2, code);
		end);

		it("prints a list of JSON objects", function ()
			local root = sample();
			local list = decoded(root);
			assert.equal(4, #list);
			assert.same({ "SL201", "error", root.."/stack/01-transport/ports.cfg.lua", 2, "stack/01-transport/ports", "modules_enabled" },
				{ list[1].code, list[1].severity, list[1].path, list[1].line, list[1].layer, list[1].option });
			assert(#list[1].text > 0 and #list[1].meaning > 0);
			assert.is_nil(list[1].host);
			assert.same({}, decoded(sample(), "--layer=core/server"));
		end);

		it("limits itself to one layer, whose id may be shortened, and refuses one that is not there", function ()
			local root = sample();
			for _, id in ipairs { "stack/02-stream/tls", "stream/tls", "02-stream", "tls" } do
				local output, code = check(root, "--layer="..id);
				support.has(output, "0 errors, 1 warning, 1 note\n");
				assert.equal(0, code);
			end
			-- Another folder of that name does not count beside the one that is meant.
			support.write(root.."/stack/03-stream/tls.cfg.lua", 'modules_enabled = { "no_such_module" }\n');
			support.has((check(root, "--layer=02-stream/tls")), "0 errors, 1 warning, 1 note\n");
			support.has((check(root, "--layer=stack/03-stream/tls")), "no_such_module");
			os.remove(root.."/stack/03-stream/tls.cfg.lua");
			local output, code = check(root, "--layer=ports2");
			support.has(output, "There is no layer ports2");
			support.has(output, "stack/01-transport/ports");
			assert.equal(2, code);
		end);

		it("exits with 1 for warnings where --strict is given, and with 0 for notes", function ()
			local root = sample();
			local _, code = check(root, "--strict --layer=tls");
			assert.equal(1, code);
			support.write(root.."/stack/01-transport/ports.cfg.lua", "c2s_timeout = 300\n");
			support.write(root.."/stack/02-stream/tls.cfg.lua", 'modules_enabled = { "presence" }\n');
			local output;
			output, code = check(root, "--strict");
			support.has(output, "0 errors, 0 warnings, 1 note\n");
			assert.equal(0, code);
		end);

		it("tells of a tree that does not load what is wrong with it and with the rest", function ()
			local root = sample();
			support.write(root.."/local/broken.cfg.lua", "a = = 1\n");
			local output, code = check(root);
			assert.equal(2, code);
			support.has(output, "local/broken.cfg.lua:1: ");
			support.has(output, "[SL030]");
			support.has(output, "[SL201]");
		end);

		it("says by its code that two layers give a host and a component one name, and goes on", function ()
			local root = sample();
			support.write(root.."/local/clash.cfg.lua", 'Component "clash.example" "muc"\n');
			support.write(root.."/local/clash2.cfg.lua", '\nVirtualHost "clash.example"\n');
			support.write(root.."/local/later.cfg.lua", 'pcall(VirtualHost, "clash.example") error "other"\n');
			support.write(root.."/local/unread.cfg.lua", 'x = = 1\n');
			local output = check(root);
			support.has(output, "local/clash2.cfg.lua:2: Host \"clash.example\" clashes with previously defined MUC Component");
			assert.equal(1, select(2, output:gsub("%[SL046%]", "")), output);
			assert.equal(2, select(2, output:gsub("%[SL030%]", "")), output);
			support.has(output, "[SL201]");
		end);

		it("finds names without quotes in layers, in what they include and below hosts", function ()
			local root = sample();
			support.write(root.."/local/quotes.cfg.lua", "modules_enabled = stack.append { \"ping\", time }\nInclude \"part.lua\"\n"
				.."if DEBUG_NOW then admins = { ENV_ADMIN } end\nVirtualHost \"quotes.example\" { enabled = ture }\n");
			support.write(root.."/local/part.lua", "\n\nc2s_require_encryption = flase\n");
			local output = check(root);
			for _, text in ipairs { "local/quotes.cfg.lua:1: the name time has no value", "local/part.lua:3: the name flase has no value",
					"local/quotes.cfg.lua:4: the name ture has no value" } do
				support.has(output, text);
			end
			assert.equal(3, select(2, output:gsub("%[SL123%]", "")), output);
		end);

		it("judges a plain configuration, in its own lines", function ()
			local root = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = 'plugin_paths = { "'..prefix..'/lib/prosody/modules" }\n'
				..'modules_enabled = { "tls" }\nc2s_timout = 30\nVirtualHost "example.org"\n' };
			local output, code = check(root);
			support.has(output, root.."/prosody.cfg.lua:3: c2s_timout");
			support.has(output, "0 errors, 1 warning, 0 notes\n");
			assert.equal(0, code);
		end);

		it("has no false alarm on the example that Prosody ships, everything in it taken in", function ()
			if not io.open(prosody.prefix.."/etc/prosody/prosody.cfg.lua", "rb") then
				return pending "Debian lets only root and Prosody's user read /etc/prosody/prosody.cfg.lua";
			end
			local text = uncommented(support.read(prosody.prefix.."/etc/prosody/prosody.cfg.lua"));
			for _, piece in ipairs { '\n\t\t"mam";', "\nturn_external_host", '\nComponent "gateway.example.com"', "\nstorage = ", "\nsql = " } do
				support.has(text, piece);
			end
			text = text:gsub("/usr/local/lib/prosody/modules", prefix.."/lib/prosody/modules");
			local root = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = text };
			local list = decoded(root);
			-- Debian's example for 13 still enables posix, of which that version's own check says that it should go.
			assert.equal(prosody.name == "13" and "SL210" or nil, list[1] and list[1].code);
			assert.equal(prosody.name == "13" and 1 or 0, #list, list[1] and list[1].text);
		end);

		it("never shows a secret", function ()
			local root = sample();
			support.write(root.."/local/secret.cfg.lua", 'use_ipv6 = stack.env.secret "KEY"\nauthentication = stack.env.secret "KEY"\n');
			local output = check(root, "", "KEY=correct-horse");
			support.has(output, "use_ipv6");
			support.has(output, "secret.cfg.lua:2");
			support.lacks(output, "correct-horse");
		end);

		it("takes ten thousand domains in little time", function ()
			local files = { ["certs/README"] = "", ["prosody.cfg.lua"] = layered, ["core/server.cfg.lua"] = 'modules_enabled = { "tls", "saslauth" }\n' };
			for i = 1, 10000 do
				files[("domains/tenants/t%05d.cfg.lua"):format(i)] = ('VirtualHost "t%d.example"\n\tname = "T"\n\tadmins = { "a@t%d.example" }\n'
					..'\tmodules_enabled = { "%s" }\n'):format(i, i, i == 7777 and "mamm" or "mam");
			end
			local root = support.tree(files);
			local list = decoded(root);
			assert.equal(1, #list);
			support.has(list[1].path, "t07777.cfg.lua");
			assert.equal("t7777.example", list[1].host);
		end);
	end);
end
