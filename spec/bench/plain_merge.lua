--- stackloader.merge as somebody would write it in Lua who wants it fast: the same contract. Neither table is changed, parts of both are shared
-- with the result, tables that are shared stay so and are visited once, a table that contains itself is refused wherever it stands. (One that is a
-- key of itself is not looked for.) What both have is walked once, by the merge, which checks on the way; what only one has, by the check alone.
local next, type, getmetatable, error, tostring, math_type = next, type, getmetatable, error, tostring, math.type;

local rules = { sql = "replace", gc = "replace", log = "replace", statistics_config = "replace" };
for _, name in ipairs {
	"modules_enabled", "modules_disabled", "admins", "plugin_paths", "disco_items", "external_services", "trusted_proxies",
	"s2s_secure_domains", "s2s_insecure_domains", "unlimited_jids", "firewall_scripts"
} do
	rules[name] = "append";
end

local max_depth = 180;

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

local nan = {};   -- which cannot be a key itself

local function too_deep()
	error("tables are nested too deep, or one contains itself", 0);
end

--- Walks what is not merged. Only tables that hold tables are worth remembering; the depth ends every cycle.
local function check(value, depth, checked)
	if depth > max_depth then
		too_deep();
	end
	local nested = false;
	for _, item in next, value do
		if type(item) == "table" and not getmetatable(item) then
			nested = true;
			if not checked[item] then
				check(item, depth + 1, checked);
			end
		end
	end
	if nested then
		checked[value] = true;
	end
end

local function check_value(value, depth, checked)
	if type(value) == "table" and not checked[value] and not getmetatable(value) then
		check(value, depth, checked);
	end
end

local function is_listed(key, count)
	return math_type(key) == "integer" and key >= 1 and key <= count;
end

local function has_names(value, count)
	for key in next, value do
		if not is_listed(key, count) then
			return true;
		end
	end
	return false;
end

local merge_names;

--- The list part of the later one that has one, the named parts key by key.
local function merge_mixed(base, overlay, depth, checked, made)
	local base_count, overlay_count = #base, #overlay;
	local from, count = overlay, overlay_count;
	if next(overlay) ~= nil and overlay_count == 0 then
		from, count = base, base_count;
	end
	local result = {};
	for i = 1, count do
		result[i] = from[i];
	end
	for key, value in next, base do
		if not is_listed(key, base_count) then
			result[key] = value;
		end
	end
	merge_names(result, overlay, overlay_count, depth, checked, made);
	return result;
end

--- Two tables, of which at least one has a list part or nothing at all.
local function merge_others(base, overlay, depth, checked, made)
	local base_count, overlay_count = #base, #overlay;
	check(base, depth, checked);
	check(overlay, depth, checked);
	local base_names, overlay_names = has_names(base, base_count), has_names(overlay, overlay_count);
	if not base_names and (base_count == 0 or overlay_count == 0 or not overlay_names) then
		return overlay;
	elseif base_count == 0 and not overlay_names then
		return overlay_count == 0 and base or overlay;
	end
	return merge_mixed(base, overlay, depth, checked, made);
end

--- Mostly an overlay meets one base: `made` has the result by the overlay and the base by the result, and under "more" what else met.
local function recall(base, overlay, made)
	local others = made.more and made.more[overlay];
	return others and others[base];
end

local function remember_more(base, overlay, result, made)
	local more = made.more or {};
	made.more = more;
	more[overlay] = more[overlay] or {};
	more[overlay][base] = result;
end

local function merge_tables(base, overlay, depth, checked, made)
	if depth > max_depth then
		too_deep();
	end
	local met = made[overlay];
	if met then
		if made[met] == base then
			return met;
		end
		local result = recall(base, overlay, made);
		if result then
			return result;
		end
	end
	if #base > 0 or #overlay > 0 then
		return merge_others(base, overlay, depth, checked, made);
	end
	local result, any = {}, false;
	for key, value in next, base do
		result[key], any = value, true;
		if type(value) == "table" and overlay[key] == nil and not checked[value] and not getmetatable(value) then
			check(value, depth + 1, checked);
		end
	end
	if not any then
		check(overlay, depth, checked);
		return overlay;
	end
	any = false;
	for key, value in next, overlay do
		local before = base[key];
		any = true;
		if type(value) == "table" and not getmetatable(value) then
			if type(before) == "table" and not getmetatable(before) then
				value = merge_tables(before, value, depth + 1, checked, made);
			elseif not checked[value] then
				check(value, depth + 1, checked);
			end
		elseif before ~= nil and type(before) == "table" and not getmetatable(before) then
			check(before, depth + 1, checked);
		end
		result[key] = value;
	end
	if not any then
		return base;
	elseif met then
		remember_more(base, overlay, result, made);
	else
		made[overlay], made[result] = result, base;
	end
	return result;
end

--- Lays the names of the overlay, which were checked, over a result that has those of the base.
function merge_names(result, overlay, listed, depth, checked, made)
	for key, value in next, overlay do
		if not is_listed(key, listed) then
			local before = result[key];
			if type(value) == "table" and type(before) == "table" and not getmetatable(value) and not getmetatable(before) then
				value = merge_tables(before, value, depth + 1, checked, made);
			end
			result[key] = value;
		end
	end
end

--- Adds the elements of the list that are new. False where it is no list alone, or not stored in order.
local function add_elements(union, count, seen, tables, list, checked)
	local position = 0;
	for key, element in next, list do
		position = position + 1;
		if key ~= position then
			return nil;
		end
		if not seen[element] then
			local new = true;
			if element ~= element then
				new, seen[nan] = not seen[nan], true;
			else
				seen[element] = true;
				if type(element) == "table" and not getmetatable(element) then
					check_value(element, 3, checked);
					for k = 1, #tables do
						new = new and not same(tables[k], element);
					end
					tables[#tables + 1] = element;
				end
			end
			if new then
				count = count + 1;
				union[count] = element;
			end
		end
	end
	return count;
end

--- A copy of the list part without its gaps, its length, and whether there is more.
local function part(value)
	local list, count = {}, #value;
	for i = 1, count do
		list[#list + 1] = value[i];
	end
	return list, count, has_names(value, count);
end

local function union_mixed(base, overlay, given, checked, made)
	local base_list, base_count, base_names = part(base);
	local overlay_list, overlay_count, overlay_names = part(overlay);
	if base_count == 0 and overlay_count == 0 then
		return merge_tables(base, overlay, 2, checked, made);
	end
	check(base, 2, checked);
	check(overlay, 2, checked);
	if base_names and base_count == 0 and not overlay_names or overlay_names and overlay_count == 0 and not base_names and base_count > 0 then
		return given;   -- a map and a list
	end
	local result, seen, tables = base_list, {}, {};
	if overlay_count > 0 or not overlay_names then
		result = {};
		add_elements(result, add_elements(result, 0, seen, tables, base_list, checked), seen, tables, overlay_list, checked);
	end
	local names = {};
	for key, value in next, base do
		if not is_listed(key, base_count) then
			names[key] = value;
		end
	end
	merge_names(names, overlay, overlay_count, 2, checked, made);
	for key, value in next, names do
		result[key] = value;
	end
	return result;
end

local function union(base, given, checked, made)
	local overlay = given;
	if type(base) ~= "table" then
		base = { base };
	end
	if type(overlay) ~= "table" then
		overlay = { given };
	end
	local result, seen, tables = {}, {}, {};
	local count = add_elements(result, 0, seen, tables, base, checked);
	count = count and add_elements(result, count, seen, tables, overlay, checked);
	return count and count > 0 and result or union_mixed(base, overlay, given, checked, made);
end

local function is_opaque(value)
	local kind = type(value);
	return kind == "table" and getmetatable(value) or kind == "function" or kind == "userdata" or kind == "thread";
end

--- The value of an option that has a rule of its own.
local function by_rule(rule, base, overlay, checked, made)
	if rule == "replace" or is_opaque(base) or is_opaque(overlay) then
		check_value(base, 2, checked);
		check_value(overlay, 2, checked);
		return overlay;
	end
	return union(base, overlay, checked, made);
end

local function rules_with(given)
	local all = {};
	for name, rule in next, rules do
		all[name] = rule;
	end
	for name, rule in next, given do
		if rule ~= "append" and rule ~= "merge" and rule ~= "replace" then
			error("option 'merge': '"..tostring(name).."' must be \"append\", \"merge\" or \"replace\"", 3);
		end
		all[name] = rule ~= "merge" and rule or nil;
	end
	return all;
end

return function (base, overlay, options)
	if type(base) ~= "table" or type(overlay) ~= "table" then
		error("expected two tables, not "..tostring(base).." and "..tostring(overlay), 2);
	end
	local rule_of = options and options.merge and rules_with(options.merge) or rules;
	local result, checked, made = {}, {}, {};
	for name, value in next, base do
		result[name] = value;
		if type(value) == "table" and overlay[name] == nil and not getmetatable(value) and not checked[value] then
			check(value, 2, checked);
		end
	end
	for name, value in next, overlay do
		local before = base[name];
		if before ~= nil and rule_of[name] then
			value = by_rule(rule_of[name], before, value, checked, made);
		elseif type(value) == "table" and not getmetatable(value) then
			if type(before) == "table" and not getmetatable(before) then
				value = merge_tables(before, value, 2, checked, made);
			elseif not checked[value] then
				check(value, 2, checked);
			end
		elseif before ~= nil and type(before) == "table" and not getmetatable(before) then
			check(before, 2, checked);
		end
		result[name] = value;
	end
	return result;
end
