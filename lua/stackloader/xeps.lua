--- prosodyctl mod_stackloader xeps: the XEPs that are served, by which modules and layers, and the Compliance Suites' levels.
local catalogue = require "stackloader.catalogue";
local effective = require "stackloader.effective";
local inventory = require "stackloader.inventory";
local not_found = require "stackloader.not_found";
local served = require "stackloader.served";
local telling = require "stackloader.telling";
local values = require "stackloader.values";

local level_words = { none = "none", core = "Core", advanced = "Advanced" };
local level_styles = { none = "red", core = "yellow", advanced = "green" };

local function provider_text(provider)
	local where = provider.path and telling.place(provider) or provider.layer or provider.why;
	if provider.option then
		return provider.option, where;
	end
	return "mod_"..provider.module, provider.path and provider.why ~= "enabled" and where.." ("..provider.why..")" or where;
end

local function xep_title(entry)
	return ("XEP-%s %s"):format(entry.xep, entry.name or "")..(entry.status == "partial" and " (partly)" or "");
end

local function show_served(list, out)
	local rows = {};
	for _, entry in ipairs(list) do
		for i, provider in ipairs(entry.state == "served" and entry.providers or {}) do
			local by, where = provider_text(provider);
			rows[#rows + 1] = { xep = i == 1 and telling.printable(xep_title(entry)) or "", by = by, where = where };
		end
	end
	telling.table({ { title = "XEP", key = "xep" }, { title = "By", key = "by" }, { title = "Decided at", key = "where" } }, rows, out);
end

local function with_state(list, state)
	local found = {};
	for _, entry in ipairs(list) do
		if entry.state == state then
			found[#found + 1] = entry;
		end
	end
	return found;
end

local function mods(names)
	local list = {};
	for i, name in ipairs(names) do
		list[i] = "mod_"..name;
	end
	return table.concat(list, ", ");
end

local function show_rest(list, out)
	local available = with_state(list, "available");
	if #available > 0 then
		out.print("");
		out.print(out.style("bold", "Available, not served:"));
		for _, entry in ipairs(available) do
			out.print(("  %s: %s"):format(telling.printable(xep_title(entry)), entry.options and table.concat(entry.options, ", ") or mods(entry.available)));
		end
	end
	for _, state in ipairs { "built in", "planned", "not installed", "gone" } do
		local numbers = {};
		for i, entry in ipairs(with_state(list, state)) do
			numbers[i] = entry.xep;
		end
		if #numbers > 0 then
			out.print("");
			out.print(("%s: %s"):format((state:gsub("^%l", string.upper)), table.concat(numbers, ", ")));
		end
	end
end

local function show_category(category, out)
	local level = out.style(level_styles[category.level], level_words[category.level]);
	out.print(("  %-13s%s%s"):format(category.name, level, category.next and (", missing for %s:"):format(level_words[category.next]) or ""));
	local core;
	for _, requirement in ipairs(category.missing) do
		core = core or requirement.of;
		for _, missing in ipairs(requirement.of and {} or requirement.missing) do
			out.print(("    %s (%s): %s"):format(requirement.feature, table.concat(requirement.providers, ", "), missing.advice));
		end
	end
	if core then
		out.print(("    what %s misses"):format(core));
	end
end

-- Hosts with the same levels and the same gaps are told once.
local function suites_by_result(inv, host)
	local results, by_text = {}, {};
	for _, group in ipairs(host and { inv.group_of[host] } or inv.groups) do
		if not group.component then
			local suites = served.suites(inv, group);
			local text = values.line(suites);
			local result = by_text[text];
			if not result then
				result = { hosts = {}, categories = suites };
				by_text[text] = result;
				results[#results + 1] = result;
			end
			table.move(group.hosts, 1, #group.hosts, #result.hosts + 1, result.hosts);
		end
	end
	return results;
end

local function show_suites(results, out)
	for _, result in ipairs(results) do
		out.print("");
		out.print(out.style("bold", "Compliance Suites 2023 (XEP-0479), levels of a server")..": "..effective.some(result.hosts));
		for _, category in ipairs(result.categories) do
			show_category(category, out);
		end
	end
end

local function judged(inv, known, host)
	local groups = served.groups(inv, host);
	local list = {};
	for i, entry in ipairs(known) do
		list[i] = served.judge(inv, groups, entry);
	end
	return list;
end

local function for_json(list)
	local result = {};
	for i, entry in ipairs(list) do
		result[i] = {
			xep = entry.xep, name = entry.name, version = entry.version, status = entry.status, note = entry.note, state = entry.state;
			modules = entry.modules, providers = entry.providers, available = entry.available, options = entry.options;
		};
	end
	return result;
end

local function run(stack, opts, out)
	local host, code = effective.asked_host(stack, opts[1], out);
	if code then
		return code;
	end
	local inv = inventory.new(stack, catalogue.new(stack), served.relevant, served.digests);
	not_found.warn(inv.catalogue, out);
	local known, path, problem = served.known(inv, opts.doap);
	local list = judged(inv, known, host);
	local results = suites_by_result(inv, host);
	if opts.format == "json" then
		out.json { doap = path, problem = problem, host = host, xeps = for_json(list), suites = results };
		return 0;
	end
	out.print(path and "Prosody's own list: "..telling.printable(path)
		or ("Prosody's DOAP file, its list of XEPs: %s.\nThe modules tell themselves what they implement; that list is shorter."):format(
			telling.printable(problem)));
	out.print("");
	show_served(list, out);
	show_rest(list, out);
	show_suites(results, out);
	return 0;
end

return {
	usage = "xeps [HOST]";
	summary = "the XEPs that are served, by which module and layer, and the XMPP Compliance Suites";
	details = [[
Prosody's DOAP file says which XEPs Prosody implements and by which modules; community modules say it in their own files. With HOST only
what that host and its components serve. For each category of the Compliance Suites (XEP-0479) it shows the level that is reached and
what is missing for the next; hosts that differ are told one after another.]];
	arguments = { least = 0, most = 1, missing = "HOST" };
	flags = { doap = { value = "FILE", text = "a DOAP file in place of the installed Prosody's, .xml or .xml.gz" } };
	run = effective.with_stack(run);
};
