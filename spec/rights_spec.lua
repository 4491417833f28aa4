-- Who else can write what a load reads, or read the secrets in it: findings, and errors that keep anything from running where strict.
local inside = require "spec.inside";
local lfs = require "lfs";
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

	-- What a strict load of files says that it refuses; "core/a" would say that a layer ran.
	local function refused(files, line)
		files["core/a.cfg.lua"] = "rawset(_G, 'ran', true)\n";
		local root = support.tree(files);
		change(root, line);
		_G.ran = nil;
		local ok, message = pcall(load, root, { strict = true });
		assert.is_false(ok);
		return message:gsub(root:gsub("%p", "%%%0").."/", ""), root;
	end

	it("keep everything from running where strict when a layer includes one by its name, itself or by what it includes", function ()
		for _, statement in ipairs { "Include 'c.inc'", 'include("./c.inc")', "Include [[c.inc]]", "Include '*.inc'", "if false then Include 'c.inc' end",
				"Include 'further'", "Include '../stack/c.inc'" } do
			local message = refused({
				["stack/b.cfg.lua"] = statement, ["stack/c.inc"] = "c = 1\n", ["stack/further"] = "Include '?.inc'";
			}, "chmod o+w stack/c.inc");
			assert.equal("stack/c.inc: "..everybody:format "file", message, statement);
			assert.is_nil(_G.ran, statement);
		end
	end);

	it("are found at any path that an Include may name", function ()
		local files = { ["stack/c.inc"] = "c = 1\n", ["stack/b.cfg.lua"] = "" };
		local root = support.tree(files);
		change(root, "chmod o+w stack/c.inc");
		local more = "pcall(Include, '') pcall(function () Include '' Include 'a\\0b' Include '/*' Include 'none/*' Include 'none' end)";
		support.write(root.."/stack/b.cfg.lua", ("Include '%s/stack/c.inc' "):format(root)..more);
		local ok, message = pcall(load, root, { strict = true });
		assert.is_false(ok);
		has(message, "stack/c.inc: "..everybody:format "file");
		change(root, "chmod o-w stack/c.inc");
		assert.equal(1, #load(root, { strict = true }):layers());
		support.write(root.."/stack/b.cfg.lua", "Include '\\q'");
		has(select(2, pcall(load, root, { strict = true })), "invalid escape sequence");
	end);

	it("are told of once, whatever names files include them by, a profile's among them", function ()
		local root = support.tree {
			["core/a.cfg.lua"] = "Include '../more.inc' Include '../more.inc'", ["core/empty.cfg.lua"] = "", ["more.inc"] = "x = 1\n";
			["profiles/standard/profile.cfg.lua"] = "profile_info = { features = {} }\nInclude '../../more.inc'", ["features/a/b.cfg.lua"] = "";
		};
		assert.equal(2, #load(root, { strict = true }):layers());
		change(root, "chmod o+w more.inc");
		local ok, message = pcall(load, root, { strict = true });
		assert.is_false(ok);
		assert.equal(root.."/more.inc: "..everybody:format "file", message);
	end);

	it("are not looked for in what only looks like an Include", function ()
		local files = { ["stack/b.cfg.lua"] = "-- Include 'c.inc'\nlocal t = { Include = tostring }\nt.Include 'c.inc' t:Include 'c.inc' "
			.."x = [[\nInclude 'c.inc']]\ny = pcall(Include, 5)", ["stack/c.inc"] = "c = 1\n" };
		local root = support.tree(files);
		change(root, "chmod o+w stack/c.inc");
		assert.equal(1, #load(root, { strict = true }):layers());
	end);

	it("do not run where strict when a layer includes one by a name that it puts together", function ()
		local message = refused({ ["stack/b.cfg.lua"] = "Include('c'..'.inc')", ["stack/c.inc"] = "rawset(_G, 'ran', 'c')\n" }, "chmod o+w stack/c.inc");
		assert.equal("stack/b.cfg.lua:1: stack/c.inc: "..everybody:format "file", message);
		assert.is_true(_G.ran);
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
		assert.equal("warning SL008 : 10 more files and folders of the tree are like these", list[1]);
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
			support.write(root.."/secret", "hush\n");
			support.write(root.."/closed/password", "hush\n");
			support.write(root.."/core/c.cfg.lua", ("c = stack.env.secret 'ONE_PASSWORD'\nd = stack.env.secret 'OTHER_PASSWORD'\n"));
			support.write(root.."/.env", ("ONE_PASSWORD_FILE=%s/secret\nOTHER_PASSWORD_FILE=%s/closed/password\n"):format(root, root));
			change(root, "chmod 600 secret && chmod 700 closed && chmod 755 .");
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
			has(result[1], root.."/secret"..cannot);
			has(result[1], root.."/closed: the server's user prosody cannot enter this folder, on the way to "..root.."/closed/password");
			has(result[1], root.."/stack: this folder belongs to the user 54321");
			-- Before the layers have run nobody knows whom prosody_user names.
			has(result[2], root.."/stack/01-one: every user");
			support.lacks(result[2], "54321");
		end);
	end

	for _, prosody in ipairs(support.prosodies()) do
		it("may be the main file of Prosody "..prosody.name..", and folders on the way to it", function ()
			local folder = support.tree { ["etc/core/a.cfg.lua"] = "rawset(_G, 'ran', true)\n", ["main/prosody.cfg.lua"] = "" };
			local code = [[
				local text = {};
				for i, strict in ipairs { "false", "true" } do
					local file = assert(io.open(root.."/../main/prosody.cfg.lua", "w"));
					file:write(('(Lua or _G).require "stackloader".load(_ENV, { root = %q, strict = %s })\n'):format(root, strict));
					file:close();
					local ok, _, warnings = load "prosody.cfg.lua";
					text[i] = ok and table.concat(warnings, "\n") or tostring(warnings);
				end
				return text;
			]];
			assert(lfs.link("../main/prosody.cfg.lua", folder.."/etc/prosody.cfg.lua", true));
			local function told()
				local result, message = inside(prosody, folder.."/etc", code);
				assert.is_nil(message);
				return result;
			end
			assert.same({ "", "" }, told());
			for path, kind in pairs { ["main/prosody.cfg.lua"] = "file", main = "folder" } do
				change(folder, "chmod o+w "..path);
				local result = told();
				for _, text in ipairs(result) do
					has(text, (path == "main" and "/main: " or "/prosody.cfg.lua: ")..everybody:format(kind));
				end
				change(folder, "chmod o-w "..path);
			end
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
		assert.equal(1, select(2, message:gsub("6 more files and folders of the tree", "")), message);   -- five layers, and what one includes
		assert.equal(1, select(2, message:gsub("can read this file with the secret DB_PASSWORD", "")));
		has(message, "local/include.cfg.lua:1: of its own");
		has(message, "local/other.cfg.lua:1: without a line");
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

-- Sets a file's access control list: { "user", id, rights } for each entry, in the order that Linux asks for.
local function set_list(path, entries)
	local tags = { owner = 1, user = 2, group_of_file = 4, group = 8, mask = 16, others = 32 };
	local list = { ("<I4"):pack(2) };
	for _, entry in ipairs(entries) do
		list[#list + 1] = ("<I2I2I4"):pack(tags[entry[1]], entry[3], entry[2] or 0xffffffff);
	end
	local hex = table.concat(list):gsub(".", function (byte) return ("%02x"):format(byte:byte()); end);
	local output, code = run(support.plain("/usr/bin/python3 -c 'import os, sys; os.setxattr(sys.argv[1], \"system.posix_acl_access\", "
		.."bytes.fromhex(sys.argv[2]))' "..quote(path).." "..hex));
	assert.equal(0, code, output);
end

-- A list with one entry beside those that every list has.
local function list_with(entry, mask)
	local list = { { "owner", nil, 7 }, { "group_of_file", nil, 5 }, { "mask", nil, mask or 7 }, { "others", nil, 5 } };
	table.insert(list, entry[1] == "user" and 2 or 3, entry);
	return list;
end

describe("Files that an access control list lets others write", function ()
	teardown(support.clean);

	if not is_root then
		return;
	end

	local text = "the %s 54321 can write this %s, by its access control list, and so decide what the server does; setfacl -x %s:54321 it";

	local function tree()
		return support.tree { ["core/a.cfg.lua"] = "rawset(_G, 'ran', true)\n", ["stack/b.cfg.lua"] = "Include 'c.inc'", ["stack/c.inc"] = "c = 1\n" };
	end

	it("are findings, and keep everything from running where strict", function ()
		for path, kind in pairs { ["core/a.cfg.lua"] = "file", ["stack"] = "folder", ["stack/c.inc"] = "file" } do
			for who, letter in pairs { user = "u", group = "g" } do
				local root = tree();
				set_list(root.."/"..path, list_with { who, 54321, 6 });
				assert.same({ ("warning SL008 %s: "..text):format(path, who, kind, letter) }, found(load(root), root));
				_G.ran = nil;
				local ok, message = pcall(load, root, { strict = true });
				assert.is_false(ok);
				assert.equal(root.."/"..path..": "..text:format(who, kind, letter), message);
				assert.is_nil(_G.ran);
			end
		end
	end);

	it("are none where the list's mask leaves no right to write, or the right is to read", function ()
		local root = tree();
		set_list(root.."/core/a.cfg.lua", list_with({ "user", 54321, 7 }, 5));
		set_list(root.."/stack/b.cfg.lua", list_with { "group", 54321, 5 });
		assert.same({}, found(load(root, { strict = true }), root));
	end);

	it("are none where it is root or the server's user, or a group of theirs", function ()
		local root = tree();
		local user, group = run "id -u prosody":match "%d+", run "id -g prosody":match "%d+";
		set_list(root.."/core/a.cfg.lua", list_with { "user", tonumber(user), 7 });
		set_list(root.."/stack/b.cfg.lua", list_with { "group", tonumber(group), 7 });
		set_list(root.."/stack/c.inc", list_with { "user", 0, 7 });
		assert.same({}, found(load(root), root));
		assert.equal(2, #found(load(root, { variables = { PROSODY_OPTION_PROSODY_USER = "daemon" } }), root));
	end);

	it("are told of by the file's own group where the list gives it the right", function ()
		local root = tree();
		change(root, "chgrp 54321 core/a.cfg.lua stack/b.cfg.lua");
		set_list(root.."/core/a.cfg.lua", { { "owner", nil, 7 }, { "user", 0, 7 }, { "group_of_file", nil, 6 }, { "mask", nil, 7 }, { "others", nil, 5 } });
		set_list(root.."/stack/b.cfg.lua", list_with { "user", 0, 7 });
		assert.same({ "warning SL008 core/a.cfg.lua: the group 54321 can write this file and so decide what the server does; chmod g-w it, or chgrp it to "
			.."root or the server's own group" }, found(load(root), root));
	end);

	it("may be their tenants' own", function ()
		local root = support.tree { ["domains/tenants/a.example/host.cfg.lua"] = 'VirtualHost "a.example"\n' };
		set_list(root.."/domains/tenants/a.example", list_with { "user", 54321, 7 });
		set_list(root.."/domains/tenants/a.example/host.cfg.lua", list_with { "user", 54321, 7 });
		assert.same({}, found(load(root, { restrict = { ["domains/tenants"] = true }, strict = true }), root));
		assert.equal(2, #found(load(root), root));
	end);

	for _, prosody in ipairs(support.prosodies()) do
		it("may let the server's user of Prosody "..prosody.name.." read what its mode does not", function ()
			local root = tree();
			local user, group = tonumber(run "id -u prosody":match "%d+"), tonumber(run "id -g prosody":match "%d+");
			support.write(root.."/prosody.cfg.lua", '(Lua or _G).require "stackloader".load(_ENV)\n');
			local function list(who, id, rights)
				local made = { { "owner", nil, 6 }, { "group_of_file", nil, 0 }, { "mask", nil, 4 }, { "others", nil, 0 } };
				table.insert(made, who == "user" and 2 or 3, { who, id, rights });
				return made;
			end
			local lists = {
				["1"] = list("user", user, 4), ["2"] = list("group", group, 4), ["3"] = list("user", 54321, 4), ["4"] = list("user", user, 0);
				["5"] = list("group", group, 0);
				["7"] = { { "owner", nil, 6 }, { "group_of_file", nil, 0 }, { "group", group, 4 }, { "group", 54321, 0 }, { "mask", nil, 4 },
					{ "others", nil, 0 } };
				["6"] = { { "owner", nil, 6 }, { "user", 54321, 4 }, { "group_of_file", nil, 0 }, { "mask", nil, 4 }, { "others", nil, 4 } };
			};
			for name, entries in pairs(lists) do
				support.write(root.."/core/"..name..".cfg.lua", "-- a layer\n");
				set_list(root.."/core/"..name..".cfg.lua", entries);
			end
			local code = "local _, _, warnings = load 'prosody.cfg.lua'; return { table.concat(warnings, '\\n') };";
			local result, message = inside(prosody, root, code, { arguments = { "about" } });
			assert.is_nil(message);
			for name, cannot in pairs { ["1"] = false, ["2"] = false, ["3"] = true, ["4"] = true, ["5"] = true, ["6"] = false, ["7"] = false } do
				local finding = root.."/core/"..name..".cfg.lua: the server's user prosody cannot read this file";
				assert.equal(cannot, result[1]:find(finding, 1, true) ~= nil, name);
			end
		end);
	end
end);

describe("The ways to files", function ()
	teardown(support.clean);

	-- A tree in a folder "site" of a folder, with a folder "other" beside it.
	local function place()
		local folder = support.tree {
			["site/core/a.cfg.lua"] = "rawset(_G, 'ran', true)\n", ["other/open/x.cfg.lua"] = "x = 1\n", ["other/open/deep/y.cfg.lua"] = "y = 1\n";
		};
		return folder, folder.."/site";
	end

	-- The findings of a load, which are those of a strict one before anything ran.
	local function told(folder, root, options)
		local list = found(load(root, options), folder);
		if #list > 0 then
			_G.ran = nil;
			local strict = { strict = true };
			for name, value in pairs(options or {}) do
				strict[name] = value;
			end
			local ok, message = pcall(load, root, strict);
			assert.is_false(ok);
			for _, line in ipairs(list) do
				local path, text = line:match "^warning SL008 (.-): (.*)$";
				has(message, folder..(path == "" and "" or "/")..path..": "..text);
			end
			assert.is_nil(_G.ran);
		end
		return list;
	end

	it("are findings where others can write a folder above the tree", function ()
		local folder, root = place();
		change(folder, "chmod o+w .");
		assert.same({ "warning SL008 : "..everybody:format "folder" }, told(folder, root));
		change(folder, "chmod o+t .");
		assert.same({}, told(folder, root));
	end);

	it("are findings where others can write a folder to which a link leads, or one on the way", function ()
		for _, case in ipairs {
			{ "core/x.cfg.lua", "../../other/open/x.cfg.lua" }, { "core/x", "../../other/open" }, { "stack", "../other/open/deep" };
			{ "core/x.cfg.lua", "FOLDER/other/./deeper/../open/x.cfg.lua" }, { "core/x.cfg.lua", "../../other/link/x.cfg.lua" };
		} do
			local folder, root = place();
			assert(lfs.mkdir(folder.."/other/deeper"));
			assert(lfs.link("//"..folder.."/other/open/", folder.."/other/link", true));
			assert(lfs.link((case[2]:gsub("FOLDER", folder)), root.."/"..case[1], true));
			assert.same({}, told(folder, root));
			change(folder, "chmod o+w other/open");
			local list = told(folder, root);
			assert.equal(1, #list);
			has(list[1], everybody:format "folder");
			change(folder, "chmod o-w other/open && chmod o+w other");
			assert.same({ "warning SL008 other: "..everybody:format "folder" }, told(folder, root));
		end
	end);

	it("are findings where others can write a folder on the way to a file that an axis lists", function ()
		local folder, root = place();
		local axes = { axes = { { name = "only", files = { "sub/x.lua" } } } };
		support.write(root.."/sub/x.lua", "x = 1");
		assert.same({}, told(folder, root, axes));
		change(folder, "chmod o+w site/sub");
		assert.same({ "warning SL008 site/sub: "..everybody:format "folder" }, told(folder, root, axes));
	end);

	it("are findings where others can write a folder on the way to an included file", function ()
		local folder, root = place();
		support.write(folder.."/other/open/x.inc", "x = 1");
		assert(lfs.link("../other/open/x.inc", root.."/x.inc", true));
		change(folder, "chmod o+w other/open");
		for _, statement in ipairs { "Include '../../other/open/x.inc'", "Include '../x.inc'", "Include '../../other/open/*.inc'" } do
			support.write(root.."/core/b.cfg.lua", statement);
			assert.same({ "warning SL008 other/open: "..everybody:format "folder" }, told(folder, root), statement);
		end
		support.write(root.."/core/b.cfg.lua", "Include('../x'..'.inc')");
		local ok, message = pcall(load, root, { strict = true });
		assert.is_false(ok);
		has(message, root.."/x.inc: this file does not run, since of "..folder.."/other/open on the way to it "
			..everybody:format "folder");
	end);

	if not is_root then
		return;
	end

	it("are findings where a folder above the tree is another user's", function ()
		local folder, root = place();
		change(folder, "chown 54321 .");
		assert.same({ "warning SL008 : this folder belongs to the user 54321, neither root nor the server's: who can write it decides what the server "
			.."does; chown it" }, told(folder, root));
		change(folder, "chmod 1777 .");
		assert.equal(1, #told(folder, root));
	end);

	it("are findings where a link or folder in a folder such as /tmp is another user's, who can replace it", function ()
		local folder, root = place();
		assert(lfs.link("../../other/open/x.cfg.lua", root.."/core/x.cfg.lua", true));
		assert(lfs.link("open", folder.."/other/link", true));
		assert(lfs.link("../other/link/deep", root.."/stack", true));
		change(folder, "chmod 1777 other");
		assert.same({}, told(folder, root));
		change(folder, "chown -h 54321 other/link");
		local text = "this %s belongs to the user 54321, neither root nor the server's: who can write it decides what the server does; chown it";
		assert.same({ "warning SL008 other/link: "..text:format "link" }, told(folder, root));
		assert(os.remove(root.."/stack"));
		assert(lfs.link("../other/open/../link/deep", root.."/stack", true));
		assert.same({ "warning SL008 other/link: "..text:format "link" }, told(folder, root));
		change(folder, "chown 54321 other/open");
		assert.same({ "warning SL008 other/link: "..text:format "link", "warning SL008 other/open: "..text:format "folder" }, told(folder, root));
		for _, mode in ipairs { "755", "1755" } do
			change(folder, "chmod "..mode.." other && chown 0 other/open");
			assert.same({}, told(folder, root), mode);
		end
	end);

	it("are findings where an access control list lets others write a folder", function ()
		local folder, root = place();
		set_list(folder, list_with { "user", 54321, 7 });
		local list = told(folder, root);
		assert.equal(1, #list);
		has(list[1], "the user 54321 can write this folder, by its access control list");
	end);

	it("are a tenant's own where they stay in a restricted folder", function ()
		local folder, root = place();
		support.write(root.."/domains/tenants/..1/a.example/host.cfg.lua", 'VirtualHost "a.example"\n');
		assert(lfs.link("..1", root.."/domains/tenants/..data", true));
		assert(lfs.link("..data/a.example", root.."/domains/tenants/a.example", true));
		change(root, "chown -R 54321 domains/tenants/..1");
		assert.same({}, told(folder, root, { restrict = { ["domains/tenants"] = { hosts = "<domain>" } } }));
		change(root, "chmod o+w domains/tenants/..1");
		assert.same({ "warning SL008 site/domains/tenants/..1: "..everybody:format "folder" },
			told(folder, root, { restrict = { ["domains/tenants"] = { hosts = "<domain>" } } }));
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

	it("are findings where Credential reads them, and none where FileLine and the like do, which may read what is no secret", function ()
		local root = support.tree {
			["core/a.cfg.lua"] = "a = Credential 'token'\nb = FileLine '../motd'\nc = FileLines '../motd'\nd = FileContents '../motd'\n";
			["motd"] = "welcome\n"; ["credentials/token"] = "hush\n";
		};
		local stack = load(root, { variables = { CREDENTIALS_DIRECTORY = root.."/credentials" } });
		local list = found(stack, root);
		assert.equal(1, #list);
		has(list[1], "warning SL009 credentials/token: every user of this machine can read this file with the secret token");
		-- All of them are watched: their change is a change of the configuration.
		assert.same({ root.."/credentials/token", root.."/motd", root.."/motd", root.."/motd" }, stack:about().secret_files);
		change(root, "chmod o+w motd");
		has(found(load(root, { variables = { CREDENTIALS_DIRECTORY = root.."/credentials" } }), root)[1], "warning SL008 motd: every user");
	end);

	it("are none where there is no secret in them", function ()
		local root = support.tree { [".env"] = "X=1\nDB_PASSWORD=\nDB_PASSWORD_FILE=\nTOKEN_TTL=5\nFAST_TOKENS=true\n", ["core/a.cfg.lua"] = "a = 1\n" };
		assert.same({}, found(load(root), root));
	end);
end);
