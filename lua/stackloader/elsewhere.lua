--- Which versions of Prosody read an option or come with a module that the installed one does not have. What the installed one has is learnt from its
-- own source; this only tells of the others.
local names = require "stackloader.elsewhere_names";
local versions = require "stackloader.prosodies".versions;
local words = require "stackloader.words";

local elsewhere = {};

local function is_12(version)
	return version:find "^0%." ~= nil;
end

-- Are the versions all those that satisfy it?
local function are_all(set, satisfies)
	for _, version in ipairs(versions) do
		if (set[version] or false) ~= satisfies(version) then
			return false;
		end
	end
	return true;
end

--- A list such as "13.0.6 13.0.7" in the words of an administrator: "13.0.6 and later"; a whole series by its number.
local function in_words(list)
	local set, first, spoken = words.set(list), nil, {};
	if are_all(set, is_12) then
		return "0.12";
	elseif are_all(set, function (version) return not is_12(version); end) then
		return "13";
	end
	for i, version in ipairs(versions) do
		if set[version] then
			first = first or i;
			spoken[#spoken + 1] = version:gsub("~bpo", " of Debian ");
		end
	end
	local place = {};
	for i, version in ipairs(versions) do
		place[version] = i;
	end
	if are_all(set, function (version) return place[version] >= first; end) and #spoken > 1 then
		return spoken[1].." and later";
	end
	return table.concat(spoken, ", ");
end

local spoken, listed = {}, {};
for kind, groups in pairs(names) do
	spoken[kind], listed[kind] = {}, {};
	for list, text in pairs(groups) do
		for name in pairs(words.set(text)) do
			spoken[kind][name], listed[kind][name] = in_words(list), list;
		end
	end
end

--- The versions that read the option, in words ("13.0.7", "13.0.6 and later", "13"), where not all of those known do; else nil.
function elsewhere.option(name)
	return spoken.options[name];
end

--- The names of all options that only some of the known versions read, sorted.
function elsewhere.options()
	local list = {};
	for name in pairs(spoken.options) do
		list[#list + 1] = name;
	end
	table.sort(list);
	return list;
end

--- The versions that the module is part of, likewise.
function elsewhere.core(name)
	return spoken.core[name];
end

--- The versions for which Debian packages the community's module, likewise; and whether the version, "13.0.6", is one of them: then the package is
-- not installed.
function elsewhere.community(name, version)
	local list = listed.community[name] or "";
	return spoken.community[name], (" "..list:gsub("~%w+", "").." "):find(" "..tostring(version).." ", 1, true) ~= nil;
end

return elsewhere;
