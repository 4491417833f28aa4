-- What stack:redact and stack:mask leave out, what is a secret by its name, and findings and explanations without them.
local support = require "spec.support";

local has, lacks = support.has, support.lacks;

local function load_with(layer, variables)
	local root = support.tree { ["core/a.cfg.lua"] = layer };
	return require "stackloader".load(nil, { root = root, variables = variables or { KEY = "correct-horse" }, sysroot = "/nowhere" });
end

-- A stack that has read this secret.
local function knowing(...)
	local variables, code = {}, "";
	for i, secret in ipairs { ... } do
		variables["KEY"..i] = secret;
		code = code..("stack.env.secret 'KEY%d'\n"):format(i);
	end
	return load_with("local function none() end\n"..code:gsub("stack[^\n]*", "none(%0)"), variables);
end

describe("stack:redact", function ()
	teardown(support.clean);

	it("gives a copy without the secrets that were read, to any depth", function ()
		local stack = load_with "key = stack.env.secret 'KEY'\n";
		local value = { "x-correct-horse", inner = { key = "correct-horse", n = 1 } };
		assert.same({ "x-(secret)", inner = { key = "(secret)", n = 1 } }, stack:redact(value));
		assert.equal("correct-horse", value.inner.key);
		assert.equal("(secret)", stack:redact "correct-horse");
		assert.is_nil(stack:redact(nil));
	end);

	it("gives what is no secret as it is, and wants a value", function ()
		local stack = load_with "key = 'correct-horse'\n";
		assert.same({ "correct-horse", { true, 1.5 } }, stack:redact { "correct-horse", { true, 1.5 } });
		assert.equal(print, stack:redact(print));
		assert.has_error(function () stack:redact(); end);
		assert.has_error(function () stack:mask(); end);
	end);

	it("hides what is a secret by the name of the option or of a key, and that value elsewhere", function ()
		local stack = load_with "ldap_password = 'battery-staple' sql = { password = 'none', username = 'u' } text = 'a battery-staple, none'\n";
		assert.equal("(secret)", stack:redact("anything", "ldap_password"));
		assert.equal("anything", stack:redact("anything", 7));
		assert.same({ password = "(secret)", username = "u" }, stack:redact { password = 7, username = "u" });
		assert.equal("a (secret), none", stack:redact "a battery-staple, none");
		assert.equal("a (secret), none", stack:explain "text".value);
		assert.same({ password = "(secret)", username = "u" }, stack:explain "sql".value);
		assert.same({ tokens = { "", true, "(secret)" } }, stack:redact { tokens = { "", true, "x" } });
	end);

	it("knows the value of one key that a directive sets, and the password of an address", function ()
		local stack = load_with [[
			sql = { password = stack.force "battery-staple", host = stack.default "battery-host", deep = { token = stack.default "deep-staple" } }
			storage = "a://user:address-staple@host/x" other = "https://host/" third = "://" modules_enabled = { "address-staple" }
			text = "a battery-staple on battery-host with deep-staple and address-staple"
		]];
		assert.equal("a (secret) on battery-host with (secret) and (secret)", stack:explain "text".value);
		local shown = {};
		for _, step in ipairs(stack:explain "sql".assignments) do
			shown[step.key and table.concat(step.key, ".") or ""] = step.value;
		end
		assert.equal("(secret)", shown.password);
		assert.equal("battery-host", shown.host);
		assert.equal("(secret)", shown["deep.token"]);
	end);

	it("knows names of secrets from others", function ()
		local stack = load_with "x = 1\n";
		for _, name in ipairs { "ldap_password", "Password", "dbpasswd", "key_passphrase", "component_secret", "api_tokens", "rest_api_key", "apikey",
				"tls_private_key", "secret_key", "access_keys" } do
			assert.equal("(secret)", stack:redact("x", name), name);
		end
		for _, name in ipairs { "password_hash", "token_ttl", "key", "secrecy", "s", "", "ss", "passing", "tokenauth", "password_policy" } do
			assert.equal("x", stack:redact("x", name), name);
		end
	end);

	it("knows variables that are secrets by their names from others", function ()
		local names = { "A_PASSWORD", "A_PASSWORD_OLD", "SECRET", "X_TOKEN", "TOKENS_OF_X", "SOME_KEY", "APIKEY" };
		local others = { "A_PASSWORD_FILE", "TOKEN_TTL", "SECRET_PATH", "PASSWORD_HASH", "PASSWORD_POLICY", "TOKEN_URL", "KEYS", "TOKENAUTH", "X" };
		local variables = {};
		for _, list in ipairs { names, others } do
			for _, name in ipairs(list) do
				variables["PROSODY_"..name] = "<"..name..">";
			end
		end
		local values = {};
		for _, variable in ipairs(load_with("x = 1\n", variables):variables()) do
			values[variable.name] = variable.value;
		end
		for _, name in ipairs(names) do
			assert.equal("(secret)", values["PROSODY_"..name], name);
		end
		for _, name in ipairs(others) do
			assert.equal("<"..name..">", values["PROSODY_"..name], name);
		end
	end);

	it("shows neither the value nor the default of such a variable where another reader is asked for it", function ()
		local ok, message = pcall(load_with, "x = stack.env.number 'A_PASSWORD'\n", { A_PASSWORD = "none" });
		assert.is_false(ok);
		has(message, "A_PASSWORD is (secret) (from the environment), expected a number");
		local stack = load_with("x, y = stack.env.string('A_PASSWORD', 'none'), stack.env.string('B', 'a correct-horse') z = stack.env.secret('C', 'none')"
			.." key = stack.env.secret 'KEY'\n");
		local defaults = {};
		for _, variable in ipairs(stack:variables()) do
			defaults[variable.name] = variable.reads[1] and variable.reads[1].default or false;
		end
		assert.same({ A_PASSWORD = "(secret)", B = '"a (secret)"', C = false, KEY = false },
			{ A_PASSWORD = defaults.A_PASSWORD, B = defaults.B, C = defaults.C, KEY = defaults.KEY });
	end);

	it("hides passwords that a text says to be ones", function ()
		local stack = load_with "x = 1\n";
		assert.equal("postgres://user:(secret)@host/x?token=(secret)&a=b", stack:redact "postgres://user:a:b@c@host/x?token=abc&a=b");
		assert.equal('host=h password=(secret) api_token = "(secret)" c', stack:redact 'host=h password=abc api_token = "a\\"b" c');
		assert.equal("t[\"password\"] = '(secret)", stack:redact "t[\"password\"] = 'x\\");
		assert.equal("https://host:5281/x and user:x and a = 'b' = \"c\" ='", stack:redact "https://host:5281/x and user:x and a = 'b' = \"c\" ='");
		assert.equal("password=", stack:redact "password=");
		assert.equal("a://b:c\nd@e x:y@z", stack:redact "a://b:c\nd@e x:y@z");
	end);

	it("hides passwords in JSON text, at any depth of quoting, and a word without quotes behind the name of one", function ()
		local stack = load_with "x = 1\n";
		local json = '{"user": "u", "password": "a\\"b c", "apiKey":"k", "pin_secret": 4711, "token" : null, "secret":true, "n": 1}';
		local clean = '{"user": "u", "password": "(secret)", "apiKey":"(secret)", "pin_secret": (secret), "token" : null, "secret":true, "n": 1}';
		assert.equal(clean, stack:redact(json));
		local once, cleaned_once = json:gsub('[\\"]', "\\%0"), clean:gsub('"', '\\"');
		assert.equal(cleaned_once, stack:redact(once));
		assert.equal((cleaned_once:gsub('[\\"]', "\\%0")), stack:redact((once:gsub('[\\"]', "\\%0"))));
		assert.equal("ldap_password = (secret) and bind_pw=(secret); token = nil", stack:redact "ldap_password = hunter2 and bind_pw=x; token = nil");
		-- What a message says about an option is no value of it.
		assert.equal("ldap_password: this loses", stack:redact "ldap_password: this loses");
		assert.equal("if password == x then", stack:redact "if password == x then");
	end);

	it("knows what the text of a value says to be a secret elsewhere too", function ()
		local key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END RSA PRIVATE KEY-----";
		local stack = load_with(("settings = %q text = 'no hushHush12, no bare-word-7, no MIIEvQIBADANBgkq'\nkey = %q\n"):format(
			'{"password": "hushHush12", "url": "x"} bind_pw=bare-word-7', key));
		assert.equal("no (secret), no (secret), no (secret)", stack:explain "text".value);
		assert.equal("(secret)", stack:explain "key".value);
		assert.equal("a (secret) b (secret)", stack:redact("a "..key.." b "..key:sub(1, 60)));
		assert.equal("-----BEGIN CERTIFICATE-----", stack:redact "-----BEGIN CERTIFICATE-----");
	end);

	it("hides the default that a layer gives for a secret", function ()
		local stack = load_with "a = stack.env.secret('UNSET', 'changeme') b = 'it is changeme' c = stack.env.secret('UNSET', '')\n";
		assert.equal("(secret)", stack:explain "a".value);
		assert.equal("it is (secret)", stack:explain "b".value);
		assert.equal("", stack:explain "c".value);
	end);

	it("hides a secret of a tenant in what comes from the tenant alone, and one of the server's own everywhere", function ()
		local function load_tenants(own)
			local root = support.tree {
				["core/a.cfg.lua"] = "welcome_message = 'hush-Hush-1 a-b-c-4'\n"..own;
				["domains/t/a.example.cfg.lua"] = "VirtualHost 'a.example'\n\tldap_password = 'hush-Hush-1'\n\tname = 'is hush-Hush-1'\n";
				["domains/t/b.example.cfg.lua"] = "VirtualHost 'b.example'\n\tldap_password = 'a-b-c-4'\n\tname = 'is hush-Hush-1'\n";
			};
			return root, require "stackloader".load(nil, { root = root, variables = {}, sysroot = "/nowhere",
				restrict = { ["domains/t"] = { options = { "ldap_password", "name" } } } });
		end
		local root, stack = load_tenants "";
		assert.equal("is (secret)", stack:explain("name", "a.example").value);
		assert.equal("is hush-Hush-1", stack:explain("name", "b.example").value);
		assert.equal("hush-Hush-1 a-b-c-4", stack:explain "welcome_message".value);
		assert.equal("hush-Hush-1 a-b-c-4", stack:explain("welcome_message", "a.example").value);
		assert.equal("(secret) a-b-c-4", stack:redact("hush-Hush-1 a-b-c-4", "name", "a.example"));
		assert.equal("hush-Hush-1 (secret)", stack:redact("hush-Hush-1 a-b-c-4", "name", "b.example"));
		assert.equal("hush-Hush-1 a-b-c-4", stack:redact("hush-Hush-1 a-b-c-4", "name"));
		assert.equal("hush-Hush-1 a-b-c-4", stack:redact("hush-Hush-1 a-b-c-4", "name", "c.example"));
		assert.equal("hush-Hush-1 a-b-c-4", stack:mask "hush-Hush-1 a-b-c-4");
		assert.equal("(secret) a-b-c-4", stack:redact_text("hush-Hush-1 a-b-c-4", "a.example"));
		assert.equal("hush-Hush-1 (secret)", stack:redact_text("hush-Hush-1 a-b-c-4", root.."/domains/t/b.example.cfg.lua"));
		assert.equal("hush-Hush-1 a-b-c-4", stack:redact_text("hush-Hush-1 a-b-c-4", root.."/core/a.cfg.lua"));
		stack = select(2, load_tenants "x_secret = 'hush-Hush-1'\n");
		assert.equal("is (secret)", stack:explain("name", "b.example").value);
		assert.equal("(secret) a-b-c-4", stack:mask "hush-Hush-1 a-b-c-4");
		assert.equal("(secret) a-b-c-4", stack:redact_text "hush-Hush-1 a-b-c-4");
	end);

	it("leaves names of options, paths of the tree and line numbers in messages, and nothing else", function ()
		local root = support.tree { ["core/server.cfg.lua"] = "c2s_timeout, x_secret = 1, 'c2s_timeout' y_secret = 'core/server'\n"
			.."for _, name in ipairs { 'A', 'B', 'C' } do local s = stack.env.secret(name) end\n" };
		local stack = require "stackloader".load(nil, { root = root, variables = { A = "12", B = root.."/core", C = "server" }, sysroot = "/nowhere" });
		local place = root.."/core/server.cfg.lua:12";
		assert.equal(place..": c2s_timeout core/server", stack:redact_text(place..": c2s_timeout core/server"));
		assert.equal("(secret): (secret) a(secret)s (secret)s", stack:redact_text("12: server aserverss c2s_timeouts"):gsub("secret%)ss", "secret)s"));
		assert.equal("(secret)/none.cfg.lua:(secret)", stack:redact_text(root.."/core/none.cfg.lua:12"):gsub("^.*/core/", "(secret)/"));
		assert.equal(place.." core/server", stack:mask(place.." core/server"));
		assert.same({ "(secret)", "(secret)" }, stack:redact { "c2s_timeout", "core/server" });
	end);

	it("hides a secret whatever its bytes are, and in the ways that our texts have for them", function ()
		local secret = "q\"uo\\te\nline\r1\0272\1273\0e\195\164\255";
		local root = support.tree { ["core/a.cfg.lua"] = "x = stack.env.secret 'KEY'\n", secret = secret };
		local stack = require "stackloader".load(nil, { root = root, variables = { KEY_FILE = root.."/secret" }, sysroot = "/nowhere" });
		assert.equal("a(secret)b", stack:redact("a"..secret.."b"));
		assert.same({ ["(secret)"] = "(secret)" }, stack:redact { [secret] = secret });
		assert.equal('"(secret)"', stack:redact '"q\\"uo\\\\te\\nline\\0131\\0272\\1273\\000e\195\164\255"');
		assert.equal('"(secret)"', stack:redact '"q\\"uo\\\\te\\nline\\0131\\0272\\1273\\0e\\195\\164\\255"');
		assert.equal("(secret)", (stack:redact((secret:gsub("%c", "?")))));
		assert.equal("(secret) x", stack:redact 'q"uo\\te\nline\r1\0272\1273 x');   -- where a text of C's ends
		assert.equal("(secret)", stack:redact 'q"uo\\te\nline\r1\0272…':gsub("…", ""):gsub("%.%.%.", ""));
	end);

	it("hides what a cut has left of one", function ()
		local stack = knowing "abcdefgh12345678";
		assert.equal("x (secret)… y", stack:redact "x abcdefgh… y");
		assert.equal("(secret)...", stack:redact "abcd...");
		assert.equal("abc... abcde abcdex… a…", stack:redact "abc... abcde abcdex… a…");
		assert.equal("(secret)... and (secret)...", stack:redact "abcdef... and abcdefgh12345678...");
	end);

	it("hides secrets that hold each other, overlap or stand side by side", function ()
		local stack = knowing("inner-one", "an-inner-one-more", "one-more-end", "ab", "x");
		assert.equal("[(secret)]", stack:redact "[an-inner-one-more-end]");
		assert.equal("[(secret)]", stack:redact "[inner-one-more-end]");
		assert.equal("(secret)(secret)", stack:redact "inner-oneinner-one");
		assert.equal("1(secret)2(secret)3", stack:redact "1ab2x3");
	end);

	it("hides a line of a secret with several, where it is long enough to be told", function ()
		local stack = knowing "-----BEGIN-----\nMIIEvQIBADAN\nab\n-----END-----\n";
		assert.equal("near '(secret)' and ab", stack:redact "near 'MIIEvQIBADAN' and ab");
	end);

	it("hides a number that a secret was turned into", function ()
		local stack = knowing("4711", "0x10");
		assert.same({ "(secret)", 47110, 4711.5, 16 }, stack:redact { 4711, 47110, 4711.5, 16 });
	end);

	it("goes through tables that share and hold each other, and stops where no value is any more", function ()
		local stack = knowing "correct-horse";
		local shared = { "correct-horse" };
		local value = { shared, token = shared, again = shared };
		value.self = value;
		local clean = stack:redact(value);
		assert.equal(clean, clean.self);
		assert.equal(clean[1], clean.again);
		assert.same({ "(secret)" }, clean.token);
		local deep = { "end" };
		for _ = 1, 1000 do
			deep = { deep };
		end
		local last = stack:redact(deep);
		while type(last) == "table" do
			last = last[1];
		end
		assert.equal("(secret)", last);
	end);
end);

describe("secrets out of the ordinary", function ()
	teardown(support.clean);

	it("are hidden whatever they are made of", function ()
		local stack = load_with([[
			a_password = "abcdefgh12\1" b_password = "line one 12\n12345678\nline" c_password = "ab\0cdefgh1" d_password = "a{b}~c1-"
			e_password = ("y1"):rep(600000) f_password = { a = stack.force "hushhush1" } x = { password = { a = stack.force "hushhush2" } }
			g = stack.env.secret "KEY"
		]], { KEY = "1234" });
		assert.same({ "(secret)", "(secret)", "(secret)" }, stack:redact { "abcdefgh12\1", "line one 12", "a{b}~c1-" });
		assert.same({ 91234, 12345, "(secret)" }, stack:redact { 91234, 12345, 1234 });
		assert.equal("(secret)", stack:explain "f_password".assignments[2].value);
		assert.equal("(secret)", stack:explain "x".assignments[2].value);
		-- Nobody looks for more than a megabyte.
		assert.equal(("y1"):rep(20), stack:redact(("y1"):rep(20)));
	end);

	it("are known by names of any letters, and to the end of the text", function ()
		local stack = load_with "x = 1";
		assert.same({ "db2_password=(secret) y", "my-password=(secret)" }, stack:redact { "db2_password=x1 y", "my-password=x2" });
	end);

	it("are looked for in a layer that fails, if it is still there and what it says is a text", function ()
		local function failure(code)
			local root = support.tree { ["core/a.cfg.lua"] = "" };
			support.write(root.."/core/a.cfg.lua", (code:gsub("HERE", root.."/core/a.cfg.lua")));
			local ok, message = pcall(require "stackloader".load, nil, { root = root, variables = {}, sysroot = "/nowhere" });
			assert.is_false(ok);
			return message;
		end
		has(failure "os.remove 'HERE' error 'gone'\n", "a.cfg.lua:1: gone");
		has(failure "ldap_password = 'x\\400'\n", "decimal escape too large");
		-- Lua quotes a string up to the escape that is none.
		for _, wrong in ipairs { "hunter\\400more", "hunter\\q", "a\\tb hunter\\xzz" } do
			local message = failure("x = 1\nldap_password = '"..wrong.."'\n");
			has(message, "/core/a.cfg.lua:2: ");
			has(message, " near (secret)");
			assert.is_nil(message:find("hunter", 1, true), message);
		end
		assert.is_nil(failure "ldap_password = 'hunter\\q' a_token = 'x' x = = 1\n":find("hunter", 1, true));
		has(failure "x = 'hunter\\q'\n", "hunter");
	end);
end);

describe("stack:mask", function ()
	teardown(support.clean);

	it("leaves plain words and numbers that a text may hold by chance, and names of options", function ()
		local stack = knowing("prosody", "5222", "correct-horse", "abcdefghijkl", "1.5e3");
		assert.equal("/etc/prosody: 5222 (secret), (secret), 1.5e3", stack:mask "/etc/prosody: 5222 correct-horse, abcdefghijkl, 1.5e3");
		assert.same({ password = "prosody", { "(secret)", 5222 } }, stack:mask { password = "prosody", { "correct-horse", 5222 } });
		assert.equal("password=abc", stack:mask "password=abc");
		assert.equal("/etc/(secret): (secret)", stack:redact "/etc/prosody: 5222");
		assert.equal("ab", knowing("ab"):mask "ab");
	end);
end);

describe("a layer that fails", function ()
	teardown(support.clean);

	local function refusal(code)
		local ok, message = pcall(load_with, code);
		assert.is_false(ok);
		return message;
	end

	it("does not tell what it has set or named as a secret", function ()
		for _, code in ipairs {
			"ldap_password = 'battery-staple' error(ldap_password)";
			"local password = 'battery-staple' error(password)";
			"sql = { password = 'battery-'..'staple' } error('x '..sql.password)";
			"local t = { ['api_token'] = 'battery-staple' } error(t.api_token)";
			"a, ldap_password = 1, 'battery-staple' error(ldap_password)";
			"ldap_password = 'battery-staple";
			"ldap_password = \"battery-staple\\";
			"ldap_password = [[battery-staple";
			"ldap_password = 'battery-staple' 'again'";
			"ldap_password = stack.force('battery-staple') error 'battery-staple'";
			"sql = { } sql.sql = sql sql.password = 'battery-staple' sql.token = sql error('battery-staple')";
			"dsn = 'a://b:battery-staple@c' error('no battery-staple')";
		} do
			lacks(refusal(code), "staple");
			lacks(refusal(code.."\n x = = 1"), "staple");
			lacks(refusal("local deep = {} for _ = 1, 400 do deep = { deep } end x = { deep, deep } "..code), "staple");
		end
	end);

	it("does not tell a secret that has lost its quotes", function ()
		for _, code in ipairs {
			"ldap_password = hunter2 staple"; "ldap_password = staple-x"; "ldap_password = staple!x"; "ldap_password = my-staple"; "ldap_password = 12staple";
			"sql = { password = staple x }"; "ldap_password = $staple"; "ldap_password = staple\n.x = 1"; "api_token = staple + 1"; "bind_pw = staple 'x'x";
		} do
			lacks(refusal(code), "staple");
			lacks(refusal("y = 1\n"..code.."\n"), "staple");
		end
		has(refusal "ldap_password = nothing.here", "nothing");
		has(refusal "ldap_password = prefix..'x'", "prefix");
		has(refusal "ldap_password = stack.env.secret 'DB' x = = 1", "unexpected symbol");
	end);

	it("still names the variables and files that it asked for", function ()
		has(refusal "ldap_password = stack.env.secret 'DB_SECRET_NAME'", "DB_SECRET_NAME");
		has(refusal "x_token = os.getenv('LONG-NAME_1')\nerror 'LONG-NAME_1'", "LONG-NAME_1");
		has(refusal "ldap_password = FileContents \"no-such-file1\"", "no-such-file1");
		has(refusal "ldap_password = nil\nerror 'battery-staple'", "battery-staple");
	end);
end);

describe("what is raised and found where no layer runs", function ()
	teardown(support.clean);

	local stackloader = require "stackloader";

	-- Its own message is no longer there once something was left out of it.
	local function refusal(call, ...)
		local ok, message = pcall(call, ...);
		assert.is_false(ok);
		has(message, "(secret)");
		lacks(message, "staple");
		return message;
	end

	local secret = "battery-staple 1";
	local tree = {
		["core/a.cfg.lua"] = ""; ["environments/production.cfg.lua"] = ""; ["features/web/http.cfg.lua"] = "";
		[".env"] = "SITE_PASSWORD='"..secret.."'\nDSN='postgres://u:staple-in-address2@h/d'\n";
	};

	it("does not tell the secrets among the variables: stackloader.discover", function ()
		local root = support.tree(tree);
		for _, variables in ipairs {
			{ PROSODY_ENVIRONMENT = secret }, { PROSODY_COMPLIANCE = "gdpr,"..secret }, { PROSODY_SHARD = secret.."/2" },
			{ PROSODY_FEATURES_WEB_HTTP = secret }, { PROSODY_PROFILE = "../"..secret }, { PROSODY_ENV = "staple-in-address2" },
			{ PROSODY_USECASE = "x\1staple", A_TOKEN = "x\1staple" }, { PROSODY_ENVIRONMENT = "see postgres://u:staple9@h" },
		} do
			refusal(stackloader.discover, root, { variables = variables, sysroot = "/nowhere" });
		end
		refusal(stackloader.discover, root, { environment = secret, variables = {}, sysroot = "/nowhere" });
		refusal(stackloader.discover, root, { variables = {}, sysroot = "/nowhere",
			axes = { { name = "site", folder = "environments", variables = { "SITE_PASSWORD" } } } });
		support.write(root.."/.env", tree[".env"].."X=${Y:?"..secret.."}\n");
		refusal(stackloader.discover, root, { variables = {}, sysroot = "/nowhere" });
	end);

	it("nor do stackloader.discover's findings, nor stackloader.environment", function ()
		local root = support.tree(tree);
		local list = stackloader.discover(root, { sysroot = "/nowhere",
			variables = { PROSODY_ENV = secret, PROSODY_ENVIRONMENT = "production", PROSODY_ENABLE_NOTHING = "true" } });
		local texts = {};
		for i, finding in ipairs(list.findings) do
			texts[i] = finding.text;
		end
		local text = table.concat(texts, "\n");
		has(text, 'PROSODY_ENV is "(secret)", but PROSODY_ENVIRONMENT');
		lacks(text, "staple");
		local message = refusal(stackloader.environment, { variables = { PROSODY_ENV = "a/"..secret, PROSODY_DEPLOYMENT_TYPE = secret.."/b",
			PG_PASSWORD = secret }, sysroot = "/nowhere" });
		has(message, 'PROSODY_ENV is "a/(secret)", expected a plain name');
		has(message, 'PROSODY_DEPLOYMENT_TYPE is "(secret)/b", expected a plain name');
	end);
end);
