--- Which modules load where and which options are read: what is learned from the sources beside what a running server of that version does, for
-- random configurations. STACKLOADER_SEED=4711 takes others, STACKLOADER_CONFIGURATIONS=40 more of them.
local inside = require "spec.inside";
local observed = require "spec.observed";
local support = require "spec.support";

local seed = math.tointeger(os.getenv "STACKLOADER_SEED" or 1);
local count = math.tointeger(os.getenv "STACKLOADER_CONFIGURATIONS" or 10);

-- ======== random configurations ========

local function words(text)
	local list = {};
	for word in text:gmatch "%S+" do
		list[#list + 1] = word;
	end
	return list;
end

-- Modules that load without a service or file of their own. Some are missing in some versions, and two are nowhere.
local of_hosts = words [[
	account_activity admin_adhoc admin_shell announce blocklist bookmarks bosh carbons cloud_notify cron csi csi_battery_saver csi_simple
	default_bookmarks dialback disco flags heir_needs http http_errors http_files http_openmetrics invites invites_adhoc invites_page invites_register
	lastactivity legacyauth limits list_inactive mam mimicking motd needs_ping no_such_module pep ping private register register_apps register_ibr
	register_limits register_web roster saslauth server_contact_info server_info smacks s2s_bidi time tls tombstones track_muc_joins tried uptime
	user_account_management vcard vcard4 vcard_legacy version vjud wanting watchregistrations webpresence websocket welcome
]];
local of_components = words "admin_shell cron disco http iq mam muc_mam pastebin ping tls time tried uptime vcard_muc version wanting no_such_module";
local components = words "muc muc pubsub proxy65 http_file_share vjud heir";
local disabled = words [[
	adhoc bookmarks c2s cron disco http http_altconnect http_errors iq invites mam muc_mam muc_unique offline pep ping presence register_ibr
	register_limits s2s s2s_auth_certs tls tokenauth vcard vcard_legacy admin_shell
]];
local options = {
	"allow_registration = true", "registration_invite_only = false", "use_dane = true", 'vjud_mode = "all"', "invites_page_external = true",
	"csi_battery_saver_filter_muc = true", 'http_file_share_base_url = "https://upload.example.org/"', "tried_switch = true",
	'authentication = "internal_plain"', 'authentication = "anonymous"',
};

-- Modules of these specs: what a header says, what is needed under a condition, what is tried, and what fails without a module that is not there.
local plugins = {
	["mod_heir.lua"] = "--% inherit_modules: mam, ping\nassert(module:get_host_type() == \"component\")\n";
	["mod_heir_needs.lua"] = "module:depends \"ping\"\nif module:get_option_boolean(\"tried_switch\", false) then module:depends \"uptime\" end\n";
	["mod_needs_ping.lua"] = "--% requires: no-such-feature\n";
	["mod_ping.lua"] = "--% conflicts: mod_bookmarks mod_ping\n";
	["mod_tried.lua"] = "local on = module:get_option_boolean(\"tried_switch\", false);\nif on then\n\tmodule:depends \"ping\";\nelse\n"
		.."\tmodule:depends \"time\";\nend\npcall(function () module:depends \"no_such_module\"; end);\n";
	["mod_wanting.lua"] = "module:depends \"version\";\nmodule:depends \"no_such_module\";\nmodule:depends \"uptime\";\n";
};

local function generator(number)
	local state = number;
	local random = {};
	-- The same in every version of Lua.
	function random.below(limit)
		state = (state * 6364136223846793005 + 1442695040888963407);
		return ((state >> 33) % limit) + 1;
	end
	function random.of(list)
		return list[random.below(#list)];
	end
	function random.names(list, most)
		local names = {};
		for i = 1, random.below(most + 1) - 1 do
			names[i] = ("%q"):format(random.of(list));
		end
		return "{ "..table.concat(names, ", ").." }";
	end
	return random;
end

local function add_lists(lines, random, enabled)
	if random.below(3) > 1 then
		lines[#lines + 1] = "modules_enabled = "..random.names(enabled, 8);
	end
	if random.below(3) == 1 then
		lines[#lines + 1] = "modules_disabled = "..random.names(disabled, 3);
	end
	if random.below(3) == 1 then
		lines[#lines + 1] = random.of(options);
	end
end

-- The text of a configuration, and its hosts.
local function configuration(number, folder)
	local random = generator(number);
	local lines = {
		("plugin_paths = { %q }"):format(folder), 'default_storage = "memory"', ("http_files_dir = %q"):format(folder),
		"modules_enabled = "..random.names(of_hosts, 25), "modules_disabled = "..random.names(disabled, 3), random.of(options),
	};
	local hosts = {};
	for i = 1, 2 + random.below(3) do
		hosts[#hosts + 1] = ("host%d.example"):format(i);
		lines[#lines + 1] = ("VirtualHost %q"):format(hosts[#hosts]);
		add_lists(lines, random, of_hosts);
	end
	for i = 1, 2 + random.below(3) do
		hosts[#hosts + 1] = ("service%d.example"):format(i);
		local module = random.below(6) > 1 and (" %q"):format(random.of(components)) or "\n\tcomponent_secret = \"x\"";
		lines[#lines + 1] = ("Component %q%s"):format(hosts[#hosts], module);
		add_lists(lines, random, of_components);
	end
	return table.concat(lines, "\n").."\n", hosts;
end

-- ======== what is learned ========

-- For each configuration and host, the modules that the command `modules` says load, and those of which that cannot be told; and of each option that
-- was asked for who reads it.
local code = [[
	package.path = PROJECT.."/lua/?.lua;"..package.path;
	local command = require "stackloader.modules";
	local catalogue = require "stackloader.catalogue";
	local loading = require "stackloader.loading";
	local effective = require "stackloader.effective";
	local found = { loaded = {}, unsure = {}, readers = {} };

	local function loaded(host)
		local names = {};
		command.run({ host, format = "json" }, { warn = error, json = function (list)
			for _, entry in ipairs(list) do
				names[entry.name] = (entry.hosts > 0 or entry.needed) and not entry.missing or nil;
			end
		end });
		return names;
	end

	local function unsure(known, host)
		local model, options, global = loading.new(known), effective.options(host), effective.options "*";
		local _, list = model:complete(model:add_accounts(model:listed(options, global), options, global), host, options, global);
		local names = {};
		for name in pairs(list) do
			names[name] = true;
		end
		return names;
	end

	local known;
	for i, hosts in ipairs(assert(loadfile(root.."/hosts"))()) do
		CFG_PLUGINDIR = root.."/plugins;"..prosody.paths.source.."/modules";
		assert(load(i.."/prosody.cfg.lua"));
		local stack = assert(effective.known_stack());
		known = catalogue.new(stack);
		found.loaded[i], found.unsure[i] = {}, {};
		for _, host in ipairs(hosts) do
			found.loaded[i][host], found.unsure[i][host] = loaded(host), unsure(known, host);
		end
	end
	for option in pairs(assert(loadfile(root.."/asked"))()) do
		found.readers[option] = {};
		for j, reader in ipairs(known:option(option)) do
			found.readers[option][j] = { module = reader.module, kind = reader.kind, guessed = reader.guessed, default = reader.default,
				default_text = reader.default_text, family = reader.family, pattern = reader.name == nil, path = reader.path };
		end
	end
	return found;
]];

local function show(value)
	if type(value) ~= "table" then
		return ("%q"):format(value);
	end
	local parts = {};
	for key, inner in pairs(value) do
		parts[#parts + 1] = ("[%q]=%s"):format(key, show(inner));
	end
	return "{"..table.concat(parts, ",").."}";
end

local function learn(prosody, root, hosts, asked)
	support.write(root.."/hosts", "return "..show(hosts));
	support.write(root.."/asked", "return "..show(asked));
	local found, problem, output = inside(prosody, root, (code:gsub("PROJECT", ("%q"):format(support.project))));
	assert(found, tostring(problem)..tostring(output));
	return found;
end

-- ======== comparing ========

-- Backends load when something needs them, not because a list names them.
local function is_backend(name)
	return name:find "^auth_" or name:find "^authz_" or name:find "^storage_";
end

local function add_differences(list, where, said, seen, unsure)
	for name in pairs(said) do
		if not seen[where.host][name] and not seen["*"][name] then
			list[#list + 1] = ("%d: %s does not load %s"):format(where.number, where.host, name);
		end
	end
	for name in pairs(seen[where.host]) do
		if not said[name] and not unsure[name] and not is_backend(name) then
			list[#list + 1] = ("%d: %s loads %s"):format(where.number, where.host, name);
		end
	end
end

local function same(a, b)
	if type(a) ~= "table" or type(b) ~= "table" then
		return a == b;
	end
	for key, value in pairs(a) do
		if not same(value, b[key]) then
			return false;
		end
	end
	for key in pairs(b) do
		if a[key] == nil then
			return false;
		end
	end
	return true;
end

-- A default that is no literal in the source is known by its text alone.
local function is_default(reader, read)
	local default = load("return "..read.default, "default", "t", {})();
	return reader.default == nil or default == nil or default == "table" or same(reader.default, default);
end

local function is_known(readers, read)
	for _, reader in ipairs(readers) do
		local is_reader = reader.module == read.module or "@"..reader.path == read.getter;   -- mod_http reads some for others
		if (is_reader or reader.family) and (reader.kind == read.kind or reader.guessed and read.kind == "any"
				or reader.family) and is_default(reader, read) then
			return true;
		end
	end
	return false;
end

for _, prosody in ipairs(support.prosodies()) do
	describe("Beside a running server of Prosody "..prosody.version, function ()
		local seen, found, hosts, root;
		setup(function ()
			root = support.folder();
			seen, hosts = {}, {};
			for name, text in pairs(plugins) do
				support.write(root.."/plugins/"..name, text);
			end
			local asked = {};
			for i = 1, count do
				local text;
				text, hosts[i] = configuration(seed * 1000 + i, root.."/plugins");
				seen[i] = observed(prosody, root.."/"..i, text);
				-- A global module that fails on a host stays in Prosody's table of that host's modules.
				for name, host in seen[i].log:gmatch "Error initializing module '([^']+)' on '([^']+)'" do
					seen[i].modules[host][name] = nil;
				end
				for _, read in ipairs(seen[i].reads) do
					asked[read.option] = true;
				end
			end
			found = learn(prosody, root, hosts, asked);
		end);
		teardown(support.clean);

		it("each module that `modules HOST` says loads is one that the server has there, and the other way round", function ()
			local differences = {};
			for i = 1, count do
				for _, host in ipairs(hosts[i]) do
					add_differences(differences, { number = i, host = host }, found.loaded[i][host], seen[i].modules, found.unsure[i][host]);
				end
			end
			assert.equal("", table.concat(differences, "\n"), root);
		end);

		it("each option that a module asks for is a learned one, with that kind and default", function ()
			local unknown, told, checked = {}, {}, 0;
			for i = 1, count do
				for _, read in ipairs(seen[i].reads) do
					local line = ("mod_%s asks for %s (%s, default %s)"):format(read.module, read.option, read.kind, tostring(read.default));
					checked = checked + 1;
					if not told[line] and not is_known(found.readers[read.option], read) then
						unknown[#unknown + 1] = line;
					end
					told[line] = true;
				end
			end
			assert.equal("", table.concat(unknown, "\n"));
			assert.is_true(checked > 100 * count, checked.." options");
		end);
	end);
end
