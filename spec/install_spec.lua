local support = require "spec.support";
local lfs = require "lfs";

local project = support.project;
local quote = support.quote;

-- Building and installing are the same with and without sanitizers: the sanitized run leaves #install out.
-- The folder is named as make without BUILD names it: its notes about headers go by that.
local build = support.build:sub(1, #project + 1) == project.."/" and support.build:sub(#project + 2) or support.build;

local function make(words)
	return support.run("make --no-print-directory -C "..quote(project).." BUILD="..quote(build).." "..words);
end

local function lines(text)
	local list = {};
	for line in text:gmatch("[^\n]+") do
		list[#list + 1] = line;
	end
	return list;
end

local function files_below(folder)
	return lines((support.run("cd "..quote(folder).." && find . ! -type d | sort")));
end

local function names_in(folder, pattern)
	local names = {};
	for name in lfs.dir(project.."/"..folder) do
		if name:match(pattern) then
			names[#names + 1] = folder.."/"..name;
		end
	end
	table.sort(names);
	return names;
end

-- The plugin's helpers and the catalogues below them, as `find` sorts them.
local function helpers()
	local names = names_in("lua/stackloader", "%.lua$");
	table.move(names_in("lua/stackloader/catalogues", "%.lua$"), 1, 99, #names + 1, names);
	table.sort(names);
	return names;
end

describe("the module #install", function()
	teardown(support.clean);

	it("exports luaopen_stackloader and nothing else", function()
		local symbols = lines((support.run("nm -D --defined-only "..quote(support.build.."/stackloader.so"))));
		assert.equal(1, #symbols);
		assert.truthy(symbols[1]:match("^%x+ T luaopen_stackloader$"));
	end);

	it("is hardened: stack protector, checked buffers, read-only relocations, bound at once, no executable stack", function()
		local headers = support.run("readelf -Wld "..quote(support.build.."/stackloader.so"));
		assert.truthy(headers:find("GNU_RELRO", 1, true));
		assert.truthy(headers:find("BIND_NOW", 1, true));
		assert.truthy(headers:find("GNU_STACK[^\n]* RW "));
		local symbols = support.run("nm -D "..quote(support.build.."/stackloader.so"));
		assert.truthy(symbols:find("__stack_chk_fail", 1, true));
		assert.truthy(symbols:find("__memcpy_chk", 1, true));
	end);

	it("is built with the compiler, flags and headers that the caller names", function()
		local commands = make("-n -B CC=other-cc CFLAGS=-Ofast CPPFLAGS=-DX LDFLAGS=-Wl,-y LUA_INCDIR=/elsewhere/lua all");
		assert.truthy(commands:find("other%-cc %-I/elsewhere/lua [^\n]*%-DX [^\n]*%-Ofast "));
		assert.truthy(commands:find("other%-cc %-shared %-Ofast %-Wl,%-y "));
		assert.falsy(commands:find("-fstack-protector", 1, true));
	end);

	it("is rebuilt after a header changed", function()
		local commands = make("-n -W src/memory.h all");
		assert.truthy(commands:find("src/memory.c", 1, true));
		assert.truthy(commands:find("-shared", 1, true));
	end);
end);

describe("make install #install", function()
	local folder;
	teardown(support.clean);
	before_each(function()
		folder = support.folder();
	end);

	it("puts module, plugin and helpers below PREFIX in DESTDIR, and uninstall takes all of it away", function()
		local output, code = make("install PREFIX=/usr DESTDIR="..quote(folder));
		assert.equal(0, code, output);
		local expected = {
			"./usr/lib/lua/5.4/stackloader.so";
			"./usr/lib/prosody/modules/mod_stackloader/mod_stackloader.lua";
			"./usr/share/bash-completion/completions/prosodyctl";
			"./usr/share/lua/5.4/mod_stackloader/mod_stackloader.lua";
		};
		for _, name in ipairs(helpers()) do
			expected[#expected + 1] = "./usr/share/lua/5.4/"..name:gsub("^lua/", "");
		end
		expected[#expected + 1] = "./usr/share/man/man1/prosodyctl-mod_stackloader.1";
		assert.same(expected, files_below(folder));
		output, code = make("uninstall PREFIX=/usr DESTDIR="..quote(folder));
		assert.equal(0, code, output);
		assert.same({}, files_below(folder));
	end);

	it("leads Lua's search path to the plugin, wherever the tree is moved to", function()
		make("install PREFIX=/usr DESTDIR="..quote(folder.."/first"));
		assert(os.rename(folder.."/first", folder.."/second"));
		assert.equal(support.read(project.."/lua/mod_stackloader.lua"),
			support.read(folder.."/second/usr/share/lua/5.4/mod_stackloader/mod_stackloader.lua"));
	end);
end);

describe("the rockspec #install", function()
	local rockspec = {};
	assert(loadfile(project.."/stackloader-scm-1.rockspec", "t", rockspec))();

	it("compiles every C file in src/", function()
		local sources = { table.unpack(rockspec.build.modules.stackloader.sources) };
		table.sort(sources);
		assert.same(names_in("src", "%.c$"), sources);
	end);

	it("has the same content for the release, with its version", function()
		local output, code = support.run(quote(project.."/scripts/rockspec").." --check");
		assert.equal("", output);
		assert.equal(0, code);
		local release = {};
		local version = require "stackloader"._VERSION;
		assert(loadfile(project.."/stackloader-"..version.."-1.rockspec", "t", release))();
		assert.equal(version.."-1", release.version);
	end);

	it("installs the plugin and every helper", function()
		local expected = { ["mod_stackloader.mod_stackloader"] = "lua/mod_stackloader.lua" };
		for _, name in ipairs(helpers()) do
			expected[name:match("^lua/(.+)%.lua$"):gsub("/", ".")] = name;
		end
		local modules = {};
		for name, source in pairs(rockspec.build.modules) do
			modules[name] = type(source) == "string" and source or nil;
		end
		assert.same(expected, modules);
	end);
end);

-- Scripts for a machine that has never seen stackloader: /usr/local is empty, and gone again when the script ends.
-- Each leaves it installed in one of the ways there are, and is followed by what an administrator does then.
local installed_by = {
	["make install"] = [[
		make --no-print-directory -C "$PROJECT" BUILD="$BUILD" install
	]];
	["luarocks make"] = [[
		cp -R "$PROJECT"/LICENSE "$PROJECT"/*.rockspec "$PROJECT"/src "$PROJECT"/lua . && luarocks --lua-version 5.4 make
	]];
	["luarocks pack, then install from a file:// server"] = [[
		cp -R "$PROJECT"/LICENSE "$PROJECT"/*.rockspec "$PROJECT"/src "$PROJECT"/lua . && luarocks --lua-version 5.4 make
		mkdir server && cd server && luarocks --lua-version 5.4 pack stackloader
		luarocks-admin --lua-version 5.4 make-manifest . && cd ..
		umount /usr/local
		mount -t tmpfs -o mode=755 tmpfs /usr/local
		luarocks --lua-version 5.4 install --only-server="file://$PWD/server" stackloader
	]];
	["make rock, then luarocks install from a file:// server"] = [[
		mkdir server && make --no-print-directory -C "$PROJECT" BUILD="$PWD/work" rock && cp work/rocks/*.rock server
		cd server && luarocks-admin --lua-version 5.4 make-manifest . && cd ..
		luarocks --lua-version 5.4 install --only-server="file://$PWD/server" stackloader
	]];
};

-- After loading, it prints the names of the global options that Prosody has got.
local configuration = [[
local stackloader = (Lua or _G).require "stackloader"
stackloader.load(_ENV)
local lua = Lua or _G
local newindex = lua.getmetatable(_ENV).__newindex
local number, options = 0, nil
repeat
	number = number + 1
	local name, value = lua.debug.getupvalue(newindex, number)
	options = name == "config_table" and value["*"] or options
until not name
local names = {}
for name in lua.pairs(options) do
	names[#names + 1] = name
end
lua.table.sort(names)
lua.print("global options: " .. lua.table.concat(names, " "))
]];

describe("on a fresh machine #install", function()
	teardown(support.clean);

	local namespace = "unshare "..(support.run("id -u") == "0\n" and "" or "--map-root-user ").."--mount ";
	local _, possible = support.run(namespace.."mount -t tmpfs tmpfs /usr/local");

	local function fresh_machine(script)
		local folder = support.folder();
		support.write(folder.."/script", "set -e\nmount -t tmpfs -o mode=755 tmpfs /usr/local\ncd "..quote(folder).."\n"..script);
		return support.run("env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="..quote(folder).." PROJECT="..quote(project)
			.." BUILD="..quote(build).." "..namespace.."sh "..quote(folder.."/script"));
	end

	for way, script in pairs(installed_by) do
		it("prosodyctl finds module and plugin after "..way, function()
			if possible ~= 0 then
				pending("this user may not mount a fresh /usr/local");
				return;
			end
			local tree = support.tree {
				["prosody.cfg.lua"] = configuration;
				["core/server.cfg.lua"] = 'admins = { "me@localhost" }\nVirtualHost "localhost"\n';
				["certs/README"] = "";
			};
			for _, prosody in ipairs(support.prosodies()) do
				script = script.."\n"..quote(prosody.prosodyctl).." --config "..quote(tree.."/prosody.cfg.lua").." mod_stackloader layers\n";
			end
			local output, code = fresh_machine(script);
			assert.equal(0, code, output);
			local _, tables = output:gsub("\n 1 | core +| core/server ", "");
			assert.equal(#support.prosodies(), tables, output);
			local _, plain = output:gsub("global options: admins\n", "");
			assert.equal(#support.prosodies(), plain, output);
		end);
	end
end);
