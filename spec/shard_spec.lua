--- PROSODY_SHARD: of several servers each has its share of domains/tenants/.
local asking = require "spec.asking";
local running = require "spec.running";
local socket = require "socket";
local support = require "spec.support";

local stackloader = require "stackloader";

local discover, has, lacks, refusal = support.discover, support.has, support.lacks, support.refusal;

--- Which of `count` servers has a name, computed as src/shard.h tells others to.
local function shard_of(name, count)
	local hash = 0xcbf29ce484222325;
	for i = 1, #name do
		hash = (hash ~ name:byte(i)) * 0x100000001b3;
	end
	local found, heaviest;
	for k = 0, count - 1 do
		local x = hash + (k + 1) * 0x9E3779B97F4A7C15;
		x = (x ~ x >> 30) * 0xBF58476D1CE4E5B9;
		x = (x ~ x >> 27) * 0x94D049BB133111EB;
		x = x ~ x >> 31;
		if not heaviest or math.ult(heaviest, x) then
			found, heaviest = k, x;
		end
	end
	return found;
end

local function customer(i)
	return ("customer%d.example"):format(i);
end

--- The first of the customers' names that belongs to server k of n.
local function name_in(k, n)
	for i = 1, 10000 do
		if stackloader.shard(customer(i), n) == k then
			return customer(i);
		end
	end
	error("no name belongs there");
end

--- What would load from domains/ with these variables, as ids.
local function tenants(root, variables, options)
	options = options or {};
	options.variables = variables;
	return support.ids(discover(root, options));
end

local function choice(list)
	for _, made in ipairs(list) do
		if made.option == "shard" then
			return made;
		end
	end
end

describe("stackloader.shard", function ()
	it("is what the description of the method gives", function ()
		for _, count in ipairs { 1, 2, 3, 8, 100, 1024 } do
			for i = 1, 100 do
				assert.equal(shard_of(customer(i), count), stackloader.shard(customer(i), count));
			end
		end
		assert.equal(shard_of("müller.example\0x", 8), stackloader.shard("müller.example\0x", 8));
		-- For ever: servers of different versions of this module serve one set of domains.
		assert.same({ 5, 0, 4 }, { stackloader.shard("", 8), stackloader.shard("customer.example", 8), stackloader.shard("example.org", 8) });
	end);

	it("moves names to a new server alone, about 1/n of them, and from one that goes only its own", function ()
		for _, count in ipairs { 2, 3, 8, 40 } do
			local moved = 0;
			for i = 1, 10000 do
				local before, after = stackloader.shard(customer(i), count), stackloader.shard(customer(i), count + 1);
				if before ~= after then
					assert.equal(count, after);
					moved = moved + 1;
				end
			end
			local expected = 10000 / (count + 1);
			assert.is_true(math.abs(moved - expected) < 5 * expected ^ 0.5, moved.." moved of 10000");
		end
	end);

	it("spreads names evenly, also those that differ in their ends alone", function ()
		for _, pattern in ipairs { "customer%d.example", "%d", "a/very/long/prefix/of/all/names/%05d", "%x.im" } do
			for _, count in ipairs { 2, 8, 13 } do
				local counts = {};
				for i = 1, 10000 do
					local k = stackloader.shard(pattern:format(i), count);
					counts[k] = (counts[k] or 0) + 1;
				end
				local mean = 10000 / count;
				for k = 0, count - 1 do
					-- Five times what chance itself makes it differ.
					assert.is_true(math.abs(counts[k] - mean) < 5 * mean ^ 0.5, ("%s: %d of 10000 in %d/%d"):format(pattern, counts[k], k, count));
				end
			end
		end
	end);

	it("refuses a number of servers that nobody has", function ()
		for _, count in ipairs { 0, -1, 1025 } do
			assert.error_matches(function () stackloader.shard("a", count); end, "expected from 1 to 1024 servers");
		end
		assert.has_error(function () stackloader.shard("a"); end);
	end);
end);

describe("PROSODY_SHARD", function ()
	teardown(support.clean);

	local function sample()
		local files = { ["domains/main.cfg.lua"] = "-- everybody's", ["domains/tenants/README.md"] = "#" };
		for i = 1, 30 do
			files[("domains/tenants/%s.cfg.lua"):format(customer(i))] = "-- a customer";
			files[("domains/tenants/%s/rooms/muc.cfg.lua"):format(customer(i))] = "-- its rooms";
		end
		return support.tree(files);
	end

	it("gives each tenant to one server, its folder with its file, and all else to every server", function ()
		local root = sample();
		local served, all = {}, 0;
		for k = 0, 2 do
			local here = tenants(root, { PROSODY_SHARD = k.."/3" });
			assert.equal("domains/main", here[1]);
			for i = 2, #here do
				local name = here[i]:match("^domains/tenants/([^/]+)");
				assert.equal(k, shard_of(name, 3));
				served[name], all = (served[name] or 0) + 1, all + 1;
			end
		end
		assert.equal(60, all);
		for i = 1, 30 do
			assert.equal(2, served[customer(i)]);
		end
		assert.equal(61, #tenants(root, {}));
		assert.equal(61, #tenants(root, { PROSODY_SHARD = " 0/1 " }));
	end);

	it("says of each tenant why it is here", function ()
		local mine = name_in(1, 3);
		local root = support.tree { ["domains/main.cfg.lua"] = "", ["domains/z.cfg.lua"] = "-- z", ["domains/tenants/"..mine..".cfg.lua"] = "-- t" };
		local layers = discover(root, { variables = { PROSODY_SHARD = "1/3" } });
		assert.same({ "PROSODY_SHARD=1/3", "always" }, { layers[1].why, layers[2].why });
		assert.same({ "domains/tenants/"..mine, "domains/z" }, support.ids(layers));
	end);

	it("is a choice like others: option before variable before .env before the profile's defaults.env", function ()
		local root = sample();
		support.write(root.."/profiles/standard/a.cfg.lua", "-- p");
		support.write(root.."/profiles/standard/defaults.env", "PROSODY_SHARD=0/2\n");
		local function made(variables, options)
			options = options or {};
			options.variables = variables;
			local found = choice(discover(root, options).choices);
			return { found.names[1], found.how };
		end
		assert.same({ "0/2", "PROSODY_SHARD" }, made {});
		support.write(root.."/.env", "PROSODY_SHARD=1/2\n");
		assert.same({ "1/2", "PROSODY_SHARD" }, made {});
		assert.same({ "3/5", "PROSODY_SHARD" }, made { PROSODY_SHARD = "3/5" });
		assert.same({ "4/5", "discover's option shard" }, made({ PROSODY_SHARD = "3/5" }, { shard = "4/5" }));
		assert.equal("domains", choice(discover(root).choices).axis);
	end);

	it("reads as the choice in layers, and in stack:about()", function ()
		local root = support.tree {
			["domains/tenants/README"] = "";
			["local/a.cfg.lua"] = "shard = os.getenv 'PROSODY_SHARD'";
			["sys/proc/sys/kernel/hostname"] = "xmpp-5\n";
		};
		local stack = stackloader.load(nil, { root = root, variables = { PROSODY_SHARD = "auto/8" }, sysroot = root.."/sys" });
		assert.equal("5/8", stack:options().shard);
		assert.same({ "5/8", "domains/tenants" }, { stack:about().shard, stack:about().shared });
		assert.is_nil(stackloader.load(nil, { root = root, variables = {}, sysroot = root.."/sys" }):about().shard);
	end);

	it("takes the number from the end of the host name", function ()
		local root = sample();
		local function with_host(name, shard)
			support.write(root.."/sys/proc/sys/kernel/hostname", name.."\n");
			return discover(root, { variables = { PROSODY_SHARD = shard }, sysroot = root.."/sys" });
		end
		for name, k in pairs { ["xmpp-5"] = 5, ["chat-xmpp-7"] = 7, ["xmpp-3.xmpp.default.svc.cluster.local"] = 3, ["node-02"] = 2 } do
			local layers = with_host(name, "auto/8");
			assert.equal(k.."/8", choice(layers.choices).names[1]);
			assert.same(tenants(root, { PROSODY_SHARD = k.."/8" }), support.ids(layers));
			assert.equal(("PROSODY_SHARD=auto/8: host name %s"):format(name), layers[2].why);
		end
		for name, text in pairs {
			["mail.example-3.org"] = 'the host name mail.example-3.org (/proc/sys/kernel/hostname) does not end in "-" and a number, as xmpp-0 does';
			["7"] = 'does not end in "-" and a number';
			["xmpp7"] = 'does not end in "-" and a number';
			["xmpp-"] = 'does not end in "-" and a number';
			["xmpp-8"] = "the host name xmpp-8 (/proc/sys/kernel/hostname) ends in a number that is not among 0 to 7, those of 8 servers counted from 0";
			["xmpp-99999999999999999999"] = "not among 0 to 7";
		} do
			local ok, message = pcall(with_host, name, "auto/8");
			assert.is_false(ok);
			has(message, "PROSODY_SHARD=auto/8: ");
			has(message, text);
		end
		has(refusal(root, { variables = { PROSODY_SHARD = "auto/8" } }), "the host name is not known");
	end);

	it("refuses what is no share, and says what was expected", function ()
		local root = sample();
		for value, text in pairs {
			["8/8"] = "expected 0/8 to 7/8: servers are counted from 0, as the pods of a StatefulSet are";
			["1/1"] = "expected 0/1 to 0/1";
			["99999999999/8"] = "expected 0/8 to 7/8";
			["1/0"] = 'expected from 1 to 1024 servers behind the "/"';
			["0/1025"] = "expected from 1 to 1024 servers";
			["auto/99999999999999999999999"] = "expected from 1 to 1024 servers";
			["x/2"] = "expected k/n, as 0/8 for the first of eight servers, or auto/8";
			["-1/2"] = "expected k/n"; ["1/-2"] = "expected k/n"; ["0x1/2"] = "expected k/n"; ["1"] = "expected k/n"; ["1/"] = "expected k/n";
			["/2"] = "expected k/n"; ["auto"] = "expected k/n"; ["auto/"] = "expected k/n"; ["auto/x"] = "expected k/n"; ["1/2/3"] = "expected k/n";
			["1 / 2"] = "expected k/n"; ["1.0/2"] = "expected k/n"; ["AUTO/2"] = "expected k/n"; ["1/2,0/2"] = "expected k/n";
		} do
			has(refusal(root, { variables = { PROSODY_SHARD = value } }), ("PROSODY_SHARD=%s: %s"):format(value, text));
		end
		support.write(root.."/.env", "A=1\nPROSODY_SHARD=2/2\n");
		has(refusal(root), root.."/.env:2: PROSODY_SHARD=2/2: expected 0/2 to 1/2");
		has(refusal(root, { shard = "2/2" }), "discover's option shard=2/2: expected 0/2 to 1/2");
	end);

	it("looks at nothing that belongs elsewhere, whatever that is", function ()
		local root = support.tree { ["core/a.cfg.lua"] = "a = 1" };
		local folder = root.."/domains/tenants/";
		local names = {};
		for i = 1, 200 do
			local name = customer(i);
			names[stackloader.shard(name, 2)] = names[stackloader.shard(name, 2)] or {};
			table.insert(names[stackloader.shard(name, 2)], name);
		end
		local mine, theirs = names[0], names[1];
		support.write(folder..mine[1]..".cfg.lua", ("VirtualHost %q\n"):format(mine[1]));
		support.write(folder..theirs[1]..".cfg.lua", "x = = 1\n");
		support.write(folder..theirs[2].."/broken.cfg.lua", "error 'read'\n");
		support.run("mkfifo "..folder..theirs[3]..".cfg.lua");
		support.run(("ln -s nowhere %s%s.cfg.lua; ln -s . %s%s"):format(folder, theirs[4], folder, theirs[5]));
		support.write(folder..theirs[6].."/README", "");
		support.run(("ln -s itself.cfg.lua %s%s/itself.cfg.lua"):format(folder, theirs[6]));
		local variables = { PROSODY_SHARD = "0/2" };
		local stack = stackloader.load(nil, { root = root, variables = variables, sysroot = "/nowhere" });
		assert.same({}, stack:findings());
		assert.same({ "core/a", "domains/tenants/"..mine[1] }, support.ids(stack:layers()));
		-- Without the share, each of them is told of.
		local refused = refusal(root);
		for i = 3, 6 do
			has(refused, theirs[i]);
		end
	end);

	it("goes with what a reload keeps, also of another share", function ()
		local root = support.tree { ["domains/main.cfg.lua"] = "x = 1\n" };
		for i = 1, 12 do
			support.write(("%s/domains/tenants/%s.cfg.lua"):format(root, customer(i)), ("VirtualHost %q\n\tnumber = %d\n"):format(customer(i), i));
		end
		local before = {};
		for _, shard in ipairs { "0/2", "0/2", "1/3", "1/2", "1/2" } do
			-- A time long after the files were written, so that what is read is trusted; applied, so that it is kept.
			local stack = stackloader.load({}, { root = root, variables = { PROSODY_SHARD = shard }, sysroot = "/nowhere", clock = os.time() + 3600 });
			local k, count = shard:match("(%d)/(%d)");
			local here, expected = {}, { ["domains/main"] = true };
			for i = 1, 12 do
				local mine = shard_of(customer(i), tonumber(count)) == tonumber(k);
				expected["domains/tenants/"..customer(i)] = mine or nil;
				assert.equal(mine and i or nil, stack:options(customer(i)) and stack:options(customer(i)).number);
			end
			for _, layer in ipairs(stack:layers()) do
				here[layer.id] = true;
				assert.equal(before[layer.id] or false, layer.kept == true, shard..": "..layer.id);
			end
			assert.same(expected, here);
			before = here;
		end
	end);

	it("lets a later root mask and switch off, as without", function ()
		local mine, theirs, new = name_in(1, 2), name_in(0, 2), nil;
		for i = 1, 100 do
			new = customer(i) ~= mine and stackloader.shard(customer(i), 2) == 1 and customer(i) or new;
		end
		local vendor = support.tree { [("domains/tenants/%s.cfg.lua"):format(mine)] = "-- v", [("domains/tenants/%s.cfg.lua"):format(theirs)] = "-- v" };
		local site = support.tree { [("domains/tenants/%s/a.cfg.lua"):format(mine)] = "-- s", [("domains/tenants/%s.cfg.lua"):format(new)] = "-- s" };
		local layers = discover({ vendor, site }, { variables = { PROSODY_SHARD = "1/2" } });
		local ids = support.ids(layers);
		table.sort(ids);
		local expected = { ("domains/tenants/%s/a"):format(mine), "domains/tenants/"..new };
		table.sort(expected);
		assert.same(expected, ids);
		support.write(site..("/domains/tenants/%s/a.cfg.lua"):format(mine), "");
		assert.same({ "domains/tenants/"..new }, tenants({ vendor, site }, { PROSODY_SHARD = "1/2" }));
	end);

	it("comes with the axis domains into a tree of one's own shape, and means nothing in others", function ()
		local root = sample();
		assert.equal(#tenants(root, { PROSODY_SHARD = "1/3" }), #tenants(root, { PROSODY_SHARD = "1/3" }, { axes = { "domains" } }));
		local own = { { name = "all", folder = "domains" } };
		assert.equal(61, #tenants(root, { PROSODY_SHARD = "1/3" }, { axes = own }));
		-- Another axis of the same folder changes nothing, before it or behind it.
		for _, axes in ipairs { { "domains", own[1] }, { own[1], "domains" }, { "domains", { name = "tenants", folder = "domains/tenants" } } } do
			local list = discover(root, { variables = { PROSODY_SHARD = "1/3" }, axes = axes });
			assert.equal(#tenants(root, { PROSODY_SHARD = "1/3" }), #list);
			assert.same({}, list.findings);
		end
		has(refusal(root, { axes = own, shard = "1/3" }), "unknown option 'shard'");
	end);

	it("is a warning where there is nothing to share", function ()
		local root = support.tree { ["domains/main.cfg.lua"] = "-- one" };
		local layers = discover(root, { variables = { PROSODY_SHARD = "1/3" } });
		assert.same({ "domains/main" }, support.ids(layers));
		assert.equal("warning", layers.findings[1].severity);
		has(layers.findings[1].text, "PROSODY_SHARD=1/3, but the tree has no folder domains/tenants/");
		support.write(root.."/domains/tenants/README.md", "# none yet");
		assert.same({}, discover(root, { variables = { PROSODY_SHARD = "1/3" } }).findings);
	end);
end);

describe("prosodyctl mod_stackloader shards", function ()
	local environment, config, root, mine, theirs;
	setup(function ()
		environment = select(2, support.install());
		mine, theirs = name_in(0, 2), name_in(1, 2);
		local files = {
			["certs/README"] = "";
			["prosody.cfg.lua"] = asking.layered;
			["core/a.cfg.lua"] = 'VirtualHost "localhost"\n';
			["domains/tenants/README.md"] = "#";
			["domains/tenants/.hidden.cfg.lua"] = "";
			["domains/tenants/copied.cfg.lua~"] = "";
			["domains/tenants/some.cfg.lua.example"] = "";
		};
		for i = 1, 30 do
			files[("domains/tenants/%s.cfg.lua"):format(customer(i))] = ('VirtualHost "%s"\n'):format(customer(i));
		end
		files[("domains/tenants/%s/rooms.cfg.lua"):format(mine)] = ('Component "rooms.%s" "muc"\n'):format(mine);
		files["domains/tenants/folder.example/host.cfg.lua"] = 'VirtualHost "folder.example"\n';
		root = support.tree(files);
		config = root.."/prosody.cfg.lua";
	end);
	teardown(support.clean);

	for _, prosody in ipairs(support.prosodies()) do
		describe("on Prosody "..prosody.name, function ()
			local ask, ask_json;
			setup(function ()
				ask, ask_json = asking.with(prosody, environment);
			end);

			it("tells who is where and how even it is, for what is chosen", function ()
				local output, code = ask("shards", config, "PROSODY_SHARD=0/2");
				assert.equal(0, code, output);
				assert.truthy(output:find("\n0/2 %(this%) +| +%d+ | +%d+%.%d%% | [^\n]*"..mine:gsub("%p", "%%%0")), output);
				assert.truthy(output:find("\n1/2 +| +%d+ | +%d+%.%d%% | [^\n]*"..theirs:gsub("%p", "%%%0")), output);
				has(output, "\n31 entries of domains/tenants/ on 2 servers: 15.5 on average, from ");
				lacks(output, " move");
			end);

			it("tells for another number of servers, and how many move then", function ()
				local answer, code = ask_json("shards 3", config, "PROSODY_SHARD=0/2");
				assert.equal(0, code);
				assert.same({ 3, 31, "0/2", "domains/tenants/" }, { answer.count, answer.total, answer.here, answer.folder });
				local sum, largest, squares, moved = 0, 0, 0, 0;
				for k, shard in ipairs(answer.shards) do
					assert.equal(("%d/3"):format(k - 1), shard.shard);
					assert.equal(shard.tenants, #shard.names);
					for _, name in ipairs(shard.names) do
						assert.equal(k - 1, shard_of(name, 3));
						moved = moved + (shard_of(name, 2) ~= k - 1 and 1 or 0);
					end
					sum, largest, squares = sum + #shard.names, math.max(largest, #shard.names), squares + (#shard.names - 31 / 3) ^ 2;
				end
				assert.same({ 31, largest }, { sum, answer.largest });
				assert.same({ from = 2, to = 3, tenants = moved }, answer.moved);
				assert.is_true(math.abs(answer.deviation - (squares / 3) ^ 0.5) < 1e-9);
				local output = ask("shards 3 --shard=0/2", config);
				has(output, ("From 2 servers to 3, %d of 31 move"):format(moved));
			end);

			it("lists each entry with its server, to search in", function ()
				local output = ask("shards 2 --names", config);
				output = "\n"..output;
				has(output, ("\n%s\t0/2\n"):format(mine));
				has(output, ("\n%s\t1/2\n"):format(theirs));
				has(output, ("\nfolder.example\t%d/2\n"):format(shard_of("folder.example", 2)));
				lacks(output, "README");
				assert.equal(1 + 31, select(2, output:gsub("\n", "\n")));
			end);

			it("says what it needs to know", function ()
				local output, code = ask("shards", config);
				assert.equal(2, code);
				has(output, 'For how many servers? This one is not told its share (PROSODY_SHARD=k/n): give the number, as in "shards 8"');
				output, code = ask("shards 1025", config);
				assert.equal(2, code);
				has(output, "shards 1025: expected a number of servers from 1 to 1024");
				local plain = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = ('plugin_paths = { %q }\nVirtualHost "localhost"\n')
					:format(environment:match("LUA_PATH_5_4='(.-)/share/").."/lib/prosody/modules") };
				output, code = ask("shards 8", plain.."/prosody.cfg.lua");
				assert.equal(2, code);
				has(output, "Servers share nothing of this configuration");
			end);

			it("goes with a flag that every command takes, and check looks at this server's share alone", function ()
				local output = ask("layers", config, "PROSODY_SHARD=1/2");
				has(output, "domains/tenants/"..theirs);
				lacks(output, "domains/tenants/"..mine);
				output = ask("layers --shard=0/2", config, "PROSODY_SHARD=1/2");
				has(output, "domains/tenants/"..mine.."/rooms");
				lacks(output, "domains/tenants/"..theirs.." ");
				has(output, "| --shard=0/2\n");
				-- Nothing reads this option, nor says that a module which another server's tenant enables would.
				support.write(root.."/local/site.cfg.lua", "motd_text = 'hello'\n");
				support.write(root.."/domains/tenants/"..theirs.."/motd.cfg.lua", ('VirtualHost %q\n\tmodules_enabled = { "motd" }\n'):format(theirs));
				output = ask("check", config, "PROSODY_SHARD=0/2");
				has(output, "local/site.cfg.lua:1: motd_text");
				output = ask("check", config, "PROSODY_SHARD=1/2");
				lacks(output, "local/site.cfg.lua:1: motd_text: ");
				support.run(("rm -r %s/local %s/domains/tenants/%s"):format(root, root, theirs));
			end);
		end);

		it("and a running server serve one share, say which to prosodyctl, and watch nothing else, on Prosody "..prosody.name, function ()
			local function tenant(name, text)
				return ("VirtualHost %q\n\tmotd_text = %q\n"):format(name, text);
			end
			local up = running.prepare(prosody, {
				["local/watch.cfg.lua"] = "stackloader_watch = true\n";
				["domains/tenants/"..mine..".cfg.lua"] = tenant(mine, "old");
				["domains/tenants/"..theirs..".cfg.lua"] = "this is not Lua\n";
			}, { PROSODY_SHARD = "0/2" }, running.small_tree());
			finally(function () up:stop(); end);
			up:start();
			has(up:shell "host:list()", mine);
			lacks(up:shell "host:list()", theirs);
			local position = #up:log();
			up:write("domains/tenants/"..theirs..".cfg.lua", tenant(theirs, "new"));
			socket.sleep(0.8);
			up:write("domains/tenants/"..mine..".cfg.lua", tenant(mine, "new"));
			local log = up:told(position);
			has(log, '"old" -> "new"');
			assert.equal(1, select(2, log:gsub("Reloading configuration file", "")), log);
			up.variables = {};
			up:write("domains/tenants/"..theirs..".cfg.lua", tenant(theirs, "newer"));
			has((up:prosodyctl "check config"), "PROSODY_SHARD: the server chose 0/2 when it last loaded, here it would be (nothing) (default)");
			local output = up:prosodyctl "mod_stackloader env --shard=1/2 --as-server";
			assert.truthy(output:find("\nPROSODY_SHARD +| 0/2 "), output);
		end);
	end
end);
