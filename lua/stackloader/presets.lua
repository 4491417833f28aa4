--- Presets that say of themselves what they need: the clients below clients/, the use cases below usecases/. What each of them needs, and whether
-- this configuration serves it.
--
-- A kind of preset is { axis = "clients", table = "client_info", one = "client preset", many = "client presets" }: the axis as stack:choices()
-- tells it, which is also the folder, the table in its files, and how it is called in messages. A kind
-- whose features come with the choice has `variable`, which chooses.
local catalogue = require "stackloader.catalogue";
local effective = require "stackloader.effective";
local inventory = require "stackloader.inventory";
local not_found = require "stackloader.not_found";
local remedy = require "stackloader.remedy";
local served = require "stackloader.served";
local stackloader = require "stackloader";
local telling = require "stackloader.telling";

local presets_command = {};

local state_words = { served = "served", partly = "partly served", ["not"] = "not served", unknown = "declares nothing" };
local state_styles = { served = "green", partly = "yellow", ["not"] = "red", unknown = "bold" };

-- The presets' axis, as stack:choices() tells it.
local function axis_of(stack, kind)
	for _, choice in ipairs(stack:choices() or {}) do
		if choice.axis == kind.axis then
			return choice;
		end
	end
	return { available = {}, names = {} };
end

local function copy_strings(list, pattern)
	local result = {};
	for _, item in ipairs(type(list) == "table" and list or {}) do
		result[#result + 1] = (type(item) == "string" or math.type(item) == "integer") and pattern:format(item) or nil;
	end
	return result;
end

-- 198, "198", "0198" and "XEP-0198" mean the same.
local function xep_numbers(list)
	local result = {};
	for i, item in ipairs(copy_strings(list, "%s")) do
		local digits = item:match("(%d+)$");
		result[i] = digits and ("%04d"):format(tonumber(digits)) or item;
	end
	return result;
end

local function read_info(kind, preset, path)
	local ok, info = pcall(stackloader.info, path);
	if not ok then
		preset.problem = preset.problem or tostring(info);
	elseif info and not info[kind.table] and remedy.assigns(path, kind.table) then
		preset.problem = ("%s: %s is no literal table, and is not read by running the file; write what it holds in place of expressions"):format(path,
			kind.table);
	elseif info and type(info[kind.table]) == "table" then
		local about = info[kind.table];
		preset.declared = kind.table;
		preset.title, preset.description = about.name, about.description;
		preset.needs = { features = copy_strings(about.features, "%s"), modules = copy_strings(about.modules, "%s"), xeps = xep_numbers(about.xeps) };
		return true;
	end
end

-- A preset without a table about itself still shows what it enables.
local function read_preset(stack, kind, name, chosen)
	local preset = { name = name, chosen = chosen, needs = { features = {}, modules = {}, xeps = {} } };
	local paths = remedy.files(stack, kind.axis.."/"..name);
	preset.path = paths[1];
	for _, path in ipairs(paths) do
		if read_info(kind, preset, path) then
			return preset;
		end
	end
	for _, path in ipairs(paths) do
		for _, module in ipairs(remedy.modules_in(path)) do
			preset.declared = "modules_enabled";
			table.insert(preset.needs.modules, module);
		end
	end
	return preset;
end

local function presets_of(stack, kind)
	local axis = axis_of(stack, kind);
	local chosen = {};
	for _, name in ipairs(axis.names or {}) do
		chosen[name] = true;
	end
	local presets = {};
	for i, name in ipairs(axis.available or {}) do
		presets[i] = read_preset(stack, kind, name, chosen[name] or false);
	end
	return presets;
end

-- The host's own modules and those of the components below it.
local function has_module(group, name)
	if group.modules[name] then
		return group;
	end
	for _, component in ipairs(group.children) do
		if component.modules[name] then
			return component;
		end
	end
end

local function judge_module(world, group, name)
	local where = has_module(group, name);
	if not where then
		return { kind = "module", name = name, met = false, advice = world.remedy:module(name) };
	end
	local why, place = world.inv:why(where, name);
	place = place or {};
	return { kind = "module", name = name, met = true, why = why, path = place.path, line = place.line, layer = place.layer };
end

local function judge_feature(world, _, name)
	local feature = world.remedy:feature_named(name);
	if feature and feature.on then
		return { kind = "feature", name = name, met = true, why = feature.why };
	end
	return { kind = "feature", name = name, met = false, advice = feature and world.choosing or world.remedy:feature(name) };
end

local function judge_xep(world, group, number)
	local entry = world.xeps[number];
	if not entry then
		return { kind = "xep", name = number, met = false, advice = "this Prosody does not implement it" };
	end
	local answer = served.judge(world.inv, served.groups(world.inv, group.first), entry);
	local provider = answer.providers[1] or { why = "built in" };
	if answer.state == "served" or answer.state == "built in" then
		return { kind = "xep", name = number, met = true, why = provider.why, path = provider.path, line = provider.line, layer = provider.layer };
	end
	local module = answer.available and answer.available[1] or entry.modules[1];
	return { kind = "xep", name = number, met = false;
		advice = answer.options and "set "..table.concat(answer.options, ", ") or answer.state ~= "gone" and module and world.remedy:module(module)
			or "this Prosody no longer implements it" };
end

local kinds = { { "features", judge_feature }, { "modules", judge_module }, { "xeps", judge_xep } };

local function judge_for(world, group, preset)
	local needs = {};
	for _, kind in ipairs(kinds) do
		for _, name in ipairs(preset.needs[kind[1]]) do
			needs[#needs + 1] = kind[2](world, group, name);
		end
	end
	return needs;
end

local function state_of(results)
	local met, missing = 0, 0;
	for _, result in ipairs(results) do
		for _, need in ipairs(result.needs) do
			met = met + (need.met and 1 or 0);
			missing = missing + (need.met and 0 or 1);
		end
	end
	return met + missing == 0 and "unknown" or missing == 0 and "served" or met == 0 and "not" or "partly";
end

-- Which needs are met, as one text.
local function met_text(needs)
	local list = {};
	for i, need in ipairs(needs) do
		list[i] = need.met and "1" or "0";
	end
	return table.concat(list);
end

-- One answer for all hosts where it is the same.
local function judge(world, kind, preset)
	world.choosing = kind.variable and not preset.chosen and ("choose the %s: %s=%s"):format(kind.one, kind.variable, preset.name) or nil;
	local results, by_text = {}, {};
	for _, group in ipairs(world.inv.groups) do
		if not group.component then
			local needs = judge_for(world, group, preset);
			local text = met_text(needs);
			if not by_text[text] then
				by_text[text] = { hosts = {}, needs = needs };
				results[#results + 1] = by_text[text];
			end
			table.move(group.hosts, 1, #group.hosts, #by_text[text].hosts + 1, by_text[text].hosts);
		end
	end
	preset.results = results;
	preset.state = state_of(results);
	return preset;
end

local function new_world(stack, out)
	local all = catalogue.new(stack);
	not_found.warn(all, out);
	local inv = inventory.new(stack, all, served.relevant, served.digests);
	local world = { inv = inv, remedy = remedy.new(stack, all), xeps = {} };
	for _, entry in ipairs((served.known(inv))) do
		world.xeps[entry.xep] = entry;
	end
	return world;
end

local function need_text(need)
	local name = need.kind == "module" and "mod_"..need.name or need.kind == "xep" and "XEP-"..need.name or "feature "..need.name;
	if not need.met then
		return ("missing %s: %s"):format(name, need.advice);
	end
	return ("has %s: %s"):format(name, need.path and telling.place(need)..(need.why ~= "enabled" and " ("..need.why..")" or "") or need.why or "on");
end

local function show_result(result, several, all, out)
	if several then
		out.print("  "..effective.some(result.hosts)..":");
	end
	for _, need in ipairs(result.needs) do
		if all or not need.met then
			out.print(("    %s"):format(telling.printable(need_text(need))));
		end
	end
end

local function show(kind, preset, all, out)
	local title = preset.title and (" (%s)"):format(preset.title) or "";
	out.print(("%s%s: %s%s"):format(telling.printable(preset.name), telling.printable(title),
		out.style(state_styles[preset.state], state_words[preset.state]), preset.chosen and ", chosen" or ""));
	if all and preset.description then
		out.print("    "..telling.printable(preset.description));
	end
	if preset.problem then
		out.print("    "..telling.printable(preset.problem));
	end
	if preset.declared == "modules_enabled" then
		out.print(("    (it has no %s: what it needs is what it enables itself)"):format(kind.table));
	end
	for _, result in ipairs(preset.results) do
		show_result(result, #preset.results > 1, all, out);
	end
end

-- The presets that a word means: a full name, a class, or a name that is unique without its class.
local function named(presets, word)
	local exact, short = {}, {};
	for _, preset in ipairs(presets) do
		if preset.name == word then
			return { preset };
		elseif preset.name:match("^(.*)/") == word then
			exact[#exact + 1] = preset;
		elseif preset.name:match("([^/]*)$") == word then
			short[#short + 1] = preset;
		end
	end
	return #exact > 0 and exact or short;
end

local function names_of(presets)
	local names = {};
	for i, preset in ipairs(presets) do
		names[i] = preset.name;
	end
	return names;
end

local function refuse(kind, presets, word, out)
	local names = names_of(presets);
	return effective.refuse(out, ("There is no %s %s%s. There are: %s"):format(kind.one, telling.printable(word),
		effective.suggestion(word, names), effective.some(names)));
end

local function show_all(kind, presets, opts, out)
	if #presets == 0 then
		out.print(("This configuration has no %s: there is nothing below %s/ in its roots."):format(kind.many, kind.axis));
	end
	for _, preset in ipairs(presets) do
		show(kind, preset, opts[1] ~= nil, out);
	end
end

--- The command that tells of a kind of preset.
function presets_command.run(kind, stack, opts, out)
	local presets = presets_of(stack, kind);
	local wanted = opts[1] and named(presets, opts[1]) or presets;
	if opts[1] and #wanted == 0 then
		return refuse(kind, presets, opts[1], out);
	end
	local world = #wanted > 0 and new_world(stack, out);
	for _, preset in ipairs(wanted) do
		judge(world, kind, preset);
	end
	if opts.format == "json" then
		out.json(wanted);
	else
		show_all(kind, wanted, opts, out);
	end
	return 0;
end

return presets_command;
