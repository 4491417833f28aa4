local support = require "spec.support";
local tree = require "spec.tree";
local stackloader = require "stackloader";

local quote = support.quote;
local prosodies = support.prosodies();

local environments = { "production", "development" };
local levels = { "baseline", "enhanced" };

--- Every combination of the tree's choices, as variables with a name to show.
local function combinations()
	local list = { { name = "no variable", variables = {} } };
	for _, name in ipairs(environments) do
		for _, level in ipairs(levels) do
			list[#list + 1] = {
				name = name..", "..level;
				variables = { PROSODY_DOMAIN = "example.org", PROSODY_ENVIRONMENT = name, PROSODY_SECURITY_LEVEL = level };
			};
		end
	end
	return list;
end

--- What a version makes of the tree: three sets of names, of the options that are set anywhere and of the modules that
--- are enabled and disabled.
local function assemble(prosody, variables)
	local folder = tree.copy();
	support.write(folder.."/prosody.cfg.lua", [[
local lua = Lua or _G
local stack = lua.require "stackloader".load(_ENV)
local hosts = { "*" }
for _, host in lua.ipairs(stack:hosts()) do
	hosts[#hosts + 1] = host.name
end
for _, host in lua.ipairs(hosts) do
	for option, value in lua.pairs(stack:options(host)) do
		lua.print("OPTION", host, option)
		if option == "modules_enabled" or option == "modules_disabled" then
			for _, module in lua.ipairs(value) do
				lua.print(option, host, module)
			end
		end
	end
end
]]);
	local output, code = tree.check(prosody, variables, folder);
	assert(code == 0, output);
	local found = { OPTION = {}, modules_enabled = {}, modules_disabled = {} };
	for kind, _, name in output:gmatch "([%w_]+)\t(%S+)\t(%S+)\n" do
		found[kind][name] = true;
	end
	return found;
end

local function exists(path)
	local file = io.open(path);
	return file ~= nil and file:close();
end

local function has_module(prosody, name)
	local folder = prosody.source.."/modules/";
	return exists(folder.."mod_"..name..".lua") or exists(folder.."mod_"..name.."/mod_"..name..".lua")
		or exists(folder..name.."/mod_"..name..".lua") or exists(folder.."mod_"..name.."/"..name.."/mod_"..name..".lua");
end

local function has_module_somewhere(name)
	for _, prosody in ipairs(prosodies) do
		if has_module(prosody, name) then
			return true;
		end
	end
	return false;
end

local sources; -- of all versions, modules included, as one text

local function sources_contain(literal)
	if not sources then
		local texts = {};
		for _, prosody in ipairs(prosodies) do
			texts[#texts + 1] = (tree.run("find "..quote(prosody.source).." -name '*.lua' -exec cat {} +"));
		end
		sources = table.concat(texts);
	end
	return sources:find(literal, 1, true) ~= nil;
end

--- Does Prosody read an option of that name? Names that it puts together (PREFIX.."ports", module.name.."_size_limit")
--- are looked for by their end, with the beginning as the name of a module or service.
local function is_read(option)
	if sources_contain('"'..option..'"') then
		return true;
	end
	for start in option:gmatch "()_" do
		local prefix, ending = option:sub(1, start - 1), option:sub(start);
		local known = has_module_somewhere(prefix) or sources_contain('name = "'..prefix..'"');
		if known and (sources_contain('"'..ending..'"') or sources_contain('"'..ending:sub(2)..'"')) then
			return true;
		end
	end
	return false;
end

describe("The shipped tree", function ()
	teardown(support.clean);

	-- What is there for one series alone is found only where both are looked at.
	local it_with_both = support.prosody_named "0.12" and support.prosody_named "13" and it or function () end;

	for _, prosody in ipairs(prosodies) do
		for _, combination in ipairs(combinations()) do
			it("is silent in check config of Prosody "..prosody.name.." with "..combination.name, function ()
				local output, code = tree.check(prosody, combination.variables);
				assert.equal(tree.silence, output);
				assert.equal(0, code);
			end);

			it("enables only modules that Prosody "..prosody.name.." has with "..combination.name, function ()
				local enabled = assemble(prosody, combination.variables).modules_enabled;
				assert.truthy(enabled.tls);
				for name in pairs(enabled) do
					assert.truthy(has_module(prosody, name), name);
				end
			end);
		end

		it("is silent in check config of Prosody "..prosody.name.." with components outside the domain", function ()
			local output, code = tree.check(prosody, {
				PROSODY_DOMAIN = "example.org"; PROSODY_CONFERENCE_DOMAIN = "rooms.example.net";
				PROSODY_UPLOAD_DOMAIN = "files.de.example.org";
				PROSODY_FEATURES_MEDIA_FILE_TRANSFER = "true"; PROSODY_PROXY_DOMAIN = "proxy.example.net";
				PROSODY_FEATURES_COLLABORATION_PUBSUB = "true"; PROSODY_PUBSUB_DOMAIN = "pubsub.example.net";
				PROSODY_COMPONENTS = "irc,gateway.example.net"; PROSODY_COMPONENT_SECRET = "quite-secret";
			});
			assert.equal(tree.silence, output);
			assert.equal(0, code);
		end);

		it("tells an administrator of every variable with a wrong value at once, on Prosody "..prosody.name, function ()
			local output, code = tree.check(prosody, { PROSODY_C2S_LISTEN = "imaps", PROSODY_UPLOAD_LIMIT = "plenty" });
			assert.not_equal(0, code);
			assert.truthy(output:find("ports.cfg.lua:%d+: PROSODY_C2S_LISTEN is \"imaps\""), output);
			assert.truthy(output:find("07%-interfaces/http.cfg.lua:%d+: PROSODY_UPLOAD_LIMIT is \"plenty\""), output);
		end);

		it_with_both("sets only options that some version reads, on Prosody "..prosody.name, function ()
			local variables = {
				PROSODY_ENVIRONMENT = "development"; PROSODY_SECURITY_LEVEL = "enhanced"; PROSODY_ADMIN_EMAIL = "admin@example.org";
				PROSODY_TURN_HOST = "turn.example.org"; PROSODY_TURN_SECRET = "s"; PROSODY_DATA_PATH = "/tmp";
				PROSODY_DB_DRIVER = "SQLite3"; PROSODY_LDAP_SERVER = "ldap.example.org"; PROSODY_LDAP_BASE = "dc=example,dc=org";
				PROSODY_MIGRATION_MODE = "true"; PROSODY_WEB_ORIGINS = "https://chat.example.org";
				PROSODY_COMPONENTS = "irc"; PROSODY_COMPONENT_SECRET = "s"; PROSODY_MUC_RTBL = "list.example.org";
				PROSODY_WEBHOOK_URL = "https://example.org/hook"; PROSODY_HTTP_EXTERNAL_URL = "https://chat.example.org/";
				PROSODY_TEST_USERS = "romeo"; PROSODY_GROUPS_FILE = "groups.txt"; PROSODY_OAUTH2_REGISTRATION_KEY = "s";
				PROSODY_FEATURES_MEDIA_FILE_TRANSFER = "true"; PROSODY_PROXY_ADDRESS = "192.0.2.1";
				PROSODY_DEPLOYMENT_TYPE = "kubernetes"; PROSODY_INGRESS_CIDR = "10.244.0.0/16";
				PROSODY_PROXY_PROTOCOL_FROM = prosody.name == "13" and "10.0.0.0/8" or "";
			};
			for option in pairs(assemble(prosody, variables).OPTION) do
				assert.truthy(option == "component_module" or is_read(option), option);
			end
		end);

		it("loads its layers axis by axis, folder by folder, on Prosody "..prosody.name, function ()
			local expected = {};
			local axes = {
				"core/", "stack/", "profiles/standard/", "features/", "domains/", "environments/production/",
				"policies/security/baseline.cfg", "policies/security/minimal.cfg", -- which baseline includes
			};
			for _, axis in ipairs(axes) do
				for _, path in ipairs(axis == "features/" and { axis } or tree.layers()) do
					if path:sub(1, #axis) == axis then
						expected[#expected + 1] = path;
					end
				end
			end
			for _, name in ipairs { "encryption", "limits", "tls12", "registration" } do -- which these include
				expected[#expected + 1] = "policies/rules/"..name..".lua";
			end
			expected[#expected + 1] = "prosody.cfg.lua"; -- Prosody counts a file when it has ended
			local _, _, files = tree.check(prosody);
			local found = {}; -- which features, and in which order, is the profile's business
			for _, path in ipairs(files) do
				path = path:match "^features/" or path;
				if path ~= "features/" or found[#found] ~= path then
					found[#found + 1] = path;
				end
			end
			assert.same(expected, found);
		end);
	end

	it_with_both("names only modules that exist somewhere", function ()
		for _, path in ipairs(tree.layers()) do
			for name in support.read(tree.folder.."/"..path):gmatch "stack%.available%s*%(?%s*\"([%w_]+)\"" do
				assert.truthy(has_module_somewhere(name) or exists(support.project.."/lua/mod_"..name..".lua"), path..": "..name);
			end
		end
		for _, prosody in ipairs(prosodies) do
			for name in pairs(assemble(prosody, { PROSODY_ENVIRONMENT = "development" }).modules_disabled) do
				assert.truthy(has_module_somewhere(name), name);
			end
		end
	end);

	it("says at the head of every layer, in ten lines at most, what it decides and when to change it", function ()
		for _, path in ipairs(tree.layers()) do
			local head, length = "", 0;
			for line in support.read(tree.folder.."/"..path):gmatch "([^\n]*)\n" do
				if line:sub(1, 2) ~= "--" then
					break;
				end
				head, length = head.." "..line, length + 1;
			end
			assert.is_true(length >= 2 and length <= 10, path);
			assert.truthy(head:find("Change", 1, true) or path:find "^policies/" and head:find("Do not edit this file", 1, true), path);
		end
	end);

	it("accepts ten findings at most, each with its reason", function ()
		local count = 0;
		for _, path in ipairs(tree.layers()) do
			for reason in support.read(tree.folder.."/"..path):gmatch "stackloader: accept SL%d+ *([^\n]*)" do
				assert.truthy(reason:find "%w+ %w+", path);
				count = count + 1;
			end
		end
		assert.is_true(count <= 10);
	end);

	it("has a README of a page in every folder", function ()
		local folders = tree.folders(9);
		assert.is_true(#folders > 60);
		for _, folder in ipairs(folders) do
			local _, count = support.read(folder.."/README.md"):gsub("\n", "");
			assert.is_true(count > 0 and count <= 60, folder);
		end
	end);

	it("names every layer in the README of its folder", function ()
		for _, path in ipairs(tree.layers()) do
			local folder, name = path:match "^(.*)/(.*)%.cfg%.lua$";
			assert.truthy(support.read(tree.folder.."/"..folder.."/README.md"):find("`"..name.."`", 1, true), path);
		end
	end);
end);

describe("A security policy", function ()
	teardown(support.clean);

	--- What each policy promises: what a later layer writes, and what has to come out all the same.
	local promises = {
		{ "c2s_require_encryption", "false", true };
		{ "s2s_require_encryption", "false", true };
		{ "s2s_secure_auth", "false", true };
		{ "allow_unencrypted_plain_auth", "true", false };
		{ "tls_profile", "\"old\"", "intermediate" };
		{ "allow_registration", "true", false };
		{ "registration_invite_only", "false", true };
	};
	local enhanced = {
		{ "allow_user_invites", "true", false };
		{ "default_iteration_count", "4096", 50000 };
		{ "c2s_stanza_size_limit", "10000000", 262144 };
		{ "s2s_stanza_size_limit", "10000000", 524288 };
		{ "hide_os_type", "false", true };
		{ "disco_expose_admins", "true", false };
		{ "s2s_insecure_domains", "{ \"peer.example\" }", {} };
		{ "disable_sasl_mechanisms", "{ \"DIGEST-MD5\" }", { "DIGEST-MD5", "PLAIN", "LOGIN" } };
		{ "log_auth_ips", "\"all\"", "failure" };
	};

	local function assembled(level, content)
		local folder = tree.copy();
		support.write(folder.."/local/weaker.cfg.lua", content);
		return stackloader.load(nil, {
			root = folder;
			variables = { PROSODY_SECURITY_LEVEL = level, PROSODY_DEPLOYMENT_TYPE = "manual" };
		});
	end

	local function holds(level, promise)
		local option, weaker, expected = table.unpack(promise);
		it(level.." keeps "..option.." whatever a later layer says", function ()
			local stack = assembled(level, option.." = "..weaker.."\n");
			assert.same(expected, stack:options("*")[option]);
		end);

		it(level.." keeps "..option.." whatever a host says", function ()
			local stack = assembled(level, "VirtualHost \"localhost\"\n"..option.." = "..weaker.."\n");
			local own = stack:options("localhost")[option];
			assert.same(expected, own == nil and stack:options("*")[option] or own);
		end);
	end

	for _, promise in ipairs(promises) do
		holds("baseline", promise);
		holds("enhanced", promise);
	end
	for _, promise in ipairs(enhanced) do
		holds("enhanced", promise);
	end

	for _, level in ipairs(levels) do
		it(level.." keeps its modules enabled and forbids others whatever a later layer says", function ()
			local stack = assembled(level, [[
modules_enabled = stack.replace { "legacyauth" }
modules_disabled = stack.remove { "legacyauth" }
VirtualHost "localhost"
modules_enabled = { "legacyauth" }
modules_disabled = { "limits" }
]]);
			local global, host = stack:options "*", stack:options "localhost";
			assert.is_true(support.contains(global.modules_enabled, "limits"));
			assert.is_true(support.contains(global.modules_enabled, "blocklist"));
			assert.is_true(support.contains(global.modules_disabled, "legacyauth"));
			assert.is_false(support.contains(host.modules_enabled, "legacyauth"));
			assert.is_false(support.contains(host.modules_disabled, "limits"));
		end);
	end

	it("enhanced leaves PLAIN on where a directory checks the passwords", function ()
		local stack = stackloader.load(nil, {
			root = tree.folder;
			variables = {
				PROSODY_SECURITY_LEVEL = "enhanced", PROSODY_DEPLOYMENT_TYPE = "manual";
				PROSODY_LDAP_SERVER = "ldap.example.org", PROSODY_LDAP_BASE = "dc=example,dc=org";
			};
		});
		assert.same({ "DIGEST-MD5" }, stack:options("*").disable_sasl_mechanisms);
	end);
end);
