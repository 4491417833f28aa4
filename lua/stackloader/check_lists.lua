--- The options that `prosodyctl check config` of the installed Prosody calls obsolete, deprecated or global.
-- They are constants within its code, so the code is read, not run. Where a list is not found there, it is empty, and learned.lua notes that.
local tokens = require "stackloader.tokens";

local check_lists = {};

-- The place behind `local NAME = … {`, or nil.
local function behind_brace(list, name)
	for i, token in ipairs(list) do
		if token.text == name and token.kind == "name" and list[i - 1] and list[i - 1].text == "local" then
			for j = i + 1, math.min(i + 8, #list) do
				if list[j].text == "{" and list[j].kind == "symbol" then
					return j + 1;
				end
			end
		end
	end
end

-- The texts of the tokens between the braces of `local NAME = … { … }` that are wanted: a set, or nil without any.
local function set_within(list, name, is_wanted)
	local at = behind_brace(list, name);
	local set = {};
	while at and list[at] and list[at].text ~= "}" do
		if is_wanted(list[at], list[at + 1]) then
			set[list[at].text] = true;
		end
		at = at + 1;
	end
	return next(set) and set or nil;
end

-- The strings of `local NAME = set.new({ "a", "b" })`
local function is_string(token)
	return token.kind == "string";
end

-- The keys of `local NAME = { key = …; }`
local function is_key(token, behind)
	return token.kind == "name" and behind.text == "=";
end

--- The lists in the source of util/prosodyctl/check: { obsolete, deprecated, ports (services whose options are deprecated), global }, each a set;
-- those that are not found are missing.
function check_lists.read(text)
	local list = tokens.read(text);
	return {
		obsolete = set_within(list, "obsolete", is_string);
		deprecated = set_within(list, "deprecated_replacements", is_key);
		ports = set_within(list, "deprecated_ports", is_key);
		global = set_within(list, "known_global_options", is_string);
	};
end

local suffixes = { "port", "ports", "interface", "interfaces", "ssl" };

--- { obsolete, deprecated, global }, each a set, from what check_lists.read found.
function check_lists.of(found)
	local result = { obsolete = found.obsolete or {}, global = found.global or {}, deprecated = {} };
	for name in pairs(found.deprecated or {}) do
		result.deprecated[name] = true;
	end
	for service in pairs(found.ports or {}) do
		for _, suffix in ipairs(suffixes) do
			result.deprecated[service.."_"..suffix] = true;
		end
	end
	for name in pairs(result.obsolete) do
		result.deprecated[name] = nil;
	end
	return result;
end

local per_host = { external_service_port = true, turn_external_port = true, c2s_ssl = true, s2s_ssl = true };

--- Does the name say that an option is a port's, which no host has for itself?
function check_lists.is_port_option(name)
	return not per_host[name] and (name:find("^interfaces?") or name:find("_ports?$") or name:find("_interfaces?$") or name:find("_ssl$")) ~= nil;
end

return check_lists;
