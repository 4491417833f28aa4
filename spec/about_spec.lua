local support = require "spec.support";
local stackloader = require "stackloader";

local function load(files, variables, options)
	options = options or {};
	options.sysroot = "/nowhere";
	return support.load(files, variables, options);
end

local function named(list, key, name)
	for _, entry in ipairs(list) do
		if entry[key] == name then
			return entry;
		end
	end
end

describe("stack:about", function ()
	teardown(support.clean);

	it("tells roots, folders, counts, time and what we run in", function ()
		local stack, root = load { ["core/a.cfg.lua"] = 'a = 1\nb = 2\nVirtualHost "x.example"\n\ta = 3\n' };
		local about = stack:about();
		assert.same({ root }, about.roots);
		assert.equal("core", about.folders[1]);
		assert.equal("local", about.folders[#about.folders]);
		assert.equal(1, about.layers);
		assert.equal(stackloader._VERSION, about.version);
		assert.truthy(about.version:find "^%d+%.%d+%.%d+$");
		assert.equal(4, about.options); -- the host itself is one
		assert.is_false(about.broken);
		assert.equal("none", about.environment.platform);
		assert.is_true(math.abs(about.loaded_at - os.time()) < 60);
		assert.is_true(about.seconds > 0);
	end);

	it("tells what we run in whether or not a choice has asked for it, and the same each time", function ()
		local root = support.tree {
			["environments/docker.cfg.lua"] = "a = 1\n", ["policies/performance/small.cfg.lua"] = "a = 1\n", ["domains/tenants/a/x.cfg.lua"] = "b = 1\n";
			["sys/proc/sys/kernel/hostname"] = "pod-1\n", ["sys/.dockerenv"] = "x\n", ["sys/sys/devices/system/cpu/online"] = "0-2\n";
		};
		local function ask(variables)
			local stack = stackloader.load(nil, { root = root, sysroot = root.."/sys", variables = variables });
			local first = stack:about().environment;
			assert.same(first, stack:about().environment);
			return first;
		end
		local asked = ask { PROSODY_PERFORMANCE_TIER = "auto", PROSODY_SHARD = "auto/2" };
		assert.same({ "docker", "pod-1", 3, "/.dockerenv" }, { asked.platform, asked.hostname, asked.cpus, asked.how.platform });
		assert.same(asked, ask { PROSODY_DEPLOYMENT_TYPE = "manual" });
	end);

	it("lists the folders and files of axes of one's own", function ()
		local stack = load({ ["site/a.cfg.lua"] = "a = 1\n", ["only.lua"] = "" }, {},
			{ axes = { { name = "site", folder = "site" }, { name = "one", files = { "only.lua" } } } });
		assert.same({ "site", "only.lua" }, stack:about().folders);
	end);

	it("takes the time of each step", function ()
		local steps = load { ["core/a.cfg.lua"] = "a = 1\n" }:timing();
		local names = {};
		for i, step in ipairs(steps) do
			names[i] = step.step;
			assert.is_true(step.seconds >= 0);
		end
		assert.same({ "discover", "layers", "resolve", "checks", "apply" }, names);
		assert.is_true(steps[1].seconds > 0 and steps[2].seconds > 0);
		assert.equal(0, steps[5].seconds); -- nothing was applied
	end);

	it("tells which layer alone sets an option", function ()
		local stack = load {
			["core/a.cfg.lua"] = "x = 1\ny = 1\nz = 0/0\n";
			["core/b.cfg.lua"] = 'y = 2\nVirtualHost "x.example"\n\tx = 1\n';
		};
		assert.equal("core/a", stack:sole "x");
		assert.equal("core/b", stack:sole("x", "x.example"));
		assert.is_nil(stack:sole "y");
		assert.is_nil(stack:sole "w");
		assert.is_nil(stack:sole("x", "y.example"));
	end);

	it("names every option that a layer speaks of, also what comes to nothing", function ()
		local stack = load {
			["core/a.cfg.lua"] = "gone = 1\nkept = 2\n";
			["core/b.cfg.lua"] = 'gone = stack.unset()\nVirtualHost "x.example"\n\town = 1\n';
		};
		assert.same({ "gone", "kept" }, stack:names());
		assert.same({ "defined", "own" }, stack:names "x.example");
		assert.is_nil(stack:names "y.example");
		assert.is_nil(stack:options().gone);
	end);
end);

describe("stack:variables", function ()
	teardown(support.clean);

	local files = {
		[".env"] = "LIMIT=20\nUNREAD=1\nKEY_TEXT=x\n";
		["core/a.cfg.lua"] = [[
limit = stack.env.number("LIMIT", 10)
name = stack.env.string("NAME", "nobody")

token = stack.env.secret("API", "none")
shell = os.getenv "SHELL_NAME"
other = ENV_OTHER
]];
	};

	it("tells who read each, where, as which type and with which default", function ()
		local stack, root = load(files, { OTHER = "o" });
		local variables = stack:variables();
		local limit = named(variables, "name", "LIMIT");
		assert.equal("20", limit.value);
		assert.equal(".env", limit.source);
		assert.equal(root.."/.env", limit.path);
		assert.equal(1, limit.line);
		assert.same({ { by = "core/a", path = root.."/core/a.cfg.lua", line = 1, type = "number", default = "10" } }, limit.reads);
		local name = named(variables, "name", "NAME");
		assert.is_nil(name.value);
		assert.is_nil(name.source);
		assert.is_true(name.read);
		assert.equal('"nobody"', name.reads[1].default);
		assert.equal("getenv", named(variables, "name", "SHELL_NAME").reads[1].type);
		local other = named(variables, "name", "OTHER");
		assert.equal("process", other.source);
		assert.equal(6, other.reads[1].line);
	end);

	it("lists what is set in .env, or named PROSODY_, and never read; the process's other variables are not ours", function ()
		local variables = load(files, { HOME = "/root", PROSODY_UNKNOWN = "1" }):variables();
		assert.is_false(named(variables, "name", "UNREAD").read);
		assert.is_false(named(variables, "name", "PROSODY_UNKNOWN").read);
		assert.is_nil(named(variables, "name", "HOME"));
		for i = 2, #variables do
			assert.is_true(variables[i - 1].name < variables[i].name);
		end
	end);

	it("shows no secret, neither one that was read nor one that sounds like one", function ()
		local variables = load(files, { API = "hush", PROSODY_DB_PASSWORD = "p", PROSODY_X = "hush-hush" }):variables();
		assert.equal("(secret)", named(variables, "name", "API").value);
		assert.is_nil(named(variables, "name", "API").reads[1].default);
		assert.equal("(secret)", named(variables, "name", "PROSODY_DB_PASSWORD").value);
		assert.equal("(secret)-(secret)", named(variables, "name", "PROSODY_X").value);
	end);

	it("counts the variables of choices as read", function ()
		local stack = load({ ["environments/production.cfg.lua"] = "a = 1\n" }, { PROSODY_ENV = "production" });
		local environment = named(stack:variables(), "name", "PROSODY_ENV");
		assert.is_true(environment.read);
		assert.same({ { type = "choice", axis = "environment" } }, environment.reads);
	end);

	it("notes a read in a loop once", function ()
		local stack = load { ["core/a.cfg.lua"] = "for i = 1, 100 do local _ = os.getenv 'A' end\n" };
		assert.equal(1, #named(stack:variables(), "name", "A").reads);
		local twenty = "for i = 1, 40 do local _ = os.getenv('A' .. i % 20) end\n";
		stack = load { ["core/a.cfg.lua"] = "Include 'b.lua' local _ = os.getenv 'B'\n", ["core/b.lua"] = "local _ = os.getenv 'B'\n",
			["local/c.cfg.lua"] = twenty };
		local paths = {};
		for i, read in ipairs(named(stack:variables(), "name", "B").reads) do
			paths[i] = read.path:match "[^/]*$";
		end
		assert.same({ "b.lua", "a.cfg.lua" }, paths);
		assert.equal(2, #named(stack:variables(), "name", "A7").reads);
	end);

	it("notes a read by code that is in no layer where the layer calls it, or with the layer where that cannot be told", function ()
		local function read_deep(env, depth)
			local value = depth == 0 and env.string "B" or depth > 0 and read_deep(env, depth - 1);
			return value;
		end
		rawset(_G, "read_deep", read_deep);
		rawset(_G, "read_for", function (env)
			return env.string "A";
		end);
		local stack, root = load { ["core/0.cfg.lua"] = "Lua.read_for(stack.env)\n", ["core/a.cfg.lua"] = "\nlocal _ = Lua.read_for(stack.env)\n"
			.."Lua.coroutine.wrap(Lua.read_for)(stack.env)\nlocal _ = Lua.read_deep(stack.env, 250)\n",
			["core/b.cfg.lua"] = "local _ = Lua.read_for(stack.env)\n" };
		rawset(_G, "read_for", nil);
		rawset(_G, "read_deep", nil);
		local reads = named(stack:variables(), "name", "A").reads;
		assert.same({ 1, 2, root.."/core/a.cfg.lua", 1 }, { reads[1].line, reads[2].line, reads[3].path, reads[4].line });
		assert.is_nil(reads[3].line);
		reads = named(stack:variables(), "name", "B").reads;
		assert.same({ root.."/core/a.cfg.lua", nil }, { reads[1].path, reads[1].line });
	end);

	it("tells nothing of an axis that no variable chooses by", function ()
		local stack = load({ ["sites/a.cfg.lua"] = "x = 1\n" }, { A = "1" }, { axes = { { name = "site", folder = "sites", default = "a" } } });
		assert.same({}, stack:variables());
	end);
end);

describe("stack:dependencies", function ()
	teardown(support.clean);

	it("lists those of features that are on and of layers, with what meets them", function ()
		local list = load {
			["features/web/http.cfg.lua"] = "";
			["features/web/on.cfg.lua"] = "x = 1\n";
			["features/web/upload.cfg.lua"] = 'feature_info = { depends = { "web/on" } }\n';
			["stack/01-a/a.cfg.lua"] = "a = 1\n";
			["stack/02-b/b.cfg.lua"] = 'return { dependencies = { "01-a" } }\n';
		}:dependencies();
		assert.same({
			{ kind = "feature", layer = "web/upload", needs = "web/on", by = "web/on", met = true };
			{ kind = "layer", layer = "stack/02-b/b", needs = "01-a", by = "stack/01-a/a", met = true };
		}, list);
	end);

	it("goes with the features and choices as discover tells them", function ()
		local stack = load({
			["features/web/on.cfg.lua"] = 'feature_info = { description = "One" }\nx = 1\n';
			["environments/staging.cfg.lua"] = "";
			["environments/production.cfg.lua"] = "x = 1\n";
		}, { PROSODY_FEATURES_WEB_ON = "false" });
		assert.same({ { name = "web/on", on = false, why = "PROSODY_FEATURES_WEB_ON=false", description = "One", depends = {}, extra = false } },
			stack:features());
		assert.same({ axis = "environment", option = "environment", variable = "PROSODY_ENVIRONMENT", names = { "production" }, how = "default",
			available = { "production" } }, named(stack:choices(), "axis", "environment"));
	end);

	it("tells what else could be chosen by what is in it, as discover does", function ()
		local files = {
			["clients/mobile.cfg.lua"] = "", ["clients/mobile/old.cfg.lua"] = "", ["clients/mobile/new/a.cfg.lua"] = "", ["clients/web/x.cfg.lua"] = "a = 1";
			["clients/mobile/new/b.cfg.lua"] = "a = 1", ["policies/security/both.cfg.lua"] = "a = 1", ["policies/security/first.cfg.lua"] = "";
			["policies/security/none.cfg.lua"] = "", ["policies/security/set/defaults.env"] = "A=1", ["policies/security-levels/both.cfg.lua"] = "";
			["policies/security-levels/first.cfg.lua"] = "a = 1", ["policies/security-levels/none.cfg.lua"] = "";
			["policies/security-levels/second.cfg.lua"] = "a = 1";
		};
		local stack, root = load(files);
		local function offers(choices)
			return { named(choices, "axis", "clients").available, named(choices, "axis", "security").available };
		end
		local all = { { "mobile", "mobile/new", "web/x" }, { "both", "first", "set", "second" } };
		assert.same(all, offers(stack:choices()));
		assert.same(all, offers(stackloader.discover(root, { variables = {} }).choices));
		support.write(root.."/policies/security-levels/none.cfg.lua", "a = 1");
		os.remove(root.."/clients/web/x.cfg.lua");
		assert.same({ { "mobile", "mobile/new" }, { "both", "first", "none", "set", "second" } }, offers(stack:choices()));
	end);

	it("of what is not chosen says only discover, and a command, what is wrong with it", function ()
		local stack, root = load { ["clients/mobile/a.cfg.lua"] = "", ["features/web/on.cfg.lua"] = "a = 1" };
		assert.same({}, stack:findings());
		support.run("truncate -s 65M "..root.."/clients/mobile/a.cfg.lua");
		assert.same({}, stackloader.load(nil, { root = root, sysroot = "/nowhere", variables = {} }):findings());
		local finding = stackloader.discover(root, { variables = {} }).findings[1];
		assert.same({ "warning", root.."/clients/mobile/a.cfg.lua" }, { finding.severity, finding.path });
		assert.same({ "mobile/a" }, named(stack:choices(), "axis", "clients").available);
	end);
end);

describe("stackloader.info", function ()
	teardown(support.clean);

	it("reads the tables by which a layer describes itself, without running it", function ()
		local root = support.tree {
			["a.cfg.lua"] = 'error "ran"\nclient_info = { name = "A", modules = { "smacks" } }\nfeature_info = { description = 1 + 1 }\n';
		};
		assert.same({ client_info = { name = "A", modules = { "smacks" } } }, stackloader.info(root.."/a.cfg.lua"));
		support.write(root.."/c.cfg.lua", 'a = "goes on\nfeature_info = { description = "behind what is no Lua" }\n');
		assert.same({}, stackloader.info(root.."/c.cfg.lua"));
		assert.has_error(function () stackloader.info(root.."/b.cfg.lua"); end, root.."/b.cfg.lua: cannot be read: No such file or directory");
	end);

	it("none of them becomes an option", function ()
		local options = load { ["core/a.cfg.lua"] = "client_info = { }\nusecase_info = { }\na = usecase_info and 1\n" }:options();
		assert.same({ a = 1 }, options);
	end);
end);

describe("what a stack that does not load tells a command of ours", function ()
	teardown(support.clean);

	it("are the dependencies that are met by nobody", function ()
		local words = { prosody = { process_type = "prosodyctl" }, arg = { "mod_stackloader", "deps" } };
		support.with_globals(words, {}, function ()
			local stack = support.load({
				["features/a.cfg.lua"] = "feature_info = { depends = { 'b', 'c', 'none' } }";
				["features/b.cfg.lua"] = "-- off";
				["features/c.cfg.lua"] = "-- on";
				["core/x.cfg.lua"] = "return { dependencies = { 'nobody' } }";
			}, { PROSODY_FEATURES_B = "false" });
			local met = {};
			for _, dependency in ipairs(stack:dependencies()) do
				met[dependency.needs] = dependency.met;
			end
			assert.same({ b = false, c = true, none = false, nobody = false }, met);
		end);
	end);
end);

describe("stackloader.status", function ()
	teardown(support.clean);

	it("counts the loads of this process, and keeps the last error", function ()
		support.load { ["core/a.cfg.lua"] = "x = 1" };
		support.refuse { ["core/a.cfg.lua"] = "x = " };
		local status = require "stackloader".status();
		assert.is_true(status.failures > 0);
		support.has(status.error, "core/a.cfg.lua:1");
		status.failures = nil;
		assert.is_number(require "stackloader".status().failures);
	end);
end);

describe("stackloader.info beside tables", function ()
	teardown(support.clean);

	it("says why a file cannot be read, also in its middle", function ()
		local function refusal(path)
			local good, message = pcall(require "stackloader".info, path);
			assert.is_false(good);
			return message;
		end
		assert.equal("/proc/self/mem: cannot be read: Input/output error", refusal "/proc/self/mem");
		support.has(refusal(support.folder()), "cannot be read: Is a directory");
		support.has(refusal "/dev/null", "cannot be read: Invalid argument");
		local unix = require "socket.unix";
		local socket, path = unix(), support.folder().."/socket";
		assert(socket:bind(path));
		support.has(refusal(path), "cannot be read: Invalid argument");
		socket:close();
	end);

	it("reads what does not tell its size to the end", function ()
		local output = support.run("FIRST='"..("x"):rep(9000).."' lua5.4 -e "..support.quote(([[
			package.cpath = %q.."/?.so;"..package.cpath
			print(next(require "stackloader".info "/proc/self/environ"))
		]]):format(support.build)));
		assert.equal("nil\n", output);
	end);

	it("leaves out what is none", function ()
		local path = support.tree { ["a.cfg.lua"] = "client_info = 5 feature_info = { 1 }" }.."/a.cfg.lua";
		assert.same({ feature_info = { 1 } }, require "stackloader".info(path));
	end);
end);

describe("prosodyctl as root", function ()
	teardown(support.clean);

	--- The findings about files that the server's user cannot read.
	local function unreadable(user, ...)
		local path = support.tree { ["core/a.cfg.lua"] = "prosody_user = "..user }.."/core/a.cfg.lua";
		for _, command in ipairs { ... } do
			support.run(command.." "..support.quote(path));
		end
		return support.with_globals({ prosody = { process_type = "prosodyctl" } }, {}, function ()
			local count = 0;
			for _, finding in ipairs(require "stackloader".load({}, { root = path:match "^(.*)/core/", variables = {} }):findings()) do
				count = count + (finding.text:find("cannot read this file, prosodyctl as root can", 1, true) and 1 or 0);
			end
			return count;
		end);
	end

	it("tells of files that the server's user cannot read, if there is such a user", function ()
		if not require "spec.processes".is_root() then
			return pending "only root can give files to other users";
		end
		assert.equal(1, unreadable("nil", "chmod 600"));
		assert.equal(1, unreadable("'prosody'", "chmod 600"));
		assert.equal(0, unreadable("'prosody'", "chmod 640", "chgrp prosody"));
		assert.equal(1, unreadable("'prosody'", "chmod 604", "chgrp prosody"));
		assert.equal(0, unreadable("'prosody'", "chmod 600", "chown prosody"));
		assert.equal(0, unreadable("'root'", "chmod 600"));
		assert.equal(0, unreadable("'no-such-user'", "chmod 600"));
	end);
end);
