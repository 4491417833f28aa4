--- A catalogue as a file of data, for versions of Prosody that are not installed: stackloader/catalogues/VERSION.lua, made by scripts/catalogue.
-- It holds what catalogue.lua learns from the sources: the facts of Prosody's own files, the options that they read, and the same of each module.
-- Everything is in a fixed order, an option a line, so that two versions can be compared by their lines. What is empty or false is left out.
local catalogue = require "stackloader.catalogue";
local conditions = require "stackloader.conditions";
local file_text = require "stackloader.file_text";

local catalogue_file = {};

-- Fields that are left out of the file where they are false. So are those that are tables in every source, where they are empty.
local usually_false = { global = true, compared = true, limits = true };

-- Learning -------------------------------------------------------------------------------------------------------------------

local function copy(value)
	if type(value) ~= "table" then
		return value;
	end
	local own = {};
	for key, inner in pairs(value) do
		own[key] = copy(inner);
	end
	return own;
end

-- The files' own lines are not at hand later, so what they say of a boolean is noted.
local function note_comparison(read, path)
	if read.kind == "boolean" and not read.guessed then
		read.compared = catalogue.is_compared({ path = path, line = read.line });
	end
end

-- Nor is what the names in the conditions of dependencies stand for.
local function note_names(needed, path)
	local names = needed.condition and conditions.names(needed, function ()
		return file_text(path) or "";
	end) or {};
	needed.names = next(names) ~= nil and names or nil;
end

local function learn_file(file, folder, shown, shape)
	local learnt = copy(file.source);
	for _, read in ipairs(learnt.reads) do
		note_comparison(read, file.path);
	end
	for _, list in ipairs { learnt.dependencies, learnt.libraries, learnt.tasks } do
		for _, needed in ipairs(list) do
			note_names(needed, file.path);
		end
	end
	for key, value in pairs(learnt) do
		if type(value) == "table" then
			shape[key] = true;
			learnt[key] = next(value) ~= nil and value or nil;
		end
	end
	learnt.path, learnt.library = shown..file.path:sub(#folder + 1), file.library;
	return learnt;
end

-- Whose file it is does not change what Prosody does, only where it looks for it.
local function learn_modules(known, shape)
	local modules = {};
	for _, name in ipairs(known:modules()) do
		local module = known:module(name);
		local learnt = { origin = module.origin, files = {} };
		for i, file in ipairs(module.files) do
			for _, folder in ipairs(known.folders) do
				if file.path:sub(1, #folder) == folder then
					learnt.files[i] = learn_file(file, folder, "modules/", shape);
					break;
				end
			end
		end
		modules[name] = learnt;
	end
	return modules;
end

--- The data of this catalogue, which is of folders. `packages` says what it was learnt from.
function catalogue_file.learn(known, packages)
	local shape, core = {}, {};
	for i, file in ipairs(known:core_files()) do
		local own = file.path:sub(1, #known.source_folder) == known.source_folder and not file.path:find("/../", 1, true);
		core[i] = own and learn_file(file, known.source_folder, "", shape) or learn_file(file, file.path, "/bin/prosodyctl", shape);
		core[i].path = core[i].path:sub(2);
	end
	local modules = learn_modules(known, shape);
	return { packages = packages, facts = copy(known:facts()), core = core, modules = modules, shape = shape };
end

-- Writing --------------------------------------------------------------------------------------------------------------------

local reserved = {};
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return then true until while"):gmatch "%l+" do
	reserved[word] = true;
end

local rank = { number = 1, string = 2 };

-- What a reader looks for comes first.
local leading = { name = " 1", path = " 2", origin = " 3", kind = " 4", default = " 5" };

local function sorted_keys(map)
	local keys = {};
	for key in pairs(map) do
		keys[#keys + 1] = key;
	end
	table.sort(keys, function (a, b)
		if type(a) ~= type(b) then
			return rank[type(a)] < rank[type(b)];
		end
		return (leading[a] or a) < (leading[b] or b);
	end);
	return keys;
end

local function scalar(value)
	if type(value) == "string" then
		return (("%q"):format(value):gsub("\\\n", "\\n"));
	elseif math.type(value) == "float" then
		return ("%.17g"):format(value):gsub("^-?%d+$", "%0.0");
	end
	return tostring(value);
end

local function key_text(key)
	return type(key) == "string" and key:find("^[%a_][%w_]*$") and not reserved[key] and key or "["..scalar(key).."]";
end

-- The parts of a table, each as one text: its list, then its keys in order.
local function parts(value, write)
	local texts = {};
	for i, item in ipairs(value) do
		texts[i] = write(item);
	end
	local count = #texts;
	for _, key in ipairs(sorted_keys(value)) do
		local is_of_list = math.type(key) == "integer" and key >= 1 and key <= count;
		if not is_of_list and not (value[key] == false and usually_false[key]) then
			texts[#texts + 1] = key_text(key).." = "..write(value[key]);
		end
	end
	return texts;
end

local function line(value)
	if type(value) ~= "table" then
		return scalar(value);
	end
	local texts = parts(value, line);
	return #texts == 0 and "{}" or "{ "..table.concat(texts, ", ").." }";
end

local longest = 110;

-- A value on one line where it fits or is of one line of a source, else a part a line.
local function block(value, indent)
	local short = line(value);
	if type(value) ~= "table" or #short <= longest or value.line then
		return short;
	end
	local inner = indent.."\t";
	local texts = parts(value, function (item)
		return block(item, inner);
	end);
	return "{\n"..inner..table.concat(texts, ",\n"..inner)..",\n"..indent.."}";
end

--- The data as a file of Lua.
function catalogue_file.text(data)
	return "-- What Prosody "..data.facts.version.." and its modules read and do, learnt from their sources.\n"
		.."-- Written by scripts/catalogue; do not edit this file, run that again.\nreturn "..block(data, "").."\n";
end

-- Reading --------------------------------------------------------------------------------------------------------------------

-- Puts back what was left out.
local function complete(file, shape, prefix)
	local source = file;
	for key in pairs(shape) do
		source[key] = source[key] or {};
	end
	source.global = source.global or false;
	for _, read in ipairs(source.reads) do
		read.global = read.global or false;
		if read.kind == "boolean" and not read.guessed then
			read.compared = read.compared or false;
		end
	end
	return { path = prefix..file.path, library = file.library, source = source };
end

--- The data of a file, made ready for catalogue.new { data = … }. Each path begins with the name of the version.
function catalogue_file.prepare(data)
	local prefix = "Prosody "..data.facts.version.."/";
	local ready = { facts = data.facts, packages = data.packages, core = {}, modules = {} };
	for i, file in ipairs(data.core) do
		ready.core[i] = complete(file, data.shape, prefix);
	end
	for name, module in pairs(data.modules) do
		local files = {};
		for i, file in ipairs(module.files) do
			files[i] = complete(file, data.shape, prefix);
		end
		ready.modules[name] = { name = name, path = files[1].path, origin = module.origin, source = files[1].source, files = files };
	end
	ready.facts.limits = ready.facts.limits or false;
	return ready;
end

return catalogue_file;
