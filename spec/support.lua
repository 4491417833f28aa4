--- What the specs share: fresh folders, trees of files, both Prosody versions, commands.
local lfs = require "lfs";

local support = {};

local project = assert(os.getenv("STACKLOADER_PROJECT") or lfs.currentdir());
local build = os.getenv("STACKLOADER_BUILD") or project.."/build";
support.project = project;
support.build = build;

package.cpath = build.."/?.so;"..package.cpath;

local made = {};

--- Quotes one word for the shell.
function support.quote(word)
	return "'"..tostring(word):gsub("'", "'\\''").."'";
end

--- Runs a command line. Returns everything it printed (both streams) and its exit code.
function support.run(command)
	local pipe = assert(io.popen(command.." 2>&1", "r"));
	local output = pipe:read("a");
	local _, _, code = pipe:close();
	return output, code;
end

--- The command line without the sanitizers' runtime: for compilers and other programs that are not under test.
function support.plain(command)
	return "env -u LD_PRELOAD "..command;
end

--- A fresh folder that the run removes at its end.
function support.folder()
	local name = os.tmpname();
	os.remove(name);
	assert(lfs.mkdir(name));
	made[#made + 1] = name;
	return name;
end

--- Removes what folder() made. Call it from teardown().
function support.clean()
	for _, name in ipairs(made) do
		support.run("chmod -R u+rwX "..support.quote(name).."; rm -rf "..support.quote(name));
	end
	made = {};
end

local function make_parents(path)
	for position in path:gmatch("()/") do
		if position > 1 then
			lfs.mkdir(path:sub(1, position - 1));
		end
	end
end

--- Writes one file, its folders made on the way.
function support.write(path, content)
	make_parents(path);
	local file = assert(io.open(path, "wb"));
	file:write(content);
	assert(file:close());
end

--- Writes a tree of files ({ ["core/server.cfg.lua"] = "…" }) into a fresh folder and returns the folder.
function support.tree(files)
	local root = support.folder();
	for path, content in pairs(files) do
		support.write(root.."/"..path, content);
	end
	return root;
end

function support.read(path)
	local file = assert(io.open(path, "rb"));
	local content = file:read("a");
	file:close();
	return content;
end

-- Where a version is: "" where it is the installed one, else its folder under build/, whatever the build under test. A folder that was made where the
-- checkout had another path does not count: its programs look for their parts there.
local function prefix_of(version)
	local folder = project.."/build/prosody-"..version;
	local program = lfs.attributes(folder.."/complete") and support.read(folder.."/usr/bin/prosodyctl");
	return program and program:find("'"..folder.."/", 1, true) and folder or "";
end

local function read_version(prefix)
	local file = io.open(prefix.."/usr/lib/prosody/prosody.version");
	local version = file and file:read "l":match "^[%d.]+";
	if file then
		file:close();
	end
	return version;
end

local found;

--- The Prosody versions to test with, the oldest first, each { name = "0.12", version = "0.12.3", prosody = path, prosodyctl = path,
-- source = folder, prefix = folder that stands for / }. The name is "0.12" or "13". STACKLOADER_PROSODIES names the versions ("0.12.3 13.0.7",
-- as in scripts/versions); scripts/prosody puts each in its place. Without that variable, what needs a version that is not there is pending.
function support.prosodies()
	if found then
		return found;
	end
	found = {};
	local names = os.getenv "STACKLOADER_PROSODIES" or support.run(support.plain(support.quote(project.."/scripts/prosodies").." names"));
	local missing = {};
	for wanted in names:gmatch "%S+" do
		local prefix = prefix_of(wanted);
		local version = read_version(prefix);
		if version and (prefix ~= "" or version == wanted) then
			found[#found + 1] = {
				name = version:match "^0%." and "0.12" or "13", version = version, prefix = prefix, source = prefix.."/usr/lib/prosody",
				prosody = prefix.."/usr/bin/prosody", prosodyctl = prefix.."/usr/bin/prosodyctl",
			};
		else
			missing[#missing + 1] = ("Prosody %s is missing: `scripts/enterable scripts/prosody %s` brings it"):format(wanted, wanted);
		end
	end
	if missing[1] and (os.getenv "STACKLOADER_PROSODIES" or not found[1]) then
		found = nil;
		error(table.concat(missing, "\n"), 0);
	end
	for _, message in ipairs(missing) do
		require "busted".pending(message);
	end
	return found;
end

--- The version of these whose name that is, the newest; nil where there is none.
function support.prosody_named(name)
	local newest;
	for _, prosody in ipairs(support.prosodies()) do
		newest = prosody.name == name and prosody or newest;
	end
	return newest;
end

--- Is this Prosody that version ("13.0.6") or a later one?
function support.is_at_least(prosody, version)
	local have = prosody.version:gmatch "%d+";
	for wanted in version:gmatch "%d+" do
		local number = tonumber(have() or 0);
		if number ~= tonumber(wanted) then
			return number > tonumber(wanted);
		end
	end
	return true;
end

--- Installs the module of this build, the plugin and its helpers below a fresh folder. Returns the folder and the
-- variables, ready to stand before a command, by which Lua looks there.
function support.install()
	local prefix = support.folder();
	local output, code = support.run(support.plain("make --no-print-directory -C "..support.quote(project)
		.." -o all install DESTDIR= BUILD="..support.quote(build).." PREFIX="..support.quote(prefix)));
	assert(code == 0, output);
	return prefix, "LUA_PATH_5_4="..support.quote(prefix.."/share/lua/5.4/?.lua;;")
		.." LUA_CPATH_5_4="..support.quote(prefix.."/lib/lua/5.4/?.so;;");
end

--- A test for each version of Prosody, which it gets.
function support.with_each(name, test)
	for _, prosody in ipairs(support.prosodies()) do
		require "busted".it(name.." (Prosody "..prosody.name..")", function ()
			test(prosody);
		end);
	end
end

--- Makes a certificate that signs itself, for the first of the names and for all of them ("DNS:example.org", "IP:127.0.0.1").
function support.certificate(path, key, names)
	local output, code = support.run(support.plain("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
		.." -subj /CN="..names[1]:match ":(.*)".." -addext subjectAltName="..table.concat(names, ",")
		.." -keyout "..support.quote(key).." -out "..support.quote(path)));
	assert(code == 0, output);
end

--- Calls with these globals and loaded modules in place; what stood there before comes back.
function support.with_globals(globals, loaded, call)
	local old_globals, old_loaded = {}, {};
	for name, value in pairs(globals) do
		old_globals[name] = { _G[name] };
		_G[name] = value;
	end
	for name, value in pairs(loaded) do
		old_loaded[name] = { package.loaded[name] };
		package.loaded[name] = value;
	end
	local results = table.pack(pcall(call));
	for name, value in pairs(old_globals) do
		_G[name] = value[1];
	end
	for name, value in pairs(old_loaded) do
		package.loaded[name] = value[1];
	end
	assert(results[1], results[2]);
	return table.unpack(results, 2, results.n);
end

-- What is said

--- The text holds the piece, as it stands.
function support.has(text, piece)
	assert(text:find(piece, 1, true), ("expected %q in: %s"):format(piece, text));
end

--- The text does not hold it.
function support.lacks(text, piece)
	assert(not text:find(piece, 1, true), ("did not expect %q in: %s"):format(piece, text));
end

-- What a load makes of files

--- The main file of a layered configuration.
support.main_file = [[
local stackloader = (Lua or _G).require "stackloader"
stackloader.load(_ENV)
]];

--- An environment behind which Prosody's table of options is found by its name, with what the main file has set. Returns both.
function support.environment(preset)
	local config_table = { ["*"] = {} };
	local host_mt = {};
	local function set(name)
		config_table[name] = setmetatable({}, host_mt);
	end
	for name, options in pairs(preset or {}) do
		set(name);
		for option, value in pairs(options) do
			config_table[name][option] = value;
		end
	end
	return setmetatable({ VirtualHost = set }, { __newindex = function (_, option, value)
		if not config_table["*"] then
			set "*"; -- the module finds this function here, and the metatable in it
		end
		config_table["*"][option] = value;
	end }), config_table;
end

local function load_options(files, variables, options)
	options = options or {};
	options.root = support.tree(files);
	options.variables = variables or {};
	return options;
end

--- Loads a tree of these files without Prosody and returns the stack, then the root.
function support.load(files, variables, options)
	options = load_options(files, variables, options);
	return require "stackloader".load(nil, options), options.root;
end

--- What load says of a tree that it refuses, then the root.
function support.refuse(files, variables, options)
	options = load_options(files, variables, options);
	local good, message = pcall(require "stackloader".load, nil, options);
	assert(not good, "it was not refused");
	assert(type(message) == "string", "the refusal is no text");
	return message, options.root;
end

--- The global options that layers of this code make, in this order.
function support.options(...)
	local files = {};
	for i, code in ipairs { ... } do
		files[("core/%d.cfg.lua"):format(i)] = code;
	end
	return support.load(files):options();
end

--- Is the element in the list? In nil, nothing is.
function support.contains(list, element)
	for _, value in ipairs(list or {}) do
		if value == element then
			return true;
		end
	end
	return false;
end

-- What would load

--- What a load would find, with nothing taken from the machine that the spec runs on.
function support.discover(root, options)
	options = options or {};
	options.variables = options.variables or {};
	options.sysroot = options.sysroot or "/nowhere";
	return require "stackloader".discover(root, options);
end

--- The message of its refusal.
function support.refusal(root, options)
	local ok, message = pcall(support.discover, root, options);
	assert(not ok, "it was not refused");
	return message;
end

--- The ids of layers, in order.
function support.ids(layers)
	local list = {};
	for index, layer in ipairs(layers) do
		list[index] = layer.id;
	end
	return list;
end

local of_a_whole = { "^is ", "^this ", "^cannot be ", "this file", "this folder", "the file", "the folder", "same file", "the tree" };

local function is_of_a_whole(text)
	for _, words in ipairs(of_a_whole) do
		if text:find(words) then
			return true;
		end
	end
	return false;
end

--- Fails where a finding has no place: a file and a line; a file or folder as a whole, which its text says; or a variable, a flag or an option.
function support.has_place(finding)
	local text = finding.text..(finding.why and "; "..finding.why or "");
	if finding.line then
		assert(finding.path, text);
	elseif finding.path and finding.path:find "^PROSODY_OPTION_" then
		assert(not finding.path:find "[^%u%d_]", finding.path);
	elseif finding.path then
		assert(is_of_a_whole(text), ("%s (%s): what does it mean as a whole? %s"):format(finding.path, finding.code, text));
	else
		local named = text:find "^%-%-%l[%l-]*[:= ]" or text:find "^%u[%u%d_]+[:= ]" or text:find "^load's option ";
		assert(named, ("%s: about which variable or flag? %s"):format(finding.code, text));
	end
end

return support;
