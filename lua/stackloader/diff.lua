--- prosodyctl mod_stackloader diff: what another choice, another configuration or an earlier state makes different.
local again = require "stackloader.again";
local catalogue = require "stackloader.catalogue";
local compare = require "stackloader.compare";
local effective = require "stackloader.effective";
local full_path = require "stackloader.full_path";
local lfs = require "lfs";
local prosodies = require "stackloader.prosodies";
local side = require "stackloader.side";
local telling = require "stackloader.telling";
local values = require "stackloader.values";

-- The words that mean sides, in order: those that are not about how to print.
local function side_words(raw)
	local words = {};
	local skip = false;
	for _, word in ipairs(raw) do
		if skip or word:find("^%-%-format=") or word == "--" then
			skip = false;
		elseif word == "--format" then
			skip = true;
		else
			words[#words + 1] = word;
		end
	end
	return words;
end

-- "--profile=small --environment=staging", one word of the shell, is several flags.
local function flags_of(word)
	local flags = {};
	for flag in (word.." "):gsub("%s+%-%-", "\0--"):gmatch("[^%z]+") do
		flags[#flags + 1] = flag:gsub("%s+$", "");
	end
	return flags;
end

-- --prosody=13.0.7 among the flags is what the configuration would mean there.
local function of_flags(word)
	local choice, problem = { title = word, flags = {} }, nil;
	for _, flag in ipairs(flags_of(word)) do
		local asked = flag:match("^%-%-prosody=(.*)");
		if asked then
			choice.prosody, problem = prosodies.find(asked);
			choice.assumed = choice.prosody and prosodies.assumed(choice.prosody, effective.known_stack());
		else
			choice.flags[#choice.flags + 1] = flag;
		end
	end
	if problem then
		return nil, problem;
	end
	return choice;
end

-- What a word means: nothing is loaded yet.
local function meaning(word)
	if word:find("^%-%-") then
		return of_flags(word);
	end
	local path = full_path(word);
	local kind = lfs.attributes(path, "mode") or "file";
	local file, problem = nil, ("it is a %s; name a main file or a snapshot"):format(kind);
	if kind == "file" then
		file, problem = io.open(path, "rb");
	end
	if not file then
		return nil, ("%s is neither a choice such as --environment=staging nor a file that can be read: %s"):format(word, problem);
	end
	file:close();
	return { title = path, path = path, snapshot = side.is_snapshot(path) };
end

-- A snapshot alone is the past of what is in force, anything else what could be.
local function with_other_side(choices)
	if #choices == 2 then
		return choices;
	elseif choices[1].snapshot then
		return { choices[1], { in_force = true } };
	end
	return { { in_force = true }, choices[1] };
end

local function is_loaded_again(choice)
	return not choice.snapshot and not choice.in_force;
end

-- Loads what is not here yet; false and the reason where one of them cannot be had.
local function load_choices(choices)
	local wanted = {};
	for _, choice in ipairs(choices) do
		wanted[#wanted + 1] = is_loaded_again(choice) and choice or nil;
	end
	if #wanted == 0 then
		return true;
	end
	local results, problem = again.load(wanted);
	if not results then
		return false, problem..". Ask prosodyctl mod_stackloader diff, or compare with a snapshot that prosodyctl mod_stackloader snapshot saved";
	end
	for i, choice in ipairs(wanted) do
		choice.result = results[i];
	end
	return true;
end

-- Nobody means a choice that the tree does not have, so there is nothing to compare.
local function refused_flag(choice)
	for _, finding in ipairs(choice.result.stack and choice.result.stack:findings() or {}) do
		for _, flag in ipairs(choice.flags or {}) do
			if finding.severity == "error" and finding.text:sub(1, #flag + 1) == flag..":" then
				return finding.text;
			end
		end
	end
end

-- The side that a choice means; nil and the reason where nothing of it can be known.
local function side_of(choice, stack)
	if choice.in_force then
		return side.in_force(stack);
	elseif choice.snapshot then
		return side.snapshot(choice.path);
	end
	local result = choice.result;
	local refused = refused_flag(choice);
	if refused then
		return nil, refused;
	elseif not result.config and not result.stack then
		return nil, ("%s does not load: %s"):format(choice.title, result.problem);
	end
	return side.loaded(choice.title, result);
end

-- Where one of the sides is of another Prosody, each gets the catalogue of its own.
local function add_catalogues(choices, sides, stack, out)
	if not choices[1].prosody and not choices[2].prosody then
		return;
	end
	for i, choice in ipairs(choices) do
		local own = choice.result and choice.result.stack or stack;
		sides[i].catalogue = choice.prosody and prosodies.catalogue(choice.prosody, own) or catalogue.new(own);
		prosodies.warn_of_unreadable(sides[i].catalogue, out);
		sides[i].prosody = choice.prosody and choice.prosody.name or "Prosody "..sides[i].catalogue:facts().version;
	end
end

local function choices_of(raw)
	local words, choices = side_words(raw), {};
	if #words == 0 then
		return nil, "a side is missing: a choice such as --environment=staging, a snapshot, or another configuration file";
	elseif #words > 2 then
		return nil, ("'%s' is too much: two sides are compared; flags that belong together are one word in quotes"):format(words[3]);
	end
	for i, word in ipairs(words) do
		local problem;
		choices[i], problem = meaning(word);
		if not choices[i] then
			return nil, problem;
		end
	end
	return with_other_side(choices);
end

-- Text

local signs = { added = "+", removed = "-" };
local colours = { ["+"] = "green", ["-"] = "red" };

local function at(place)
	return place and (place.path or place.layer) and "    "..telling.place(place) or "";
end

local function value_text(value)
	return value == nil and "not set" or values.line(value);
end

local function half(out, sign, value, place, inherited)
	local text = value_text(value);
	if value == nil and inherited ~= nil then
		text = text..", so the global value counts: "..values.line(inherited);
	end
	out.print("  "..out.style(colours[sign], sign.." "..text)..at(place));
end

local function show_elements(change, out)
	for _, element in ipairs(change.elements) do
		out.print("  "..out.style(colours[element.sign], element.sign.." "..side.part_text(element.key, element.value))..at(element)
			..(element.removed and ", removed at "..telling.place(element.removed) or ""));
	end
end

local notes = {
	secret = "a secret in it differs";
	order = "the same in another order, or empty in another way";
};

local function show_change(change, out)
	local scope = change.scope ~= "*" and telling.printable(change.scope)..": " or "";
	out.print(out.style("bold", scope..telling.printable(change.option)));
	if change.elements then
		show_elements(change, out);
		return;
	elseif change.note then
		out.print("    "..notes[change.note]);
	end
	half(out, "-", change.before, change.before_place, change.before_inherited);
	half(out, "+", change.after, change.after_place, change.after_inherited);
end

local function show_hosts(sign, hosts, out)
	for _, host in ipairs(hosts) do
		local kind = host.module and "Component" or "VirtualHost";
		local module = host.module and " "..values.line(host.module) or "";
		out.print(out.style("bold", out.style(colours[sign], ("%s %s %s%s"):format(sign, kind, values.line(host.name), module)))..at(host));
		for _, entry in ipairs(host.options) do
			out.print(("  %s%s"):format(out.style(colours[sign], ("%s %s = %s"):format(sign, telling.printable(entry.option),
				values.line(entry.value))), at(entry)));
		end
	end
end

local function reason(entry)
	local parts = {};
	for _, key in ipairs { "enabled", "disabled", "removed" } do
		local place = entry[key];
		if place then
			parts[#parts + 1] = ("%s%s at %s"):format(key, place.scope ~= "*" and " in "..telling.printable(place.scope) or "", telling.place(place));
		end
	end
	local text = table.concat(parts, ", ")..(#parts > 0 and entry.why and "; " or "")..(entry.why or "");
	return text ~= "" and "    "..text or "";
end

local function show_modules(group, out)
	out.print(("  %s: %s"):format(telling.count(#group.hosts, "host"), effective.some(group.hosts)));
	for _, kind in ipairs { "removed", "added" } do
		for _, entry in ipairs(group[kind]) do
			local sign = signs[kind];
			out.print("    "..out.style(colours[sign], sign.." "..telling.printable(entry.name))..reason(entry));
		end
	end
end

local function show_readers(title, sign, list, out)
	if #list > 0 then
		out.print(out.style("bold", title));
	end
	for _, entry in ipairs(list) do
		local scope = entry.scope ~= "*" and telling.printable(entry.scope)..": " or "";
		out.print(("  %s%s, read by %s"):format(out.style(colours[sign], sign.." "..scope..telling.printable(entry.option)), at(entry),
			table.concat(entry.readers, ", ")));
	end
end

local function default_text(value)
	return value == nil and "no default" or values.line(value);
end

local function show_defaults(list, out)
	if #list > 0 then
		out.print(out.style("bold", "Options that are not set, whose default changes:"));
	end
	for _, entry in ipairs(list) do
		out.print(("  %s: %s, then %s (%s)"):format(entry.option, default_text(entry.before), default_text(entry.after),
			entry.module and "mod_"..entry.module or "Prosody itself"));
	end
end

local function show(difference, a, b, out)
	out.print(out.style("red", "--- "..telling.printable(a.title)..(a.taken and ", saved "..telling.printable(a.taken) or "")));
	out.print(out.style("green", "+++ "..telling.printable(b.title)..(b.taken and ", saved "..telling.printable(b.taken) or "")));
	for _, change in ipairs(difference.options) do
		show_change(change, out);
	end
	show_hosts("-", difference.hosts.removed, out);
	show_hosts("+", difference.hosts.added, out);
	show_readers("Nothing reads these options in "..tostring(b.prosody)..":", "-", difference.unread or {}, out);
	show_readers("Only "..tostring(b.prosody).." reads these options:", "+", difference.read_there or {}, out);
	show_defaults(difference.defaults or {}, out);
	if #difference.modules > 0 then
		out.print(out.style("bold", "Modules:"));
	end
	for _, group in ipairs(difference.modules) do
		show_modules(group, out);
	end
	if compare.is_equal(difference) then
		out.print("No difference.");
	end
end

local function head(one)
	return { title = one.title, taken = one.taken, problem = one.problem };
end

local function tell(choices, stack, opts, out)
	local loaded, problem = load_choices(choices);
	if not loaded then
		return effective.refuse(out, "mod_stackloader diff: "..problem);
	end
	local sides = {};
	for i, choice in ipairs(choices) do
		sides[i], problem = side_of(choice, stack);
		if not sides[i] then
			return effective.refuse(out, "mod_stackloader diff: "..problem);
		elseif sides[i].problem then
			out.warn(("%s does not load (%s); compared is what its layers say as far as they can be read"):format(sides[i].title, sides[i].problem));
		end
	end
	add_catalogues(choices, sides, stack, out);
	local difference = compare.sides(sides[1], sides[2]);
	if opts.format == "json" then
		difference.sides = { head(sides[1]), head(sides[2]) };
		out.json(difference);
	else
		show(difference, sides[1], sides[2], out);
	end
	return compare.is_equal(difference) and 0 or 1;
end

local function run(opts, out)
	local choices, problem = choices_of(opts.raw);
	if not choices then
		return effective.refuse(out, "mod_stackloader diff: "..problem);
	end
	return effective.with_stack(function (stack, _, clean)
		return tell(choices, stack, opts, clean);
	end)(opts, out);
end

return {
	usage = "diff A [B]";
	summary = "what two choices, snapshots or configurations make different, option by option, with the layer that does it";
	details = [[
A and B are each a choice (--environment=staging; several flags as one word in quotes), a file that `snapshot` saved, or the main file
of another configuration, layered or plain. One alone is compared with what is in force. Lists and tables are told element by element;
after the options come hosts that only one side has, and the modules that hosts load on one side alone. The exit code is 1 where
something differs.
With --prosody=13.0.7 a side is what the configuration means to a Prosody that is not installed. Then it also tells which options nothing
reads there, which defaults change, and which modules each host gains and loses, with those that others load.]];
	arguments = { least = 0, most = 2 };
	flags = {
		prosody = { value = "VERSION", text = "compare with another Prosody: "..prosodies.offered };
	};
	run = run;
};
