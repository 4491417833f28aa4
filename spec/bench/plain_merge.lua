--- stackloader.merge as somebody would write it in Lua who wants it fast: the same contract, without directives.
-- Neither table is changed, parts of both are shared with the result.
local next, type, getmetatable, error, tostring = next, type, getmetatable, error, tostring;

local accumulates = {};
for _, name in ipairs {
	"modules_enabled", "modules_disabled", "admins", "plugin_paths", "disco_items", "external_services", "trusted_proxies",
	"s2s_secure_domains", "s2s_insecure_domains", "unlimited_jids", "firewall_scripts"
} do
	accumulates[name] = true;
end
local one_choice = { sql = true, gc = true, log = true, statistics_config = true };

local max_depth = 190;

local function same(left, right)
	if left == right then
		return true;
	elseif type(left) ~= "table" or type(right) ~= "table" or getmetatable(left) or getmetatable(right) then
		return false;
	end
	for key, value in next, left do
		if not same(value, right[key]) then
			return false;
		end
	end
	for key in next, right do
		if left[key] == nil then
			return false;
		end
	end
	return true;
end

local function is_plain(value)
	return type(value) == "table" and not getmetatable(value);
end

--- Is there a key beside 1 to count?
local function has_names(value, count)
	for key in next, value, count > 0 and count or nil do
		if type(key) ~= "number" or key < 1 or key > count then
			return true;
		end
	end
	return false;
end

local function add_elements(list, count, seen, tables, from)
	for i = 1, #from do
		local element = from[i];
		if type(element) ~= "table" then
			if not seen[element] then
				seen[element] = true;
				count = count + 1;
				list[count] = element;
			end
		else
			local found = false;
			for k = 1, #tables do
				found = found or same(tables[k], element);
			end
			if not found then
				tables[#tables + 1] = element;
				count = count + 1;
				list[count] = element;
			end
		end
	end
	return count;
end

local merge_maps;

--- Maps key by key; of lists the later one.
local function merge_tables(base, overlay, depth)
	local base_count, overlay_count = #base, #overlay;
	local overlay_names = has_names(overlay, overlay_count);
	if overlay_count == 0 and not overlay_names then
		return base_count > 0 and not has_names(base, base_count) and overlay or base;
	end
	if base_count == 0 then
		if overlay_count > 0 and not overlay_names then
			return overlay;
		end
		return merge_maps(base, overlay, depth);
	end
	if not overlay_names then
		if not has_names(base, base_count) then
			return overlay;
		end
	elseif overlay_count == 0 and not has_names(base, base_count) then
		return overlay;
	end
	local result = {};   -- mixed tables
	for key, value in next, base do
		if overlay_count == 0 or type(key) ~= "number" then
			result[key] = value;
		end
	end
	for key, value in next, overlay do
		local before = result[key];
		result[key] = before ~= nil and is_plain(before) and is_plain(value) and merge_tables(before, value, depth + 1) or value;
	end
	return result;
end

function merge_maps(base, overlay, depth)
	if depth > max_depth then
		error("a table contains itself", 0);
	end
	local result = {};
	for key, value in next, base do
		result[key] = value;
	end
	for key, value in next, overlay do
		local before = result[key];
		if type(value) == "table" and type(before) == "table" and not getmetatable(value) and not getmetatable(before) then
			result[key] = merge_tables(before, value, depth + 1);
		else
			result[key] = value;
		end
	end
	return result;
end

local function union(base, overlay, depth)
	if not is_plain(base) then
		base = { base };
	end
	if not is_plain(overlay) then
		overlay = { overlay };
	end
	if #base == 0 and #overlay == 0 then
		return merge_tables(base, overlay, depth);
	end
	local list, seen, tables = {}, {}, {};
	local count = add_elements(list, 0, seen, tables, base);
	add_elements(list, count, seen, tables, overlay);
	for _, from in next, { base, overlay } do
		if has_names(from, #from) then
			for key, value in next, from do
				if type(key) ~= "number" then
					local before = list[key];
					list[key] = is_plain(before) and is_plain(value) and merge_tables(before, value, depth + 1) or value;
				end
			end
		end
	end
	return list;
end

return function (base, overlay)
	if type(base) ~= "table" or type(overlay) ~= "table" then
		error("expected two tables, not "..tostring(base).." and "..tostring(overlay), 2);
	end
	local result = {};
	for name, value in next, base do
		result[name] = value;
	end
	for name, value in next, overlay do
		local before = result[name];
		if before == nil or one_choice[name] then
			result[name] = value;
		elseif accumulates[name] then
			result[name] = union(before, value, 1);
		elseif type(value) == "table" and type(before) == "table" and not getmetatable(value) and not getmetatable(before) then
			result[name] = merge_tables(before, value, 1);
		else
			result[name] = value;
		end
	end
	return result;
end
