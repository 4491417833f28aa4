--- What is read in the files of Prosody's core about modules, and whether the patterns were found there. Where one is not, nothing is put in its
-- place: what depends on it is left out, and `check` says so (SL501).
local check_lists = require "stackloader.check_lists";
local file_text = require "stackloader.file_text";
local own_tables = require "stackloader.own_tables";
local stackloader = require "stackloader";

local learned = {};

-- The text of a file of Prosody's; "" where it cannot be read.
local function read(folder, name)
	return file_text(folder.."/"..name) or "";
end

local function set_of(list)
	local set = {};
	for _, name in ipairs(list or {}) do
		set[name] = true;
	end
	return set;
end

local function modulemanager(folder, facts)
	local found = stackloader.modulemanager(folder.."/core/modulemanager.lua");
	facts.automatic, facts.inheritable, facts.headers = found.automatic or {}, found.inheritable or {}, set_of(found.headers);
	if found.platform then
		table.insert(facts.automatic, 1, rawget(_G, "prosody") and _G.prosody.platform or "posix");
	end
	facts:note("automatic", found.automatic, "core/modulemanager.lua", "local autoload_modules = { … }",
		"which modules Prosody loads by itself, SL203");
	facts:note("inheritable", found.inheritable, "core/modulemanager.lua", "local default_component_inheritable_modules = { … }",
		"which modules components take over from the global list; SL102 and SL313 may be said of them by mistake");
	facts:note("headers", found.headers, "core/modulemanager.lua", "metadata.conflicts",
		"which modules Prosody passes over for what their first lines say");
end

-- core/features.lua: available = set.new{ "name"; … }
local function features(folder, facts)
	local inside = read(folder, "core/features.lua"):gsub("%-%-[^\n]*", ""):match("available%s*=%s*set%.new%s*(%b{})");
	facts.features = {};
	for name in (inside or ""):gmatch("[\"']([^\"'\n]+)[\"']") do
		facts.features[name] = true;
	end
	facts:note("features", inside, "core/features.lua", "available = set.new{ … }", "which modules conflict with this Prosody or require a newer one");
	if not inside then
		facts.headers.conflicts, facts.headers.requires = nil, nil;
	end
end

-- The formula that loading.lua follows.
local function formula(folder, facts)
	local text = read(folder, "core/modulemanager.lua"):gsub("%s+", " ");
	for _, piece in ipairs {
		"set.new(autoload_modules) + set.new(global_modules_enabled) - set.new(global_modules_disabled)",
		"(global_modules + set.new(host_modules_enabled)) - set.new(host_modules_disabled)",
		'modules:contains("vcard") and modules:contains("vcard_legacy")',
	} do
		facts:note("formula", text:find(piece, 1, true), "core/modulemanager.lua", piece,
			"the modules of hosts may be others than modules, xeps, clients and diff say");
	end
end

-- Limits that getters keep: modules of 0.12 hand them to getters that ignore them, since Debian's 0.12 has some from 13.
local function module_api(folder, facts)
	local text = read(folder, "core/moduleapi.lua");
	local arguments = text:match("function api:get_option_number(%b())");
	facts.limits = arguments ~= nil and arguments:find("min", 1, true) ~= nil;
	facts:note("limits", arguments, "core/moduleapi.lua", "function api:get_option_number(name, …)", "SL105, numbers outside their limits");
	facts:note("depends", text:find('get_option_inherited_set("modules_disabled"', 1, true) and text:find "function api:depends%(",
		"core/moduleapi.lua", 'function api:depends(name, …), get_option_inherited_set("modules_disabled", …)',
		"SL211, and which modules do not load because another one is disabled");
	-- 13.0.1 takes a value that the enumeration does not have, later versions the default.
	local enum = text:match("function api:get_option_enum%b()(.-)\nend\n");
	facts.enum_default = enum ~= nil and enum:find("return default", 1, true) ~= nil;
	facts.getters = {};
	for kind in text:gmatch "function api:get_option_([%w_]+)%(" do
		facts.getters[#facts.getters + 1] = kind;
	end
	facts:note("getters", facts.getters[1], "core/moduleapi.lua", "function api:get_option_KIND(name, …)",
		"SL103 to SL106, values of a kind that their readers do not take");
end

-- The backends of accounts, roles and data, and those that there are without an option.
local function backends(folder, facts)
	local users, storage = read(folder, "core/usermanager.lua"), read(folder, "core/storagemanager.lua");
	facts.backends = {
		auth_ = users:match 'default_provider%s*=%s*"([%w_]+)"', authz_ = users:match '"authorization"%)%s*or%s*"([%w_]+)"';
		storage_ = storage:match '"default_storage"%)%s*or%s*"([%w_]+)"';
	};
	facts:note("backends", facts.backends.auth_ and users:find('"auth_"..', 1, true), "core/usermanager.lua",
		'default_provider = "…", load(host, "auth_"..…)',
		"which module keeps the accounts where authentication is not set, and what it reads: SL102");
	facts:note("backends", facts.backends.authz_ and users:find('"authz_"..', 1, true), "core/usermanager.lua",
		'"authorization") or "…", load(host, "authz_"..…)',
		"which module keeps the roles where authorization is not set, and what it reads: SL102");
	facts:note("backends", facts.backends.storage_ and storage:find('"storage_"..', 1, true), "core/storagemanager.lua",
		'"default_storage") or "…", load(host, "storage_"..…)', "which module keeps the data where storage is not set, and what it reads: SL102");
end

-- The lists of prosodyctl check.
local function check(folder, facts)
	local file = "util/prosodyctl/check.lua";
	facts.check = check_lists.read(read(folder, file));
	facts:note("obsolete", facts.check.obsolete, file, "local obsolete = set.new({ … })", "SL110, obsolete options");
	facts:note("deprecated", facts.check.deprecated, file, "local deprecated_replacements = { … }", "SL109, deprecated options");
	facts:note("deprecated ports", facts.check.ports, file, "local deprecated_ports = { … }", "SL109 for the old names of ports");
	facts:note("global", facts.check.global, file, "local known_global_options = set.new({ … })",
		"SL107, global options below a host, except those that only global code reads");
end

local facts_mt = {};
facts_mt.__index = facts_mt;

--- Records whether a pattern was found in a file of Prosody's (relative to its source folder); `findings` says what is left out where it was not.
-- Rules ask by the key whether to leave them out.
function facts_mt:note(key, found, file, pattern, findings)
	self.notes[#self.notes + 1] = { key = key, found = found and true or false, file = file, pattern = pattern, findings = findings };
end

--- What the source in the folder says: { automatic and inheritable (lists of modules), headers and features (sets), limits (do the getters of
-- options keep them?), enum_default (do they give the default for a word that an enumeration does not have?), getters (the kinds of option that
-- modules can ask for), backends (prefix → name), check (lists of prosodyctl check), notes (list of { key, found, file, pattern, findings }) }.
function learned.of(folder)
	local facts = setmetatable({ notes = {} }, facts_mt);
	modulemanager(folder, facts);
	formula(folder, facts);
	features(folder, facts);
	module_api(folder, facts);
	backends(folder, facts);
	check(folder, facts);
	own_tables.note(folder, facts);
	facts.limits_addresses = own_tables.limits_addresses(folder);
	return facts;
end

return learned;
