-- Where variables come from, which source wins, and the grammar of .env files.
local lfs = require "lfs";
local support = require "spec.support";
local stackloader = require "stackloader";

local load = support.load;

--- What a layer reads for `name`, beside a .env file.
local function read(name, dotenv, variables)
	return load({
		[".env"] = dotenv;
		["core/read.cfg.lua"] = ("result = stack.env.string(%q, 'unset')"):format(name);
	}, variables):options().result;
end

--- What load says of a tree with this .env file.
local function refuse(dotenv, variables)
	local good, message = pcall(load, { [".env"] = dotenv; ["core/empty.cfg.lua"] = "" }, variables);
	assert.is_false(good);
	return message;
end

--- The texts of a stack's findings, one a line.
local function findings(stack)
	local texts = {};
	for _, finding in ipairs(stack:findings()) do
		texts[#texts + 1] = ("%s %s:%s %s"):format(finding.severity, finding.path or "", finding.line or "", finding.text);
	end
	return table.concat(texts, "\n");
end

local has, lacks = support.has, support.lacks;

describe("variables", function ()
	teardown(support.clean);

	describe("that nothing reads", function ()
		local tree = {
			["core/a.cfg.lua"] = "x = stack.env.string 'PROSODY_SITE_ADMINS'\n";
			["environments/staging.cfg.lua"] = "y = ENV_PROSODY_STAGING_ONLY z = stack.env.secret 'PROSODY_SITE_PASSWORD'\n";
			["features/web/a.cfg.lua"] = "w = stack.env.string('PROSODY_PORT_OF_'..stack.domain, '')\n";
		};

		local function said(variables, dotenv)
			local files = { [".env"] = dotenv };
			for path, text in pairs(tree) do
				files[path] = text;
			end
			return findings(load(files, variables));
		end

		it("are a warning in .env, with the nearest name that is read by a layer that is chosen or not", function ()
			for name, near in pairs { PROSODY_SITE_ADMIN = "PROSODY_SITE_ADMINS", PROSODY_SECURITY = "PROSODY_SECURITY_LEVEL",
					PROSDY_ENVIRONMENT = "PROSODY_ENVIRONMENT", PROSODY_STAGINGONLY = "PROSODY_STAGING_ONLY", PROSODY_DOMIAN = "PROSODY_DOMAIN" } do
				local text = said(nil, "# first\n"..name.."=a\n");
				has(text, ("/.env:2 %s: nothing in the tree reads this variable; did you mean %s?"):format(name, near));
				has(said({ [name] = "a" }), ("warning : %s: nothing in the tree reads this variable; did you mean %s?"):format(name, near));
			end
			has(said(nil, "PROSODY_QUITE_ANOTHER=a\n"), "/.env:1 PROSODY_QUITE_ANOTHER: nothing in the tree reads this variable; correct its name, or");
			assert.equal("", said(nil, "QUITE_ANOTHER=a\nPATH_TO=b\n"));
		end);

		it("are none where a layer that was not chosen, another line or Prosody itself reads them", function ()
			assert.equal("", said(nil, "PROSODY_STAGING_ONLY=a\nPROSODY_SITE_PASSWORD_FILE=/x\nPROSODY_BASE=example.org\nPROSODY_DOMAIN=a.$PROSODY_BASE\n"
				.."PROSODY_STEM=b\nPROSODY_SITE_ADMINS=${PROSODY_STEM:-x}\nPROSODY_PORT_OF_localhost=1\nPROSODY_CONFIG=x\nPROSODY_OPTION_X=1\n"));
		end);

		it("are none in the process's variables, which platforms set, unless they are nearly one that is read", function ()
			assert.equal("", said { PROSODY_VERSION = "13.0.1", PROSODY_UID = "101", PROSODY_HOME = "/x", PROSODY_QUITE_ANOTHER = "a", PROTOCOL = "x",
				PROSODY_SERVICE_HOST = "10.0.0.1", PROSODY_SERVICE_PORT = "5222", PROSODY_PORT = "tcp://10.0.0.1:5222",
				PROSODY_PORT_5222_TCP = "tcp://10.0.0.1:5222", PROSODY_PORT_5222_TCP_PROTO = "tcp", PROSODY_PORT_5222_TCP_PORT = "5222",
				PROSODY_PORT_5222_TCP_ADDR = "10.0.0.1", HOSTNAME = "prosody-0", COMPOSE_PROJECT_NAME = "prosody", PROFILE = "x" });
		end);
	end);

	describe("with quotes, ports and hidden spaces", function ()
		it("are a warning where a variable of the process has kept its quotes", function ()
			for _, value in ipairs { '"a@example.org"', "'a'", '""' } do
				has(findings(load({ ["core/a.cfg.lua"] = "x = stack.env.string 'PROSODY_SITE_ADMINS' y = stack.env.string 'OTHER'\n" },
					{ PROSODY_SITE_ADMINS = value, OTHER = "x" })), "PROSODY_SITE_ADMINS begins and ends with a quote");
				has(findings(load({ ["core/a.cfg.lua"] = "y = stack.env.string 'OTHER'\n" }, { OTHER = value })), "OTHER begins and ends with a quote");
			end
			assert.equal("", findings(load({ ["core/a.cfg.lua"] = "y = stack.env.string 'OTHER'\n", [".env"] = "OTHER='\"a\"'\n" },
				{ PROSODY_OPTION_MOTD_TEXT = '"a"', UNREAD = "'a'", PROSODY_QUITE_ANOTHER = "'a", PROSODY_OPTION_X = "'1'" })));
		end);

		it("are errors that show what is wrong in a domain", function ()
			for value, text in pairs {
				["example.org:443"] = "expected a host name without a port: example.org;"; ["exam\194\160ple.org"] = "the invisible character U+00A0;";
				["example.org\226\128\139"] = "the invisible character U+200B;"; ["\239\187\191example.org"] = "the invisible character U+FEFF;";
				['"example.org"'] = "the quotes are a part of the value"; ["exam ple.org"] = "expected a host name such as example.org";
				["example.org\194\160"] = "U+00A0";
			} do
				local good, message = pcall(load, { ["core/a.cfg.lua"] = "" }, { PROSODY_DOMAIN = value });
				assert.is_false(good, value);
				has(message, text);
			end
			local stack = load({ ["core/a.cfg.lua"] = "x = stack.domain\n" }, { PROSODY_DOMAIN = "m\195\188nchen.example" });
			assert.equal("m\195\188nchen.example", stack:options().x);
		end);
	end);

	describe("sources", function ()
		it("prefer the process to .env", function ()
			assert.equal("process", read("WHO", "WHO=file\n", { WHO = "process" }));
			assert.equal("file", read("WHO", "WHO=file\n"));
		end);

		it("prefer .env to the profile's defaults.env", function ()
			local files = {
				["profiles/standard/profile.cfg.lua"] = "";
				["profiles/standard/defaults.env"] = "BOTH=defaults\nONLY=defaults\n";
				[".env"] = "BOTH=file\n";
				["core/read.cfg.lua"] = "result = { both = stack.env.string 'BOTH', only = stack.env.string 'ONLY' }";
			};
			assert.same({ both = "file", only = "defaults" }, load(files):options().result);
		end);

		it("prefer the .env of a later root", function ()
			local first = support.tree {
				[".env"] = "BOTH=first\nONLY=first\n";
				["core/read.cfg.lua"] = "result = { both = stack.env.string 'BOTH', only = stack.env.string 'ONLY' }";
			};
			local second = support.tree { [".env"] = "BOTH=second\n" };
			local stack = stackloader.load(nil, { roots = { first, second }, variables = {} });
			assert.same({ both = "second", only = "first" }, stack:options().result);
		end);

		it("take an empty value as unset, so that the next source has its say", function ()
			assert.equal("file", read("WHO", "WHO=file\n", { WHO = "" }));
			assert.equal("unset", read("WHO", "WHO=\n"));
			assert.equal("unset", read("WHO", "WHO=file\nWHO=\n"));
		end);

		it("are seen through os.getenv and ENV_ too", function ()
			local options = load({
				[".env"] = "WHO=file\n";
				["core/read.cfg.lua"] = "by_getenv = os.getenv 'WHO'; by_name = ENV_WHO";
			}):options();
			assert.equal("file", options.by_getenv);
			assert.equal("file", options.by_name);
		end);

		it("do without a .env file, and take /dev/null for none", function ()
			assert.equal("unset", read("WHO", nil));
			local root = support.tree { ["core/read.cfg.lua"] = "result = stack.env.string('WHO', 'unset')" };
			support.run("ln -s /dev/null "..support.quote(root.."/.env"));
			assert.equal("unset", stackloader.load(nil, { root = root, variables = {} }):options().result);
		end);

		it("refuse a .env that is no file", function ()
			local root = support.tree { ["core/empty.cfg.lua"] = "", [".env/inside"] = "" };
			local good, message = pcall(stackloader.load, nil, { root = root, variables = {} });
			assert.is_false(good);
			has(message, root.."/.env");
			has(message, "is a folder");
			support.run("rm -r "..support.quote(root.."/.env").."; mkfifo "..support.quote(root.."/.env"));
			good, message = pcall(stackloader.load, nil, { root = root, variables = {} });
			assert.is_false(good);
			has(message, "is no regular file");
		end);

		it("stay quick with ten thousand lines that refer to each other", function ()
			local lines = { "V0=end" };
			for number = 1, 10000 do
				lines[#lines + 1] = ("V%d=${V%d}"):format(number, number - 1);
			end
			local start = os.clock();
			assert.equal("end", read("V10000", table.concat(lines, "\n")));
			assert.is_true(os.clock() - start < 2);
		end);
	end);

	describe("that choose", function ()
		local tree = {
			["environments/production.cfg.lua"] = "result = 'production'";
			["environments/development.cfg.lua"] = "result = 'development'";
			["environments/testing.cfg.lua"] = "result = 'testing'";
		};

		local function choose(dotenv, variables)
			local files = { [".env"] = dotenv };
			for path, content in pairs(tree) do
				files[path] = content;
			end
			return load(files, variables);
		end

		it("are read from .env", function ()
			assert.equal("testing", choose("PROSODY_ENVIRONMENT=testing\n"):options().result);
		end);

		it("count aliases within a source only", function ()
			local stack = choose("PROSODY_ENVIRONMENT=testing\n", { PROSODY_ENV = "development" });
			assert.equal("development", stack:options().result);
			lacks(findings(stack), "PROSODY_ENV");
		end);

		it("make two aliases that differ in one source a finding", function ()
			local stack = choose("PROSODY_ENVIRONMENT=testing\nPROSODY_ENV=development\n");
			assert.equal("testing", stack:options().result);
			has(findings(stack), ".env:2 PROSODY_ENV is \"development\", but PROSODY_ENVIRONMENT, which means the same, is \"testing\"");
			lacks(findings(choose("PROSODY_ENVIRONMENT=testing\nPROSODY_ENV=testing\n")), "PROSODY_ENV");
		end);

		it("read as the choice under every alias", function ()
			local files = {
				[".env"] = "PROSODY_ENVIRONMENT=testing\n";
				["environments/development.cfg.lua"] = [[
					one = stack.env.string "PROSODY_ENVIRONMENT"
					other = os.getenv "PROSODY_ENV"
					third = ENV_PROSODY_ENV
				]];
			};
			local options = load(files, { PROSODY_ENV = "development" }):options();
			assert.equal("development", options.one);
			assert.equal("development", options.other);
			assert.equal("development", options.third);
		end);

		it("cannot set the roots in .env", function ()
			has(refuse("A=1\nPROSODY_STACK_PATH=/srv/stack\n"), ".env:2");
			has(refuse("PROSODY_STACK_PATH=/srv/stack\n"), "PROSODY_STACK_PATH cannot be set in this file");
			assert.equal("unset", read("OTHER", "PROSODY_STACK_PATH=\n"));
		end);

		it("cannot set roots, profile or environment in defaults.env", function ()
			for _, name in ipairs { "PROSODY_STACK_PATH", "PROSODY_PROFILE", "PROSODY_ENVIRONMENT", "PROSODY_ENV" } do
				local good, message = pcall(load, {
					["profiles/standard/profile.cfg.lua"] = "";
					["profiles/standard/defaults.env"] = name.."=standard\n";
				});
				assert.is_false(good);
				has(message, "defaults.env:1");
				has(message, name.." cannot be set in this file");
			end
		end);
	end);

	it("are refused from what is no file of variables", function ()
		local large = support.tree { ["core/a.cfg.lua"] = "-- nothing", [".env"] = "" };
		assert(support.run("truncate -s 65M "..large.."/.env") == "");
		local _, message = pcall(stackloader.load, nil, { root = large, variables = {} });
		has(message, large.."/.env: is larger than any file of variables can be");
		for target, problem in pairs { ["/dev/zero"] = "is no regular file", [".env"] = "cannot be read: Too many levels of symbolic links" } do
			local root = support.tree { ["core/a.cfg.lua"] = "-- nothing" };
			assert(lfs.link(target, root.."/.env", true));
			_, message = pcall(stackloader.load, nil, { root = root, variables = {} });
			has(message, root.."/.env: "..problem);
		end
	end);

	it("that two axes choose by say the same to both, and contradict each other once", function ()
		local files = { ["sites/a.cfg.lua"] = "a = 1\n", ["places/a.cfg.lua"] = "b = 1\n", ["more/c.cfg.lua"] = "c = 1\n" };
		local axes = { { name = "site", folder = "sites", variables = { "SITE", "PLACE" }, option = "site" },
			{ name = "place", folder = "places", variables = { "PLACE" } },
			{ name = "first", kind = "switched", folder = "more", variables = { "ON", "IS_ON" } },
			{ name = "second", kind = "switched", folder = "more", variables = { "ON", "IS_ON" } } };
		local stack = load(files, { PLACE = "a", ON = "true", IS_ON = "false" }, { axes = axes });
		assert.same({ 1, 1, 1 }, { stack:options().a, stack:options().b, stack:options().c });
		assert.equal(1, load(files, { PLACE = "a" }, { axes = axes, site = "a" }):options().b);
		assert.equal(1, #stack:findings());
		has(findings(stack), "IS_ON is \"false\", but ON, which means the same, is \"true\"");
	end);

	describe("that set options", function ()
		it("name them after the prefix, in any length, from .env too", function ()
			local long = ("x"):rep(3000);
			local stack, root = load({ [".env"] = "PROSODY_OPTION_NAME=file\n", ["core/a.cfg.lua"] = "a = 1\n" },
				{ PROSODY_OPTION_ = "nothing", ["PROSODY_OPTION_"..long:upper()] = "5" });
			assert.same({ "file", 5, 1 }, { stack:options().name, stack:options()[long], stack:options().a });
			assert.is_nil(stack:options()[""]);
			assert.equal(root.."/.env", stack:explain("name").assignments[1].path);
		end);

		it("give lists their elements without white space and without empty ones", function ()
			local stack = load({ ["core/a.cfg.lua"] = "ports = { 1 }" }, { PROSODY_OPTION_PORTS = " 5222 ,, \t , x y ,7 " });
			assert.same({ 5222, "x y", 7 }, stack:options().ports);
		end);

		it("refuse a plain text for a table that has names", function ()
			for _, code in ipairs { "map = { a = 1 }", "map = { 1, a = 1 }" } do
				local good, message = pcall(load, { ["core/a.cfg.lua"] = code }, { PROSODY_OPTION_MAP = "x" });
				assert.is_false(good);
				has(message, "PROSODY_OPTION_MAP: the option is a table with names; write the value as a Lua table");
			end
		end);
	end);

	describe("that Kubernetes makes for a service", function ()
		it("count as unset", function ()
			local links = {
				PROSODY_SERVICE_HOST = "10.0.0.1";
				PROSODY_PORT = "tcp://10.0.0.1:5222";
				PROSODY_PORT_5222_TCP = "tcp://10.0.0.1:5222";
				PROSODY_PORT_5222_TCP_PROTO = "tcp";
			};
			assert.equal("unset", read("PROSODY_PORT", nil, links));
			assert.equal("unset", read("PROSODY_PORT_5222_TCP", nil, links));
			assert.equal("5269", read("PROSODY_PORT", "PROSODY_PORT=5269\n", links));
		end);

		it("are known by either sibling, over udp and sctp too", function ()
			assert.equal("unset", read("DNS_PORT", nil, { DNS_PORT = "udp://10.0.0.1:53", DNS_PORT_53_UDP_PROTO = "udp" }));
			assert.equal("unset", read("SIG_PORT", nil, { SIG_PORT = "sctp://10.0.0.1:9", SIG_SERVICE_HOST = "10.0.0.1" }));
		end);

		it("are settings without the siblings", function ()
			assert.equal("tcp://10.0.0.1:5222", read("PROSODY_PORT", nil, { PROSODY_PORT = "tcp://10.0.0.1:5222" }));
			assert.equal("tcp://db:5432", read("DB", nil, { DB = "tcp://db:5432", DB_SERVICE_HOST = "10.0.0.1" }));
			assert.equal("5222", read("PROSODY_PORT", nil, { PROSODY_PORT = "5222", PROSODY_SERVICE_HOST = "10.0.0.1" }));
			assert.equal("tcp://db:5432", read("DATABASE_URL", nil, { DATABASE_URL = "tcp://db:5432", DATABASE_SERVICE_HOST = "10.0.0.1" }));
			assert.equal("tcp://db:5x", read("DB_PORT", nil, { DB_PORT = "tcp://db:5x" }));
			local port = ("5"):rep(60);
			assert.equal("tcp://db:"..port, read("DB_PORT", nil, { DB_PORT = "tcp://db:"..port, ["DB_PORT_"..port.."_TCP_PROTO"] = "tcp" }));
			local long = ("X"):rep(600).."_PORT";
			assert.equal("tcp://db:5", read(long, nil, { [long] = "tcp://db:5", [("X"):rep(600).."_SERVICE_HOST"] = "db" }));
		end);

		it("are settings where a sibling is from elsewhere", function ()
			assert.equal("tcp://db:5", read("DB_PORT", "DB_PORT=tcp://db:5\n", { DB_SERVICE_HOST = "10.0.0.1" }));
		end);

		it("are unset for os.getenv and ENV_ too, where what is empty is empty", function ()
			local options = load({
				[".env"] = "EMPTY_HERE=\n";
				["core/a.cfg.lua"] = "result = { os.getenv 'EMPTY', ENV_EMPTY, tostring(ENV_EMPTY_HERE), tostring(os.getenv 'DB_PORT'), tostring(ENV_NONE) }";
			}, { EMPTY = "", DB_PORT = "tcp://db:5", DB_SERVICE_HOST = "10.0.0.1" }):options();
			assert.same({ "", "", "nil", "nil", "nil" }, options.result);
		end);
	end);
end);

describe(".env", function ()
	teardown(support.clean);

	it("trims values without quotes", function ()
		assert.equal("two words", read("A", "  A =  two words \t\n"));
		assert.equal("x=y:z", read("A", "A=x=y:z\n"));
	end);

	it("takes a # after a blank for a comment", function ()
		assert.equal("value", read("A", "# A=no\n\t# A=no\nA=value # comment\n"));
		assert.equal("val#ue", read("A", "A=val#ue\n"));
		assert.equal("a # b", read("A", "A=\"a # b\" # comment\n"));
		assert.equal("a # b", read("A", "A='a # b'# comment\n"));
	end);

	it("understands export, a colon, and names with dots and hyphens", function ()
		assert.equal("1", read("A", "export A=1\n"));
		assert.equal("1", read("A", "\texport\tA=1\n"));
		assert.equal("1", read("export", "export=1\n"));
		assert.equal("1", read("A", "A: 1\n"));
		assert.equal("1", read("A.B-C", "A.B-C=1\n"));
	end);

	it("takes single quotes literally", function ()
		assert.equal("$HOME ${HOME} \\n \" #", read("A", "A='$HOME ${HOME} \\n \" #'\n"));
		assert.equal("Let's go", read("A", "A='Let\\'s go'\n"));
	end);

	it("replaces escapes in double quotes only", function ()
		assert.equal("a\nb\tc\r\\ \" $X \\q", read("A", [[A="a\nb\tc\r\\ \" \$X \q"]]));
		assert.equal("a\\nb", read("A", "A=a\\nb\n"));
	end);

	it("lets quoted values span lines", function ()
		assert.equal("a\nb", read("A", "A=\"a\nb\"\n"));
		assert.equal("a\nb", read("A", "A='a\nb'\nB=1\n"));
		assert.equal("1", read("B", "A='a\nb'\nB=1\n"));
	end);

	it("reads what Windows writes", function ()
		assert.equal("1", read("A", "\239\187\191A=1\r\nB=2\r\n"));
		assert.equal("2", read("B", "A=\"x\r\ny\"\r\nB=2\r\n"));
		-- A line end inside of quotes stays as it is, as Docker Compose has it.
		assert.equal("x\r\ny", read("A", "A=\"x\r\ny\"\r\nB=2\r\n"));
		has(refuse("\255\254A\0=\0001\0"), "UTF-16");
	end);

	it("lets the last line of a name win, with or without a line end", function ()
		assert.equal("2", read("A", "A=1\nA=2"));
	end);

	it("leaves a name without = to the environment", function ()
		assert.equal("process", read("A", "A\n", { A = "process" }));
		assert.equal("unset", read("A", "export A\n"));
		assert.equal("1", read("A", "A=1\nexport A\n"));
	end);

	describe("references", function ()
		it("see the environment first, then the lines above", function ()
			assert.equal("one two", read("C", "A=one\nB=two\nC=$A ${B}\n"));
			assert.equal("process", read("C", "A=file\nC=${A}\n", { A = "process" }));
			assert.equal("quoted one", read("C", "A=one\nC=\"quoted ${A}\"\n"));
		end);

		it("do not see the lines below", function ()
			assert.equal("later", read("C", "C=${A:-later}\nA=one\n"));
		end);

		it("see the variables of stronger sources", function ()
			local stack = load {
				["profiles/standard/profile.cfg.lua"] = "";
				["profiles/standard/defaults.env"] = "B=${A}!\n";
				[".env"] = "A=file\n";
				["core/read.cfg.lua"] = "result = stack.env.string 'B'";
			};
			assert.equal("file!", stack:options().result);
		end);

		it("have defaults", function ()
			assert.equal("x", read("C", "C=${A:-x}\n"));
			assert.equal("x", read("C", "C=${A-x}\n"));
			assert.equal("x", read("C", "E=\nC=${E:-x}\n"));
			assert.equal("[]", read("C", "E=\nC=[${E-x}]\n"));
			assert.equal("deep", read("C", "C=${A:-${B:-${D-deep}}}\n"));
			assert.equal("one", read("C", "A=one\nC=${A:-${B:?not asked for}}\n"));
		end);

		it("have alternatives", function ()
			assert.equal("yes", read("C", "A=one\nC=${A:+yes}\n"));
			assert.equal("[]", read("C", "C=[${A:+yes}]\n"));
			assert.equal("[]", read("C", "E=\nC=[${E:+yes}]\n"));
			assert.equal("[yes]", read("C", "E=\nC=[${E+yes}]\n"));
		end);

		it("can be required", function ()
			assert.equal("one", read("C", "A=one\nC=${A:?give A}\n"));
			local message = refuse("B=1\nC=${A:?give A a value}\n");
			has(message, ".env:2");
			has(message, "give A a value");
		end);

		it("are kept away by $$", function ()
			assert.equal("$A", read("C", "A=one\nC=$$A\n"));
		end);

		it("to nothing are empty, with a warning that does not show the value", function ()
			local stack = load {
				[".env"] = "PASSWORD=pa$word-secret\nB=${TYPO}x\n";
				["core/read.cfg.lua"] = "result = stack.env.string 'B'";
			};
			local text = findings(stack);
			assert.equal("x", stack:options().result);
			has(text, ".env:1 the value of PASSWORD refers to a variable that is not set");
			lacks(text, "word-secret");
			lacks(text, "$word");
			has(text, "${TYPO}");
		end);

		it("cannot fill the memory", function ()
			local lines = { "A0=xxxxxxxxxxxxxxxx" };
			for number = 1, 60 do
				lines[#lines + 1] = ("A%d=${A%d-}${A%d-}"):format(number, number - 1, number - 1);
			end
			has(refuse(table.concat(lines, "\n")), "grows too large");
			has(refuse("A="..("${A:-"):rep(1000)..("}"):rep(1000)), "too many levels deep");
		end);
	end);

	describe("errors", function ()
		it("name file, line and what was expected", function ()
			for dotenv, expected in pairs {
				["A=1\nB=\"open\nC=2\n"] = { ".env:2", "never closed" };
				["A='open\n"] = { ".env:1", "never closed" };
				["A='x' y\n"] = { ".env:1", "text follows the closing quote of A" };
				["A=1\nFOO BAR=1\n"] = { ".env:2", "expected NAME=value" };
				["=1\n"] = { ".env:1", "expected NAME=value" };
				["$A=1\n"] = { ".env:1", "expected NAME=value" };
				["A=${B\n"] = { ".env:1", "expected ${NAME}" };
				["A=${B=c}\n"] = { ".env:1", "expected ${NAME}" };
				["A=${B:-c\n"] = { ".env:1", "closing }" };
				["A=\"x\ny \\012 z\"\n"] = { ".env:2", "backslash before a digit" };
				["A=1\nB= # c\n"] = { ".env:2", "begins with a #: Docker Compose takes it for the value" };
				["A=\t#c\n"] = { ".env:1", "begins with a #" };
				["A=x\t# c\n"] = { ".env:1", "has a # behind a tab or another space" };
				["A=x\r# c\n"] = { ".env:1", "has a # behind a tab or another space" };
				["A=\194\160x\n"] = { ".env:1", "a space at an end of it that is no blank" };
				["A=x\194\160\n"] = { ".env:1", "a space at an end of it that is no blank" };
				["A=\226\128\175\"x\"\n"] = { ".env:1", "a space at an end of it that is no blank" };
				["A=x\227\128\128 # c\n"] = { ".env:1", "a space at an end of it that is no blank" };
				["A=1\nB"] = { ".env:2", "a name alone in the last line, without a line end" };
				["A #x\n"] = { ".env:1", "a comment stands behind a name alone" };
				["A=a\0b\n"] = { ".env:1", "NUL byte" };
				["A='a\0b'\n"] = { ".env:1", "NUL byte" };
			} do
				local message = refuse(dotenv);
				has(message, expected[1]);
				has(message, expected[2]);
			end
		end);

		it("come all at once", function ()
			local message = refuse("A B\nC=1\nD=${\nE='\n");
			has(message, ".env:1");
			has(message, ".env:3");
			has(message, ".env:4");
		end);

		it("point at the opening quote where a closing one is missing", function ()
			local message = refuse("A=\"open\nB=\"x\"\nC=2\n");
			has(message, ".env:1");
			has(message, "the quote that opens the value of A here closes in line 2");
			lacks(message, ".env:2");
		end);

		it("never show a value", function ()
			for _, dotenv in ipairs {
				"A=hush${\n"; "A='hush' hush\n"; "A=\"hush\n"; "A=hush\t#\n"; "A=\"hush\\1\"\n"; "A=# hush\t#\n"; "hush hush\n"; "A=hush\0\n"; "A=${B:-hush\n";
			} do
				lacks(refuse(dotenv), "hush");
			end
		end);

		it("of one file end after a hundred, with the number of the others", function ()
			has(refuse(("A B\n"):rep(250)), "150 more findings");
		end);
	end);
end);

describe(".env at its edges", function ()
	teardown(support.clean);

	it("takes any blank of a line, and a carriage return as an end or a blank", function ()
		assert.equal("x", read("WHO", "export\v\fWHO \t=\v x \f\n"));
		assert.equal("x", read("WHO", "WHO=x\r"));
		assert.equal("x", read("WHO", "OTHER=1\r\nWHO=x\r\n"));
		assert.equal("x\ry", read("WHO", "WHO='x\ry'\n"));
		assert.equal("1", read("export", "export : 1\n"));
		assert.equal("2", read("export", "export = 2\n"));
		assert.equal("unset", read("export", "export \n"));
	end);

	it("tells of a hundred mistakes at most, of each kind", function ()
		local lines = {};
		for i = 1, 105 do
			lines[i] = "=\n";
		end
		local many = table.concat(lines);
		for _, wrong in ipairs { "A=${\n", "A=${B?gone}\n", "A='x' y\n", "=\n" } do
			local message = refuse(many..wrong);
			has(message, ".env:100: ");
			lacks(message, ".env:101: ");
		end
		local warned = table.concat(lines):gsub("=", "A=$NO_SUCH");
		assert.is_string(findings(load { [".env"] = warned; ["core/a.cfg.lua"] = "" }));
	end);

	it("grows no further than it may, whatever the kind of the reference", function ()
		local long = ("x"):rep(1 << 20);
		for _, reference in ipairs { "${A:?gone}", "${A}", "$A", "${A:-b}" } do
			has(refuse("A="..long.."\nB=\""..reference..reference.."\"\n"), "grows too large: the references in one file may add 1 MiB together");
		end
		assert.equal("x", read("B", "A="..long.."\nB=x${C+${A:?gone}${A:?gone}}\n"));
	end);
end);

describe("the option variables", function ()
	teardown(support.clean);

	it("may hold no zero byte in a name", function ()
		local good, message = pcall(load, {}, { ["A\0B"] = "x" });
		assert.is_false(good);
		has(message, "holds a zero byte");
	end);
end);
