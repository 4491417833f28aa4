--- What is read in the files of Prosody's core about modules, and whether the patterns were found there. Where one is not, nothing is put in its
-- place: what depends on it is left out, and `check` says so (SL501).
local stackloader = require "stackloader";

local learned = {};

-- The text of a file of Prosody's; "" where it cannot be read.
local function read(folder, name)
	local file = io.open(folder.."/"..name, "rb");
	local text = file and file:read("a") or "";
	if file then
		file:close();
	end
	return text;
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
	facts:note(found.automatic, "core/modulemanager.lua", "local autoload_modules = { … }",
		"which modules Prosody loads by itself, SL203");
	facts:note(found.inheritable, "core/modulemanager.lua", "local default_component_inheritable_modules = { … }",
		"which modules components take over from the global list; SL102 and SL313 may be said of them by mistake");
	facts:note(found.headers, "core/modulemanager.lua", "metadata.conflicts",
		"which modules Prosody passes over for what their first lines say");
end

-- core/features.lua: available = set.new{ "name"; … }
local function features(folder, facts)
	local inside = read(folder, "core/features.lua"):gsub("%-%-[^\n]*", ""):match("available%s*=%s*set%.new%s*(%b{})");
	facts.features = {};
	for name in (inside or ""):gmatch("[\"']([^\"'\n]+)[\"']") do
		facts.features[name] = true;
	end
	facts:note(inside, "core/features.lua", "available = set.new{ … }", "which modules conflict with this Prosody or require a newer one");
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
		facts:note(text:find(piece, 1, true), "core/modulemanager.lua", piece,
			"the modules of hosts may be others than modules, xeps, clients and diff say");
	end
end

-- Limits that getters keep: modules of 0.12 hand them to getters that ignore them, since Debian's 0.12 has some from 13.
local function module_api(folder, facts)
	local text = read(folder, "core/moduleapi.lua");
	local arguments = text:match("function api:get_option_number(%b())");
	facts.limits = arguments ~= nil and arguments:find("min", 1, true) ~= nil;
	facts:note(arguments, "core/moduleapi.lua", "function api:get_option_number(name, …)", "SL105, numbers outside their limits");
	facts:note(text:find('get_option_inherited_set("modules_disabled"', 1, true) and text:find "function api:depends%(", "core/moduleapi.lua",
		'function api:depends(name, …), get_option_inherited_set("modules_disabled", …)',
		"SL211, and which modules do not load because another one is disabled");
end

-- The backends of accounts, roles and data, and those that there are without an option.
local function backends(folder, facts)
	local users, storage = read(folder, "core/usermanager.lua"), read(folder, "core/storagemanager.lua");
	facts.backends = {
		auth_ = users:match 'default_provider%s*=%s*"([%w_]+)"', authz_ = users:match '"authorization"%)%s*or%s*"([%w_]+)"';
		storage_ = storage:match '"default_storage"%)%s*or%s*"([%w_]+)"';
	};
	facts:note(facts.backends.auth_ and users:find('"auth_"..', 1, true), "core/usermanager.lua", 'default_provider = "…", load(host, "auth_"..…)',
		"which module keeps the accounts where authentication is not set, and what it reads: SL102");
	facts:note(facts.backends.authz_ and users:find('"authz_"..', 1, true), "core/usermanager.lua", '"authorization") or "…", load(host, "authz_"..…)',
		"which module keeps the roles where authorization is not set, and what it reads: SL102");
	facts:note(facts.backends.storage_ and storage:find('"storage_"..', 1, true), "core/storagemanager.lua",
		'"default_storage") or "…", load(host, "storage_"..…)', "which module keeps the data where storage is not set, and what it reads: SL102");
end

local facts_mt = {};
facts_mt.__index = facts_mt;

--- Records whether a pattern was found in a file of Prosody's (relative to its source folder); `findings` says what is left out where it was not.
function facts_mt:note(found, file, pattern, findings)
	self.notes[#self.notes + 1] = { found = found and true or false, file = file, pattern = pattern, findings = findings };
end

--- What the source in the folder says: { automatic and inheritable (lists of modules), headers and features (sets), limits (do the getters of options
-- keep them?), backends (prefix → name), notes (list of { found, file, pattern, findings }) }.
function learned.of(folder)
	local facts = setmetatable({ notes = {} }, facts_mt);
	modulemanager(folder, facts);
	formula(folder, facts);
	features(folder, facts);
	module_api(folder, facts);
	backends(folder, facts);
	return facts;
end

return learned;
