local lfs = require "lfs";
local support = require "spec.support";

local program;

-- Every allocation on the plain build; the others, several times slower, look at some.
local sanitized = os.getenv "LD_PRELOAD";
local step = sanitized and 41 or support.build:find "/coverage$" and 5 or 1;
-- Where there are few of them.
local small_step = sanitized and 9 or 1;

--- Builds spec/starve.c.
local function build()
	program = support.folder().."/starve";
	local message, code = support.run(("env -u LD_PRELOAD cc -std=c11 -D_DEFAULT_SOURCE -I/usr/include/lua5.4 -o %s %s -llua5.4")
		:format(program, support.quote(support.project.."/spec/starve.c")));
	assert.equal(0, code, message);
end

--- Runs it over the body of a function that has the module as `stackloader`.
local function starve(body, how)
	local script = support.folder().."/script.lua";
	support.write(script, ("package.cpath = %q\nlocal stackloader = require 'stackloader'\nreturn function ()\n%s\nend\n")
		:format(package.cpath, body));
	return support.run(program.." "..script.." "..(how or small_step));
end

-- A small tree of two roots that has every feature of the README: every axis, chosen by variables of the process, of .env and of defaults.env; a
-- group, toggles, an alias and a needed feature; a share of the tenants, under restrict; layers that are data, code, templates, links, masked ones;
-- every directive, on options, keys and in hosts; every reader and what Prosody's own files can read and include; hosts and components that are
-- opened in every way; secrets; the main file; variables as options; and something to find for each kind of finding that ends no load.
local everything = {
	["profiles/standard/profile.cfg.lua"] = [[
		profile_info = { name = "standard", features = { "web/http", "groupchat/muc" } }
		modules_enabled = { "roster" }
	]];
	["profiles/standard/defaults.env"] = "PROSODY_FEATURES_CHAT_EXTRAS=false\nPROSODY_QUOTA=10MB\n";
	[".env"] = "export PROSODY_DOMAIN='example.org'\nPROSODY_ADMIN=\"admin@${PROSODY_DOMAIN}\"\nPROSODY_MISSING=${NOWHERE:-else}\n"
		.."PROSODY_ENV=other\nPROSODY_ENVIRONMENT=production # one of the two\nDB_PASSWORD=a-word-of-4\nREFERS=$NOWHERE${PROSODY_ADMIN:+x}\n";
	["core/a.cfg.lua"] = [[
		admins = { os.getenv "PROSODY_ADMIN", ENV_PROSODY_MISSING }
		modules_enabled = { "tls", "disco", nil, "saslauth" }
		limits = { c2s = { rate = "10kb/s", burst = "2s" }, s2sin = { rate = "30kb/s" } }
		archive_expires_after = stack.default "90d"
		http_upload_file_size_limit = stack.env.bytes("PROSODY_QUOTA", 1)
		answer = function () return 42 end
		numbers = { 1, 2.5, -0.0, math.huge, 0/0, 1 << 40 }
		password = stack.env.secret("PROSODY_PASSWORD", "")
		waiting = stack.env.duration("PROSODY_WAITING", "5m") and stack.env.list("PROSODY_NOTHING", { "x" })
		read = { stack.env.string "PROSODY_ADMIN", stack.env.number "NUMBER", stack.env.integer "INTEGER", stack.env.boolean "BOOLEAN" }
		tokens = { stack.env.secret "POINTED", stack.env.secret "SPEC_CREDENTIAL", deep = { Credential "spec_own", stack.env.secret "DB_PASSWORD" } }
		files = { FileContents "files/more.txt", FileLine "files/more.txt", FileLines "files/more.txt" }
		found = stack.available "nothing" or Lua.tostring(stack.prosody_version)
		_G.spec_global = stack.platform
		Include "more.lua"
		Include "files/*.inc"
		RunScript "script.lua"
	]];
	["core/more.lua"] = 'modules_enabled = { "more" }\nports = { 5222 }\n';
	["core/files/b.inc"] = "included = 'b'\n"; ["core/files/a.inc"] = "VirtualHost 'a.inc.example' { included = true }\n";
	["core/files/more.txt"] = "one\ntwo\n";
	["core/script.lua"] = "local made = {} for i = 1, 20 do made[i] = tostring(i) end\n";
	["core/data.cfg.lua"] = 'name = "data"\nports = { 1, 2 }\nmap = { a = { b = { c = true } }, ["odd key"] = 1 }\nVirtualHost "example.org"\n\tx = 1\n'
		..'\tldap_password = "battery-staple-4"\nComponent "gw.example.org"\n\tcomponent_secret = "hush-2"\n',
	["core/masked.cfg.lua"] = "error 'masked'\n"; ["core/off/a.cfg.lua"] = "error 'off'\n"; ["core/empty.cfg.lua"] = "error 'empty'\n";
	["stack/02-second/b.cfg.lua"] = [[
		return {
			modules = { core = { "ping", c2s_timeout = 300 }, security = { "limits" } },
			utilities = { validate_it = function (config, hosts) return config == hosts, "no config" end, validate_more = function () error {} end },
			version = "1.0.0", dependencies = { "core/a" },
		}
	]];
	["stack/10-third/c.cfg.lua"] = [[
		local shared = { "s" }
		one, two = shared, { shared, key = shared }
		modules_enabled[#modules_enabled + 1] = "edited"
		table.remove(admins, 1)
		modules_enabled:append { "x" }
		modules_enabled { "y" }
		local last; for value in modules_enabled:values() do last = value end
		counted = #modules_enabled:value()
		old = stack.layer "02-second/b".version
		ports = stack.replace { 5222, 5223 }
		admins = stack.prepend { "first@example.org" }
		modules_enabled = stack.append { "appended" }
		map = stack.remove { "odd key" }
		limits = { c2s = { burst = stack.unset }, s2sin = stack.default { burst = "1s" } }
		sql = { driver = "PostgreSQL", password = stack.force "a-word-of-5" }
		trusted_proxies = stack.force(stack.remove { "10.0.0.1" })
	]];
	["features/web/http.cfg.lua"] = 'feature_info = { description = "HTTP", depends = { "web/base" } }\nhttp_ports = { 5280 }\n';
	["features/web/base.cfg.lua"] = 'modules_enabled = { "http" }\n';
	["features/web/console.cfg.lua"] = 'feature_info = { extra = true }\nmodules_enabled = { "console" }\n';
	["features/groupchat/muc.cfg.lua"] = 'Component "conference.example.org" "muc"\n\tmodules_enabled = { "muc_mam" }\n';
	["features/groupchat/rooms.cfg.lua"] = 'feature_info = { alias = "groupchat/muc" }\n';
	["features/chat/extras.cfg.lua"] = "extras = true\n";
	["features/chat/archive.cfg.lua"] = 'if stack.feature "web/http" then modules_enabled = { "mam" } end\n';
	["clients/mobile/one.cfg.lua"] = 'modules_enabled = { "csi_simple" }\n';
	["usecases/team/chat.cfg.lua"] = "use = prosody.use_case .. prosody.client_optimizations\nmax = prosody.config.get('*', 'limits') and 1\n";
	["domains/main.cfg.lua"] = 'VirtualHost(stack.domain)\n\tmodules_enabled = stack.remove { "ping" }\n\tlimits = { c2s = { rate = "1kb/s" } }\n'
		..'\tarchive_expires_after = stack.at_most "7d"\nComponent("gw.example.org")("gateway")\nComponent "conference.example.org" "rooms"\n';
	["domains/tenants/t.example/t.cfg.lua"] = 'VirtualHost "t.example"\n\tssl = { key = "k", certificate = "c" }\n\thttps_host = "t.example"\n';
	["domains/tenants/u.example.cfg.lua"] = 'VirtualHost "u.example"\n\tx = { { "data" } }\n';
	["domains/tenants/v.example.cfg.lua"] = 'VirtualHost "v.example"\n\tx = 1\nComponent "rooms.v.example" "muc"\n\tmodules_enabled = { "mam" }\n';
	["domains/tenants/w.example.cfg.lua"] = 'VirtualHost "w.example"\n';
	["legacy/modules.d/old.cfg.lua"] = 'modules_enabled = { "old" }\n';
	["environments/production.cfg.lua"] = 'log = { info = "*syslog" }\nunwanted = stack.unset\nextras = stack.unset()\n';
	["environments/docker.cfg.lua"] = 'log = "*console"\n';
	["policies/security/baseline.cfg.lua"] = [[
		c2s_require_encryption = stack.force(true)
		archive_expires_after = stack.at_most "30d"
		http_upload_file_size_limit = stack.at_least(2000)
		tls_profile = stack.one_of { "modern", "intermediate" }
		limits = { s2sin = { rate = stack.force "3kb/s" } }
		map = { bound = stack.one_of { "a" }, listed = stack.subset_of { "b" } }
		extra_words = stack.subset_of { "c", "d" }
		stack.require({ "greeting", "map", "tier" }, function (option, host)
			return not host or option "greeting" ~= 2 and option "map" ~= nil, "no"
		end)
		modules_disabled = stack.force(stack.append { "register" })
		stack.each("muc", { restrict_room_creation = "local", modules_enabled = { "muc_limits" } })
		stack.each("host", { greeting = "hello" })
	]];
	["policies/performance/small.cfg.lua"] = "tier = stack.tier\n"; ["policies/compliance/gdpr.cfg.lua"] = "gdpr = true\n";
	["policies/compliance/audit/a.cfg.lua"] = "audited = true\n"; ["policies/data-governance/retention.cfg.lua"] = "kept = '1d'\n";
	["local/site.cfg.lua"] = 'c2s_require_encryption = false\narchive_expires_after = "1y"\nports = { 1 } ports = { 2 }\ngreeting = 1\nmap = 1\n'
		..'extra_words = { "c", "e" }\n'
		..'VirtualHost "example.org"\n\tc2s_require_encryption = false\n',
	["unread/x.cfg.lua"] = "";
	["pointed"] = "a secret of a file\nwith lines\n", ["credentials/spec-credential"] = "credential 1", ["credentials/spec_own"] = "credential 2",
};
local above = {
	["core/masked.cfg.lua"] = "masking = 'this'\n"; ["core/off.cfg.lua"] = ""; ["core/empty.cfg.lua"] = ""; ["features/web/more.cfg.lua"] = "more = 1\n";
	[".env"] = "NUMBER=2.5\nINTEGER=0x1f\nBOOLEAN=yes\n";
};

--- Writes both roots, and returns Lua code with locals for a load of them.
-- So many that listing them asks for memory.
for i = 1, 250 do
	everything[("core/what-else-there-is-in-the-folder-%03d.txt"):format(i)] = "x";
end

local function write_everything()
	local root, upper = support.tree(everything), support.tree(above);
	lfs.link("../../core/data.cfg.lua", root.."/stack/02-second/again.cfg.lua", true);
	lfs.link("site.cfg.lua", root.."/local/linked.cfg.lua", true);
	lfs.mkdir(upper.."/features/chat");
	lfs.link("/dev/null", upper.."/features/chat/extras.cfg.lua", true);
	support.run(support.plain("chmod o+w "..root.."/local/site.cfg.lua"));
	return ([[
		local variables = {
			PROSODY_PASSWORD = "secret word", PROSODY_OPTION_X = "{ 1, k = 'v' }", PROSODY_OPTION_ADMINS = "a@b,c@d", PROSODY_CLIENT_OPTS = "mobile/one",
			PROSODY_OPTION_TEXT = "text", PROSODY_OPTION_FLAG = "true", PROSODY_OPTION_PORTS = "1,2", PROSODY_OPTION_API_TOKEN = "'an option'",
			PROSODY_USECASE = "team/chat", PROSODY_LEGACY_MODE = "true", PROSODY_DEPLOYMENT_TYPE = "docker", PROSODY_ENABLE_ROOMS = "true",
			PROSODY_FEATURES_CHAT_ENABLED = "true", PROSODY_ENABLE_NOTHING = "true", PROSODY_FEATURES_WEB_CONSOLE = "true",
			PROSODY_PERFORMANCE_TIER = "auto", PROSODY_COMPLIANCE = "gdpr,audit", PROSODY_DATA_GOVERNANCE = "retention", PROSODY_SHARD = "SHARE/2",
			POINTED_FILE = "ROOT/pointed", CREDENTIALS_DIRECTORY = "ROOT/credentials", DSN = "postgres://user:in-an-address@host/x",
			PROSODY_PORT = "tcp://10.0.0.1:5222", PROSODY_SERVICE_HOST = "10.0.0.1",
		}
		local options = {
			roots = { "ROOT", "UPPER" }, sysroot = "/nowhere", variables = variables, merge = { one = "append" },
			restrict = { ["domains/tenants"] = {
				modules = { "mam", "muc" }, options = { "safe", "x", "https_host" }, hosts = { "<domain>", "*.<domain>" },
				certificates = true,
			} },
		}
		-- What stands behind the main file's environment, as in Prosody.
		local function main_file()
			local config_table = { ["*"] = { main_option = { 1 }, admins = { "main@example.org" } }, ["main.example"] = { defined = true, x = 1 } }
			local host_mt = {}
			local function set(host) config_table[host] = setmetatable({}, host_mt) end
			return setmetatable({ VirtualHost = set }, { __newindex = function (_, name, value)
				if not config_table["*"] then set "*" end
				config_table["*"][name] = value
			end }), config_table
		end
	]]):gsub("ROOT", root):gsub("UPPER", upper):gsub("SHARE", require "stackloader".shard("t.example", 2));
end

describe("running out of memory at any allocation", function ()
	setup(build);
	teardown(support.clean);

	it("ends a load of everything there is, and all its questions, with Lua's error or without; nothing is lost, and the next load works", function ()
		local output, code = starve(write_everything()..[[
			local env, config = main_file();
			local stack = stackloader.load(env, options);
			stack:findings() stack:hosts() stack:layers() stack:explain("limits", "example.org") stack:explain("modules_enabled")
			stack:explain("restrict_room_creation", "conference.example.org") stack:features() stack:choices() stack:variables() stack:dependencies()
			stack:timing() stack:about() stack:names() stack:sole("gdpr") stack:redact { "a-word-of-4", sql = { password = 1 } } stack:mask "a-word-of-5"
			assert(stack:options("t.example").ssl and stack:options().c2s_require_encryption and config["*"].main_option[1] == 1)
			assert(stackloader.current() == stack and config["t.example"].ssl.key == "k" and config["*"].masking == "this")
		]], step);
		assert.equal(0, code, output);
		assert.is_truthy(output:find("^survived %d%d%d%d"), output);
	end);

	it("ends a reload that keeps what has not changed, and reads what has, the same way", function ()
		local root = support.tree {
			["core/data.cfg.lua"] = 'x = { "a", k = { 1 } }\nVirtualHost "h.example"\n\ty = 2\n', ["core/code.cfg.lua"] = "Include 'more.inc' z = 1 + 1\n";
			["core/more.inc"] = "modules_enabled = { 'more' }\n", [".env"] = "X=1\n"; ["core/gone/gone.cfg.lua"] = "gone = true\n";
			["domains/tenants/a.example.cfg.lua"] = 'VirtualHost "a.example"\n\tmodules_enabled = { "mam" }\n';
		};
		local output, code = starve(([[
			local options = { root = %q, sysroot = "/nowhere", variables = {}, clock = %d, restrict = "domains/tenants" }
			local function load(text)
				local file = assert(io.open(options.root.."/core/changed.cfg.lua", "wb"))
				file:write(text)
				file:close()
				return stackloader.load({}, options)
			end
			load "changed = 1\n"
			local stack = load "changed = 1 + 20\n"
			local layers = stack:layers()
			assert(layers[2].kept and layers[3].kept and layers[4].kept and layers[5].kept and not layers[1].kept, stack:options().changed == 21)
			stack:findings() stack:explain("modules_enabled", "a.example")
		]]):format(root, os.time() + 3600), small_step);
		assert.equal(0, code, output);
		assert.is_truthy(output:find("^survived %d%d%d"), output);
	end);

	it("ends a load whose hosts wait, and the questions to them, the same way; asked once more, each gives the whole answer", function ()
		local more = {};
		for i = 1, 70 do
			more[i] = ("\tk%d = %d\n"):format(i, i);
		end
		local root = support.tree {
			["core/a.cfg.lua"] = "limits = { c2s = { rate = '10kb/s' } } special = { 'it is \"one\"', { k = 1 } }\n";
			["core/b.cfg.lua"] = '\nVirtualHost "a.example"\n\tlimits = { c2s = { rate = "1kb/s" }, s2s = {} }\n\tmodules_enabled = { "mam", "csi" }\n'
				..table.concat(more)..'VirtualHost "b.example"\n\tldap_password = "hush-hush-1"\n\tx = 1\nComponent "c.example" "muc"\n\tname = "C"\n'
				..'Component "d.example"\nVirtualHost "e.example"\n\ty = { 1, { 2 } }\n';
			["core/c.cfg.lua"] = "VirtualHost 'e.example' y = stack.append { 3 }\n";
		};
		local body = ([[
			local config_table, host_mt = { ["*"] = {} }, {}
			local function set(host) config_table[host] = setmetatable({}, host_mt) end
			local env = setmetatable({ VirtualHost = set }, { __newindex = function (_, name, value)
				if not config_table["*"] then set "*" end
				config_table["*"][name] = value
			end })
			local stack = stackloader.load(env, { root = %q, sysroot = "/nowhere", variables = {} })
			local function ask(question, ...)
				local ok, answer = pcall(stack[question], stack, ...)
				if ok then
					return answer
				end
				assert(answer:find("not enough memory", 1, true), answer)
				return stack[question](stack, ...)
			end
			pcall(stack.explain, stack, "limits", "a.example")   -- whatever came of it, there is nothing to find
			assert(#ask "findings" == 0)
			local explained = ask("explain", "modules_enabled", "a.example")
			assert(#explained.assignments == 1 and explained.value[2] == "csi" and explained.assignments[1].line == 4)
			assert(#ask("names", "a.example") == 73 and ask("options", "b.example").x == 1)
			config_table["b.example"].x, config_table["*"].special[2].k = 2, 3
			local findings = ask "findings"
			assert(#findings == 2 and findings[2].text:find "x in b.example was set after")
			assert(ask("options").special[2].k == 1)
			assert(ask("redact", "a hush-hush-1 b") == "a (secret) b" and #ask "hosts" == 5)
			assert(ask("about").options == 85)
			assert(#ask("options", "e.example").y == 3 and ask("sole", "name", "c.example") == "core/b")
		]]):format(root);
		for _, how in ipairs { "", " 2", " 3" } do
			local output, code = starve(body, small_step..how);
			assert.equal(0, code, output);
			assert.is_truthy(output:find("^survived %d%d%d"), output);
		end
	end);

	it("ends a layer alone where it is short of memory for a moment; those after it, which speak of the same, find names that are whole", function ()
		local code = "for i = 1, 66 do VirtualHost('h' .. i) end for i = 1, 66 do _ENV['o' .. i] = %d end";
		local root = support.tree { ["core/a.cfg.lua"] = code:format(1), ["core/b.cfg.lua"] = code:format(2) };
		local output, status = starve(("assert(#stackloader.load(nil, { root = %q, sysroot = '/nowhere', variables = {} }):hosts() == 66)"):format(root),
			"1 1");
		assert.equal(0, status, output);
	end);

	it("ends a load for another Prosody the same way", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "seen = stack.prosody_version modules_enabled = stack.force(stack.append { 'mam' })",
			["core/b.cfg.lua"] = "Component 'c.example' 'muc' modules_disabled = { 'mam' } there = stack.available 'mam'" };
		local output, code = starve(([[
			stackloader.assume { version = "13.9.1", available = function () return true end, takes_over = function () return true end }
			local stack = stackloader.load({}, { root = %q, sysroot = "/nowhere", variables = {} })
			assert(stack:options().seen == "13.9.1" and stack:options("c.example").there)
		]]):format(root), small_step);
		assert.equal(0, code, output);
		assert.is_truthy(output:find("^survived %d%d%d"), output);
	end);

	it("ends a load that reads in Prosody's source what components take over the same way", function ()
		local root = support.tree {
			["core/a.cfg.lua"] = "modules_enabled = stack.force(stack.append { 'mam', 'tls', 'ping' })",
			["core/b.cfg.lua"] = "Component 'c.example' 'heir' modules_disabled = { 'mam', 'tls', 'ping' }",
			["source/core/modulemanager.lua"] = "local autoload_modules = { 'iq' }\nlocal default_component_inheritable_modules = { 'tls', \"s2s\" }\n"
				.."return metadata.conflicts or metadata.inherit_modules\n";
			["plugins/mod_heir.lua"] = "--% inherit_modules: mam\n--% conflicts: none\n";
		};
		local output, code = starve(([[
			CFG_SOURCEDIR, CFG_PLUGINDIR = %q.."/source", %q.."/plugins/"
			local stack = stackloader.load({}, { root = %q, sysroot = "/nowhere", variables = {} })
			local left = stack:options("c.example").modules_disabled
			assert(#left == 1 and left[1] == "ping")
			local manager = stackloader.modulemanager(CFG_SOURCEDIR.."/core/modulemanager.lua")
			assert(manager.inheritable[2] == "s2s" and manager.automatic[1] == "iq" and #manager.headers == 2)
			assert(stackloader.source(CFG_PLUGINDIR.."mod_heir.lua").header.inherit_modules == "mam")
		]]):format(root, root, root), small_step);
		assert.equal(0, code, output);
		assert.is_truthy(output:find("^survived %d%d%d"), output);
	end);

	it("ends stackloader.merge the same way", function ()
		local output, code = starve [[
			local base = { modules_enabled = { "a", { "b" }, 0/0 }, limits = { c2s = { rate = "1" } }, ports = { 1, k = { 2 } }, f = print, n = 1 };
			local overlay = { modules_enabled = { "c", "a" }, limits = { c2s = { burst = 1 }, s2s = { x = {} } }, ports = { 3, l = 4 }, n = { 1 } };
			overlay.own = { "x" };
			overlay.shared = overlay.limits;
			assert(stackloader.merge(base, overlay, { merge = { own = "append" } }).ports.k[1] == 2);
		]];
		assert.equal(0, code, output);
		assert.is_truthy(output:find("^survived %d%d"), output);
	end);

	it("ends stackloader.environment the same way", function ()
		local system = support.tree {
			[".dockerenv"] = ""; ["etc/hostname"] = "box-3\n"; ["proc/meminfo"] = "MemTotal:  8000000 kB\n";
			["sys/devices/system/cpu/online"] = "0-3,8\n"; ["proc/self/cgroup"] = "0::/pod/x\n"; ["proc/1/cgroup"] = "0::/\n";
			["proc/self/mountinfo"] = "30 20 0:27 /pod /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
			["sys/fs/cgroup/x/memory.max"] = "1000000000\n"; ["sys/fs/cgroup/x/cpu.max"] = "150000 100000\n";
		};
		local output, code = starve(([[
			local found = stackloader.environment { sysroot = %q, variables = { PROSODY_ENV = "staging", KUBERNETES_SERVICE_HOST = "10.0.0.1" } };
			assert(found.name == "staging");
		]]):format(system));
		assert.equal(0, code, output);
		assert.is_truthy(output:find("^survived %d"), output);
	end);

	it("ends a load of a large tree the same way, wherever in it", function ()
		local files = { ["core/a.cfg.lua"] = 'modules_enabled = { "a" }' };
		for i = 1, 400 do
			files[("domains/tenants/t%d.example.cfg.lua"):format(i)] =
				('VirtualHost "t%d.example"\n\tmodules_enabled = { "m%d" }\n\tlimits = { c2s = { rate = "%dkb/s" } }\n%s')
					:format(i, i, i, i % 2 == 0 and "x = 1 + 1\n" or "");
		end
		local output, code = starve(([[
			local stack = stackloader.load(nil, { root = %q, sysroot = "/nowhere", variables = {} });
			stack:findings() stack:explain("limits", "t7.example") assert(#stack:hosts() == 400)
		]]):format(support.tree(files)), 397);
		assert.equal(0, code, output);
		assert.is_truthy(output:find("^survived %d%d%d%d"), output);
	end);

	it("ends stackloader.discover with Lua's error and gives everything back", function ()
		local site = support.tree { ["core/global.cfg.lua"] = ""; [".env"] = "PROSODY_FEATURES_AUTH_MODERN=true\nPROSODY_ENABLE_NOTHING=1\n" };
		local output, code = starve(([[
			stackloader.discover({ %q, %q }, {
				sysroot = "/nowhere"; variables = { PROSODY_CLIENT_OPTS = "" };
				axes = { "core", "profile", "features", { name = "environment", folder = "environments", variables = "SITE", default = "production" } };
			})
		]]):format(support.project.."/spec/trees/profile-feature-environment", site));
		assert.equal(0, code, output);
		assert.is_truthy(output:find("^survived %d%d%d"), output);
	end);

	it("ends a refusal the same way", function ()
		local output, code = starve(([[
			local ok, message = pcall(stackloader.discover, %q, { sysroot = "/nowhere"; variables = { PROSODY_ENVIRONMENT = "prodction" } });
			if not ok and message:find("not enough memory", 1, true) then
				error(message, 0);
			end
		]]):format(support.project.."/spec/trees/profile-feature-environment"));
		assert.equal(0, code, output);
		local root = support.tree { ["domains/a.example.cfg.lua"] = "x = f()\n",
			["domains/b.example.cfg.lua"] = 'VirtualHost "a.example"\n\thttp_host = "c"\n',
			["domains/c.example.cfg.lua"] = 'x = 1\nComponent "c.example"\n\tmodules_enabled = { "a/b", { 1 } }\n\tstorage = { a = "sql" }\n' };
		output, code = starve(([[
			local ok, message = pcall(stackloader.load, nil, { root = %q, sysroot = "/nowhere", variables = {},
				restrict = { domains = { modules = "mam", options = { "x" } } } });
			if not ok and message:find("not enough memory", 1, true) then
				error(message, 0);
			end
		]]):format(root));
		assert.equal(0, code, output);
		-- Tenants who speak of each other's hosts, and need more than the safe lists.
		root = support.tree { ["domains/a.example.cfg.lua"] = 'VirtualHost "x.shared"\n\thttps_host = "w.shared"\n\tmotd_jid = "a@y.shared"\n',
			["domains/b.example.cfg.lua"] = 'VirtualHost "y.shared"\n\thttps_host = "w.shared"\n\tmodules_enabled = { "other" }\nVirtualHost "z.x.shared"\n' };
		output, code = starve(([[
			local ok, message = pcall(stackloader.load, nil, { root = %q, sysroot = "/nowhere", variables = {},
				restrict = { domains = { modules = "any", options = "any", hosts = "*" } } });
			if not ok and message:find("not enough memory", 1, true) then
				error(message, 0);
			end
			assert(not ok and message:find("3 problems", 1, true), message);
		]]):format(root));
		assert.equal(0, code, output);
	end);

	it("ends a load of which most is wrong the same way", function ()
		local bad = support.tree {
			[".env"] = "A_PASSWORD='a-word-of-4'\n"; ["core/a.cfg.lua"] = "ldap_password = 'hush\\q'\n"; ["core/b.cfg.lua"] = "error { 1 }\n";
			["core/c.cfg.lua"] = "\nx = "..("{"):rep(250)..("}"):rep(250); ["core/d.cfg.lua"] = "x = stack.env.number 'A_PASSWORD'\n";
			["core/e.cfg.lua"] = "local t = {} t.t = t x = t\n"; ["core/f.cfg.lua"] = "return { dependencies = { 'none' } }\n";
			["core/g.cfg.lua"] = "error(stack.env.secret 'A_PASSWORD')\n"; ["core/h.cfg.lua"] = "Include 'none.lua'\n"; ["core/i.cfg.lua"] = "\27Lua";
		};
		local contradicting = support.tree {
			["core/a.cfg.lua"] = "y = stack.force(1) z = stack.at_most(1)\n"; ["core/b.cfg.lua"] = "y = stack.force(2) z = stack.at_least(2)\n";
		};
		local writable = support.tree { ["core/a.cfg.lua"] = "x = 1\n" };
		support.run(support.plain("chmod o+w "..writable.."/core/a.cfg.lua"));
		local included = support.tree {
			["core/a.cfg.lua"] = "Include 'x.inc' Include('../more/*.inc')", ["core/x.inc"] = "Include 'y.inc'", ["core/y.inc"] = "x = 1\n";
			["more/z.inc"] = "", ["other/o.cfg.lua"] = "y = 1\n";
		};
		assert(lfs.link("../other", included.."/core/part", true));
		assert(lfs.link("../other", included.."/core/again", true));
		support.run(support.plain("chmod o+w "..included.."/core/y.inc "..included.."/other"));
		local leading = support.tree { ["domains/a/x.cfg.lua"] = "" };
		assert(lfs.link("a", leading.."/domains/b", true));
		local output, code = starve(([[
			-- A finalizer that Lua cannot call for lack of memory is lost: no step of the collector while all is refused.
			collectgarbage "stop"
			local restrict
			local function refuse(root, wanted, strict)
				local ok, message = pcall(stackloader.load, nil, { root = root, sysroot = "/nowhere", variables = {}, strict = strict, restrict = restrict })
				assert(not ok and not message:find "a%%-word%%-of")
				if not message:find(wanted, 1, true) then
					error(message, 0)
				end
			end
			refuse(%q, "core/c.cfg.lua:2: too deep") refuse(%q, "contradict each other") refuse(%q, "can write this file", true)
			refuse(%q, "core/y.inc: every user of this machine can write this file", true) restrict = "domains" refuse(%q, "leads out of") restrict = nil
			refuse(%q, "expected NAME=value")
			collectgarbage "restart"
		]]):format(bad, contradicting, writable, included, leading, support.tree { [".env"] = "no assignment\n" }), step);
		assert.equal(0, code, output);
	end);

	it("ends stackloader.load and the questions to its stack the same way", function ()
		local root = support.tree {
			["core/a.cfg.lua"] = [[
				modules_enabled = { "tls", "roster" }
				limits = { c2s = { rate = "10kb/s" } }
				archive_expires_after = stack.default("90d")
				VirtualHost "example.com"
				modules_enabled = { "mam" }
				Component "conf.example.com" "muc" { modules_enabled = { "muc_mam" }, name = "x" }
			]];
			["local/b.cfg.lua"] = [[
				table.insert(modules_enabled, "carbons")
				limits = { s2s = { rate = stack.force("3kb/s") } }
				archive_expires_after = stack.at_most("30d")
				stack.each("muc", { restrict = "local" })
				VirtualHost "example.com"
				modules_enabled = stack.remove { "roster" }
			]];
			["domains/tenants/a.example.cfg.lua"] = 'VirtualHost "a.example"\n\tmodules_enabled = { "mam" }\nComponent "b.a.example" "muc"\n';
		};
		local output, code = starve(([[
			local stack = stackloader.load(nil, { root = %q, sysroot = "/nowhere", variables = { PROSODY_OPTION_X = "{ 1 }" },
				restrict = { ["domains/tenants"] = { modules = { "mam", "muc" }, hosts = { "<domain>", "*.<domain>" } } } });
			stack:explain("modules_enabled", "example.com");
			stack:findings();
			stack:hosts();
			stack:options();
		]]):format(root));
		assert.equal(0, code, output);
		assert.is_truthy(output:find("^survived %d%d%d"), output);
	end);
end);

-- An object that nothing holds on to is gone at once here, and the sanitized build sees who uses it still.
describe("a collector that runs before every new object", function ()
	setup(build);
	teardown(support.clean);

	it("takes nothing away from a load of everything there is, its questions, discover, merge and environment", function ()
		local output, code = starve(write_everything()..[[
			local env = main_file();
			local stack = stackloader.load(env, options);
			for _, name in ipairs(stack:names()) do
				stack:explain(name);
			end
			for _, host in ipairs(stack:hosts()) do
				stack:options(host.name);
				for _, name in ipairs(stack:names(host.name)) do
					stack:explain(name, host.name);
				end
			end
			stack:findings() stack:layers() stack:features() stack:choices() stack:variables() stack:dependencies() stack:timing() stack:about()
			stack:redact(stack:options());
			assert(#stack:options().modules_enabled > 10);
			options.restrict, options.merge = nil, nil;
			stackloader.discover(nil, options);
			stackloader.merge(stack:options(), { modules_enabled = { "x" }, limits = { c2s = { rate = 1 } } });
			stackloader.environment { variables = variables };
			local again = stackloader.load(main_file(), options);
			assert(again:options().ports[1] == 1);
		]], "collect");
		assert.equal(0, code, output);
	end);
end);
