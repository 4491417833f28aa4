local lfs = require "lfs";
local socket = require "socket";
local support = require "spec.support";
local tree = require "spec.tree";
local stackloader = require "stackloader";

local prosodies = support.prosodies();

--- What `environments/` has, files and folders, and which of it is about the machine rather than about its purpose.
local platforms = { docker = true, kubernetes = true, systemd = true };

local function names_in(folder)
	local names = { platform = { "manual" }, environment = {} };
	for name in lfs.dir(folder) do
		local plain = name:match "^(.*)%.cfg%.lua$" or not name:find(".", 1, true) and name;
		if plain then
			local kind = platforms[plain] and "platform" or "environment";
			names[kind][#names[kind] + 1] = plain;
		end
	end
	table.sort(names.platform);
	table.sort(names.environment);
	return names;
end

local names = names_in(tree.folder.."/environments");

--- Every environment on every platform, as variables.
local function combinations()
	local list = {};
	for _, environment in ipairs(names.environment) do
		for _, platform in ipairs(names.platform) do
			list[#list + 1] = { PROSODY_ENVIRONMENT = environment, PROSODY_DEPLOYMENT_TYPE = platform };
		end
	end
	return list;
end

local function name_of(variables)
	return variables.PROSODY_ENVIRONMENT.." on "..variables.PROSODY_DEPLOYMENT_TYPE;
end

--- What the tree makes of variables, outside Prosody.
local function options(variables, scope)
	local all = { PROSODY_DEPLOYMENT_TYPE = "manual" };
	for name, value in pairs(variables) do
		all[name] = value;
	end
	return stackloader.load(nil, { root = tree.folder, variables = all, sysroot = "/nowhere" }):options(scope or "*");
end

describe("Every environment on every platform", function ()
	teardown(support.clean);

	it("has those that the tree promises", function ()
		assert.same({ "development", "local", "production", "staging", "testing" }, names.environment);
		assert.same({ "docker", "kubernetes", "manual", "systemd" }, names.platform);
	end);

	for _, prosody in ipairs(prosodies) do
		for _, variables in ipairs(combinations()) do
			it("is silent in check config of Prosody "..prosody.name..": "..name_of(variables), function ()
				local output, code = tree.check(prosody, variables);
				assert.equal(tree.silence, output);
				assert.equal(0, code);
			end);
		end

		-- The platforms differ in where things are, which a spec has to set anyway: each environment once, each platform once.
		for index, environment in ipairs(names.environment) do
			local variables = {
				PROSODY_ENVIRONMENT = environment;
				PROSODY_DEPLOYMENT_TYPE = names.platform[(index - 1) % #names.platform + 1];
			};
			it("starts without a complaint on Prosody "..prosody.name..": "..name_of(variables), function ()
				assert.same({}, tree.complaints(prosody, variables));
			end);
		end
	end
end);

describe("An environment", function ()
	it("without federation loads nothing that speaks to other servers", function ()
		for _, environment in ipairs { "development", "local", "staging", "testing" } do
			assert.is_true(support.contains(options({ PROSODY_ENVIRONMENT = environment }).modules_disabled, "s2s"), environment);
		end
		assert.is_false(support.contains(options({}).modules_disabled, "s2s"));
		assert.is_false(support.contains(options { PROSODY_ENVIRONMENT = "staging", PROSODY_STAGING_OUTSIDE = "true" }.modules_disabled, "s2s"));
	end);

	it("for a desk listens on loopback, in a container where its ports are published", function ()
		for _, environment in ipairs { "development", "local", "testing" } do
			assert.same({ "127.0.0.1", "::1" }, options({ PROSODY_ENVIRONMENT = environment }).interfaces);
			assert.same({ "127.0.0.1" }, options({ PROSODY_ENVIRONMENT = environment, PROSODY_IPV6 = "false" }).interfaces);
			assert.is_nil(options({ PROSODY_ENVIRONMENT = environment, PROSODY_DEPLOYMENT_TYPE = "docker" }).interfaces);
			assert.same({ "192.0.2.1" }, options({ PROSODY_ENVIRONMENT = environment, PROSODY_INTERFACES = "192.0.2.1" }).interfaces);
		end
	end);

	it("for a desk takes saved layers over by itself, where the plugin for that is installed", function ()
		local here = options { PROSODY_PROFILE = "minimal", PROSODY_ENVIRONMENT = "development", PROSODY_PLUGIN_PATHS = support.project.."/lua" };
		assert.is_true(support.contains(here.modules_enabled, "stackloader"));
		assert.is_true(here.stackloader_watch);
		assert.is_true(here.stackloader_apply_modules);
		local production = options { PROSODY_ENVIRONMENT = "production", PROSODY_PLUGIN_PATHS = support.project.."/lua" };
		assert.is_nil(production.stackloader_watch);
		assert.is_nil(production.stackloader_apply_modules);
	end);

	it("logs where its platform can keep it", function ()
		local files = { info = "/var/log/prosody/prosody.log", error = "/var/log/prosody/prosody.err", { levels = { "error" }, to = "syslog" } };
		assert.same(files, options({}).log);
		assert.same(files, options({ PROSODY_DEPLOYMENT_TYPE = "systemd" }).log);
		for _, platform in ipairs { "docker", "kubernetes" } do
			assert.same({ info = "*console" }, options({ PROSODY_DEPLOYMENT_TYPE = platform }).log);
			assert.same({ debug = "*console" }, options({ PROSODY_DEPLOYMENT_TYPE = platform, PROSODY_ENVIRONMENT = "staging" }).log);
		end
		assert.same({ warn = "*console" }, options({ PROSODY_ENVIRONMENT = "local", PROSODY_LOG_LEVEL = "warn" }).log);
	end);

	it("keeps a container's data and pid file on one volume", function ()
		for _, platform in ipairs { "docker", "kubernetes" } do
			local made = options { PROSODY_DEPLOYMENT_TYPE = platform, PROSODY_DATA_PATH = "/data" };
			assert.equal("/data", made.data_path);
			assert.equal("/data/prosody.pid", made.pidfile);
		end
	end);

	it("believes an Ingress about visitors, and gives its URLs", function ()
		local variables = { PROSODY_DEPLOYMENT_TYPE = "kubernetes", PROSODY_DOMAIN = "example.org", PROSODY_INGRESS_CIDR = "10.244.0.0/16" };
		assert.same({ "127.0.0.1", "::1", "10.244.0.0/16" }, options(variables).trusted_proxies);
		assert.equal("https://example.org/", options(variables, "example.org").http_external_url);
		assert.equal("https://upload.example.org/", options(variables, "upload.example.org").http_external_url);
		variables.PROSODY_HTTP_EXTERNAL_URL = "https://chat.example.org/";
		assert.equal("https://chat.example.org/", options(variables, "example.org").http_external_url);
	end);

	it("for tests keeps nothing", function ()
		assert.equal("memory", options({ PROSODY_ENVIRONMENT = "testing" }).storage);
		assert.equal("internal", options({}).storage);
	end);

	it("keeps test data shorter, unless a variable says how long", function ()
		assert.equal("2w", options({ PROSODY_ENVIRONMENT = "staging" }).archive_expires_after);
		local asked = options { PROSODY_ENVIRONMENT = "staging", PROSODY_ARCHIVE_EXPIRY = "90d", PROSODY_UPLOAD_EXPIRY = "never" };
		assert.equal(90 * 86400, asked.archive_expires_after);
		assert.equal(-1, asked.http_file_share_expires_after);
	end);
end);

describe("A group of variables", function ()
	teardown(support.clean);

	--- What is set, which variable the error must name, and the file that must say it; by the halves that are missing.
	local halves = {
		{ { PROSODY_TURN_SECRET = "quite-secret" }, "PROSODY_TURN_HOST", "04-protocol/extensions" };
		{ { PROSODY_DB_PASSWORD = "quite-secret" }, "PROSODY_DB_DRIVER", "06-storage/backends" };
		{ { PROSODY_DB_PORT = "5432" }, "PROSODY_DB_DRIVER", "06-storage/backends" };
		{ { PROSODY_DB_DRIVER = "PostgreSQL", PROSODY_DB_USER = "prosody" }, "PROSODY_DB_NAME", "06-storage/backends" };
		{ { PROSODY_DB_DRIVER = "MySQL", PROSODY_DB_NAME = "prosody" }, "PROSODY_DB_USER", "06-storage/backends" };
		{ { PROSODY_DB_DRIVER = "Oracle" }, "PROSODY_DB_DRIVER", "06-storage/backends" };
		{ { PROSODY_LDAP_SERVER = "ldap.example.org" }, "PROSODY_LDAP_BASE", "08-integration/ldap" };
		{ { PROSODY_LDAP_FILTER = "(mail=$user)" }, "PROSODY_LDAP_SERVER", "08-integration/ldap" };
		{
			{ PROSODY_LDAP_SERVER = "l", PROSODY_LDAP_BASE = "dc=l", PROSODY_LDAP_PASSWORD = "quite-secret" }, "PROSODY_LDAP_BIND_DN",
			"08-integration/ldap",
		};
		{ { PROSODY_COMPONENT_SECRET = "quite-secret" }, "PROSODY_COMPONENTS", "07-interfaces/components" };
		{ { PROSODY_OAUTH_URL = "https://login.example.org/" }, "PROSODY_OAUTH_CLIENT_ID", "08-integration/oauth" };
		{ { PROSODY_OAUTH_CLIENT_SECRET = "quite-secret" }, "PROSODY_OAUTH_URL", "08-integration/oauth" };
	};

	for _, half in ipairs(halves) do
		it("that is half set is an error that names "..half[2], function ()
			local ok, message = pcall(options, half[1]);
			assert.is_false(ok);
			support.has(message, half[3]..".cfg.lua:");
			support.has(message, half[2]);
			support.lacks(message, "quite-secret");
		end);
	end

	--- A secret that is missing is a warning under prosodyctl alone, which does not have what the service has.
	local secrets = {
		{ { PROSODY_TURN_HOST = "turn.example.org" }, "PROSODY_TURN_SECRET" };
		{ { PROSODY_DB_DRIVER = "postgresql", PROSODY_DB_NAME = "p", PROSODY_DB_USER = "p" }, "PROSODY_DB_PASSWORD" };
		{ { PROSODY_LDAP_SERVER = "l", PROSODY_LDAP_BASE = "dc=l", PROSODY_LDAP_BIND_DN = "cn=p" }, "PROSODY_LDAP_PASSWORD" };
		{ { PROSODY_COMPONENTS = "irc" }, "PROSODY_COMPONENT_SECRET" };
	};

	for _, prosody in ipairs(prosodies) do
		for _, case in ipairs(secrets) do
			it("that lacks its secret is a warning of Prosody "..prosody.name.." that names "..case[2], function ()
				support.has((tree.check(prosody, case[1])), "the secret "..case[2].." is missing");
			end);
		end

		it("that is whole is silent in Prosody "..prosody.name, function ()
			for _, variables in ipairs {
				{ PROSODY_TURN_HOST = "turn.example.org", PROSODY_TURN_SECRET = "quite-secret", PROSODY_TURN_TLS_PORT = "5349" };
				{ PROSODY_DB_DRIVER = "sqlite" };
				{
					PROSODY_DB_DRIVER = "postgresql", PROSODY_DB_NAME = "prosody", PROSODY_DB_USER = "prosody", PROSODY_DB_HOST = "/run/postgresql";
					PROSODY_LDAP_SERVER = "ldap.example.org", PROSODY_LDAP_BASE = "dc=example,dc=org";
					PROSODY_COMPONENTS = "irc,gateway.example.net", PROSODY_COMPONENT_SECRET = "quite-secret";
				};
			} do
				assert.equal(tree.silence, (tree.check(prosody, variables)));
			end
		end);
	end

	it("of a database moves the storage there, of a directory the login, and nothing else does", function ()
		assert.equal("internal", options({}).storage);
		assert.equal("internal_hashed", options({}).authentication);
		local made = options {
			PROSODY_DB_DRIVER = "postgres", PROSODY_DB_NAME = "n", PROSODY_DB_USER = "u", PROSODY_DB_PASSWORD = "p";
			PROSODY_LDAP_SERVER = "l", PROSODY_LDAP_BASE = "dc=l";
		};
		assert.equal("sql", made.storage);
		assert.same({ driver = "PostgreSQL", database = "n", username = "u", password = "p", host = "localhost" }, made.sql);
		assert.equal("ldap", made.authentication);
		assert.is_true(made.ldap_tls);
	end);

	it("of a directory and of an OAuth server together is an error, only one can check passwords", function ()
		local ok, message = pcall(options, {
			PROSODY_LDAP_SERVER = "l", PROSODY_LDAP_BASE = "dc=l";
			PROSODY_OAUTH_URL = "https://login.example.org/", PROSODY_OAUTH_CLIENT_ID = "i", PROSODY_OAUTH_CLIENT_SECRET = "s";
		});
		assert.is_false(ok);
		support.has(message, "PROSODY_LDAP_SERVER");
		support.has(message, "PROSODY_OAUTH_URL");
	end);
end);

describe("A domain of the tree", function ()
	it("opens what its feature brings, and nothing where the feature is off", function ()
		for feature, domain in pairs {
			GROUPCHAT_MUC = "conference.localhost", WEB_UPLOAD = "upload.localhost";
			MEDIA_FILE_TRANSFER = "proxy.localhost", COLLABORATION_PUBSUB = "pubsub.localhost";
		} do
			assert.is_table(options({ ["PROSODY_FEATURES_"..feature] = "true" }, domain), domain);
			assert.is_nil(options({ ["PROSODY_FEATURES_"..feature] = "false" }, domain), domain);
		end
	end);

	it("can have modules of its own, administrators, and less than others", function ()
		local folder = support.tree { ["mod_mine.lua"] = "" };
		local own = options({
			PROSODY_DOMAIN_ADMINS = "me@localhost", PROSODY_DOMAIN_MODULES_DISABLED = "time";
			PROSODY_PLUGIN_PATHS = folder, PROSODY_DOMAIN_MODULES = "";
		}, "localhost");
		assert.same({ "me@localhost" }, own.admins);
		assert.is_true(support.contains(own.modules_disabled, "time"));
		support.clean();
	end);

	it("refuses a module that is not installed", function ()
		local ok, message = pcall(options, { PROSODY_DOMAIN_MODULES = "not_there" });
		assert.is_false(ok);
		support.has(message, "PROSODY_DOMAIN_MODULES names \"not_there\"");
	end);

	it("of a server that is being moved is for this machine alone", function ()
		local made = options { PROSODY_MIGRATION_MODE = "true" };
		for _, service in ipairs { "c2s", "c2s_direct_tls", "s2s", "https", "proxy65" } do
			assert.same({ "127.0.0.1", "::1" }, made[service.."_interfaces"]);
		end
		assert.is_true(support.contains(made.modules_disabled, "s2s"));
	end);

	it("has an example for tenants that loads as it is", function ()
		local folder = tree.copy();
		local example = support.read(folder.."/domains/tenants/example.net.cfg.lua.example");
		support.write(folder.."/domains/tenants/example.net.cfg.lua", example);
		for _, prosody in ipairs(prosodies) do
			local output, code, files = tree.check(prosody, { PROSODY_DOMAIN = "example.org" }, folder);
			assert.equal(tree.silence, output);
			assert.equal(0, code);
			assert.is_true(support.contains(files, "domains/tenants/example.net.cfg.lua"));
		end
		support.clean();
	end);
end);

--- Sends text to a port of loopback and returns what comes back until the pattern is in it.
local function talk(connection, text, pattern)
	connection:settimeout(10);
	assert(connection:send(text));
	local answer = "";
	repeat
		local byte, problem = connection:receive(1);
		answer = answer..(byte or error(problem..": "..answer));
	until answer:find(pattern);
	return answer;
end

local stream = "<?xml version='1.0'?><stream:stream xmlns='%s' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='%s'>";

for _, prosody in ipairs(prosodies) do
	describe("A server that tests start in a container, on Prosody "..prosody.name, function ()
		local server;

		setup(function ()
			server = tree.start(prosody, {
				PROSODY_ENVIRONMENT = "testing", PROSODY_DEPLOYMENT_TYPE = "docker";
				PROSODY_COMPONENTS = "irc", PROSODY_COMPONENT_SECRET = "quite-secret";
				PROSODY_WEB_ORIGINS = "https://chat.example.org";
			});
		end);

		teardown(tree.clean);

		local function page(headers)
			return (tree.run("curl -s -i "..headers.." http://127.0.0.1:"..server.variables.PROSODY_HTTP_LISTEN.."/http-bind"));
		end

		it("makes accounts as the README says, and its clients log in", function ()
			for name, password in pairs { alice = "wonderland", bob = "builder" } do
				local output = server.prosodyctl(("shell 'user:create(\"%s@example.org\", \"%s\")'"):format(name, password));
				support.has(output, "OK");
			end
			local output, code = tree.run("PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "..support.project.."/spec/clients/message.py 127.0.0.1 "
				..server.variables.PROSODY_C2S_LISTEN.." "..server.folder.."/certs/example.org.crt"
				.." alice@example.org wonderland bob@example.org builder Hello");
			assert.equal(0, code, output);
			support.has(output, "received alice@example.org Hello");
			assert.is_nil(lfs.attributes(server.folder.."/data/example%2eorg"));
		end);

		it("tells a health check that it is alive", function ()
			local output, code = server.prosodyctl "status";
			assert.equal(0, code, output);
			support.has(output, "running");
			support.has(page "", "HTTP/1.1 200 OK"); -- asked by address
		end);

		it("lets web pages of the named sites connect, and no other", function ()
			local allowed = "Access%-Control%-Allow%-Origin: https://chat%.example%.org";
			assert.truthy(page("-H 'Host: example.org' -H 'Origin: https://chat.example.org'"):find(allowed));
			assert.falsy(page("-H 'Host: example.org' -H 'Origin: https://evil.example'"):find "Access%-Control%-Allow%-Origin");
		end);

		it("lets a program with the secret be the component, and none without it", function ()
			for secret, expected in pairs { ["quite-secret"] = "<handshake/>", ["guessed"] = "not%-authorized" } do
				local connection = assert(socket.connect("127.0.0.1", server.variables.PROSODY_COMPONENT_LISTEN));
				local opened = talk(connection, stream:format("jabber:component:accept", "irc.example.org"), "id='[^']+'[^>]*>");
				local digest = tree.run("printf %s "..support.quote(opened:match "id='([^']+)'"..secret).." | sha1sum"):match "%x+";
				talk(connection, "<handshake>"..digest.."</handshake>", expected);
				connection:close();
			end
		end);
	end);
end

describe("A load balancer", function ()
	teardown(support.clean);

	local thirteen = support.prosody_named "13";

	(thirteen and it or function () end)("that speaks the PROXY protocol tells Prosody 13 whom it brings", function ()
		local server = tree.start(thirteen, { PROSODY_DEPLOYMENT_TYPE = "kubernetes", PROSODY_PROXY_PROTOCOL_FROM = "127.0.0.1" });
		local connection = assert(socket.connect("127.0.0.1", server.variables.PROSODY_PROXY_C2S_LISTEN));
		talk(connection, "PROXY TCP4 192.0.2.9 127.0.0.1 40000 5222\r\n"..stream:format("jabber:client", "example.org"), "</stream:features>");
		connection:close();
		server.stop();
		support.has(server.log(), "192.0.2.9");
	end);

	it("that does is refused with Prosody 0.12, which has no module for it", function ()
		for _, prosody in ipairs(prosodies) do
			local output, code = tree.check(prosody, { PROSODY_DEPLOYMENT_TYPE = "kubernetes", PROSODY_PROXY_PROTOCOL_FROM = "10.0.0.0/8" });
			assert.equal(prosody.name == "13" and 0 or 1, code, output);
			assert.equal(prosody.name ~= "13", output:find("PROSODY_PROXY_PROTOCOL_FROM needs", 1, true) ~= nil, output);
		end
	end);
end);

describe("The legacy mode", function ()
	teardown(support.clean);

	it("loads an old configuration's files, whose lists add, and which no policy is weakened by", function ()
		for _, prosody in ipairs(prosodies) do
			local folder = tree.copy();
			assert.equal(tree.silence, (tree.check(prosody, { PROSODY_LEGACY_MODE = "true" }, folder))); -- there are none yet
			local old = "modules_enabled = { \"motd\" }\nmotd_text = \"as before\"\nc2s_require_encryption = false\n";
			support.write(folder.."/legacy/modules.d/old.cfg.lua", old);
			assert.equal(tree.silence, (tree.check(prosody, {}, folder)));
			local output, code, files = tree.check(prosody, { PROSODY_LEGACY_MODE = "true" }, folder);
			assert.equal(0, code, output);
			assert.is_true(support.contains(files, "legacy/modules.d/old.cfg.lua"));
			local made = stackloader.load(nil, {
				root = folder, sysroot = "/nowhere", variables = { PROSODY_LEGACY_MODE = "true", PROSODY_DEPLOYMENT_TYPE = "manual" };
			}):options "*";
			assert.equal("as before", made.motd_text);
			assert.is_true(support.contains(made.modules_enabled, "motd") and support.contains(made.modules_enabled, "roster"));
			assert.is_true(made.c2s_require_encryption);
		end
	end);
end);

describe("A template", function ()
	teardown(support.clean);

	local homes = {
		vhost = "domains/other.cfg.lua", component = "domains/gateway.cfg.lua", module = "features/admin/mine.cfg.lua";
		profile = "profiles/mine/profile.cfg.lua", layer = "stack/09-mine/mine.cfg.lua";
	};
	local words = {
		["EXAMPLE%.NET"] = "example.net", ["MUC_MODULE"] = "muc_mam", ["MODULE"] = "motd", ["OPTION"] = "motd_text";
		["NAME"] = "irc", ["PROSODY_motd_text"] = "PROSODY_MINE", ["PROSODY_irc"] = "PROSODY_IRC", ["YOU"] = "me";
	};

	it("stands for each kind of file", function ()
		for name in pairs(homes) do
			assert.truthy(lfs.attributes(tree.folder.."/templates/"..name..".template.lua"), name);
		end
	end);

	for _, prosody in ipairs(prosodies) do
		it("becomes a layer that Prosody "..prosody.name.." takes, once its words are replaced", function ()
			local folder = tree.copy();
			for name, home in pairs(homes) do
				local content = support.read(folder.."/templates/"..name..".template.lua");
				for _, word in ipairs { "EXAMPLE%.NET", "MUC_MODULE", "MODULE", "OPTION", "NAME", "PROSODY_motd_text", "PROSODY_irc", "YOU" } do
					content = content:gsub(word, words[word]);
				end
				support.write(folder.."/"..home, content);
			end
			local output, code, files = tree.check(prosody, {
				PROSODY_DOMAIN = "example.org", PROSODY_PROFILE = "mine", PROSODY_IRC_SECRET = "quite-secret", PROSODY_ENABLE_MINE = "true";
			}, folder);
			assert.equal(0, code, output);
			support.lacks(output, "Configuration warning");
			for name, home in pairs(homes) do
				assert.is_true(support.contains(files, home), name);
			end
		end);
	end
end);
