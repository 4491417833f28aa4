--- What is learnt from the sources of the installed Prosody and its modules.
local asking = require "spec.asking";
local support = require "spec.support";
local stackloader = require "stackloader";
local catalogue = require "stackloader.catalogue";

-- The catalogue of one version, with further folders of modules before its own.
local function of(prosody, folders)
	local plugins = folders or {};
	plugins[#plugins + 1] = prosody.source.."/modules";
	return catalogue.new(nil, { source = prosody.source, plugins = plugins });
end

-- What a reader of the option says: of the module, or of a file of Prosody itself.
local function reader(known, option, module, file)
	for _, read in ipairs(known:option(option)) do
		if read.module == module and (not file or read.path:sub(-#file) == file) then
			return read;
		end
	end
	error(("%s is not read by %s"):format(option, module or file));
end

local function fields(read, ...)
	local list = {};
	for i, name in ipairs { ... } do
		list[i] = read[name] == nil and "-" or read[name];
	end
	return list;
end

-- The line of a file.
local function line_of(path, number)
	local at = 0;
	for line in io.lines(path) do
		at = at + 1;
		if at == number then
			return line;
		end
	end
end

for _, prosody in ipairs(support.prosodies()) do
	local is_13 = prosody.name == "13";

	describe("The catalogue of Prosody "..prosody.name, function ()
		teardown(support.clean);
		local known = of(prosody);

		it("knows kinds and defaults as this version's modules have them", function ()
			assert.same(is_13 and { "period", "10 minutes" } or { "number", 600 },
				fields(reader(known, "smacks_hibernation_time", "smacks"), "kind", "default"));
			assert.same(is_13 and { "integer", 10485760, 0 } or { "number", 10485760, "-" },
				fields(reader(known, "http_file_share_size_limit", "http_file_share"), "kind", "default", "minimum"));
			assert.same({ "set", false }, fields(reader(known, "http_file_share_access", "http_file_share"), "kind", "global"));
			assert.same(is_13 and { "SHA-1", "SHA-256" } or nil, reader(known, "password_hash", "auth_internal_hashed").values);
		end);

		it("knows what Prosody itself reads", function ()
			assert.same({ "string", "certs", true }, fields(reader(known, "certificates", nil, "core/certmanager.lua"), "kind", "default", "global"));
			assert.same({ "boolean", true, true }, fields(reader(known, "use_ipv4", nil, "core/portmanager.lua"), "kind", "default", "global"));
			assert.is_true(reader(known, "log", nil, "core/loggingmanager.lua").global);
			assert.is_false(reader(known, "storage", nil, "core/storagemanager.lua").global);
			assert.is_false(reader(known, "disco_hidden", nil, "core/hostmanager.lua").global);
			assert.is_true(reader(known, "connectivity_probe", nil, "util/prosodyctl/check.lua").tool);
		end);

		it("knows where: each place holds the name or the call that makes it", function ()
			local checked = 0;
			for _, name in ipairs(known:option_names()) do
				for _, read in ipairs(known:option(name)) do
					local line = line_of(read.path, read.line);
					assert(line:find("get", 1, true) or line:find("host_config", 1, true) or line:find("provides", 1, true)
						or line:find("ly(", 1, true), ("%s at %s:%d: %s"):format(name, read.path, read.line, line));
					checked = checked + 1;
				end
			end
			assert(checked > 500, "only "..checked);
		end);

		it("misses no call that a search for its words finds", function ()
			local patterns = { "[.:]get_option[%l_]*%s*[(\"'{]", "[^%w_]config%.get%(", "configmanager%.get%(", "[^%w_]config_get%(" };
			local found, missed = 0, {};
			for path in io.popen("find "..support.quote(prosody.source).." -name '*.lua'"):lines() do
				local reads, number = {}, 0;
				for _, read in ipairs(assert(stackloader.source(path)).reads) do
					reads[read.line] = (reads[read.line] or 0) + 1;
				end
				for line in io.lines(path) do
					number = number + 1;
					local code = line:gsub("%-%-.*", ""):gsub("^%s*function .*", "");
					local count = 0;
					for _, pattern in ipairs(patterns) do
						count = count + select(2, code:gsub(pattern, ""));
					end
					found = found + count;
					missed[#missed + 1] = (reads[number] or 0) < count and path..":"..number..": "..line or nil;
				end
			end
			assert.same({}, missed);
			assert(found > 500, "the search finds only "..found);
		end);

		it("leaves no name of an option open but those that only Prosody's own machinery is given", function ()
			local open = {};
			local function look(files, label)
				for _, file in ipairs(files) do
					for _, read in ipairs(file.source.reads) do
						if not read.name then
							open[label or file.path:match("[^/]+$")] = true;
						end
					end
				end
			end
			look(known:core_files());
			for _, name in ipairs(known:modules()) do
				look(known:module(name).files, name);
			end
			assert.same({ ["moduleapi.lua"] = true, ["portmanager.lua"] = true, ["certmanager.lua"] = true, admin_shell = true,
				cron = is_13 or nil }, open);
		end);

		it("knows the options of each network service, with its default port", function ()
			assert.same({ "array", { 5222 }, true, "c2s" }, fields(reader(known, "c2s_ports", "c2s"), "kind", "default", "global", "family"));
			assert.same({ 5281 }, reader(known, "https_ports", "http").default);
			assert.same({ "array", "the loopback interfaces" }, fields(reader(known, "component_interfaces", "component"), "kind", "default_text"));
			assert.equal("all interfaces", reader(known, "s2s_interfaces", "s2s").default_text);
			assert.equal("tls", reader(known, "https_ssl", "http").kind);
			assert.truthy(reader(known, "https_certificate", "http"));
			assert.same({}, known:option("http_certificate"));
			assert.same({}, known:option("c2s_direct_tls_port"));
			assert.truthy(reader(known, "ssl_ports", "net_multiplex"), "a service with a prefix of its own");
		end);

		it("knows the periods of tasks where this version has them", function ()
			local list = known:option("http_file_share_remove_expired_files_period");
			assert.equal(is_13 and 1 or 0, #list);
			assert.same(is_13 and { "http_file_share", "period" } or {}, is_13 and fields(list[1], "module", "kind") or {});
		end);

		it("finds modules in every layout, with the libraries that they require", function ()
			assert.equal(prosody.source.."/modules/mod_smacks.lua", known:module("smacks").path);
			assert.equal(prosody.source.."/modules/muc/mod_muc.lua", known:module("muc").path);
			assert.equal(prosody.source.."/modules/mod_mam/mod_mam.lua", known:module("mam").path);
			assert.equal(prosody.source.."/modules/mod_auth_dovecot/auth_dovecot/mod_auth_dovecot.lua", known:module("auth_dovecot").path);
			assert.is_nil(known:module("nowhere"));
			assert.is_nil(known:module("../modules/mod_smacks"));
			assert.truthy(reader(known, "muc_room_lock_timeout", "muc").path:find("lock.lib.lua", 1, true));
			assert.is_true(known:module("muc").source.component);
			assert.is_true(known:module("c2s").source.global);
			for _, name in ipairs { "smacks", "muc", "mam", "adhoc", "auth_dovecot" } do
				assert(support.contains(known:modules(), name), name);
			end
			assert.is_false(support.contains(known:modules(), "ldap"));
		end);

		it("tells Prosody's own modules from the community's in their one folder", function ()
			for _, name in ipairs { "smacks", "muc", "mam", "pubsub", "adhoc", "auth_ldap", "http_file_share" } do
				assert.equal("core", known:module(name).origin, name);
			end
			for _, name in ipairs { "firewall", "reload_modules", "auth_dovecot", "lastlog2", "sasl2", "net_dovecotauth" } do
				assert.equal("community", known:module(name).origin, name);
			end
		end);

		it("knows which modules come by themselves, and what others bring", function ()
			local set = known:automatic();
			assert.equal("prosody", set.c2s);
			assert.equal("prosody", set.s2s);
			assert.equal(not is_13 and "prosody" or nil, set.posix);
			assert.is_nil(set.http);
			set = known:automatic { "websocket", "invites_adhoc" };
			assert.equal("websocket", set.http);
			assert.equal("invites_adhoc", set.adhoc);
			assert.is_true(known:inheritable().tls);
		end);

		it("passes over a module whose first lines say that it is not for this Prosody, as the server does", function ()
			local folder = support.tree {
				["mod_ping.lua"] = "--% conflicts: mod_bookmarks\n"; ["mod_time.lua"] = "--% conflicts: nothing, of, ours\n";
				["mod_uptime.lua"] = "--% requires: mod_bookmarks no-such-feature\n"; ["mod_version.lua"] = "--% requires: mod_bookmarks\n";
				["mod_disco.lua"] = "--% lua: 5.1\n"; ["mod_roster.lua"] = "--% lua: 5.2, 5.4\n"; ["mod_alone.lua"] = "--% requires: no-such-feature\n";
			};
			local site = of(prosody, { folder });
			local origins = {};
			for _, name in ipairs { "ping", "time", "uptime", "version", "disco", "roster", "alone" } do
				origins[name] = (site:module(name) or { path = "none" }).path:gsub("/[^/]*$", "");
			end
			local own = prosody.source.."/modules";
			assert.same({ ping = own, time = folder, uptime = own, version = folder, disco = is_13 and own or folder, roster = folder, alone = "none" },
				origins);
		end);

		it("finds a site's module, before an installed one of its name", function ()
			local folder = support.tree {
				["mod_ours.lua"] = "module:depends 'http' module:get_option_integer(module.name..'_size', 5, 1, 9)\nlocal lib = module:require 'extra'\n"
					.."module:get_option(unknown()..'_of_ours')",
				["extra.lib.lua"] = "module:get_option_boolean(module.name..'_extra', true)",
				["mod_smacks/mod_smacks.lua"] = "module:get_option('smacks_of_ours')",
				["share/lua/5.4/mod_rock/mod_rock.lua"] = "",
			};
			local site = of(prosody, { folder });
			assert.equal("site", site:module("ours").origin);
			-- The getters of 0.12 ignore the limits that a module hands them.
			assert.same({ "integer", 5, is_13 and 1 or "-", is_13 and 9 or "-", folder.."/mod_ours.lua", 1 },
				fields(reader(site, "ours_size", "ours"), "kind", "default", "minimum", "maximum", "path", "line"));
			assert.equal(folder.."/extra.lib.lua", reader(site, "ours_extra", "ours").path);
			assert.equal("ours", site:automatic({ "ours" }).http);
			assert.truthy(reader(site, "smacks_of_ours", "smacks"));
			assert.same({}, site:option("smacks_hibernation_time"));
			assert.equal(folder.."/share/lua/5.4/mod_rock/mod_rock.lua", site:module("rock").path);
			assert.equal("_of_ours", site:option("something_of_ours")[1].suffix);
			assert.same({}, known:option("something_of_ours"));
		end);

		it("reads a file again where it has changed, and else keeps what it read", function ()
			local folder = support.tree { ["mod_ours.lua"] = "module:get_option('first')" };
			assert.equal(1, #of(prosody, { folder }):option("first"));
			assert.equal(of(prosody, { folder }):module("ours").source, of(prosody, { folder }):module("ours").source);
			support.write(folder.."/mod_ours.lua", "module:get_option('other')");
			assert.same({ 0, 1 }, { #of(prosody, { folder }):option("first"), #of(prosody, { folder }):option("other") });
		end);

		it("takes the stack's plugin_paths", function ()
			local folder = support.tree { ["mod_ours.lua"] = "" };
			local stack = { options = function () return { plugin_paths = { folder } }; end };
			local site = catalogue.new(stack, { source = prosody.source, plugins = { prosody.source.."/modules" } });
			assert.equal("site", site:module("ours").origin);
		end);
	end);
end

for _, prosody in ipairs(support.prosodies()) do
	describe("explain of an option that nobody sets, Prosody "..prosody.name, function ()
		teardown(support.clean);
		local root = support.tree {
			["prosody.cfg.lua"] = asking.layered,
			["certs/README"] = "",
			["plugins/mod_ours/mod_ours.lua"] = "\nmodule:get_option_string('ours_greeting', 'hello')",
		};
		support.write(root.."/core/a.cfg.lua", ("plugin_paths = { %q }\narchive_expires_after = '30d'\n"):format(root.."/plugins"));
		local _, variables = support.install();
		local ask, ask_json = asking.with(prosody, variables);
		local config = root.."/prosody.cfg.lua";

		it("tells the default, who reads it and where", function ()
			local output, code = ask("explain smacks_hibernation_time", config);
			assert.equal(1, code);
			support.has(output, "No layer sets smacks_hibernation_time globally.\nProsody's default, from its source:\n");
			support.has(output, (prosody.name == "13" and '  "10 minutes" (period)' or "  600 (number)")
				..", read by mod_smacks at /");
			support.has(output, "/lib/prosody/modules/mod_smacks.lua:");
		end);

		it("knows a module in the stack's plugin_paths, also as JSON", function ()
			local answer = ask_json("explain ours_greeting", config);
			assert.same({ { name = "ours_greeting", module = "ours", kind = "string", default = "hello", default_text = "'hello'", global = false,
				line = 2, path = root.."/plugins/mod_ours/mod_ours.lua" } }, answer.readers);
		end);

		it("says that nothing reads it, and names what is spelt like it", function ()
			support.has((ask("explain archive_expire_after", config)), "Set are, with a name like it: archive_expires_after\n"
				.."Nothing in the installed Prosody and its modules reads it.\nRead are, with a name like it: archive_expires_after");
		end);
	end);
end
