-- Nothing that is printed or written holds a secret, wherever it comes from and whatever else is wrong. Secrets are planted in every place that
-- they can come from; what is searched for is each run of letters and digits in them, so that neither an escape nor a cut hides one.
local inside = require "spec.inside";
local running = require "spec.running";
local socket = require "socket";
local support = require "spec.support";

local quote, has = support.quote, support.has;

local secrets = {
	variable = [[vA7rq"x'B8sw\yC9tz]];
	dotenv = "dE4fg $<b>&amp;hJ5km";
	file = "first1Line\nsecond2Line\n\tthird3Line";
	pointed = "nP6qr\0sT7uv";
	credential = "wX8yz\27[31mA9bCd";
	own_credential = "eF2gh]]iJ3kL";
	literal = "mN4op=qR5sT";
	short = "q7Zk";
	inner = "uV6wxY";
	outer = "aB1cd-uV6wxY-eF9gh";
	by_name = "pässwört☃gH3jKl";
	bytes = "\255\254mN5pQr\128sT6vWx";
	in_address = "yZ7aBc:dE8fGh";
	number = "4815162342";
	long = ("lO9ng"):rep(80);
	option = [[iJ1kLm\"nO2pQr]];
	main = "rS3tUv\\\\wX4yZa";
	later = "bC5dEf'gH6iJk";
	default = "kL7mNo\rpQ8rSt";
	tenant = "tU9vWx%yZ1aBc";
	number_of_name = "16180339887";
};

local process = {
	SPEC_VARIABLE = secrets.variable; SPEC_SHORT = secrets.short; SPEC_INNER = secrets.inner; SPEC_OUTER = secrets.outer; SPEC_LONG = secrets.long;
	SPEC_PIN = secrets.number; SPEC_NAMED_PASSWORD = secrets.by_name; SPEC_BYTES_TOKEN = secrets.bytes;
	SPEC_DATABASE = "postgres://user:"..secrets.in_address.."@db.example/x";
	PROSODY_OPTION_REST_TOKEN = '"'..secrets.option:gsub('[\\"]', "\\%0")..'"';
	PROSODY_OPTION_EXTRA = "{ password = \""..secrets.option:gsub('[\\"]', "\\%0").."\", on = true }";
};

local layers = {
	[".env"] = "SPEC_DOTENV='"..secrets.dotenv.."'\nSPEC_UNREAD_SECRET='"..secrets.dotenv.."'\n";
	["profiles/standard/defaults.env"] = 'SPEC_DEFAULT_SECRET="'..secrets.default:gsub("\r", "\\r")..'"\n';
	["profiles/standard/profile.cfg.lua"] = 'profile_info = { name = "standard", features = { "web/http" } }\n';
	["features/web/http.cfg.lua"] = 'http_ports = { 5280 }\n';
	["core/read.cfg.lua"] = [[
local env = stack.env
token_a = env.secret "SPEC_VARIABLE"
plain_a = env.secret "SPEC_VARIABLE"
joined = "before "..env.secret "SPEC_VARIABLE".." between "..env.secret "SPEC_DOTENV".." behind"
from_file = env.secret "SPEC_FILE"
pointed = { env.secret "SPEC_POINTED", deep = { deeper = { env.secret "SPEC_DOTENV" } } }
credential = env.secret "SPEC_CREDENTIAL"
own_credential = Credential "spec_own"
short = "x"..env.secret "SPEC_SHORT".."y"
outer, inner = env.secret "SPEC_OUTER", env.secret "SPEC_INNER"
long = env.secret "SPEC_LONG"
pin, digits = tonumber(env.secret "SPEC_PIN"), env.secret "SPEC_PIN"
by_name = env.string("SPEC_NAMED_PASSWORD", "none")
by_getenv = os.getenv "SPEC_NAMED_PASSWORD"
by_global = ENV_SPEC_BYTES_TOKEN
listed = env.list "SPEC_NAMED_PASSWORD"
default = env.secret "SPEC_DEFAULT_SECRET"
database = env.string "SPEC_DATABASE"
keys = { [env.secret "SPEC_VARIABLE"] = "a key", [env.secret "SPEC_SHORT"] = { 1 } }
modules_enabled = { "roster", env.secret "SPEC_SHORT", "posix" }
admins = { env.secret "SPEC_INNER", "admin@example.org" }
fallback = env.string("SPEC_UNSET_PASSWORD", "]]..secrets.literal..[[")
numbers = env.secret "SPEC_LONG":sub(1, 400)
c2s_ports = env.secret "SPEC_VARIABLE"
log = { [env.secret "SPEC_SHORT"] = env.secret "SPEC_DOTENV" }
limits = { c2s = { rate = env.secret "SPEC_OUTER" } }
]];
	["core/literal.cfg.lua"] = ("ldap_password = %q\nsql = { driver = \"PostgreSQL\", password = %q, username = \"u\" }\n")
		:format(secrets.literal, secrets.literal)
		..('external_services = { { type = "turn", secret = %q, host = "turn.example.org" } }\n'):format(secrets.literal)
		..('api_tokens = { first = %q, second = { %q } }\npin_secret = %s\nother = "holds %s too"\n'):format(secrets.literal, secrets.tenant,
			secrets.number_of_name, secrets.literal)
		..('turn_external_secret = { %q }\ndsn = "host=db password=%s user=u"\nmodules_enabled = { "tls" }\n'):format(secrets.literal, secrets.tenant);
	["core/template.cfg.lua"] = 'local s = stack.env.secret "SPEC_VARIABLE"\n'
		..'return { version = s, utilities = { validate_it = function () return false, "not with "..s end } }\n';
	["domains/main.cfg.lua"] = ('VirtualHost "example.org"\nldap_password = %q\nVirtualHost "other.example"\n\tc2s_timeout = 3\n'
		..'Component "gw.example.org"\n\tcomponent_secret = %q\nComponent "rooms.example.org" "muc"\n\tname = stack.env.secret "SPEC_DOTENV"\n')
		:format(secrets.tenant, secrets.literal);
	["environments/staging.cfg.lua"] = 'ldap_password = "changed'..secrets.literal..'"\njoined = stack.env.secret "SPEC_OUTER"\nnew_token = "'
		..secrets.tenant..'"\n';
	["policies/security/baseline.cfg.lua"] = [[
ldap_password = stack.force(stack.env.secret "SPEC_VARIABLE")
pin = stack.at_most(7)
limited_secret = stack.one_of { "]]..secrets.tenant..[[", stack.env.secret "SPEC_SHORT" }
long = stack.force(stack.append { stack.env.secret "SPEC_DOTENV" })
]];
	["local/site.cfg.lua"] = ('ldap_password = %q\nlimited_secret = %q\nsql = { driver = "SQLite3", password = %q }\njoined = { 1 }\n')
		:format(secrets.tenant, secrets.literal, secrets.tenant);
	["prosody.cfg.lua"] = ('main_password = %q\n'):format(secrets.main)..support.main_file
		..('component_secret = %q\nldap_password = %q\nVirtualHost "late.example"\n\tlate_token = %q\n')
			:format(secrets.later, secrets.later, secrets.later);
};

-- What is wrong with a layer of its own, each in a tree of its own; its message must be without the secret all the same.
local broken = {
	'error("cannot use "..stack.env.secret "SPEC_VARIABLE")';
	'error({ message = stack.env.secret "SPEC_VARIABLE" })';
	'error(setmetatable({}, { __tostring = function () return "it is "..stack.env.secret "SPEC_DOTENV" end }))';
	'error(("%q"):format(stack.env.secret "SPEC_VARIABLE"))';
	'local t = {} t[stack.env.secret "SPEC_SHORT"].x = 1';
	'local t = {} t[stack.env.secret "SPEC_SHORT"]()';
	'load("return "..stack.env.secret "SPEC_INNER".." nonsense nonsense")() error(select(2, load("x = "..stack.env.secret "SPEC_OUTER".." y")))';
	'error(select(2, load(stack.env.secret "SPEC_LONG".." = =")))';
	'error(select(2, load(stack.env.secret "SPEC_FILE".." = =")))';
	'x = stack.env.number "SPEC_NAMED_PASSWORD"';
	'x = stack.env.secret "SPEC_LONG" y = stack.env.number "SPEC_LONG"';
	'y = stack.env.number "SPEC_UNREAD_SECRET"';
	'y = stack.env.secret "SPEC_VARIABLE" x = stack.env.boolean "SPEC_VARIABLE"';
	'x = stack.at_most(stack.env.secret "SPEC_OUTER")';
	'x = stack.at_least { stack.env.secret "SPEC_OUTER" }';
	'x = stack.at_most(stack.env.secret "SPEC_SHORT".."m")';
	'ldap_password = "'..secrets.literal..'\nx = 1';
	'ldap_password = "'..secrets.literal..'" "again"';
	'local t = { ["password"] = \''..secrets.literal..'\' error }';
	'local password = "'..secrets.literal..'" error("no "..password)';
	'ldap_password = "'..secrets.tenant..'" error("no "..ldap_password)';
	'api_token = io.open("ROOT/pointed"):read("a") error("no "..api_token)';
	'VirtualHost(stack.env.secret "SPEC_VARIABLE".."\\255")';
	'VirtualHost "a.example" Component("a.example")(stack.env.secret "SPEC_SHORT")';
	'Component("x.example", stack.env.secret "SPEC_SHORT") VirtualHost "x.example"';
	'VirtualHost "h.example" (stack.env.secret "SPEC_OUTER")';
	'Include(stack.env.secret "SPEC_SHORT".."/none.cfg.lua")';
	'x = FileContents(stack.env.secret "SPEC_SHORT".."/none")';
	'return { dependencies = { stack.env.secret "SPEC_OUTER" } }';
	'return { modules = { [stack.env.secret "SPEC_SHORT"] = 1 } }';
	'stack.layer(stack.env.secret "SPEC_OUTER")';
	'stack[stack.env.secret "SPEC_SHORT"] = 1';
	'stack.each(stack.env.secret "SPEC_SHORT", 1)';
	'_G.leak = stack.env.secret "SPEC_OUTER" _G[stack.env.secret "SPEC_SHORT"] = 1 error "done"';
	'local s = stack.env.secret "SPEC_POINTED" error("it is "..s.." here")';
	'x = stack.force(1) error(Credential "spec_own")';
	'error(stack.env.secret "SPEC_PIN" + 0)';
	'error("number "..tonumber(stack.env.secret "SPEC_PIN"))';
	'dofile(stack.env.secret "SPEC_SHORT")';
	'RunScript(stack.env.secret "SPEC_SHORT")';
	'error("postgres://u:'..secrets.in_address..'@h and token='..secrets.tenant..'")';
};

-- What a server is started with, which must run all the same, and what comes later.
local served = [[
local env = stack.env
token_a, by_name, database = env.secret "SPEC_VARIABLE", env.string "SPEC_NAMED_PASSWORD", env.string "SPEC_DATABASE"
joined = "before "..env.secret "SPEC_VARIABLE".." between "..env.secret "SPEC_SHORT"
keys = { [env.secret "SPEC_VARIABLE"] = "a key", [env.secret "SPEC_SHORT"] = { 1 } }
pin = tonumber(env.secret "SPEC_PIN")
ldap_password = "]]..secrets.literal..[["
pin_secret = "]]..secrets.tenant..[["
modules_enabled = { "http_openmetrics" }
statistics = "internal"
statistics_interval = "manual"
log = { info = env.string "LOG" }
stackloader_apply_modules = true
stackloader_watch = env.secret "SPEC_OUTER"
VirtualHost "other.example"
	ldap_password = "]]..secrets.by_name..[["
	c2s_timeout = stack.at_most(stack.env.secret "SPEC_PIN")
]];
local changed = [[
joined = stack.env.secret "SPEC_LONG"
keys = { [stack.env.secret "SPEC_INNER"] = stack.env.secret "SPEC_BYTES_TOKEN" }
ldap_password = "]]..secrets.main..[["
new_token = "]]..secrets.number_of_name..[["
modules_enabled = { "bad", stack.env.secret "SPEC_SHORT" }
log = { info = stack.env.string "LOG", { to = "file", levels = { "error" }, filename = "/dev/null/"..stack.env.secret "SPEC_SHORT" } }
VirtualHost "other.example"
	ldap_password = stack.env.secret "SPEC_OUTER"
VirtualHost "new.example"
	ldap_password = stack.env.secret "SPEC_OUTER"
]];
-- One line for the server's shell, which evaluates all of it: commands as text and as JSON.
local asked = {};
for _, line in ipairs { "layers", "show", "show other.example", "check", "modules", "features", "deps", "env", "timing", "xeps", "clients", "shards",
		"audit", "explain joined", "explain keys", "explain ldap_password", "explain ldap_password other.example", "explain stackloader_watch",
		"explain pin", "explain modules_enabled" } do
	local words = {};
	for word in line:gmatch "%S+" do
		words[#words + 1] = "'"..word.."'";
	end
	local name = table.remove(words, 1):sub(2, -2);
	asked[#asked + 1] = ("stackloader:%s(%s)"):format(name, table.concat(words, ", "));
	words[#words + 1] = "'--format=json'";
	asked[#asked + 1] = ("stackloader:%s(%s)"):format(name, table.concat(words, ", "));
end
asked = table.concat(asked, ", ");

--- What of a text is searched for: every run of letters and digits, wherever it is written.
local function pieces(text)
	local list = {};
	for piece in text:gmatch "%w+" do
		list[#list + 1] = #piece >= 4 and piece or nil;
	end
	return list;
end

local function search(text, what)
	for name, secret in pairs(secrets) do
		for _, piece in ipairs(pieces(secret)) do
			local at = text:find(piece:sub(1, 12), 1, true);
			if at then
				error(("%s tells the secret %s: …%s…"):format(what, name, text:sub(math.max(1, at - 200), at + 100)), 2);
			end
		end
	end
end

--- The tree in a fresh folder, with the files that secrets are in. Returns the folder and the words for `env`.
local function planted(files, variables)
	local root = support.tree(files);
	support.write(root.."/pointed", secrets.pointed);
	support.write(root.."/credentials/spec-credential", secrets.credential);
	support.write(root.."/credentials/spec_own", secrets.own_credential);
	local words = { SPEC_FILE = secrets.file, SPEC_POINTED_FILE = root.."/pointed", CREDENTIALS_DIRECTORY = root.."/credentials" };
	for name, value in pairs(variables or process) do
		words[name] = value;
	end
	return root, words;
end

local function environment_of(words)
	local text = "";
	for name, value in pairs(words) do
		text = text.." "..quote(name.."="..value);
	end
	return "env"..text;
end

for _, prosody in ipairs(support.prosodies()) do
	describe("With secrets in every place, Prosody "..prosody.name, function ()
		local prefix, environment;

		setup(function ()
			prefix, environment = support.install();
			support.write(prefix.."/share/lua/5.4/mod_stackloader/mod_stackloader.lua", support.read(support.project.."/spec/mod_asked.lua"));
		end);
		teardown(running.clean);

		local function ctl(root, words, line)
			return support.run(("%s %s %s --root --config %s %s"):format(environment_of(words), environment, quote(prosody.prosodyctl),
				quote(root.."/prosody.cfg.lua"), line));
		end

		-- All that the commands, text and JSON, say of a tree.
		local function ask_all(root, words, commands)
			local lines = {};
			for _, line in ipairs(commands) do
				lines[#lines + 1] = (line:gsub(" ", "\t"));
				lines[#lines + 1] = lines[#lines].."\t--format=json";
			end
			support.write(root.."/lines", table.concat(lines, "\n").."\n");
			return ctl(root, words, "mod_stackloader "..quote(root.."/lines"));
		end

		local commands = { "layers", "layers --tree", "show", "show *", "show example.org", "check", "modules", "modules --unused", "features", "deps",
			"deps --dot", "env", "env --as-server", "timing", "xeps", "clients", "shards", "audit", "complete layers", "complete flags", "complete options",
			"complete hosts", "explain nothing", "show nothing", "explain ldap_passwrd", "diff --environment=staging",
			"diff --environment=staging --environment=testing" };
		for _, option in ipairs { "token_a", "plain_a", "joined", "from_file", "pointed", "credential", "own_credential", "short", "outer", "long", "pin",
				"by_name", "by_global", "listed", "database", "keys", "modules_enabled", "admins", "fallback", "ldap_password", "sql", "external_services",
				"api_tokens", "pin_secret", "other", "turn_external_secret", "dsn", "limited_secret", "main_password", "component_secret", "rest_token", "extra",
				"limits", "log" } do
			commands[#commands + 1] = "explain "..option;
			commands[#commands + 1] = "explain "..option.." example.org";
			commands[#commands + 1] = "show "..option;
		end
		for _, host in ipairs { "gw.example.org", "rooms.example.org", "late.example" } do
			commands[#commands + 1] = "show "..host;
			commands[#commands + 1] = "explain component_secret "..host;
			commands[#commands + 1] = "explain name "..host;
			commands[#commands + 1] = "explain late_token "..host;
		end

		it("tells none in any command, in text or JSON, nor in a file that one writes #install", function ()
			local root, words = planted(layers);
			local files = { root.."/page.html", root.."/page.json", root.."/saved" };
			table.insert(commands, 1, "snapshot "..files[3]);
			table.insert(commands, 1, "report "..files[1]);
			table.insert(commands, "diff "..files[3]);
			local output = ask_all(root, words, commands);
			for _, file in ipairs { files[1], files[3] } do
				has(support.read(file), "(secret)");
				search(support.read(file), file);
			end
			for _, command in ipairs(commands) do
				local said = output:match("### "..command:gsub(" ", "\t"):gsub("[%-*.+]", "%%%0").."\n(.-)### exit code [01]\n");
				assert(said or command:find "nothing" or command:find "as%-server" or command:find "^explain" or command:find "^show", command.."\n"..output);
				search(said or "", command);
			end
			search(output, "prosodyctl mod_stackloader");
			has(output, "(secret)");
			has(output, 'ldap_password = "(secret)"');
		end);

		it("tells none in check config, with and without the name of a layer #install", function ()
			local root, words = planted(layers);
			local output = ctl(root, words, "check config");
			has(output, "Checking the layers");
			search(output, "check config");
			output = ctl(root, words, "check config --layer=core/read");
			has(output, "core/read sets:");
			search(output, "check config --layer");
		end);

		it("tells none where a layer is broken #install", function ()
			local shared = {};
			for path, content in pairs(layers) do
				shared[path] = content;
			end
			shared["core/read.cfg.lua"] = "modules_enabled = { 'roster' }\n";
			for i, code in ipairs(broken) do
				shared[("local/%02d.cfg.lua"):format(i)] = (code:gsub("ROOT", "/dev/null/none"));
			end
			local root, words = planted(shared);
			local output = ask_all(root, words, { "check", "show", "layers", "env", "audit", "report "..root.."/page.html", "explain ldap_password" });
			search(output, "the commands");
			search(support.read(root.."/page.html"), "the report");
			output = ctl(root, words, "check config");
			has(output, "errors, listed above");
			search(output, "check config");
		end);

		it("tells none where a choice has one for its name #install", function ()
			local shared = {};
			for path, content in pairs(layers) do
				shared[path] = content;
			end
			shared["policies/compliance/gdpr.cfg.lua"], shared["clients/mobile/one.cfg.lua"] = "gdpr = true\n", "client = 1\n";
			-- No layer has read one by then: these are secrets by their own names.
			for _, wrong in ipairs {
				{ PROSODY_ENVIRONMENT = secrets.by_name, PROSODY_COMPLIANCE = "gdpr,"..secrets.bytes, PROSODY_CLIENT_OPTS = "mobile/"..secrets.by_name },
				{ PROSODY_PROFILE = secrets.by_name, PROSODY_SHARD = secrets.dotenv, PROSODY_FEATURES_WEB_HTTP = secrets.bytes },
				{ PROSODY_ENV = secrets.by_name, PROSODY_ENVIRONMENT = "production", PROSODY_STACK_PATH = "/"..secrets.by_name },
			} do
				local root, words = planted(shared);
				for name, value in pairs(wrong) do
					words[name] = value;
				end
				local output = ask_all(root, words, { "check", "show", "layers", "layers --tree", "env", "features", "deps", "clients", "shards", "audit",
					"timing", "report "..root.."/page.html", "explain ldap_password", "snapshot "..root.."/saved" });
				search(output, "the commands");
				search(ctl(root, words, "check config"), "check config");
				local page = io.open(root.."/page.html");
				search(page and page:read "a" or "", "the report");
			end
		end);

		it("tells none in the message of a load that is refused, one by one and as the server", function ()
			local root, words = planted(layers);
			local list = {};
			for i, code in ipairs(broken) do
				list[i] = ("%q"):format((code:gsub("ROOT", root)));
			end
			local result, message = inside(prosody, root, [[
				local texts = {};
				for i, code in ipairs { ]]..table.concat(list, ",\n")..[[ } do
					local file = assert(io.open(root.."/local/broken.cfg.lua", "wb"));
					file:write(code, "\n");
					file:close();
					local ok, _, problem = load();
					texts[i] = ok and "(loaded)" or tostring(problem);
				end
				return texts;
			]], { process = "prosody", variables = words });
			assert.is_nil(message);
			assert.equal(#broken, #result);
			for i, text in ipairs(result) do
				search(text, broken[i]);
				assert(text:find("local/broken.cfg.lua", 1, true), broken[i].." "..text);
			end
		end);

		it("tells none in what the server logs of a load and a reload, nor in the record of its choices", function ()
			local root, words = planted(layers);
			local result, message = inside(prosody, root, [[
				package.path = ]]..("%q"):format(support.project.."/lua/?.lua;")..[[..package.path;
				local changes = require "stackloader.server_changes";
				local ok, _, warnings = load();
				assert(ok, warnings);
				local lines = { table.concat(warnings, "\n") };
				local before = changes.in_force();
				os.remove(root.."/core/literal.cfg.lua");
				os.remove(root.."/local/site.cfg.lua");
				local file = assert(io.open(root.."/local/site2.cfg.lua", "wb"));
				file:write("plain_a, joined = joined, plain_a keys = { 1 } other = 'x'..stack.env.secret 'SPEC_DOTENV'");
				file:close();
				assert(load());
				for _, line in ipairs(changes.between(before, changes.in_force())) do
					lines[#lines + 1] = line;
				end
				for _, finding in ipairs(stackloader.current():findings()) do
					lines[#lines + 1] = finding.text;
				end
				local record = io.open(root.."/stackloader.choices");
				lines[#lines + 1] = record and record:read("a") or "(no record)";
				return table.concat(lines, "\n");
			]], { process = "prosody", variables = words });
			assert.is_nil(message);
			has(result, 'plain_a: "(secret)" -> "before (secret) between (secret) behind"');
			has(result, "PROSODY_PROFILE='standard'");
			has(result, "validate_it: not with (secret)\n");
			search(result, "the server");
		end);

		local restricted = [[
local stackloader = (Lua or _G).require "stackloader"
stackloader.load(_ENV, { restrict = { ["domains/tenants"] = {
	modules = { "mam", "ping", "limits" }, options = { "modules_enabled", "motd_text", "ldap_password", "name", "c2s_stanza_size_limit", "limits" },
} } })
]];
		-- Values of a tenant that are names, paths, a layer and parts of them; and whatever is no secret at all in their place.
		local spoiling = { "modules_enabled", "c2s_require_encryption", "core/server.cfg.lua", "core/server", "domains/tenants", "b.example.cfg.lua",
			"cfg.lua:2", "prosody.cfg.lua", "tls-and-roster", "welcome_message", "environments" };
		local spoilt = {
			["core/server.cfg.lua"] = 'modules_enabled = { "tls", "roster", "motd" }\nc2s_require_encryption = true\nwelcome_message = "tls-and-roster"\n'
				.."c2s_timout = 3\n";
			["core/more.cfg.lua"] = 'modules_enabled = { "welcome" }\nhttp_host = "environments"\n';
			["environments/staging.cfg.lua"] = 'c2s_require_encryption = false\nVirtualHost "b.example"\n\tc2s_close_timeout = 7\n';
			["domains/tenants/b.example.cfg.lua"] = 'VirtualHost "b.example"\n\tmodules_enabled = { "mam" }\n\tname = "tls-and-roster"\n';
			["prosody.cfg.lua"] = restricted;
		};
		local asked_of_spoilt = { "layers", "layers --tree", "show", "show *", "show b.example", "check", "modules", "features", "deps", "env", "xeps",
			"clients", "audit", "complete options", "complete hosts", "explain modules_enabled", "explain modules_enabled b.example",
			"explain c2s_require_encryption", "explain welcome_message", "explain name b.example", "show name", "diff --environment=staging" };

		-- What all commands say of the tree and write into files, apart from its folder and from numbers, which are times and sizes.
		local function said_of(value, texts)
			local tree = {};
			for path, text in pairs(spoilt) do
				tree[path] = text;
			end
			for i, text in ipairs(texts) do
				tree["domains/tenants/t"..i..".example.cfg.lua"] = ('VirtualHost "t%d.example"\n\tmotd_text = %s\n\tldap_password = %q\n')
					:format(i, value(text), text);
			end
			local root, words = planted(tree, {});
			local lines = { table.unpack(asked_of_spoilt) };
			lines[#lines + 1] = "snapshot "..root.."/saved";
			lines[#lines + 1] = "report "..root.."/page.html";
			local said = ask_all(root, words, lines)..ctl(root, words, "check config --layer=core/server")..support.read(root.."/saved")
				..support.read(root.."/page.html");
			return (said:gsub(root:gsub("%p", "%%%0"), "ROOT"):gsub("%d[%d.]*e?[-+]?%d*", "0"));
		end

		local function same(expected, answer)
			local at = 1;
			while answer:byte(at) and answer:byte(at) == expected:byte(at) do
				at = at + 1;
			end
			if answer ~= expected then
				local from = math.max(1, at - 150);
				error(("differs: …%s… in place of …%s…"):format(answer:sub(from, at + 150), expected:sub(from, at + 150)), 2);
			end
		end

		it("lets no tenant spoil what others see, nor names, paths and line numbers #install", function ()
			local function in_address(text)
				return ("%q"):format("a://u:"..text:gsub("/", "-").."@h");
			end
			local plain, harmless = '"a://u:(secret)@h"', {};
			for i in ipairs(spoiling) do
				harmless[i] = "qT7-harmless";
			end
			local expected = said_of(function () return plain; end, harmless);
			has(expected, "modules_enabled");
			has(expected, "(secret)");
			same(expected, said_of(in_address, spoiling));
		end);

		it("keeps names, paths and line numbers where a layer of the server's own has them as a secret #install", function ()
			local function said(password)
				local tree = {};
				for path, text in pairs(spoilt) do
					tree[path] = text:gsub("tls%-and%-roster", "a text"):gsub('"environments"', '"h"');
				end
				tree["core/zz.cfg.lua"] = ("ldap_password = %q\nmotd_text = %q\n"):format(password, "a://u:"..password:gsub("/", "-").."@h");
				local root, words = planted(tree, {});
				return (ask_all(root, words, asked_of_spoilt):gsub(root:gsub("%p", "%%%0"), "ROOT"):gsub("%d[%d.]*e?[-+]?%d*", "0"));
			end
			local expected = said "qT7-harmless";
			has(expected, "(secret)");
			for _, password in ipairs { "modules_enabled", "c2s_require_encryption", "core/server.cfg.lua", "core/server", "domains/tenants",
					"environments" } do
				same(expected, said(password));
			end
		end);

		it("tells no tenant's own secret in any command #install", function ()
			local tree, texts = {}, {};
			for path, text in pairs(spoilt) do
				tree[path] = text;
			end
			for i, secret in ipairs { secrets.literal, secrets.tenant, secrets.inner, secrets.outer } do
				texts[i] = secret;
				local host = ("s%d.example"):format(i);
				tree["domains/tenants/"..host..".cfg.lua"] = ([[
VirtualHost "%s"
	ldap_password = "%s"
	name = "call %s"
	motd_text = '{"password":"iJ1kLm-nO2pQr","on":true} and postgres://u:%s@h'
	c2s_stanza_size_limit = "%s"
	limits = { c2s = { rate = "%s" } }
	modules_enabled = { "limits" }
]]):format(host, secret, secret, secrets.in_address, secret, secret);
			end
			tree["policies/security/baseline.cfg.lua"] = 'c2s_stanza_size_limit = stack.at_most(100000)\n';
			tree["environments/staging.cfg.lua"] = 'VirtualHost "s1.example"\n\tname = "n"\n';
			local root, words = planted(tree, {});
			local lines = { table.unpack(asked_of_spoilt) };
			for i in ipairs(texts) do
				local host = ("s%d.example"):format(i);
				for _, option in ipairs { "ldap_password", "name", "motd_text", "c2s_stanza_size_limit", "limits" } do
					lines[#lines + 1] = "explain "..option.." "..host;
					lines[#lines + 1] = "show "..option;
				end
				lines[#lines + 1] = "show "..host;
			end
			lines[#lines + 1] = "snapshot "..root.."/saved";
			lines[#lines + 1] = "report "..root.."/page.html";
			local said = ask_all(root, words, lines)..ctl(root, words, "check config")..support.read(root.."/saved")..support.read(root.."/page.html");
			has(said, "call (secret)");
			has(said, "c2s_stanza_size_limit in s1.example");
			search(said, "the commands");
		end);

		-- Its shell, its metrics, and what mod_stackloader logs while it watches, loads and unloads modules and takes other options over.
		it("tells none in the running server #install", function ()
			local tree = running.small_tree();
			tree["core/plugins.cfg.lua"] = 'plugin_paths = { stack.env.string "PLUGINS" }\ncertificates = "certs"\n';
			tree["local/server.cfg.lua"] = served;
			local up = running.prepare(prosody, {}, {}, tree);
			for name, value in pairs(process) do
				up.variables[name] = value;
			end
			up.variables.PLUGINS, up.variables.LOG, up.variables.PROSODY_OPTION_LOG = up.folder.."/plugins", up.folder.."/prosody.log", "";
			support.write(up.folder.."/plugins/mod_bad.lua",
				'error("no "..module:get_option_string "joined".." nor "..module:get_option_string "pin_secret")\n');

			-- Prosody's own lines about modules have what a module says of itself.
			local function logged(text, position)
				local ours, lines = true, {};
				for line in up:logged(text, position):gmatch "[^\n]+" do
					local who = line:match "^%a+ %d+ [%d:]+ ([^\t]+)\t";
					ours = who and who ~= "modulemanager" or not who and ours;
					lines[#lines + 1] = ours and line or nil;
				end
				local log = table.concat(lines, "\n");
				search(log, "the log");
				return log;
			end

			up:start();
			has(logged("Nothing is watched", 0), 'stackloader_watch is "(secret)"; it can be true');
			local connection = assert(socket.connect("127.0.0.1", up.ports.HTTP));
			connection:send "GET /metrics HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n";
			local page = connection:receive "*a";
			has(page, "prosody_mod_stackloader__layers ");
			search(page, "/metrics");
			if prosody.name ~= "0.12" then
				local said = up:shell(asked);
				for _, text in ipairs { 'ldap_password = "(secret)"', '"joined":"before (secret) between (secret)"', "local/server" } do
					has(said, text);
				end
				search(said, "the shell");
			end

			local position = #up:log();
			up:write("local/server.cfg.lua", (served:gsub('stackloader_watch = [^\n]*', "stackloader_watch = true")));
			up:write("local/zz.cfg.lua", changed);
			up:reload " ms; ";
			local log = logged("by inotify", position);
			for _, text in ipairs { 'joined: "before (secret) between (secret)" -> "(secret)"', "mod_bad could not be loaded on example.org: ",
					"mod_(secret) could not be loaded on example.org: ", 'log: + { filename = "/dev/null/(secret)", ', 'stackloader_watch: "(secret)" -> true' } do
				has(log, text);
			end
			position = #up:log();
			up:write("local/"..secrets.inner..".cfg.lua", "late_token = "..("%q"):format(secrets.later).."\nmodules_enabled = stack.remove { 'bad' }\n");
			up:told(position);
			log = logged("late_token: not set -> ", position);
			has(log, "changed: "..up.folder.."/config/local/(secret).cfg.lua; reloading the configuration");
			local record = io.open(up.folder.."/data/stackloader.choices");
			search(record and record:read "a" or "", "the record of choices");
		end);
	end);
end
