-- stack.env: the typed readers of variables, and secrets.
local support = require "spec.support";
local stackloader = require "stackloader";

--- Loads a tree whose one layer is `code`, and returns the stack.
local function run(code, variables, files)
	files = files or {};
	files["core/read.cfg.lua"] = code;
	return stackloader.load(nil, { root = support.tree(files), variables = variables or {} });
end

--- What a reader makes of the text `value`; the arguments after the name are Lua code.
local function read(reader, value, arguments)
	local code = ("result = stack.env.%s('X'%s)"):format(reader, arguments or "");
	return run(code, { X = value }):options().result;
end

--- What load says of a layer that fails.
local function refuse(code, variables, files)
	local good, message = pcall(run, code, variables, files);
	assert.is_false(good);
	return message;
end

local has, lacks = support.has, support.lacks;

local typed = { "string", "number", "integer", "boolean", "list", "bytes", "duration" };

describe("stack.env", function ()
	teardown(support.clean);

	it("returns the default as it is where the variable is unset or empty", function ()
		for _, reader in ipairs(typed) do
			assert.equal("as it is", read(reader, nil, ", 'as it is'"));
			assert.equal("as it is", read(reader, "", ", 'as it is'"));
			assert.is_false(read(reader, nil, ", false"));
			assert.same({ 1, 2 }, read(reader, nil, ", { 1, 2 }"));
		end
	end);

	it("returns nil without a default", function ()
		for _, reader in ipairs(typed) do
			assert.is_true(run(("result = stack.env.%s 'X' == nil"):format(reader)):options().result);
		end
	end);

	it("reads strings as they stand", function ()
		assert.equal(" a b ", read("string", " a b "));
		assert.equal("5222", read("string", "5222"));
	end);

	it("reads numbers, whole ones as integers", function ()
		assert.equal("integer", math.type(read("number", "5222")));
		assert.equal(5222, read("number", "5222"));
		assert.equal("integer", math.type(read("number", "1e3")));
		assert.equal(0.5, read("number", "0.5"));
		assert.equal(-3, read("number", "-3"));
	end);

	it("reads integers", function ()
		assert.equal(5222, read("integer", "5222"));
		assert.equal(16, read("integer", "0x10"));
	end);

	it("reads booleans in all the spellings", function ()
		for _, yes in ipairs { "true", "yes", "on", "1", "TRUE", "Yes" } do
			assert.is_true(read("boolean", yes));
		end
		for _, no in ipairs { "false", "no", "off", "0", "Off" } do
			assert.is_false(read("boolean", no, ", true"));
		end
	end);

	it("reads lists, trimmed, without empty elements", function ()
		assert.same({ "a", "b c", "d" }, read("list", " a, b c,,\td ,"));
		assert.same({ "one" }, read("list", "one"));
		assert.same({}, read("list", " , ,"));
		assert.same({ "\1a" }, read("list", "\1a, "));
	end);

	it("reads sizes", function ()
		assert.equal(50000000, read("bytes", "50MB"));
		assert.equal(10485760, read("bytes", "10 MiB"));
		assert.equal(1024, read("bytes", "1024"));
		assert.equal("integer", math.type(read("bytes", "1.5GiB")));
	end);

	it("reads durations", function ()
		assert.equal(30, read("duration", "30s"));
		assert.equal(300, read("duration", "5min"));
		assert.equal(4 * 7 * 86400, read("duration", "4w"));
		assert.equal(60, read("duration", "60"));
		assert.equal("integer", math.type(read("duration", "12h")));
		assert.equal("never", read("duration", "never"));
	end);

	it("names variable, value, place and what was expected where a value does not fit", function ()
		for reader, expected in pairs {
			number = "a number such as 5222";
			integer = "a whole number such as 5222";
			boolean = "true or false";
			bytes = "a size such as 50MB";
			duration = "a duration such as 30s";
		} do
			local code = ("\nx = stack.env.%s 'PROSODY_X'"):format(reader);
			local message = refuse(code, { PROSODY_X = "abc" });
			has(message, "core/read.cfg.lua:2");
			has(message, "PROSODY_X is \"abc\" (from the environment), expected "..expected);
			message = refuse(code, nil, { [".env"] = "A=1\nPROSODY_X=abc\n" });
			has(message, "/.env:2), expected "..expected);
		end
	end);

	it("refuses what only looks like a number", function ()
		for _, value in ipairs { "12 ports", "0x", "1,5", "nan", "inf", "5222 5223" } do
			has(refuse("x = stack.env.number 'X'", { X = value }), "expected a number");
		end
		has(refuse("x = stack.env.integer 'X'", { X = "0.5" }), "expected a whole number");
	end);

	it("reads every spelling of a number, up to what fits", function ()
		for reader, texts in pairs {
			integer = { ["+7"] = 7; ["-7"] = -7; ["-0"] = 0; [" 8 "] = 8; ["0XaF"] = 175; ["0xFf"] = 255; ["9223372036854775807"] = math.maxinteger;
				["-9223372036854775808"] = math.mininteger; ["\t9\n"] = 9 };
			number = { ["+1.5"] = 1.5; [".5"] = 0.5; ["5."] = 5;
				["1e3"] = 1000; ["1E+2"] = 100; ["1e300"] = 1e300; ["-1e300"] = -1e300; ["25e-1"] = 2.5; ["-2.5e-1"] = -0.25 };
			bytes = { ["0"] = 0; ["7B"] = 7; ["1k"] = 1000; ["1kB"] = 1000; ["1Ki"] = 1024; ["1KiB"] = 1024;
				["2M"] = 2000000; ["1Mi"] = 1048576; ["1G"] = 1e9; ["1GiB"] = 1 << 30; ["1T"] = 1e12; ["1TB"] = 1e12; ["1Ti"] = 1 << 40;
				["0.5 KiB"] = 512; ["1.0005k"] = 1000; ["9223372036854775807"] = math.maxinteger };
			duration = { ["90 sec"] = 90; ["1mi"] = 60; ["2 minutes"] = 120; ["1hr"] = 3600; ["1 day"] = 86400; ["1mo"] = 31 * 86400;
				["0"] = 0; ["1.5"] = 2; ["0.1"] = 1; ["1e3"] = 1000; ["3000000y"] = 3000000 * 31556952 };
		} do
			for text, value in pairs(texts) do
				assert.equal(value, read(reader, text), reader.." "..text);
			end
		end
	end);

	it("refuses the next number that does not fit, and half a unit", function ()
		for reader, texts in pairs {
			integer = { "9223372036854775808", "-9223372036854775809", "0x", "0xg", "1f", "+", "-", "1 2" };
			number = { ".", "1e", "1e+", "+.", "1e400", "-1e400", ("1"):rep(400) };
			bytes = { "-1", "1.", "1.kB", "1 XB", ".5k", "9223372036854775808", "9223372036854775.808k", "10000000000G", "1MBB" };
			duration = { "-5", "-0.5", "1.5h", "h", "5 fortnights", "5mon ths", "1e400", "1e300", "4000000y" };
		} do
			for _, text in ipairs(texts) do
				has(refuse(("x = stack.env.%s 'X'"):format(reader), { X = text }), "expected a");
			end
		end
	end);

	it("refuses a bare m, and offers min and mo", function ()
		local message = refuse("x = stack.env.duration 'X'", { X = "5m" });
		has(message, "\"min\"");
		has(message, "\"mo\"");
	end);

	it("shows long values and control characters in one short line", function ()
		local message = refuse("x = stack.env.number 'X'", { X = "a\nb\27[1m"..("x"):rep(500) });
		lacks(message, ("x"):rep(100));
		lacks(message, "\27");
		lacks(message, "a\nb");
		has(refuse("x = stack.env.number 'X'", { X = "a\127b" }), '"a?b"');
		has(refuse("x = stack.env.number 'X'", { X = "x"..("ä"):rep(100) }), '"x'..("ä"):rep(39)..'…"');
		has(refuse("x = stack.env.number 'X'", { X = ("\x80"):rep(100) }), '"…"');
	end);

	it("says where a value comes from that is no variable's but what was chosen", function ()
		local root = support.tree { ["environments/production.cfg.lua"] = "x = stack.env.number 'PROSODY_ENVIRONMENT'" };
		local _, message = pcall(stackloader.load, nil, { root = root, variables = {}, environment = "production" });
		has(message, 'PROSODY_ENVIRONMENT is "production" (from what this load has chosen), expected a number');
	end);

	it("wants a name", function ()
		for _, arguments in ipairs { "", "5", "''", "{}", "'a\\0b'" } do
			has(refuse(("x = stack.env.string(%s)"):format(arguments)), "bad argument #1");
		end
	end);

	it("gives the layer a value that it may catch the error of", function ()
		local options = run("good, problem = pcall(stack.env.number, 'X')", { X = "abc" }):options();
		assert.is_false(options.good);
		has(options.problem, "X is \"abc\"");
	end);
end);

describe("stack.env.secret", function ()
	local process_type;
	local code = "result = stack.env.secret 'PROSODY_DB_PASSWORD'";

	setup(function ()
		process_type = _G.prosody;
	end);

	after_each(function ()
		_G.prosody = process_type;
	end);

	teardown(support.clean);

	local function secret(variables, files)
		return run(code, variables, files):options().result;
	end

	--- A file with a secret in it.
	local function file(content)
		return support.tree { secret = content }.."/secret";
	end

	it("reads the variable", function ()
		assert.equal("hush", secret { PROSODY_DB_PASSWORD = "hush" });
		assert.equal("hush", secret({}, { [".env"] = "PROSODY_DB_PASSWORD=hush\n" }));
	end);

	it("reads the file that NAME_FILE names, less one line end", function ()
		assert.equal("hush", secret { PROSODY_DB_PASSWORD_FILE = file "hush\n" });
		assert.equal("hush", secret { PROSODY_DB_PASSWORD_FILE = file "hush\r\n" });
		assert.equal("hush\n", secret { PROSODY_DB_PASSWORD_FILE = file "hush\n\n" });
		assert.equal(" hush", secret { PROSODY_DB_PASSWORD_FILE = file " hush" });
	end);

	it("reads systemd credentials under their usual spellings", function ()
		for _, name in ipairs { "PROSODY_DB_PASSWORD", "prosody_db_password", "prosody-db-password" } do
			local folder = support.tree { [name] = "hush\n" };
			assert.equal("hush", secret { CREDENTIALS_DIRECTORY = folder });
		end
		local long = "db2_"..("x"):rep(100);
		local folder = support.tree { [long:gsub("_", "-")] = "hush" };
		assert.equal("hush", run(("result = stack.env.secret %q"):format(long), { CREDENTIALS_DIRECTORY = folder }):options().result);
	end);

	it("that no credential holds is missing, and one that cannot be read or is empty says so", function ()
		for _, folder in ipairs { support.folder(), file "no folder" } do
			has(refuse(code, { CREDENTIALS_DIRECTORY = folder }), "the secret PROSODY_DB_PASSWORD is missing");
		end
		has(refuse("x = stack.env.secret 'a/b'", { CREDENTIALS_DIRECTORY = support.folder() }), "the secret a/b is missing");
		has(refuse("x = stack.env.secret '"..("X"):rep(2000).."'"), "is missing");
		local empty, folder = support.tree { ["prosody_db_password"] = "" }, support.tree { ["PROSODY_DB_PASSWORD/x"] = "" };
		has(refuse(code, { CREDENTIALS_DIRECTORY = empty }), "prosody_db_password gives no secret: it is empty");
		has(refuse(code, { CREDENTIALS_DIRECTORY = folder }), "PROSODY_DB_PASSWORD gives no secret: it is a folder");
	end);

	it("prefers the variable to the credential", function ()
		local folder = support.tree { PROSODY_DB_PASSWORD = "credential" };
		assert.equal("variable", secret { CREDENTIALS_DIRECTORY = folder, PROSODY_DB_PASSWORD = "variable" });
	end);

	it("returns a default", function ()
		assert.equal("none", run("result = stack.env.secret('X', 'none')"):options().result);
		assert.is_false(run("result = stack.env.secret('X', false)"):options().result);
	end);

	it("takes NAME and NAME_FILE together only where they agree", function ()
		local path = file "hush\n";
		assert.equal("hush", secret { PROSODY_DB_PASSWORD = "hush", PROSODY_DB_PASSWORD_FILE = path });
		local message = refuse(code, { PROSODY_DB_PASSWORD = "quiet", PROSODY_DB_PASSWORD_FILE = path });
		has(message, "hold different secrets");
		has(message, "PROSODY_DB_PASSWORD_FILE");
		lacks(message, "quiet");
		lacks(message, "hush");
		has(refuse(code, { PROSODY_DB_PASSWORD = "hash", PROSODY_DB_PASSWORD_FILE = path }), "hold different secrets");
	end);

	it("lets the stronger source decide between NAME and NAME_FILE", function ()
		local path = file "from the file";
		local dotenv = { [".env"] = "PROSODY_DB_PASSWORD_FILE="..path.."\n" };
		assert.equal("direct", secret({ PROSODY_DB_PASSWORD = "direct" }, dotenv));
		dotenv = { [".env"] = "PROSODY_DB_PASSWORD=direct\n" };
		assert.equal("from the file", secret({ PROSODY_DB_PASSWORD_FILE = path }, dotenv));
	end);

	it("names a file that gives no secret, and why", function ()
		local folder = support.folder();
		local message = refuse(code, { PROSODY_DB_PASSWORD_FILE = folder.."/missing" });
		has(message, folder.."/missing");
		has(message, "No such file or directory");
		has(refuse(code, { PROSODY_DB_PASSWORD_FILE = folder }), "it is a folder");
		has(refuse(code, { PROSODY_DB_PASSWORD_FILE = file "\n" }), "it is empty");
		has(refuse(code, { PROSODY_DB_PASSWORD_FILE = file "" }), "it is empty");
		has(refuse(code, { PROSODY_DB_PASSWORD_FILE = "/dev/zero" }), "it is no regular file");
	end);

	it("reads a file with a byte-order mark without the mark, and refuses one in UTF-16", function ()
		assert.equal("hush", secret { PROSODY_DB_PASSWORD_FILE = file "\xEF\xBB\xBFhush\r\n" });
		has(refuse(code, { PROSODY_DB_PASSWORD_FILE = file "\xEF\xBB\xBF\n" }), "it is empty");
		for _, text in ipairs { "\xFF\xFEh\0u\0", "\xFE\xFF\0h\0u", "h\0u\0s\0h\0", "\0h\0u\0s\0h", "\xFF\xFEh\0\n\0x" } do
			has(refuse(code, { PROSODY_DB_PASSWORD_FILE = file(text) }), "which gives no secret: it is UTF-16; save it as UTF-8");
			local folder = support.tree { prosody_db_password = text };
			has(refuse(code, { CREDENTIALS_DIRECTORY = folder }), "it is UTF-16; save it as UTF-8");
			has(refuse("x = Credential 'prosody_db_password'", { CREDENTIALS_DIRECTORY = folder }), "is UTF-16; save it as UTF-8");
		end
		assert.equal("a\0b", secret { PROSODY_DB_PASSWORD_FILE = file "a\0b" });
		local folder = support.tree { x = "\xEF\xBB\xBFhush" };
		assert.equal("hush", run("result = Credential 'x'", { CREDENTIALS_DIRECTORY = folder }):options().result);
	end);

	it("says of a file without permission who must be able to read it", function ()
		local root = support.tree { ["core/read.cfg.lua"] = code };
		local secret_file = file "hush\n";
		support.run(("cp %s %s; chmod -R a+rX %s; chmod 0 %s; chmod a+x %s"):format(support.quote(support.build.."/stackloader.so"), root, root,
			secret_file, secret_file:match "(.*)/"));
		support.write(root.."/run.lua", ("package.cpath = %q; print(pcall(require 'stackloader'.load, nil, { root = %q, variables = "
			.."{ PROSODY_DB_PASSWORD_FILE = %q } }));"):format(root.."/?.so", root, secret_file));
		local user = support.run("id -u"):match "^0" and "setpriv --reuid=65534 --regid=65534 --clear-groups " or "";
		has(support.run(user.."lua5.4 "..root.."/run.lua"), "permission denied; the user that Prosody runs as must be able to read it");
	end);

	it("that is missing is an error that lists the ways to give it", function ()
		local message = refuse(code);
		has(message, "core/read.cfg.lua:1");
		has(message, "the secret PROSODY_DB_PASSWORD is missing");
		has(message, "PROSODY_DB_PASSWORD_FILE");
		has(message, "LoadCredential=prosody-db-password:");
	end);

	it("that is missing is a finding under prosodyctl", function ()
		_G.prosody = { process_type = "prosodyctl" };
		local stack = run("result = stack.env.secret 'PROSODY_DB_PASSWORD' == nil");
		local texts = {};
		for _, finding in ipairs(stack:findings()) do
			texts[#texts + 1] = finding.text;
		end
		assert.is_true(stack:options().result);
		has(table.concat(texts, "\n"), "the secret PROSODY_DB_PASSWORD is missing");
	end);

	it("is in no error that a layer makes of it", function ()
		for _, failing in ipairs {
			"local s = stack.env.secret 'S'; error('cannot use '..s)";
			"local s = stack.env.secret 'S'; local t = nil; t[s] = 1";
			"x = stack.env.secret 'S'; y = stack.env.number 'S'";
		} do
			lacks(refuse(failing, { S = "correcthorse" }), "correcthorse");
		end
	end);

	it("is in no explanation, as part of a longer text, as the beginning of another secret, or turned into a number", function ()
		local root = support.tree {
			["core/read.cfg.lua"] = [[
				long = stack.env.secret "LONG"
				short = stack.env.secret "SHORT"
				text = "postgres://user:"..short.."@host"
				nested = { password = long, list = { short } }
				pin = tonumber(stack.env.secret "PIN")
			]];
		};
		local stack = stackloader.load(nil, { root = root, variables = { SHORT = "abc", LONG = "abcdef", PIN = "12345" } });
		local function shown(option)
			return stack:explain(option).value;
		end
		assert.equal("abcdef", stack:options().long);
		assert.equal("(secret)", shown "long");
		assert.equal("postgres://user:(secret)@host", shown "text");
		assert.same({ password = "(secret)", list = { "(secret)" } }, shown "nested");
		assert.equal("(secret)", shown "pin");
	end);
end);
