--- What restrict allows to tenants where it gives no list: the same names in the module and in doc/tenants.md, and nothing beyond a host.
local support = require "spec.support";
local stackloader = require "stackloader";

-- The names in quotes of a C array or a Lua list.
local function names_in(text)
	local names = {};
	for name in text:gmatch '"([^"]*)"' do
		names[#names + 1] = name;
	end
	return names;
end

local function sources()
	local code = support.read(support.project.."/src/safe_lists.c");
	local page = support.read(support.project
		.."/doc/tenants.md"):match "\n%-%- What tenants may set and load where restrict does not say otherwise\n(.-)\n```";
	local lists = {};
	for _, field in ipairs { "options", "modules" } do
		lists[field] = names_in(assert(code:match("sl_safe_"..field.."%[%] = (%b{})"), field));
		lists["page "..field] = names_in(assert(page:match(field.." = (%b{})"), field));
	end
	return lists;
end

local function load(text, restrict)
	local root = support.tree { ["domains/tenants/good.example.cfg.lua"] = text };
	return pcall(stackloader.load, nil, { root = root, variables = {}, sysroot = "/nowhere", restrict = restrict or "domains/tenants" });
end

-- Files of a module below Prosody's folder.
local function read_module(folder, name)
	local text = "";
	for _, path in ipairs { "mod_"..name..".lua", name, "mod_"..name } do
		text = text..support.run(("find %s -name '*.lua' -exec cat {} + 2>/dev/null || true"):format(support.quote(folder.."/modules/"..path)));
	end
	return text;
end

describe("The safe lists of restrict", function ()
	teardown(support.clean);

	it("are those in doc/tenants.md", function ()
		local lists = sources();
		assert.same(lists.options, lists["page options"]);
		assert.same(lists.modules, lists["page modules"]);
		assert.is_true(#lists.options > 10 and #lists.modules > 3);
	end);

	it("are what a tenant has by default, each name and no other", function ()
		local lists = sources();
		for _, name in ipairs(lists.options) do
			local value = name:find "^modules_" and "{}" or '"x"';
			assert(load(('VirtualHost "good.example"\n\t%s = %s\n'):format(name, value)));
			local ok, message = load(('VirtualHost "good.example"\n\t%sx = %s\n'):format(name, value));
			assert.is_false(ok);
			support.has(message, "the option "..name.."x is not among those");
		end
		for _, name in ipairs(lists.modules) do
			assert(load(('Component "x.good.example" "%s"\n'):format(name)));
			assert.is_false((load(('Component "x.good.example" "%sx"\n'):format(name))));
		end
	end);

	it("name no file, key, service, program or other host of the server", function ()
		for _, name in ipairs(sources().options) do
			for _, word in ipairs { "file$", "path", "dir", "key", "certificate", "ssl", "socket", "url", "secret", "password", "command", "script",
				"host" } do
				assert(not name:find(word), name.." sounds like "..word);
			end
		end
	end);

	for _, prosody in ipairs(support.prosodies()) do
		describe("on Prosody "..prosody.name, function ()
			local folder = prosody.prosodyctl:gsub("bin/prosodyctl$", "lib/prosody");

			-- Global events, by module: they measure, or end what the module itself has. A port is opened by http alone, which doc/tenants.md says.
			local global = { muc = { ["stats-update"] = true, ["server-stopping"] = true }, http_file_share = { ["stats-update"] = true } };

			it("have modules that are not global, open no port of their own, and hook no event of other hosts", function ()
				for _, name in ipairs(sources().modules) do
					local text = read_module(folder, name);
					assert(#text > 100, "the source of "..name.." is gone");
					assert.is_nil(text:match "set_global", name);
					assert.is_nil(text:match 'provides%(? ?"net"', name);
					assert.is_nil(text:match "events%.add_handler", name);
					for event in text:gmatch 'hook_global%("([^"]*)"' do
						assert.is_true((global[name] or {})[event], name..": "..event);
					end
				end
			end);

			it("have options that only modules of the host itself read", function ()
				-- Who else than the option's own module reads it, and what for.
				local known = { admins = true, name = true, modules_enabled = true, modules_disabled = true, muc_log_by_default = true };
				local own = { motd_text = "motd", welcome_message = "welcome", disco_items = "disco", archive_expires_after = "mam",
					default_archive_policy = "mam", muc_log_expires_after = "muc_mam", max_history_messages = "muc" };
				for _, name in ipairs(sources().options) do
					local readers = support.run(("grep -rlE '[\"'\"'\"']%s[\"'\"'\"']' %s %s || true"):format(name, support.quote(folder.."/modules"),
						support.quote(folder.."/core")));
					for reader in readers:gmatch "[^\n]+" do
						local module = own[name] or name:find "^http_file_share" and "http_file_share" or "muc";
						assert(known[name] or reader:find(module, 1, true), name.." is read by "..reader);
					end
				end
			end);
		end);
	end
end);
