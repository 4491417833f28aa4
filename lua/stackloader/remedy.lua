--- How to get a module, a feature or an XEP that is missing: which feature of the tree would enable it, by which variable.
local lfs = require "lfs";
local file_text = require "stackloader.file_text";
local natural_keys = require "stackloader.values".keys;

local remedy = {};
local methods = {};
local mt = { __index = methods };

local function read(path)
	return file_text(path);
end

local function add_folder(list, folder)
	local names = {};
	local ok, entries, state = pcall(lfs.dir, folder);
	for name in ok and entries or function () end, state do
		names[name] = name:sub(1, 1) ~= "." or nil;
	end
	for _, name in ipairs(natural_keys(names)) do
		local path = folder.."/"..name;
		local mode = lfs.attributes(path, "mode");
		if mode == "file" and name:find("%.cfg%.lua$") then
			list[#list + 1] = path;
		elseif mode == "directory" then
			add_folder(list, path);
		end
	end
end

--- The files behind a name of an axis ("clients/web/converse"): those of the last root that has it.
function remedy.files(stack, id)
	local roots = stack:about().roots or {};
	for i = #roots, 1, -1 do
		local list = {};
		local base = roots[i].."/"..id;
		if lfs.attributes(base..".cfg.lua", "mode") then
			list[1] = base..".cfg.lua";
		end
		if lfs.attributes(base, "mode") == "directory" then
			add_folder(list, base);
		end
		if #list > 0 then
			return list;
		end
	end
	return {};
end

local function add_quoted(text, list, known)
	for quote, name in text:gmatch("([\"'])([%w_]+)%1") do
		if quote and not known[name] then
			known[name] = true;
			list[#list + 1] = name;
		end
	end
end

local function code(path)
	return (read(path) or ""):gsub("%-%-%[(=*)%[.-%]%1%]", ""):gsub("%-%-[^\n]*", "");
end

--- Does the file assign to that name?
function remedy.assigns(path, name)
	return code(path):find("%f[%w_]"..name.."%s*=%s*[^=%s]") ~= nil;
end

--- The modules that a layer's file names for modules_enabled, read without running it: what it enables under some condition counts too.
function remedy.modules_in(path)
	local list, known = {}, {};
	local text = code(path);
	for behind in text:gmatch("%f[%w_]modules_enabled%f[^%w_]()") do
		local rest = text:sub(behind);
		local block = rest:match("^[^{}\"'\n]*(%b{})");
		add_quoted(block or rest:match("^%s*,%s*([\"'][%w_]+[\"'])") or "", list, known);
	end
	return list;
end

--- The variable that switches a feature.
function remedy.variable(feature)
	return "PROSODY_FEATURES_"..feature:upper():gsub("[^%w]", "_");
end

local function index_features(self)
	self.by_name, self.enabling = {}, {};
	for _, feature in ipairs(self.stack:features() or {}) do
		self.by_name[feature.name] = feature;
		for _, path in ipairs(not feature.alias_of and remedy.files(self.stack, "features/"..feature.name) or {}) do
			for _, module in ipairs(remedy.modules_in(path)) do
				self.enabling[module] = self.enabling[module] or {};
				table.insert(self.enabling[module], feature);
			end
		end
	end
end

--- What can be said about this stack and the modules of the catalogue.
function remedy.new(stack, catalogue)
	local self = setmetatable({ stack = stack, catalogue = catalogue }, mt);
	index_features(self);
	return self;
end

--- The feature of that name as stack:features() tells it, or nil.
function methods:feature_named(name)
	return self.by_name[name];
end

-- Modules that are opened as a component, not enabled on a host.
local components = { muc = true, pubsub = true, proxy65 = true, http_file_share = true, http_upload = true };

local function switch_on(feature)
	return ("switch on the feature %s: %s=true"):format(feature.name, remedy.variable(feature.name));
end

--- How to get a module.
function methods:module(name)
	if not self.catalogue:module(name) then
		return ("install mod_%s: no plugin folder of this Prosody has it"):format(name);
	end
	for _, feature in ipairs(self.enabling[name] or {}) do
		if not feature.on then
			return switch_on(feature);
		end
	end
	if components[name] then
		return ('open it below the host: Component "…" "%s"'):format(name);
	elseif name:find("^muc_") then
		return ('enable it on the chat rooms: stack.each("muc", { modules_enabled = { "%s" } })'):format(name);
	end
	return ('enable it: modules_enabled = { "%s" }'):format(name);
end

--- How to get a feature.
function methods:feature(name)
	local feature = self.by_name[name];
	if not feature then
		return "the tree has no such feature";
	end
	return switch_on(feature)..(feature.why and (" (off: %s)"):format(feature.why) or "");
end

return remedy;
