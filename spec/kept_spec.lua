local lfs = require "lfs";
local support = require "spec.support";
local stackloader = require "stackloader";

-- A time long after every file was written, so that what is read is trusted.
local later = os.time() + 3600;

-- Loads as Prosody does on start-up and on a reload: only what was applied is kept for the next.
local function load(root, options)
	options = options or {};
	options.root, options.variables, options.sysroot = root, options.variables or {}, "/nowhere";
	options.clock = options.clock or later;
	return stackloader.load({}, options);
end

local function kept(stack, number)
	return stack:layers()[number or 1].kept == true;
end

describe("what was read of a layer", function ()
	teardown(support.clean);

	it("serves the next load while the file is as it was", function ()
		local root = support.tree { ["core/a.cfg.lua"] = 'x = { "a", k = { 1 } }\nVirtualHost "h.example"\n\ty = 2\n', ["core/b.cfg.lua"] = "z = 1 + 1\n",
			["core/c.cfg.lua"] = "-- nothing but a comment\n" };
		local first = load(root);
		local second = load(root);
		for number = 1, 3 do
			assert.is_false(kept(first, number));
			assert.is_true(kept(second, number));
		end
		assert.is_true(second:layers()[1].data);
		assert.is_nil(second:layers()[2].data);
		assert.same(first:options(), second:options());
		assert.same(first:options "h.example", second:options "h.example");
		assert.same(first:explain("y", "h.example"), second:explain("y", "h.example"));
	end);

	it("is read again once the file has changed, if only in its times", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1\n" };
		load(root);
		assert.is_true(kept(load(root)));
		support.write(root.."/core/a.cfg.lua", "x = 2\n");
		local changed = load(root);
		assert.is_false(kept(changed));
		assert.equal(2, changed:options().x);
		support.write(root.."/core/a.cfg.lua", "x = 234\n");
		assert.equal(234, load(root):options().x);
		support.write(root.."/core/a.cfg.lua", "x = 2\n");
		assert.equal(2, load(root):options().x);
		-- The same size and the same time of change to its content: the time of change to the file itself tells.
		local path = root.."/core/a.cfg.lua";
		local modified = lfs.attributes(path, "modification");
		support.write(path, "x = 3\n");
		lfs.touch(path, modified, modified);
		assert.equal(3, load(root):options().x);
	end);

	it("is not trusted where the file was younger than the clock's grain when it was read", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1\n" };
		local written = lfs.attributes(root.."/core/a.cfg.lua", "modification");
		load(root, { clock = written + 1 });
		assert.is_false(kept(load(root, { clock = written + 10 })));
		assert.is_true(kept(load(root, { clock = written + 10 })));
	end);

	it("is forgotten with a stack that never was in force", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1\n" };
		stackloader.load(nil, { root = root, variables = {}, sysroot = "/nowhere", clock = later });
		assert.is_false(kept(load(root)));
	end);

	it("is never shared with the values that were handed out", function ()
		local root = support.tree { ["core/a.cfg.lua"] = 'x = { "a", { k = 1 } }\n' };
		local options = load(root):options();
		options.x[2].k = 2;
		options.x[1] = nil;
		assert.same({ "a", { k = 1 } }, load(root):options().x);
	end);

	it("of a file that needs Lua is its compiled text, which runs again in an environment of its own", function ()
		local root = support.tree { ["core/a.cfg.lua"] = [[
local name = stack.env.string("NAME", "nobody")
x = name
reader = function () return x end
]] };
		local first = load(root, { variables = { NAME = "one" } });
		local second = load(root, { variables = { NAME = "two" } });
		assert.is_true(kept(second));
		assert.equal("one", first:options().x);
		assert.equal("two", second:options().x);
		assert.equal("one", first:options().reader());
		assert.equal("two", second:options().reader());
	end);

	it("of a file that needs Lua still knows the line of every option", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "x = {\n\t1,\n\t1 + 1\n}\n" };
		load(root);
		assert.equal(1, load(root):explain "x".assignments[1].line);
	end);

	it("meets what has changed around it: a clash is still told with its line", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1\n", ["core/b.cfg.lua"] = '\nVirtualHost "h.example"\n' };
		load(root);
		support.write(root.."/core/a.cfg.lua", 'Component "h.example" "muc"\n');
		local ok, message = pcall(load, root);
		assert.is_false(ok);
		support.has(message, root.."/core/b.cfg.lua:2: Host \"h.example\" clashes with previously defined MUC Component");
	end);

	it("of a folder and of what features say of themselves is what is there now, however often it changes", function ()
		local root = support.tree { ["features/web/http.cfg.lua"] = "feature_info = { description = 'One' }\n" };
		local function description()
			return stackloader.discover(root, { variables = {}, sysroot = "/nowhere" }).features[1].description;
		end
		load(root);
		support.write(root.."/features/web/http.cfg.lua", "feature_info = { description = 'Two' }\n");
		load(root);
		assert.equal("Two", description());
		support.write(root.."/features/web/http.cfg.lua", "feature_info = { f() }\n");
		assert.is_false((pcall(load, root)));
		support.write(root.."/features/web/http.cfg.lua", "feature_info = { description = 'Three' }\n");
		assert.is_true(#load(root):layers() == 1);
	end);

	-- In a process of its own: what the system gives it is all that it remembers, and nothing else of this one.
	local function growth(roots, round)
		return tonumber((support.run("ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=0:thread_local_quarantine_size_kb=0 lua5.4 -e "..support.quote(([[
			package.path, package.cpath = %q, %q
			local lfs, stackloader, root, other = require "lfs", require "stackloader", %s
			local function load(root)
				return stackloader.load({}, { root = root, variables = {}, sysroot = "/nowhere", clock = os.time() + 3600 })
			end
			local function round(number)
				%s
				collectgarbage()
				collectgarbage()
			end
			local function memory()
				for line in io.lines "/proc/self/status" do
					if line:match "^VmRSS" then return tonumber(line:match "%%d+") end
				end
			end
			for number = 1, 20 do round(number) end
			local before = memory()
			for number = 21, 60 do round(number) end
			print(memory() - before)
		]]):format(package.path, package.cpath, roots, round)))));
	end

	it("does not grow with a folder that changes again and again", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1\n" };
		for number = 1, 1000 do
			support.write(root.."/core/#"..("x"):rep(200)..number, "");
		end
		local grown = growth(("%q, nil"):format(root), [[
			assert(lfs.link(root.."/core/a.cfg.lua", root.."/core/b"..number..".cfg.lua"))
			assert(#load(root):layers() == number + 1)
		]]);
		assert.is_true(grown < 4000, grown);
	end);

	it("does not grow with what is not asked for any more", function ()
		local root, other = support.tree { ["core/a.cfg.lua"] = "x = 1\n" }, support.tree { ["core/a.cfg.lua"] = "y = 1\n" };
		assert(lfs.mkdir(other.."/core/d"));
		for number = 1, 1100 do
			assert(lfs.mkdir(other.."/core/d/"..("x"):rep(200)..number));
		end
		local grown = growth(("%q, %q"):format(root, other), [[
			local moved = other..number
			assert(os.rename(other, moved))
			assert(load(moved):options().y == 1)
			assert(os.rename(moved, other))
			for _ = 1, 3 do assert(load(root):options().x == 1) end
		]]);
		assert.is_true(grown < 4000, grown);
	end);

	it("stays where the next load fails", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1\n", ["core/b.cfg.lua"] = "y = 1\n" };
		load(root);
		support.write(root.."/core/b.cfg.lua", "y = = 1\n");
		assert.is_false((pcall(load, root)));
		support.write(root.."/core/b.cfg.lua", "y = 2\n");
		local mended = load(root);
		assert.is_true(kept(mended, 1));
		assert.is_false(kept(mended, 2));
		assert.equal(2, mended:options().y);
	end);
end);

describe("what was read of a file", function ()
	teardown(support.clean);

	it("lasts as long as the stack, also where a later layer is a hard link to the same file", function ()
		local root = support.tree {
			["core/a.cfg.lua"] = 'x = { "one", "two" }\nVirtualHost "h.example"\n\ty = { "three" }\n\tz = "'..("z"):rep(3000)..'"\n';
			["core/c.cfg.lua"] = "collectgarbage()\nlocal strings = {}\nfor i = 1, 200 do strings[i] = ('q'):rep(3000 + i) end\n";
			["core/d.cfg.lua"] = "code = 1 + 1\n";
		};
		assert(lfs.link(root.."/core/a.cfg.lua", root.."/core/b.cfg.lua"));
		assert(lfs.link(root.."/core/d.cfg.lua", root.."/core/e.cfg.lua"));
		for _ = 1, 2 do
			local stack = load(root);
			for number, layer in ipairs { "core/a", "core/b" } do
				local first, second = stack:explain "x".assignments[number], stack:explain("y", "h.example").assignments[number];
				assert.same({ layer, 1, { "one", "two" } }, { first.layer, first.line, first.value });
				assert.same({ layer, 3, { "three" } }, { second.layer, second.line, second.value });
			end
			assert.equal("core/e", stack:explain "code".assignments[2].layer);
		end
	end);

	it("is read again where another file has taken its place, if only on another device or with other rights", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1\n" };
		local path = root.."/core/a.cfg.lua";
		load(root);
		assert.is_true(kept(load(root)));
		assert(lfs.touch(path, 1000000000, 1000000000));
		assert.is_false(kept(load(root)));
		assert.is_true(kept(load(root)));
		support.run("chmod 600 "..support.quote(path));
		assert.is_false(kept(load(root)));
		local device = "/sys/devices/system/cpu/online";
		assert(os.remove(path) and lfs.link(device, path, true));
		assert.is_false((pcall(load, root)));
		assert(os.remove(path));
		support.write(path, "x = 2\n");
		assert.equal(2, load(root):options().x);
	end);

	it("is read again where another folder has taken the place of its own", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1\n" };
		load(root);
		assert(os.rename(root.."/core", root.."/former"));
		support.write(root.."/core/a.cfg.lua", "x = 2\n");
		assert.equal(2, load(root):options().x);
	end);

	it("is not trusted where another file may have come under its name since, whose times were set back", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "x = 1\n" };
		local path = root.."/core/a.cfg.lua";
		assert(lfs.touch(path, 1000000000, 1000000000));
		load(root, { clock = 1000000010 });   -- its content is old by then, and it was changed later
		assert.is_false(kept(load(root)));
		assert.is_true(kept(load(root)));
		support.write(path, "x = 2\n");
		assert(lfs.touch(path, 1000000000, 1000000000));
		assert.equal(2, load(root):options().x);
	end);
end);
