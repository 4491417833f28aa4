-- Whatever is wrong with a tree or around it: the message that an administrator reads, and the server as it was.
local about = require "spec.faults";
local inside = require "spec.inside";
local lfs = require "lfs";
local support = require "spec.support";

local has, lacks, quote = support.has, support.lacks, support.quote;
local is_root = support.run(support.plain "id -u"):match "%d+" == "0";
-- Root's right to read and write whatever it likes would hide what permissions do.
local without_rights = is_root and { "setpriv", "--bounding-set=-dac_override,-dac_read_search" } or nil;

--- A fresh folder, in memory where that is possible: ten thousand files are made there at once. clean() removes it.
local in_memory = {};

local function quick_folder()
	local folder = support.folder();
	local quick = "/dev/shm"..folder:match "/[^/]*$";
	if lfs.mkdir(quick) then
		in_memory[#in_memory + 1] = quick;
		return quick;
	end
	return folder;
end

local function clean()
	for _, folder in ipairs(in_memory) do
		support.run("chmod -R u+rwX "..quote(folder).."; rm -rf "..quote(folder));
	end
	in_memory = {};
	support.clean();
end

local function check(fault, result, root)
	local function piece(text)
		return (text:gsub("ROOT", function () return root; end));
	end
	local text = result.text;
	assert.equal(not fault.says, result.good, text);
	for _, wanted in ipairs(fault.says or fault.finds or {}) do
		has(text, piece(wanted));
	end
	for _, unwanted in ipairs(fault.lacks or {}) do
		lacks(text, unwanted);
	end
	lacks(text, "traceback");
	assert(#text <= (fault.longest or 2000000), #text);
	if result.good then
		for name, value in pairs(fault.gives or {}) do
			assert.equal(about.picture(value, {}), result.given[name], name);
		end
	else
		assert.is_true(result.kept, "the earlier configuration is not what it was");
	end
	assert.equal(0, result.open, "descriptors");
	assert.is_true(result.restored, "os.getenv or the globals");
	assert.is_true(result.again, result.again);
	assert(result.seconds < 10, result.seconds);
end

for _, prosody in ipairs(support.prosodies()) do
	describe("Prosody "..prosody.name.." stays as it was, and says what to do, with", function ()
		local root, results;

		setup(function ()
			root = quick_folder();
			local code = ("return assert(loadfile(%q))(root, %q, configmanager, stackloader, load)")
				:format(support.project.."/spec/faults_inside.lua", support.project);
			local message;
			results, message = inside(prosody, root, code, { process = "prosody", under = without_rights });
			assert.is_nil(message);
		end);
		teardown(clean);

		for i, fault in ipairs(about.faults) do
			it(fault.name, function ()
				check(fault, results[i], root);
			end);
		end
	end);
end

-- What needs a process of its own

--- A folder with the tree that has nothing wrong.
local function good_tree()
	local root = support.folder();
	for path, text in pairs(about.tree) do
		support.write(root.."/"..path, (text:gsub("ROOT", root)));
	end
	lfs.mkdir(root.."/data");
	return root;
end

--- Runs code in plain Lua, which has `stackloader` and `root`. Returns what was printed and the exit code.
local function plain(root, code)
	local script = support.folder().."/script.lua";
	support.write(script, ("package.cpath = %q..package.cpath\nlocal root = %q\nlocal stackloader = require 'stackloader'\n")
		:format(support.build.."/?.so;", root)..code);
	return support.run("lua5.4 "..script);
end

for _, prosody in ipairs(support.prosodies()) do
	describe("Prosody "..prosody.name, function ()
		teardown(clean);

		it("keeps its configuration where a layer takes all memory, whatever it fills it with #install", function ()
			local root = good_tree();
			local result, message = inside(prosody, root, [[
				assert(load());
				local before, told = configmanager.getconfig(), {};
				for i, code in ipairs {
					"local t = {} for i = 1, math.huge do t[i] = {} end"; "local s = 'x' while true do s = s..s end";
					"x = ('x'):rep(1 << 32)"; "local t = {} for i = 1, math.huge do t[i] = ('x'):rep(100)..i end";
					"many = {} for i = 1, math.huge do many[i] = i end";
				} do
					local file = io.open(root.."/core/all.cfg.lua", "w");
					file:write("half = 'applied'\n", code, "\n");
					file:close();
					local good, _, problem = load();
					told[i] = { good = good or false, problem = problem, kept = configmanager.getconfig() == before and before["*"].half == nil };
					os.remove(root.."/core/all.cfg.lua");
					collectgarbage();
					assert(load());
					before = configmanager.getconfig();
					assert(before["*"].mark == "good");
				end
				return told;
			]], { process = "prosody", under = { "sh", "-c", 'ulimit -v 150000; exec "$@"', "sh" } });
			assert.is_nil(message);
			assert.equal(5, #result);
			for _, told in ipairs(result) do
				assert.is_false(told.good);
				assert.is_true(told.kept);
				assert(told.problem:find(root.."/core/all.cfg.lua: not enough memory", 1, true)
					or told.problem == root.."/core/all.cfg.lua:2: resulting string too large", told.problem);
			end
		end);

		it("loads where nothing can be written, and says in a note what it could not leave", function ()
			if not is_root then
				return pending "only root can mount a folder read-only";
			end
			local root = good_tree();
			local under = { "unshare", "--mount" };
			local result, message = inside(prosody, root, [[
				local data = root.."/data";
				local function shell(line)
					assert(os.execute(line), line);
				end
				local function try()
					local good, _, problem = load();
					assert(good, problem);
					local findings = stackloader.current():findings();
					local record = io.open(data.."/stackloader.choices");
					local text = record and record:read "a";
					if record then
						record:close();
					end
					return { mark = configmanager.getconfig()["*"].mark, finding = findings[1], count = #findings, record = text,
						left = io.open(data.."/stackloader.choices.new") ~= nil };
				end
				shell("mount -t tmpfs -o size=64k none "..data);
				local told = { room = try() };
				local other = assert(io.open(data.."/stackloader.choices", "w"));
				other:write "of another time";
				other:close();
				local filler = io.open(data.."/filler", "w");
				filler:setvbuf "no";
				while filler:write(("x"):rep(1024)) do
					-- until nothing fits any more
				end
				filler:close();
				told.full = try();
				shell("rm "..data.."/filler && mount -o remount,ro "..data);
				told.read_only = try();
				shell("mount -o remount,rw "..data);
				told.again = try();
				shell("umount "..data);
				return told;
			]], { process = "prosody", under = under });
			assert.is_nil(message);
			for name, reason in pairs { full = "No space left on device", read_only = "Read-only file system" } do
				local told = result[name];
				assert.equal("good", told.mark);
				assert.equal(1, told.count);
				assert.equal("note", told.finding.severity);
				assert.equal(root.."/data/stackloader.choices", told.finding.path);
				has(told.finding.text, "cannot be left here for prosodyctl to compare: "..reason);
				assert.equal("of another time", told.record);
				assert.is_false(told.left);
			end
			has(result.room.record, "PROSODY_PROFILE='standard'");
			assert.same({ 0, 0 }, { result.room.count, result.again.count });
		end);

		it("loads whole while signals come in", function ()
			local root = good_tree();
			local result, message = inside(prosody, root, [[
				local signal, pid = require "util.signal", require "util.pposix".getpid();
				local came, loads = 0, 0;
				signal.signal("SIGHUP", function () came = came + 1; collectgarbage(); end);
				signal.signal("SIGUSR1", function () came = came + 1; pcall(stackloader.load, nil, { root = root }); end);
				os.execute(("(for i in $(seq 12); do sleep 0.002; kill -HUP %d; sleep 0.002; kill -USR1 %d; done; touch %s/ended) 2>/dev/null &")
					:format(pid, pid, root));
				-- until no signal comes any more: they would find util.signal gone when the state is closed
				local attributes = require "lfs".attributes;
				repeat
					local good, _, problem = load();
					assert(good, problem);
					assert(configmanager.getconfig()["*"].mark == "good");
					loads = loads + 1;
				until attributes(root.."/ended") or loads > 20000;
				return { came = came, loads = loads };
			]], { process = "prosody" });
			assert.is_nil(message);
			assert(result.came >= 4 and result.loads > 2, result.came);
		end);

		it("ends quietly where a layer ends the process in the middle of a load", function ()
			local root = good_tree();
			support.write(root.."/core/ends.cfg.lua", "held = { 1 }\nos.exit(0, true)\n");
			local good, problem = pcall(inside, prosody, root, "load() return 'came back'", { process = "prosody" });
			assert.is_false(good);
			lacks(tostring(problem), "came back");
			lacks(tostring(problem), "rror:");
			has(tostring(problem), "No such file");   -- the result was never written; the exit code was 0
		end);

		it("has the broken layers told by prosodyctl check config, all at once and as errors", function ()
			local root = good_tree();
			local _, environment = support.install();
			support.write(root.."/core/a.cfg.lua", "x = {\n");
			support.write(root.."/core/b.cfg.lua", string.dump(function () return 1; end));
			support.write(root.."/core/c.cfg.lua", "local t = {}\nt.own = t\nx = t\n");
			support.write(root.."/core/d.cfg.lua", "error { 'no text' }\n");
			support.write(root.."/local/e.cfg.lua", "local function f() return 1 + f() end\nx = f()\n");
			-- the server's user may leave what it likes there
			support.run("mkfifo "..root.."/data/stackloader.choices");
			local output, code = support.run(("timeout 20 env %s %s --root --config %s check config"):format(environment, prosody.prosodyctl,
				root.."/prosody.cfg.lua"));
			assert.equal(1, code, output);
			for _, piece in ipairs { "core/a.cfg.lua:2: ", "core/b.cfg.lua: ", "core/c.cfg.lua:3: ", "core/d.cfg.lua:1: ", "local/e.cfg.lua:1: ",
					"compiled Lua code", "contains itself", "an error that is a table", "stack overflow", "5 errors" } do
				has(output, piece);
			end
			lacks(output, "traceback");
		end);
	end);
end

describe("plain Lua", function ()
	teardown(clean);

	it("loads without arg and prosody, and without the libraries that it can do without", function ()
		local output, code = plain(good_tree(), [[
			arg, prosody, debug, coroutine, utf8 = nil, nil, nil, nil, nil;
			for _, name in ipairs { "debug", "coroutine", "utf8" } do
				package.loaded[name] = nil;
			end
			local function mark(stack)
				return assert(stack:options().mark == "good");
			end
			mark(stackloader.load(nil, { root = root }));
			local env = {};
			mark(stackloader.load(env, { root = root }));
			assert(env.mark == "good");
			local good, message = pcall(stackloader.load, {});
			assert(not good);
			print(message);
		]]);
		assert.equal(0, code, output);
		has(output, "root");
	end);

	it("has what its loads leave behind collected, as often as they follow each other", function ()
		local output, code = plain(good_tree(), [[
			local most = 0;
			for _ = 1, 500 do
				stackloader.load({}, { root = root });
				most = math.max(most, collectgarbage "count");
			end
			print(most < 4000, most);
		]]);
		assert.equal(0, code, output);
		has(output, "true");
	end);

	it("can require the module twice, and load a second copy of its file", function ()
		local root = good_tree();
		support.run(("cp %s %s"):format(quote(support.build.."/stackloader.so"), quote(root.."/copy.so")));
		local output, code = plain(root, [[
			package.loaded.stackloader = nil;
			local again = require "stackloader";
			local copy = assert(package.loadlib(root.."/copy.so", "luaopen_stackloader"))();
			local stacks = {};
			for i, module in ipairs { stackloader, again, copy, stackloader } do
				stacks[i] = module.load(nil, { root = root });
			end
			for _, stack in ipairs(stacks) do
				assert(stack:options().mark == "good" and #stack:layers() > 5 and stack:explain "mark");
				assert(stackloader.merge({ a = { 1 } }, { a = { 2 } }).a[1] == 2);
			end
			stackloader, again, copy, stacks = nil, nil, nil, nil;
			package.loaded.stackloader = nil;
			collectgarbage();
			collectgarbage();
		]]);
		assert.equal(0, code, output);
	end);

	it("may ask a stack while the state is closed, before and after the stack itself is collected", function ()
		local output, code = plain(good_tree(), [[
			local stack;
			local function ask(when)
				for _, method in ipairs { "layers", "options", "hosts", "findings", "about" } do
					pcall(stack[method], stack);
				end
				pcall(stack.explain, stack, "mark");
				pcall(stack.explain, stack, "modules_enabled", "example.com");
				pcall(stackloader.current);
				pcall(stackloader.load, {}, { root = root });
				print(when);
			end
			after = setmetatable({}, { __gc = function ()
				ask "after";
				print(pcall(stack.options, stack));
				print(pcall(feature, "web/http"));
			end });
			stack = stackloader.load({}, { root = root });
			local file = io.open(root.."/core/keeps.cfg.lua", "w");
			file:write "Lua.feature = stack.feature";
			file:close();
			stack = stackloader.load({}, { root = root });
			before = setmetatable({}, { __gc = function () ask "before" end });
			os.exit(0, true);
		]]);
		assert.equal(0, code, output);
		has(output, "before\nafter\nfalse\t");
		has(output, "was collected with the rest of the closing Lua state");
	end);

	it("can have two states at once, in two threads, that load good and broken trees", function ()
		local folder, root = support.folder(), good_tree();
		local output, code = support.run(support.plain(("cc -std=c11 -I/usr/include/lua5.4 -o %s/states %s -llua5.4 -lpthread"):format(folder,
			quote(support.project.."/spec/states.c"))));
		assert.equal(0, code, output);
		local broken = good_tree();
		support.write(broken.."/core/broken.cfg.lua", "\nx = nil + 1\n");
		support.write(folder.."/script.lua", ([[
			package.cpath = %q..package.cpath;
			local stackloader = require "stackloader";
			return function ()
				local stack = stackloader.load({}, { root = %q });
				local good, message = pcall(stackloader.load, {}, { root = %q });
				return stack:options().mark == "good" and #stack:layers() > 5 and not good and message:find("broken.cfg.lua:2: ", 1, true);
			end
		]]):format(support.build.."/?.so;", root, broken));
		output, code = support.run(folder.."/states "..folder.."/script.lua");
		assert.equal(0, code, output);
		assert.equal("survived\n", output);
	end);
end);
