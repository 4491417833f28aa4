--- Judging a configuration for a Prosody that is not installed: its catalogue, and that `check` says what it says under that Prosody itself.
local lfs = require "lfs";
local support = require "spec.support";
local catalogue_file = require "stackloader.catalogue_file";

local quote = support.quote;
local prosodies = support.prosodies();
-- The scripts run without the sanitizers' runtime, so not on their build.
local plain_build = support.project.."/build";
local folder_of_catalogues = support.project.."/lua/stackloader/catalogues";

-- The catalogue of the Prosody as the script makes it now.
local made = {};

local function made_anew(prosody)
	if not made[prosody] then
		local output, code = support.run(support.plain(("STACKLOADER_BUILD=%s %s/scripts/catalogue --print %s"):format(quote(plain_build),
			quote(support.project), quote(prosody.prefix))));
		assert(code == 0, output);
		made[prosody] = output;
	end
	return made[prosody];
end

local function packages_in(text)
	return text:match('\n\tpackages = "([^"]*)"');
end

-- The shipped catalogue of these very packages: the word for --prosody, and its text; nil where the archive has moved on since.
local function shipped_for(prosody)
	local wanted = assert(packages_in(made_anew(prosody)));
	for name in lfs.dir(folder_of_catalogues) do
		local version, mark = name:match "^prosody_(%d+_%d+_%d+)_?(%w*)%.lua$";
		local text = version and support.read(folder_of_catalogues.."/"..name);
		if text and packages_in(text) == wanted then
			return version:gsub("_", ".")..(mark ~= "" and "~"..mark or ""), text;
		end
	end
end

-- How to ask for the Prosody under another one: by version, or by its folder where no catalogue is of its packages.
local function word_for(prosody)
	return shipped_for(prosody) or prosody.source;
end

-- Mistakes of every kind of which the versions differ, each in a layer of its own.
local faults = {
	"c2s_timout = 300", 'c2s_timeout = "soon"', 'c2s_timeout = "5m"', "c2s_stanza_size_limit = 5000", "s2s_stanza_size_limit = true",
	"smacks_max_queue_size = 1.5", 'smacks_hibernation_time = "10 minutes"', 'c2s_require_encryption = "yes"', 's2s_secure_auth = "on"',
	"bounce_blocked_messages = true", "muc_log_http = { }", "c2s_unauthed_stanza_size_limit = 1", "c2s_max_child_elements = -1",
	"tls_profile_version = \"6.0\"", "max_connections_per_ip = 10", "sqlite_tune = { }", "http_files_cache_size = 10",
	'password_hash = "MD5"', "bosh_max_inactivity = \"1h\"", "daemonize = true", "cross_domain_bosh = true", "legacy_ssl_ports = { 5223 }",
	"archive_expires_after = \"90 seconds\"", "authentication = \"imap\"", "storage = { archive = \"appendmap\" }", "turn_external_ttl = \"1y\"",
	'modules_enabled = { "account_activity", "cloud_notify", "posix", "vcard_muc", "http_upload", "muc_log" }',
	'modules_enabled = { "flags", "server_info", "s2s_auth_dane_in", "http_altconnect", "debug_reset", "pep_plus", "admin_telnet" }',
	'modules_enabled = { "mam", "carbons", "bosh", "websocket", "limits", "admin_shell", "http_files", "muc_rtbl", "net_proxy", "watchregistrations" }',
	'modules_disabled = { "s2s_auth_certs", "mamm" }', 'limits = { s2s = { rate = "10kb/s" }, c2s = { burst = "2" } }',
	'VirtualHost "example.org"\n\tuse_ipv6 = false\n\tregistration_delete_grace_period = "1d"',
	'Component "upload.example.org" "http_upload"\n\thttp_upload_file_size_limit = 1024',
	'Component "files.example.org" "http_file_share"\n\thttp_file_share_size_limit = -1\n\thttp_file_share_expires_after = "30m"',
	'Component "rooms.example.org" "muc"\n\tmodules_enabled = { "muc_mam", "mam", "muc_limits" }\n\tmuc_log_expires_after = "3 weeks"',
	'if stack.prosody_version:find "^0" then c2s_old = 1 else c2s_new = 1 end', 'if not stack.available "cloud_notify" then s2s_other = 1 end',
	'if stack.available "http_upload" then s2s_upload = 1 end',
};

local function faulty_tree(prefix)
	local files = { ["certs/README"] = "", ["prosody.cfg.lua"] = support.main_file;
		["core/base.cfg.lua"] = ('plugin_paths = { %q }\nmodules_enabled = { "roster", "saslauth", "tls", "disco", "smacks", "ours" }\n'):format(
			prefix.."/plugins");
		["domains/main.cfg.lua"] = 'VirtualHost "example.org"\n' };
	for i, text in ipairs(faults) do
		files[("stack/%02d-case%d/case.cfg.lua"):format(i, i)] = text.."\n";
	end
	return files;
end

local plain = [[
modules_enabled = {
	"roster"; "saslauth"; "tls"; "disco"; "posix"; "mam"; "csi_simple"; "vcard_legacy"; "pep"; "http_files"; "server_contact_info";
}
archive_expires_after = "1w"
c2s_direct_tls_ports = { 5223 }
s2s_secure_domains = "example.net"
http_max_content_size = 1000
use_libevent = true
log = { info = "*syslog" }
VirtualHost "example.org"
	ssl = { key = "certs/a.key", certificate = "certs/a.crt" }
Component "conference.example.org" "muc"
	modules_enabled = { "muc_mam", "vcard_muc" }
	restrict_room_creation = true
Component "proxy.example.org" "proxy65"
	proxy65_port = 5000
]];

describe("The shipped catalogues", function ()
	teardown(support.clean);

	it("are those that --prosody offers", function ()
		local offered, found = {}, {};
		for _, version in ipairs(require "stackloader.prosodies".versions) do
			offered[#offered + 1] = "prosody_"..version:gsub("[.~]", "_")..".lua";
		end
		for name in lfs.dir(folder_of_catalogues) do
			found[#found + 1] = name:match "%.lua$" and name or nil;
		end
		table.sort(offered);
		table.sort(found);
		assert.same(offered, found);
	end);

	support.with_each("are what the script makes of the sources", function (prosody)
		local _, text = shipped_for(prosody);
		if not text then
			return pending("there is no catalogue of "..packages_in(made_anew(prosody)).."; scripts/catalogue makes one");
		end
		assert(text == made_anew(prosody), "scripts/catalogue "..prosody.version.." has to be run again");
	end);

	it("say the same of each option and module as the sources do", function ()
		local catalogue = require "stackloader.catalogue";
		for _, prosody in ipairs(prosodies) do
			local sources = catalogue.new(nil, { source = prosody.source, plugins = { prosody.source.."/modules" } });
			local data = assert(load(made_anew(prosody), "=catalogue", "t", {}))();
			local known = catalogue.new(nil, { data = catalogue_file.prepare(data) });
			assert.same(sources:modules(), known:modules());
			assert.same(sources:option_names(), known:option_names());
			assert.same(sources:automatic(), known:automatic());
			for _, component in ipairs { "muc", "http_file_share" } do
				assert.same(sources:inheritable(component), known:inheritable(component));
			end
			for _, name in ipairs(sources:option_names()) do
				local told, expected = known:option(name), sources:option(name);
				assert.equal(#expected, #told);
				for i, read in ipairs(expected) do
					assert.same({ read.module, read.kind, read.default, read.minimum, read.maximum, read.values, read.global, read.line },
						{ told[i].module, told[i].kind, told[i].default, told[i].minimum, told[i].maximum, told[i].values, told[i].global, told[i].line });
				end
			end
		end
	end);
end);

describe("mod_stackloader check --prosody", function ()
	local prefix, install;

	setup(function ()
		prefix, install = support.install();
		support.write(prefix.."/plugins/mod_ours.lua", 'local limit = module:get_option_integer("ours_limit", 3);\n');
	end);

	teardown(support.clean);

	local function check(prosody, root, words)
		return support.run(("cd / && %s %s --quiet --config %s mod_stackloader check %s"):format(install, quote(prosody.prosodyctl),
			quote(root.."/prosody.cfg.lua"), words or ""));
	end

	local function each_pair(test)
		for _, here in ipairs(prosodies) do
			for _, there in ipairs(prosodies) do
				test(here, there);
			end
		end
	end

	-- The findings are the same as under that Prosody itself, as text and as JSON.
	local function assert_equal(root, words)
		each_pair(function (here, there)
			for _, format in ipairs { "", " --format=json" } do
				local expected, expected_code = check(there, root, (words or "")..format);
				local told, code = check(here, root, ("--prosody=%s %s%s"):format(quote(word_for(there)), words or "", format));
				assert.equal(expected, told, here.version.." for "..there.version);
				assert.equal(expected_code, code);
				assert(#told > 0);
			end
		end);
	end

	it("says of a tree of mistakes what the other Prosody itself says", function ()
		local root = support.tree(faulty_tree(prefix));
		assert_equal(root);
		if #prosodies > 1 and prosodies[1].name ~= prosodies[#prosodies].name then
			local one, other = check(prosodies[1], root), check(prosodies[#prosodies], root);
			support.has(one, "c2s_old");
			support.has(other, "c2s_new");
		end
	end);

	it("says of a plain file what the other Prosody itself says", function ()
		assert_equal(support.tree { ["certs/README"] = "";
			["prosody.cfg.lua"] = ("plugin_paths = { %q, %q }\n"):format(prefix.."/lib/prosody/modules", prefix.."/plugins")..plain });
	end);

	it("says of the shipped tree, with other choices too, what the other Prosody itself says", function ()
		local root = support.folder();
		support.run(("cp -R %s/config/. %s"):format(quote(support.project), quote(root)));
		for _, words in ipairs { "", "--environment=development --security-level=strict --compliance=gdpr" } do
			assert_equal(root, words);
		end
	end);

	it("takes the folder of an unpacked Prosody too", function ()
		local root = support.tree(faulty_tree(prefix));
		each_pair(function (here, there)
			local expected = check(there, root);
			assert.equal(expected, (check(here, root, "--prosody="..quote(there.source))));
			if there.prefix ~= "" then
				assert.equal(expected, (check(here, root, "--prosody="..quote(there.prefix))));
			end
		end);
	end);

	it("takes the modules of the community from the installed folders where a source has none", function ()
		local here, there = prosodies[1], prosodies[#prosodies];
		local source = support.folder();
		support.run(("cp -R %s/core %s/util %s/net %s && mkdir %s/plugins && cp %s/modules/*.lua %s/plugins/"):format(there.source, there.source,
			there.source, source, source, there.source, source));
		support.write(source.."/prosody.release", there.version.."\n");
		local root = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = support.main_file;
			["core/a.cfg.lua"] = 'modules_enabled = { "roster", "saslauth", "tls", "disco", "lastlog", "nonesuch" }\n';
			["domains/main.cfg.lua"] = 'VirtualHost "example.org"\n' };
		local output = check(here, root, "--prosody="..quote(source));
		support.has(output, '"nonesuch"');
		support.lacks(output, '"lastlog"');
	end);

	it("names what it cannot read in a folder", function ()
		local here, there = prosodies[1], prosodies[#prosodies];
		local source = support.folder();
		support.run(("mkdir %s/lib && cp -RL %s %s/lib/prosody && chmod -R a+rX %s"):format(source, there.source, source, source));
		local root = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = support.main_file;
			["core/a.cfg.lua"] = 'modules_enabled = { "roster", "saslauth", "tls", "disco" }\n', ["domains/main.cfg.lua"] = 'VirtualHost "example.org"\n' };
		support.run(("chmod a+rX %s; chmod 000 %s/lib/prosody/modules/mod_roster.lua"):format(source, source));
		local output = check(here, root, "--prosody="..quote(source));
		support.has(output, source.."/lib/prosody/modules/mod_roster.lua: Permission denied; what this file says is not known");
		support.run("chmod 000 "..quote(source));
		local code;
		output, code = check(here, root, "--prosody="..quote(source));
		assert.equal(("mod_stackloader check: --prosody=%s: this process may not look into the folder; prosodyctl runs as Prosody's own user, so put the "
			.."folder where that user may read it\n"):format(source), output);
		assert.equal(2, code);
	end);

	it("judges options of the site's own modules, which are in the installed folders", function ()
		local root = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = support.main_file;
			["core/a.cfg.lua"] = ('plugin_paths = { %q }\nmodules_enabled = { "roster", "saslauth", "tls", "disco", "ours" }\nours_limit = "x"\n'):format(
				prefix.."/plugins");
			["domains/main.cfg.lua"] = 'VirtualHost "example.org"\n' };
		each_pair(function (here, there)
			local output, code = check(here, root, "--prosody="..quote(word_for(there)));
			support.has(output, "a.cfg.lua:3: ours_limit: mod_ours expects a number");
			support.has(output, "0 errors, 1 warning, 0 notes");
			assert.equal(0, code);
		end);
	end);

	it("lets a component of the site's own module take over what its header says", function ()
		support.write(prefix.."/plugins/mod_heir.lua", "--% inherit_modules: ping\nmodule:depends(\"disco\");\n");
		local root = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = support.main_file;
			["core/a.cfg.lua"] = ('plugin_paths = { %q }\nmodules_enabled = stack.force(stack.append { "roster", "saslauth", "tls", "ping" })\n'):format(
				prefix.."/plugins");
			["domains/main.cfg.lua"] = 'VirtualHost "example.org"\nComponent "heir.example.org" "heir"\n\tmodules_disabled = { "ping" }\n' };
		for _, here in ipairs(prosodies) do
			support.has(check(here, root, "--prosody=13.0.7"), "domains/main.cfg.lua:3: modules_disabled");
			support.lacks(check(here, root, "--prosody=0.12.3"), "domains/main.cfg.lua:3: modules_disabled");
		end
	end);

	it("shows one layer's findings with --layer, and takes warnings for failures with --strict", function ()
		local root = support.tree(faulty_tree(prefix));
		local here, there = prosodies[1], prosodies[#prosodies];
		local word = "--prosody="..quote(word_for(there));
		local output, code = check(here, root, word.." --strict --layer=case1");
		support.has(output, "stack/01-case1/case.cfg.lua:1: c2s_timout");
		support.has(output, "0 errors, 1 warning, 0 notes");
		assert.equal(1, code);
	end);

	it("reads from the text of the main file what only the other Prosody would do there", function ()
		local here_13 = support.prosody_named "13";
		local handle = 'admins = { "root@example.org" }\nInclude "more/*.cfg.lua"\nunlimited_jids = admins\n';
		local included = 'trusted_proxies = { "127.0.0.1" }\n\nhttp_cors_override = trusted_proxies\n';
		local hosts = 'VirtualHost "example.org"\n';
		local plain_file = ("plugin_paths = { %q }\n"):format(prefix.."/lib/prosody/modules")..handle..hosts;
		for start, text in pairs { [0] = handle..support.main_file, [1] = plain_file } do
			local root = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = text, ["more/one.cfg.lua"] = included,
				["core/a.cfg.lua"] = 'modules_enabled = { "roster", "saslauth", "tls", "disco" }\n'..hosts };
			local expected = here_13 and check(here_13, root);
			for _, here in ipairs(prosodies) do
				local output = check(here, root, "--prosody=13.0.7");
				support.has(output, ("%s/prosody.cfg.lua:%d: unlimited_jids: Prosody 13 stores its own handle of admins here"):format(root, 3 + start));
				support.has(output, root.."/more/one.cfg.lua:3: http_cors_override: Prosody 13 stores its own handle of trusted_proxies here");
				assert.equal(expected or output, output);
				support.lacks(check(here, root, "--prosody=0.12.3"), "SL115");
			end
		end
		if here_13 then
			local root = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = ("plugin_paths = { %q }\n"):format(prefix.."/lib/prosody/modules")
				..'modules_enabled = { "roster", "saslauth", "tls", "disco" }\nmodules_enabled { "ping" }\nmodules_enabled:append { "time" }\n'
				..'log = { info = Lua.os.getenv "LOG" or "/var/log/a.log" }\nhttp_errors_messages = { a = FileLine "prosody.cfg.lua" }\n'..hosts };
			local output, code = check(here_13, root, "--prosody=0.12.3");
			for line, what in pairs { [3] = 'modules_enabled { … } without "="', [4] = "modules_enabled:append", [5] = "Lua; write (Lua or _G).os",
					[6] = "FileLine" } do
				support.has(output, ("%s/prosody.cfg.lua:%d: Prosody 0.12 does not know %s, so this file does not load there"):format(root, line, what));
			end
			assert.equal(2, code);
			support.lacks(check(here_13, root, "--prosody=13.0.7"), "SL124");
		end
	end);

	it("says in one line which versions it knows", function ()
		local root = support.tree(faulty_tree(prefix));
		for _, prosody in ipairs(prosodies) do
			local output, code = check(prosody, root, "--prosody=9.9.9");
			assert.equal("mod_stackloader check: --prosody=9.9.9: there is no catalogue of it; known are 0.12.3, 13.0.1~bpo12, 13.0.1, 13.0.6, 13.0.7, "
				.."or the folder of an unpacked source or package\n", output);
			assert.equal(2, code);
			output, code = check(prosody, root, "--prosody="..quote(root));
			assert.equal(("mod_stackloader check: --prosody=%s: there is no Prosody in this folder (no core/modulemanager.lua with modules or plugins "
				.."beside core); name the folder of an unpacked source or package\n"):format(root), output);
			assert.equal(2, code);
			output, code = check(prosody, root, "--prosody");
			support.has(output, "mod_stackloader check: --prosody: its value is missing");
			assert.equal(2, code);
		end
	end);

	it("is in the help of check", function ()
		local output = support.run(("cd / && %s %s --quiet --config %s mod_stackloader help check"):format(install, quote(prosodies[1].prosodyctl),
			quote(support.tree(faulty_tree(prefix)).."/prosody.cfg.lua")));
		support.has(output, "--prosody=VERSION");
		support.has(output, "13.0.7");
	end);
end);

describe("mod_stackloader diff --prosody", function ()
	local prefix, install;

	setup(function ()
		prefix, install = support.install();
	end);

	teardown(support.clean);

	local function diff(prosody, root, words)
		return support.run(("cd / && %s %s --quiet --config %s mod_stackloader diff %s"):format(install, quote(prosody.prosodyctl),
			quote(root.."/prosody.cfg.lua"), words));
	end

	local function old_server()
		return support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = ("plugin_paths = { %q }\n"):format(prefix.."/lib/prosody/modules")..[[
modules_enabled = { "roster", "saslauth", "tls", "disco", "mam", "bosh", "smacks" }
muc_room_default_allow_pm = "moderators"
VirtualHost "example.org"
Component "rooms.example.org" "muc"
Component "upload.example.org" "http_upload"
	http_upload_file_size_limit = 1024
]] };
	end

	support.with_each("says what nothing reads any more, which defaults change and which modules hosts gain and lose", function (prosody)
		local root = old_server();
		local output, code = diff(prosody, root, "--prosody=0.12.3 --prosody=13.0.7");
		local main = root.."/prosody.cfg.lua";
		assert.equal(1, code, output);
		for _, line in ipairs {
			"Nothing reads these options in Prosody 13.0.7:\n  - upload.example.org: http_upload_file_size_limit    "..main
				..":7, read by mod_http_upload\n";
			"Only Prosody 13.0.7 reads these options:\n  + muc_room_default_allow_pm    "..main..":3, read by mod_muc\n";
			"  c2s_stanza_size_limit: 262144, then 10000 (mod_bosh)\n";
			"  component_admins_as_room_owners: true, then false (mod_muc)\n";
			"  1 host: example.org\n    - posix    Prosody 13.0.7 does not load it by itself\n";
			"    + mam    enabled at "..main..":2; a component of mod_muc takes it over from the global list in Prosody 13.0.7\n";
			"    + muc_mam    mod_mam loads it\n";
			"    - http_upload    enabled in upload.example.org at "..main..":6; Prosody 13.0.7 does not have it; open a Component with the module "
				.."http_file_share in place of it\n";
		} do
			support.has(output, line);
		end
		-- What is the same in other words, and what only is no period on 0.12.
		support.lacks(output, "smacks_hibernation_time");
		support.lacks(output, "archive_expires_after");
	end);

	it("tells hosts that say the same together", function ()
		local root = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = support.main_file;
			["core/a.cfg.lua"] = 'modules_enabled = { "roster", "saslauth", "tls", "disco", "mam" }\n';
			["domains/all.cfg.lua"] = 'VirtualHost "a.example"\nVirtualHost "b.example"\nComponent "c.example" "muc"\nComponent "d.example" "muc"\n' };
		local output = diff(prosodies[1], root, "--prosody=0.12.3 --prosody=13.0.7");
		support.has(output, "  2 hosts: a.example, b.example\n    - posix");
		support.has(output, "  2 hosts: c.example, d.example\n    + cron");
	end);

	support.with_each("lets a room take over the global archive from 13.0.6 on", function (prosody)
		local root = old_server();
		local output = diff(prosody, root, "--prosody=13.0.1 --prosody=13.0.6");
		support.has(output, "a component of mod_muc takes it over from the global list in Prosody 13.0.6");
		output = diff(prosody, root, "--prosody=13.0.6 --prosody=13.0.7");
		support.lacks(output, "takes it over");
	end);

	support.with_each("compares what is in force with one word, and follows layers that ask for the version", function (prosody)
		local root = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = support.main_file;
			["core/a.cfg.lua"] = 'modules_enabled = { "roster", "saslauth", "tls", "disco" }\nc2s_timeout = stack.prosody_version == "13.0.7" and 7 or 300\n';
			["environments/staging.cfg.lua"] = "s2s_timeout = 10\n";
			["domains/main.cfg.lua"] = 'VirtualHost "example.org"\n' };
		local output = diff(prosody, root, '"--prosody=13.0.7 --environment=staging"');
		support.has(output, "--- in force\n+++ --prosody=13.0.7 --environment=staging\n");
		support.has(output, "  + 10    "..root.."/environments/staging.cfg.lua:1\n");
		if prosody.version ~= "13.0.7" then
			support.has(output, "  - 300    "..root.."/core/a.cfg.lua:2\n  + 7    "..root.."/core/a.cfg.lua:2\n");
		end
	end);

	it("finds no difference between a Prosody's catalogue and its folder", function ()
		local shipped = support.folder();
		support.run(("cp -R %s/config/. %s"):format(quote(support.project), quote(shipped)));
		for _, root in ipairs { shipped, support.tree(faulty_tree(prefix)), old_server() } do
			for _, here in ipairs(prosodies) do
				for _, there in ipairs(prosodies) do
					local output, code = diff(here, root, ("--prosody=%s --prosody=%s"):format(quote(word_for(there)), quote(there.source)));
					support.has(output, "No difference.\n");
					assert.equal(0, code, output);
				end
			end
		end
	end);

	it("prints JSON, and one line for a version that it does not know", function ()
		local here = prosodies[1];
		local root = old_server();
		local output, code = diff(here, root, "--prosody=0.12.3 --prosody=13.0.7 --format=json");
		assert.equal(1, code);
		for _, piece in ipairs { '"unread":[{', '"option":"http_upload_file_size_limit"', '"read_there":[{', '"defaults":[{', '"line":7',
				'"why":"mod_mam loads it"' } do
			support.has(output, piece);
		end
		output, code = diff(here, root, "--prosody=1");
		assert.equal("mod_stackloader diff: --prosody=1: there is no catalogue of it; known are 0.12.3, 13.0.1~bpo12, 13.0.1, 13.0.6, 13.0.7, "
			.."or the folder of an unpacked source or package\n", output);
		assert.equal(2, code);
	end);
end);

describe("The table of what not all versions have", function ()
	it("is made from the shipped catalogues", function ()
		local output, code = support.run(support.plain(("STACKLOADER_BUILD=%s %s/scripts/elsewhere --print"):format(quote(plain_build),
			quote(support.project))));
		assert.equal(0, code, output);
		assert.equal(support.read(support.project.."/lua/stackloader/elsewhere_names.lua"), output);
	end);

	it("tells in words which versions have an option or module", function ()
		local elsewhere = require "stackloader.elsewhere";
		for name, spoken in pairs { tls_profile_version = "13.0.7", sqlite_busy_timeout_ms = "13.0.6 and later", muc_vcard = "13",
				http_upload_quota = "0.12", c2s_max_child_elements = "0.12.3, 13.0.1, 13.0.6, 13.0.7" } do
			assert.equal(spoken, elsewhere.option(name));
		end
		assert.is_nil(elsewhere.option "c2s_timeout");
		assert.equal("13", elsewhere.core "flags");
		assert.same({ "13.0.6 and later", true }, { elsewhere.community("muc_mav", "13.0.7") });
		assert.same({ "13.0.6 and later", false }, { elsewhere.community("muc_mav", "13.0.1") });
	end);
end);
