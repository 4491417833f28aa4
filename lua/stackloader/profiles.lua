--- prosodyctl mod_stackloader profiles: the profiles of the tree, whom each is for, and what one of them brings over the smallest.
local again = require "stackloader.again";
local effective = require "stackloader.effective";
local remedy = require "stackloader.remedy";
local stackloader = require "stackloader";
local telling = require "stackloader.telling";
local values = require "stackloader.values";

local columns = {
	{ title = "Profile", key = "name" };
	{ title = "For", key = "target_users" };
	{ title = "Features", key = "features", align = "right" };
	{ title = "Layers", key = "layers", align = "right" };
	{ title = "Modules", key = "modules", align = "right" };
	{ title = "Description", key = "description" };
};

local function axis_of(stack)
	for _, choice in ipairs(stack:choices() or {}) do
		if choice.axis == "profile" then
			return choice;
		end
	end
	return { available = {}, names = {} };
end

-- What the files of a profile say of it: name, description, target_users.
local function about(stack, name)
	for _, path in ipairs(remedy.files(stack, "profiles/"..name)) do
		local ok, info = pcall(stackloader.info, path);
		if ok and info and type(info.profile_info) == "table" then
			return info.profile_info;
		end
	end
	return {};
end

local function text_of(value)
	return (type(value) == "string" or type(value) == "number") and tostring(value) or "";
end

local function features_of(stack)
	local on, names = {}, {};
	for _, feature in ipairs(stack:features()) do
		if feature.on and not feature.alias_of then
			on[feature.name] = feature;
			names[#names + 1] = feature.name;
		end
	end
	return on, names;
end

-- One row a profile, from the whole configuration as it would be with it.
local function assemble(stack, names)
	local choices, rows = {}, {};
	for i, name in ipairs(names) do
		local flags = again.words();
		flags[#flags + 1] = "--profile="..name;
		choices[i] = { flags = flags };
	end
	local results, problem = again.load(choices);
	if not results then
		return nil, problem;
	end
	for i, name in ipairs(names) do
		local result, info = results[i], about(stack, name);
		local row = { name = name, target_users = text_of(info.target_users), description = text_of(info.description), problem = result.problem };
		if result.stack then
			row.on, row.feature_names = features_of(result.stack);
			row.layer_list, row.module_list = result.stack:layers(), result.stack:options().modules_enabled or {};
		end
		rows[i] = row;
	end
	return rows;
end

local function count(list)
	return list and #list or "-";
end

local function show_all(rows, chosen, out)
	local cells = {};
	for i, row in ipairs(rows) do
		cells[i] = { name = telling.printable(row.name)..(row.name == chosen and " *" or ""), target_users = telling.printable(row.target_users);
			features = count(row.feature_names), layers = count(row.layer_list), modules = count(row.module_list);
			description = telling.printable(row.problem or row.description) };
	end
	telling.table(columns, cells, out);
	out.print("* is chosen. PROSODY_PROFILE=NAME in .env chooses another; `profiles NAME` says what that one brings.");
end

-- The elements of the first list that the second has not.
local function added(list, other)
	local known, result = {}, {};
	for _, name in ipairs(other or {}) do
		known[name] = true;
	end
	for _, name in ipairs(list or {}) do
		if not known[name] then
			result[#result + 1] = name;
		end
	end
	return result;
end

local function smallest(rows)
	local least;
	for _, row in ipairs(rows) do
		if row.feature_names and (not least or #row.feature_names < #least.feature_names) then
			least = row;
		end
	end
	return least;
end

local function difference(row, least)
	return { features = added(row.feature_names, least.feature_names), modules = added(row.module_list, least.module_list);
		without = added(least.feature_names, row.feature_names) };
end

local function show_one(row, least, out)
	local differs = difference(row, least);
	out.print(("%s: %s%s"):format(telling.printable(row.name), telling.printable(row.description),
		row.target_users ~= "" and " (for "..telling.printable(row.target_users)..")" or ""));
	if row == least then
		out.print("It is the smallest profile of this tree. Its features:");
		differs.features = row.feature_names;
	else
		out.print(("Over %s it brings:"):format(telling.printable(least.name)));
	end
	for _, name in ipairs(differs.features) do
		out.print(("  %-28s %s"):format(telling.printable(name), telling.printable(row.on[name].description or "")));
	end
	if #differs.without > 0 then
		out.print("It has not: "..telling.printable(table.concat(differs.without, ", ")));
	end
	if row ~= least then
		out.print("Global modules that come with it: "..(#differs.modules > 0 and telling.printable(table.concat(differs.modules, ", ")) or "none"));
		out.print(("`diff --profile=%s --profile=%s` shows every option that differs."):format(telling.printable(least.name), telling.printable(row.name)));
	end
end

local function plain_of(row, least)
	local differs = row.feature_names and least and difference(row, least) or {};
	return { name = row.name, target_users = row.target_users, description = row.description, problem = row.problem, features = row.feature_names;
		layers = row.layer_list and #row.layer_list, modules = row.module_list, over = least and least.name, added = differs.features };
end

local function find(rows, name)
	for _, row in ipairs(rows) do
		if row.name == name then
			return row;
		end
	end
end

local function run(stack, opts, out)
	local axis = axis_of(stack);
	local names, wanted = axis.available or {}, opts[1];
	if #names == 0 then
		return effective.refuse(out, "This tree has no profiles: there is nothing below profiles/.");
	elseif wanted and not values.holds(names, wanted) then
		return effective.refuse(out, ("There is no profile %s%s. There are: %s"):format(telling.printable(wanted), effective.suggestion(wanted, names),
			table.concat(names, ", ")));
	end
	local rows, problem = assemble(stack, names);
	if not rows then
		return effective.refuse(out, "The profiles cannot be compared here: "..problem);
	end
	local least, row = smallest(rows), wanted and find(rows, wanted);
	if row and (row.problem or not row.feature_names) then
		return effective.refuse(out, ("With the profile %s the configuration does not load: %s"):format(row.name, row.problem));
	elseif opts.format == "json" then
		local list = {};
		for i, one in ipairs(row and { row } or rows) do
			list[i] = plain_of(one, least);
		end
		out.json(row and list[1] or list);
	elseif row then
		show_one(row, least, out);
	else
		show_all(rows, (axis.names or {})[1], out);
	end
	return 0;
end

return {
	usage = "profiles [NAME]";
	summary = "the profiles, whom each is for and how large it is; or what one brings over the smallest";
	details = [[
The numbers are those of the whole configuration as it would be with the profile, toggles and policies included.]];
	arguments = { least = 0, most = 1 };
	run = effective.with_stack(run);
};
