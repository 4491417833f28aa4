--- What check says where Prosody's source is not as it was: nothing of ours takes the place of what is not found there.
local asking = require "spec.asking";
local inside = require "spec.inside";
local support = require "spec.support";

local quote, has, lacks = support.quote, support.has, support.lacks;

-- What a release might change: the key of what is then not found, the file, the text, and what stands in its place.
local changes = {
	{ "automatic", "core/modulemanager.lua", "local autoload_modules = {", "local autoload_modules = array {" };
	{ "inheritable", "core/modulemanager.lua", "component_inheritable_modules = {", "component_heirlooms = {" };
	{ "headers", "core/modulemanager.lua", "metadata%.", "headers." };
	{ "formula", "core/modulemanager.lua", "%+ set%.new%(global_modules_enabled%)", "+ enabled_globally()" };
	{ "formula", "core/modulemanager.lua", "%- set%.new%(host_modules_disabled%)", "- disabled_here()" };
	{ "features", "core/features.lua", "available = set", "all = set" };
	{ "limits", "core/moduleapi.lua", "api:get_option_number", "api:get_option_numeral" };
	{ "depends", "core/moduleapi.lua", "function api:depends", "function api:needs" };
	{ "getters", "core/moduleapi.lua", "function api:get_option_", "function api:ask_option_" };
	{ "kind colour", "core/moduleapi.lua", "function api:get_option_path", "function api:get_option_colour(name)\nend\nfunction api:get_option_path" };
	{ "backends", "core/usermanager.lua", "default_provider = ", "usual_provider = " };
	{ "backends", "core/usermanager.lua", '"authorization"', '"roles"' };
	{ "backends", "core/storagemanager.lua", '"default_storage"', '"usual_storage"' };
	{ "obsolete", "util/prosodyctl/check.lua", "local obsolete", "local outdated" };
	{ "deprecated", "util/prosodyctl/check.lua", "local deprecated_replacements", "local replacements" };
	{ "deprecated ports", "util/prosodyctl/check.lua", "local deprecated_ports", "local old_ports" };
	{ "global", "util/prosodyctl/check.lua", "local known_global_options", "local global_options" };
	{ "ports", "core/portmanager.lua", "config%.get", "settings.ask" };
	{ "certificates", "core/certmanager.lua", '"_certificate"', '"_cert"' };
	{ "kind of gc", "util/startup.lua", '"gc"', '"collector"' };
	{ "values of gc", "util/gc.lua", "minor_threshold", "small_threshold" };
	{ "values of limits", "modules/mod_limits.lua", "sess_limits%.rate", "sess_limits.speed" };
	{ "values of disco_items", "modules/mod_disco.lua", "item%[1%]", "item.jid" };
	{ "values of log", "core/loggingmanager.lua", '"debug", "info"', '"trace", "info"' };
	{ "values of network_backend", "net/server.lua", '"select"', '"poll"' };
	{ "values of ssl", "util/sslconfig.lua", "finalisers%.curveslist", "finalisers.curves" };
	{ "values of statistics_interval", "core/statsmanager.lua", '"manual"', '"by hand"' };
	{ "values of tls_profile", "core/certmanager.lua", "get_profile%(profile", "profile_of(profile", "13.0.7" };
	{ "values of tls_profile", "core/certmanager.lua", "mozilla_ssl_configs%[", "tls_configs[", "0.12.3" };
	{ "values of archive_expires_after", "modules/mod_mam/mod_mam.lua", "%[dwmy%]", "[dwmyc]", "0.12" };
	{ "values of muc_log_expires_after", "modules/mod_muc_mam.lua", "%[dwmy%]", "[dwmyc]", "0.12" };
	{ "periods", "modules/mod_cron.lua", "get_option_period", "ask_period", "13" };
};

-- A case may be one of a generation ("13") or of a version ("13.0.7").
local function concerns(case, prosody)
	local only = case[5];
	return not only or only == prosody.name or only == prosody.version;
end

-- Copies Prosody's source; its modules are the original's.
local function copy_source(prosody, source)
	local output, code = support.run(("mkdir -p %s && cd %s && for x in *; do [ \"$x\" = modules ] || cp -r \"$x\" %s; done"):format(quote(source),
		quote(prosody.source), quote(source.."/")));
	assert(code == 0, output);
end

local function change(source, file, from, to)
	local text = support.read(source.."/"..file);
	local changed, count = text:gsub(from, to);
	assert(count > 0, file.." has no "..from);
	support.run("rm "..quote(source.."/"..file));
	support.write(source.."/"..file, changed);
end

-- What is not found with the sources in the folders 0, 1, 2 … below the root.
local code = [[
	package.path = PROJECT.."/lua/?.lua;"..package.path;
	local catalogue, not_found = require "stackloader.catalogue", require "stackloader.not_found";
	local found = {};
	for i = 0, COUNT do
		local source = root.."/"..i;
		local known = catalogue.new(nil, { source = source, plugins = { source.."/modules", prosody.paths.source.."/modules" } });
		found[i] = not_found.list(known);
		for _, missing in ipairs(found[i]) do
			assert(not_found.lacks(known, "no such key", missing.key));
		end
		assert(not not_found.lacks(known, "no such key"));
	end
	return found;
]];

for _, prosody in ipairs(support.prosodies()) do
	describe("What is learned from the source of Prosody "..prosody.version, function ()
		local found;
		setup(function ()
			local root = support.folder();
			copy_source(prosody, root.."/0");
			for i, case in ipairs(changes) do
				local source = root.."/"..i;
				copy_source(prosody, source);
				if case[2]:find "^modules/" then
					support.write(source.."/"..case[2], support.read(prosody.source.."/"..case[2]));
				end
				if concerns(case, prosody) then
					change(source, table.unpack(case, 2, 4));
				end
			end
			local problem;
			found, problem = inside(prosody, root, code:gsub("PROJECT", ("%q"):format(support.project)):gsub("COUNT", #changes), {});
			assert(found, problem);
		end);
		teardown(support.clean);

		it("was all found", function ()
			assert.same({}, found[0]);
		end);

		for i, case in ipairs(changes) do
			local key, file, from = table.unpack(case);
			if concerns(case, prosody) then
				it(("is missed where %s has no `%s`"):format(file, from), function ()
					local of_key;
					for _, missing in ipairs(found[i]) do
						of_key = missing.key == key and missing or of_key;
					end
					assert.is_table(of_key, #found[i].." others");
					assert.is_true(of_key.file == file or of_key.file == "core", of_key.file);
					assert.is_true(#of_key.pattern > 0 and #of_key.findings > 0);
				end);
			end
		end
	end);

	describe("prosodyctl mod_stackloader check with another source than that of Prosody "..prosody.version, function ()
		local environment, folder;
		setup(function ()
			environment = select(2, support.install());
		end);
		teardown(support.clean);

		-- What check prints where the text in the file is another; the whole program runs with that source.
		local function checked(layer, file, from, to, command)
			folder = support.folder();
			local source = folder.."/prosody";
			support.run(("cp -r %s %s"):format(quote(prosody.source), quote(source)));
			if file then
				change(source, file, from, to);
			end
			local plain = prosody.source:gsub("%p", "%%%0");
			support.write(folder.."/prosodyctl", (support.read(prosody.prosodyctl):gsub(plain, (source:gsub("%%", "%%%%")))));
			support.run("chmod +x "..quote(folder.."/prosodyctl"));
			local root = support.tree { ["prosody.cfg.lua"] = support.main_file, ["core/a.cfg.lua"] = layer, ["certs/README"] = "" };
			local ask = asking.with({ prosodyctl = folder.."/prosodyctl" }, environment);
			return (ask(command or "check", root.."/prosody.cfg.lua"));
		end

		it("notes the file, the pattern and what is left out, and leaves that out", function ()
			local layer = 'mam_smart_enable = true\ndisallow_s2s = true\nVirtualHost "example.org"\n';
			local output = checked(layer);
			lacks(output, "SL501");
			has(output, "disallow_s2s is deprecated");
			has(output, "mam_smart_enable is read only by mod_mam");

			output = checked(layer, "util/prosodyctl/check.lua", "deprecated_replacements", "newer_names");
			has(output, folder.."/prosody/util/prosodyctl/check.lua: `local deprecated_replacements = { … }` is not found in this file of Prosody; "
				.."left out for that: SL109, deprecated options");
			lacks(output, "is deprecated");

			output = checked(layer, "core/modulemanager.lua", "autoload_modules", "first_modules");
			has(output, "core/modulemanager.lua: `local autoload_modules = { … }` is not found");
			lacks(output, "mam_smart_enable");
			has(output, "disallow_s2s is deprecated");
		end);

		it("leaves out values that our own table no longer fits", function ()
			local layer = 'gc = { mode = "lazy" }\nlog = { loud = "x.log" }\n';
			local output = checked(layer);
			has(output, "gc: there is no mode \"lazy\"");
			has(output, "log: there is no level \"loud\"");

			output = checked(layer, "util/gc.lua", "major_threshold", "great_threshold");
			has(output, "left out for that: SL103 to SL106 and SL114 for the option gc");
			lacks(output, "there is no mode");
			has(output, "log: there is no level \"loud\"");
		end);

		it("warns of it in the commands that tell of modules", function ()
			for _, command in ipairs { "modules", "xeps" } do
				local output = checked('VirtualHost "example.org"\n', "core/modulemanager.lua", "component_inheritable_modules", "heirlooms", command);
				has(output, "modules = { … }` is not found in Prosody's core/modulemanager.lua, so it is not known: which modules components take over");
			end
		end);
	end);
end
