-- Who else can write what a load reads, or read the secrets in it: findings, and errors that keep anything from running where strict.
local inside = require "spec.inside";
local support = require "spec.support";
local stackloader = require "stackloader";

local has, run, quote = support.has, support.run, support.quote;
local is_root = run(support.plain "id -u"):match "%d+" == "0";
local later = os.time() + 3600;

local function load(root, options, env)
	options = options or {};
	options.root, options.sysroot, options.clock = root, "/nowhere", options.clock or later;
	options.variables = options.variables or {};
	return stackloader.load(env, options);
end

-- The findings about rights, each as "code path below the root: text".
local function found(stack, root)
	local list = {};
	for _, finding in ipairs(stack:findings()) do
		if finding.code == "SL008" or finding.code == "SL009" then
			list[#list + 1] = ("%s %s %s: %s"):format(finding.severity, finding.code, (finding.path or ""):sub(#root + 2), finding.text);
		end
	end
	table.sort(list);
	return list;
end

local function change(root, line)
	local output, code = run(support.plain("sh -c "..quote("cd "..root.." && "..line)));
	assert.equal(0, code, output);
end

local everybody = "every user of this machine can write this %s and so decide what the server does; chmod o-w it";

describe("Files that others can write", function ()
	teardown(support.clean);

	local function tree()
		return support.tree {
			["core/a.cfg.lua"] = "a = 1\n"; ["core/b.cfg.lua"] = "b = stack.domain\n"; ["stack/01-one/c.cfg.lua"] = "Include 'c.inc'\n";
			["stack/01-one/c.inc"] = "c = 1\n"; ["stack/01-one/deeper/d.cfg.lua"] = "d = 1\n"; [".env"] = "X=1\n"; ["other/x"] = "";
		};
	end

	it("are no finding where there are none", function ()
		local root = tree();
		assert.same({}, found(load(root), root));
		assert.equal(1, load(root, { strict = true }):options().a);
	end);

	it("are findings: layers, what they include, folders, .env, the root", function ()
		local root = tree();
		change(root, "chmod o+w core/a.cfg.lua stack/01-one/c.inc stack/01-one/deeper stack .env other other/x .");
		assert.same({
			"warning SL008 .env: "..everybody:format "file";
			"warning SL008 : "..everybody:format "folder";
			"warning SL008 core/a.cfg.lua: "..everybody:format "file";
			"warning SL008 stack/01-one/c.inc: "..everybody:format "file";
			"warning SL008 stack/01-one/deeper: "..everybody:format "folder";
			"warning SL008 stack: "..everybody:format "folder";
		}, found(load(root), root));
	end);

	it("are told of again on a reload that reads nothing anew, and a change of rights is seen by it", function ()
		local root = tree();
		local function again()
			local stack = load(root, nil, {});   -- what is applied is kept
			local kept = 0;
			for _, layer in ipairs(stack:layers()) do
				kept = kept + (layer.kept and 1 or 0);
			end
			return #found(stack, root), kept;
		end
		assert.same({ 0, 0 }, { again() });
		change(root, "chmod o+w core/a.cfg.lua core/b.cfg.lua stack/01-one");
		assert.same({ 3, 2 }, { again() });
		assert.same({ 3, 4 }, { again() });
		change(root, "chmod o-w core/a.cfg.lua stack/01-one");
		assert.same({ 1, 3 }, { again() });
	end);

	it("keep everything from running where strict", function ()
		for _, path in ipairs { "core/b.cfg.lua", "stack/01-one", ".env", "." } do
			local root = tree();
			_G.ran = nil;
			support.write(root.."/core/b.cfg.lua", "rawset(_G, 'ran', true)\n");
			change(root, "chmod o+w "..path);
			local ok, message = pcall(load, root, { strict = true });
			assert.is_false(ok);
			has(message, "chmod o-w it");
			assert.is_nil(_G.ran, path);
		end
	end);

	it("are refused where strict when a layer includes one", function ()
		local root = tree();
		change(root, "chmod o+w stack/01-one/c.inc");
		local ok, message = pcall(load, root, { strict = true });
		assert.is_false(ok);
		has(message, "stack/01-one/c.inc: every user of this machine can write this file, so that it does not run; chmod o-w it");
	end);

	it("are not told of one by one where there are many", function ()
		local files = {};
		for i = 1, 30 do
			files[("core/%d.cfg.lua"):format(i)] = "x"..i.." = 1\n";
		end
		local root = support.tree(files);
		change(root, "chmod o+w core/*");
		local list = found(load(root), root);
		assert.equal(21, #list);
		assert.equal("warning SL008 : and 10 more like these", list[1]);
	end);

	if not is_root then
		return;
	end

	it("are findings where they belong to another user, or another group can write them", function ()
		local root = tree();
		change(root, "chown 54321 core/a.cfg.lua stack/01-one && chgrp 54322 core/b.cfg.lua stack && chmod g+w core/b.cfg.lua && chmod 777 stack");
		assert.same({
			"warning SL008 core/a.cfg.lua: this file belongs to the user 54321, neither root nor the server's: who can write it decides what the "
				.."server does; chown it";
			"warning SL008 core/b.cfg.lua: the group 54322 can write this file and so decide what the server does; chmod g-w it, or chgrp it to root "
				.."or the server's own group";
			"warning SL008 stack/01-one: this folder belongs to the user 54321, neither root nor the server's: who can write it decides what the "
				.."server does; chown it";
			"warning SL008 stack: "..everybody:format "folder";
		}, found(load(root), root));
		assert.is_false((pcall(load, root, { strict = true })));
	end);

	it("are those of the file itself, also between two that differ in one thing only", function ()
		local root = tree();
		change(root, "chown 54321 core/b.cfg.lua && chmod 644 core/*.cfg.lua");
		local list = found(load(root), root);
		assert.equal(1, #list);
		has(list[1], "core/b.cfg.lua: this file belongs to the user 54321");
		change(root, "chown 0 core/b.cfg.lua && chmod 664 core/*.cfg.lua && chgrp 54322 core/b.cfg.lua");
		list = found(load(root), root);
		assert.equal(1, #list);
		has(list[1], "core/b.cfg.lua: the group 54322 can write this file");
	end);

	it("are none where they belong to the server's user, or its own group can write them", function ()
		local root = tree();
		change(root, "chown prosody:prosody core/a.cfg.lua stack && chmod g+w core/a.cfg.lua stack");
		assert.same({}, found(load(root), root));
		assert.same({}, found(load(root, { variables = { PROSODY_OPTION_PROSODY_USER = "prosody" } }), root));
		assert.equal(4, #found(load(root, { variables = { PROSODY_OPTION_PROSODY_USER = "daemon" } }), root));
	end);

	it("are none on a mount that nobody can write to #install", function ()
		local root = tree();
		change(root, "chmod o+w core/a.cfg.lua core");
		local code = ([[
			package.cpath = %q
			local stack = require "stackloader".load(nil, { root = %q, variables = {}, sysroot = "/nowhere", strict = true })
			print(stack:options().a, #stack:findings())
		]]):format(support.build.."/?.so", root);
		local output = run(support.plain(("unshare -m sh -c %s"):format(quote(("mount --bind %s %s && mount -o remount,bind,ro %s && lua5.4 -e %s")
			:format(quote(root), quote(root), quote(root), quote(code))))));
		-- Where the machine does not let us mount, there is nothing to see.
		assert(output == "1\t0\n" or output:find "unshare" or output:find "mount", output);
	end);

	for _, prosody in ipairs(support.prosodies()) do
		it("are judged by the server's user under prosodyctl of Prosody "..prosody.name..", which as root reads more than it", function ()
			local root = tree();
			support.write(root.."/prosody.cfg.lua", '(Lua or _G).require "stackloader".load(_ENV, { strict = STRICT })\nprosody_user = "prosody"\n');
			support.write(root.."/core/user.cfg.lua", 'prosody_user = "prosody"\n');
			change(root, "chown prosody core/a.cfg.lua && chmod 600 core/* .env && chgrp prosody core/b.cfg.lua && chmod 640 core/b.cfg.lua");
			change(root, "chown 54321 stack && chmod 777 stack/01-one");
			local code = [[
				local text = {};
				for i, strict in ipairs { "false", "true" } do
					local file = assert(io.open(root.."/prosody.cfg.lua", "r"));
					local main = file:read("a"):gsub("STRICT", strict);
					file:close();
					file = assert(io.open(root.."/strict.cfg.lua", "w"));
					file:write(main);
					file:close();
					local ok, _, warnings = load "strict.cfg.lua";
					text[i] = ok and table.concat(warnings, "\n") or tostring(warnings);
				end
				return text;
			]];
			local result, message = inside(prosody, root, code, { arguments = { "about" } });
			assert.is_nil(message);
			local cannot = ": the server's user prosody cannot read this file, prosodyctl as root can";
			has(result[1], root.."/.env"..cannot);
			has(result[1], root.."/core/user.cfg.lua"..cannot);
			support.lacks(result[1], "core/a.cfg.lua");
			support.lacks(result[1], "core/b.cfg.lua");
			has(result[1], root.."/stack: this folder belongs to the user 54321");
			-- Before the layers have run nobody knows whom prosody_user names.
			has(result[2], root.."/stack/01-one: every user");
			support.lacks(result[2], "54321");
		end);
	end

	it("are judged by who reads them: root's group and the reader's own are trusted, a tenant's only with its own data #install", function ()
		local root = support.tree {
			["core/a.cfg.lua"] = "x = 1"; ["core/b.cfg.lua"] = "y = 1"; [".env"] = "DB_PASSWORD=hush\n";
			["domains/tenants/a.example/host.cfg.lua"] = 'VirtualHost "a.example"\n';
		};
		change(root, "chown -R 54321:54322 domains/tenants/a.example && chmod g+w core/a.cfg.lua domains/tenants/a.example/host.cfg.lua");
		change(root, "chgrp 54322 .env && chmod 660 .env");
		local group = "the group 54322 can write this file and so decide what the server does; chmod g-w it, or chgrp it to root or the server's own group";
		local restrict = { ["domains/tenants"] = { hosts = { "<domain>" } } };
		assert.same({ "warning SL008 .env: "..group }, found(load(root, { restrict = restrict }), root));
		change(root, "rm -r .env domains && chgrp 65534 core/a.cfg.lua && chgrp 54322 core/b.cfg.lua && chmod g+w core/b.cfg.lua");
		change(root, "chmod o+rx . core && chmod o+r core/*");
		local module = support.folder();   -- where another user can read it
		change(module, "cp "..quote(support.build.."/stackloader.so").." . && chmod 755 . stackloader.so");
		local code = ([[
			package.cpath = %q
			local stack = require "stackloader".load(nil, { root = %q, variables = {}, sysroot = "/nowhere" })
			print(stack:options().x, #stack:findings())
		]]):format(module.."/?.so", root);
		local other = "setpriv --reuid=65534 --regid=65534 --clear-groups lua5.4 -e ";
		assert.equal("1\t1\n", (run(support.plain(other..quote(code)))));
	end);

	it("are told of once in prosodyctl check config, where strict stops nothing until all is known", function ()
		local root = support.tree { [".env"] = "DB_PASSWORD=hush\n", ["more/a.lua"] = "y = 1" };
		for i = 1, 25 do
			support.write(("%s/core/%d.cfg.lua"):format(root, i), "x = 1");
		end
		support.write(root.."/local/include.cfg.lua", "pcall(Include, '../more/a.lua') error 'of its own'");
		support.write(root.."/local/other.cfg.lua", "pcall(Include, '../more/a.lua') error('without a line', 0)");
		support.write(root.."/local/third.cfg.lua", ("error('%s/local/third.cfg.lua as its beginning', 0)"):format(root));
		change(root, "chmod o+w core/* more/a.lua && chmod o+r .env && chmod o+rx .");
		local globals = { prosody = { process_type = "prosodyctl" }, arg = { "check", "config" } };
		local ok, message = support.with_globals(globals, {}, function ()
			return pcall(load, root, { strict = true }, {});
		end);
		assert.is_false(ok);
		for i = 1, 20 do
			assert.equal(1, select(2, message:gsub(("core/%d%%.cfg%%.lua: "):format(i), "")), message);
		end
		assert.equal(20, select(2, message:gsub("every user of this machine can write", "")), message);
		assert.equal(1, select(2, message:gsub("and 6 more like these", "")), message);   -- five layers, and what one includes
		assert.equal(1, select(2, message:gsub("can read this file with the secret DB_PASSWORD", "")));
		has(message, "local/include.cfg.lua:1: of its own");
		has(message, "local/other.cfg.lua: without a line");
		has(message, "local/third.cfg.lua as its beginning");
		has(message, "stackloader: 25 problems");
	end);

	it("may belong to tenants where they are restricted to data", function ()
		local root = support.tree { ["domains/tenants/a.example/host.cfg.lua"] = 'VirtualHost "a.example"\n' };
		change(root, "chown -R 54321 domains/tenants/a.example");
		local restrict = { ["domains/tenants"] = { hosts = { "<domain>" } } };
		assert.same({}, found(load(root, { restrict = restrict, strict = true }), root));
		assert.equal(2, #found(load(root), root));
		change(root, "chmod o+w domains/tenants/a.example/host.cfg.lua");
		assert.equal(1, #found(load(root, { restrict = restrict }), root));
	end);
end);

describe("Files that everybody can read", function ()
	teardown(support.clean);

	it("are findings where a secret is in them, whoever reads it", function ()
		local root = support.tree {
			["core/a.cfg.lua"] = "a = stack.env.secret 'ODD_NAME' b = stack.env.secret 'POINTED' c = stack.env.secret 'SPEC_CREDENTIAL'\n";
			[".env"] = "ODD_NAME=hush\n"; ["pointed"] = "hush too\n"; ["credentials/spec-credential"] = "hush as well\n";
			["profiles/standard/defaults.env"] = "DB_PASSWORD=hush\n"; ["profiles/standard/p.cfg.lua"] = "x = 1\n";
		};
		local variables = { POINTED_FILE = root.."/pointed", CREDENTIALS_DIRECTORY = root.."/credentials" };
		local text = "every user of this machine can read this file with the secret %s; chmod o-r it, and leave it to the server by chgrp or chown";
		local expected = {
			"warning SL009 .env: "..text:format "ODD_NAME", "warning SL009 credentials/spec-credential: "..text:format "SPEC_CREDENTIAL",
			"warning SL009 pointed: "..text:format "POINTED", "warning SL009 profiles/standard/defaults.env: "..text:format "DB_PASSWORD";
		};
		assert.same(expected, found(load(root, { variables = variables }), root));
		assert.is_false((pcall(load, root, { variables = variables, strict = true })));
		change(root, "chmod 640 .env pointed credentials/* profiles/standard/defaults.env");
		assert.same({}, found(load(root, { variables = variables, strict = true }), root));
		change(root, "chmod 644 .env pointed credentials/* profiles/standard/defaults.env && chmod o-x .");
		assert.same({}, found(load(root, { variables = variables }), root));
	end);

	it("are none where there is no secret in them", function ()
		local root = support.tree { [".env"] = "X=1\nDB_PASSWORD=\nDB_PASSWORD_FILE=\nTOKEN_TTL=5\nFAST_TOKENS=true\n", ["core/a.cfg.lua"] = "a = 1\n" };
		assert.same({}, found(load(root), root));
	end);
end);
