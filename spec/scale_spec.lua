-- Many files, and file systems that list them in any order.
local inside = require "spec.inside";
local support = require "spec.support";

local quote = support.quote;
local count = 10000;

--- A tree with this many domain files, of the kind that an administrator of many sites has, and a few layers around them.
local function make_tree()
	local files = {
		["prosody.cfg.lua"] = 'local stackloader = (Lua or _G).require "stackloader"\nstackloader.load(_ENV)\n';
		["core/server.cfg.lua"] = 'modules_enabled = { "roster", "saslauth" }\nInclude "parts/*.lua"';
		["policies/security/baseline.cfg.lua"] = "stack.each('host', { c2s_require_encryption = stack.force(true) })";
	};
	for i = 1, 30 do
		files[("core/parts/%d.lua"):format(i)] = ("included = (included or '')..'%d '\n"):format(i);
	end
	for i = 1, count do
		files[("domains/site%d.cfg.lua"):format(i)] = ([[
VirtualHost "site%d.example.org"
	admins = { "admin@site%d.example.org" }
	modules_enabled = { "mam", "blocklist" }
	archive_expires_after = "1w"
	default_storage = "internal"
	max_members = %d
	c2s_require_encryption = false
	last_site = "site%d"
]]):format(i, i, i, i);
		files[("domains/group%d/order.cfg.lua"):format(i % 40)] = ("order = (order or '')..'%d '"):format(i % 40);
	end
	return support.tree(files);
end

--- Compiles the library that lets folders list their files in another order.
local function make_shim()
	local shim = support.folder().."/shuffle.so";
	local message, code = support.run(support.plain("cc -std=c11 -shared -fPIC -o "..shim.." "..quote(support.project.."/spec/shuffle.c")));
	assert(code == 0, message);
	return shim;
end

--- What configmanager and the stack have after a load, long lists as one text.
local code = [[
	local good, _, problem = load();
	assert(good, problem);
	local current = stackloader.current();
	local ids, hosts, values, warnings = {}, {}, {}, {};
	for i, layer in ipairs(current:layers()) do
		ids[i] = layer.id;
	end
	for i, host in ipairs(current:hosts()) do
		hosts[i] = host.name;
		local options = configmanager.getconfig()[host.name];
		values[i] = table.concat({ host.name, options.max_members, options.archive_expires_after, tostring(options.c2s_require_encryption),
			options.admins[1], table.concat(options.modules_enabled, "+"), options.last_site }, " ");
	end
	for i, finding in ipairs(current:findings()) do
		warnings[i] = finding.text:sub(1, 60);
	end
	local count = 0;
	for _ in pairs(configmanager.getconfig()) do
		count = count + 1;
	end
	return {
		ids = table.concat(ids, "\n"); hosts = table.concat(hosts, "\n"); values = table.concat(values, "\n"); findings = table.concat(warnings, "\n");
		layers = #ids; scopes = count; files = #configmanager.files(); first_host = hosts[1]; tenth_host = hosts[10]; last_host = hosts[#hosts];
		value = values[4711]; finding = warnings[1];
		included = configmanager.get("*", "included"); order = configmanager.get("*", "order");
	};
]];

--- "1 2 3 …" up to `last`, starting at `first`.
local function numbers(first, last)
	local list = {};
	for i = first, last do
		list[#list + 1] = i.." ";
	end
	return table.concat(list);
end

describe("a tree of ten thousand domains", function ()
	local root, shim;

	setup(function ()
		root, shim = make_tree(), make_shim();
	end);

	teardown(support.clean);

	for _, prosody in ipairs(support.prosodies()) do
		it("loads in natural order, whatever order the file system lists it in (Prosody "..prosody.name..")", function ()
			local plain, message = inside(prosody, root, code);
			assert.is_nil(message);
			assert.equal(count + 40 + 2, plain.layers);
			assert.equal(count + 1, plain.scopes);
			assert.equal("site1.example.org", plain.first_host);
			assert.equal("site10.example.org", plain.tenth_host);
			assert.equal("site10000.example.org", plain.last_host);
			assert.equal("site4711.example.org 4711 1w true admin@site4711.example.org mam+blocklist site4711", plain.value);
			assert.equal(numbers(1, 30), plain.included);
			assert.equal(numbers(0, 39), plain.order);
			assert.equal(count + 40 + 2 + 30 + 1, plain.files);

			for _, seed in ipairs { "1", "2", "3" } do
				local preload = os.getenv "LD_PRELOAD";
				local shuffled, problem = inside(prosody, root, code, { variables = {
					LD_PRELOAD = preload and preload..":"..shim or shim; SHUFFLE = seed;
				} });
				assert.is_nil(problem);
				for name, value in pairs(plain) do
					assert.is_true(value == shuffled[name], name.." differs in order "..seed);
				end
			end
		end);
	end

	it("is listed in another order by the shuffled file system", function ()
		local list = ("cd %s && %%s ls -U domains | head -5"):format(quote(root));
		local one = support.run(list:format("env LD_PRELOAD="..quote(shim).." SHUFFLE=1"));
		local two = support.run(list:format("env LD_PRELOAD="..quote(shim).." SHUFFLE=2"));
		assert.are_not.equal(one, two);
	end);
end);
