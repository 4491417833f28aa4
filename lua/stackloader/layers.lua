--- prosodyctl mod_stackloader layers: what was loaded, in order, and what was there to choose.
local effective = require "stackloader.effective";
local telling = require "stackloader.telling";

-- What was not chosen

local function not_among(available, names)
	local chosen, rest = {}, {};
	for _, name in ipairs(names) do
		chosen[name] = true;
	end
	for _, name in ipairs(available) do
		rest[#rest + 1] = not chosen[name] and name or nil;
	end
	return rest;
end

-- Axes may choose from one folder, as platform and environment do: what neither of them chose is left out once.
local function choices_by_offer(stack)
	local offers, by_names = {}, {};
	for _, choice in ipairs(stack:choices()) do
		local key = table.concat(choice.available, "\0");
		local offer = by_names[key];
		if not offer then
			offer = { available = choice.available, names = {} };
			offers[#offers + 1], by_names[key] = offer, offer;
		end
		offer.axis = choice.axis;
		table.move(choice.names, 1, #choice.names, #offer.names + 1, offer.names);
	end
	return offers;
end

-- By axis: { axis, names = what is not in this stack although the tree has it }.
local function left_out(stack)
	local list = {};
	for _, offer in ipairs(choices_by_offer(stack)) do
		list[#list + 1] = { axis = offer.axis, names = not_among(offer.available, offer.names) };
	end
	local off = {};
	for _, feature in ipairs(stack:features()) do
		off[#off + 1] = not feature.on and not feature.alias_of and feature.name or nil;
	end
	list[#list + 1] = { axis = "features", names = off };
	local filled = {};
	for _, entry in ipairs(list) do
		filled[#filled + 1] = #entry.names > 0 and entry or nil;
	end
	return filled;
end

-- The table

local columns = {
	{ title = "#", key = "number", align = "right" };
	{ title = "Axis", key = "axis" };
	{ title = "Layer", key = "id" };
	{ title = "Options", key = "options", align = "right" };
	{ title = "Time", key = "time", align = "right" };
	{ title = "Chosen because", key = "why" };
};

local function title(layer)
	return telling.printable(layer.version and layer.id.." ("..tostring(layer.version)..")" or layer.id);
end

local function why(layer)
	return telling.printable((layer.why or "")..(layer.restricted and "; restricted" or "")..(layer.broken and "; broken" or ""));
end

local function milliseconds(seconds)
	return ("%.2f ms"):format(seconds * 1000);
end

local function show_sum(layers, out)
	local seconds = 0;
	for _, layer in ipairs(layers) do
		seconds = seconds + layer.seconds;
	end
	out.print(("%s in %s"):format(telling.count(#layers, "layer"), milliseconds(seconds)));
end

local function show(stack, out)
	local layers, rows = stack:layers(), {};
	for number, layer in ipairs(layers) do
		rows[number] = {
			number = number; axis = telling.printable(layer.axis); id = title(layer); options = layer.options; time = milliseconds(layer.seconds);
			why = why(layer);
		};
	end
	telling.table(columns, rows, out);
	show_sum(layers, out);
	for _, entry in ipairs(left_out(stack)) do
		out.print(("Not chosen of %s: %s"):format(telling.printable(entry.axis), effective.some(entry.names)));
	end
end

-- The tree

local function split(id)
	local parts = {};
	for part in id:gmatch("[^/]+") do
		parts[#parts + 1] = part;
	end
	return parts;
end

-- Prints the folders of the layer that the one before it was not in.
local function show_folders(parts, before, out)
	local same = true;
	for depth = 1, #parts - 1 do
		same = same and before[depth] == parts[depth] and depth < #before;
		if not same then
			out.print(("  "):rep(depth)..telling.printable(parts[depth]).."/");
		end
	end
end

local function axis_title(axis, choices)
	local choice = choices[axis];
	if not choice or #choice.names == 0 then
		return axis;
	end
	return ("%s: %s%s"):format(axis, table.concat(choice.names, ", "), choice.how and " ("..choice.how..")" or "");
end

local function choices_by_axis(stack)
	local found = {};
	for _, choice in ipairs(stack:choices()) do
		found[choice.axis] = choice;
	end
	return found;
end

-- The axes in the order in which they loaded, then those of which nothing was chosen.
local function axes_of(stack)
	local axes, by_name = {}, {};
	local function axis(name)
		if not by_name[name] then
			by_name[name] = { axis = name, layers = {}, not_chosen = {} };
			axes[#axes + 1] = by_name[name];
		end
		return by_name[name];
	end
	for _, layer in ipairs(stack:layers()) do
		local layers = axis(layer.axis).layers;
		layers[#layers + 1] = layer;
	end
	for _, entry in ipairs(left_out(stack)) do
		axis(entry.axis).not_chosen = entry.names;
	end
	return axes;
end

local function show_axis(entry, choices, out)
	out.print(out.style("bold", telling.printable(axis_title(entry.axis, choices))));
	local before = {};
	for _, layer in ipairs(entry.layers) do
		local parts = split(layer.id);
		show_folders(parts, before, out);
		local name = layer.version and ("%s (%s)"):format(parts[#parts], layer.version) or parts[#parts];
		out.print(("%s%s    %s, %s%s%s"):format(("  "):rep(#parts), telling.printable(name), telling.count(layer.options, "option"),
			milliseconds(layer.seconds), layer.restricted and ", restricted" or "", layer.broken and ", "..out.style("red", "broken") or ""));
		before = parts;
	end
	for _, name in ipairs(entry.not_chosen) do
		out.print("  - "..telling.printable(name).."    not chosen");
	end
end

local function show_tree(stack, out)
	local choices = choices_by_axis(stack);
	for _, entry in ipairs(axes_of(stack)) do
		show_axis(entry, choices, out);
	end
	show_sum(stack:layers(), out);
end

local function run(stack, opts, out)
	if opts.format == "json" then
		out.json(opts.tree and axes_of(stack) or stack:layers());
	elseif opts.tree then
		show_tree(stack, out);
	else
		show(stack, out);
	end
	return 0;
end

return {
	usage = "layers [--tree]";
	summary = "the layers in the order they were loaded, why each was chosen, and what was not";
	details = "The number of options is how many the layer speaks of, each host's by itself. A layer that is restricted is held to plain data.";
	arguments = { least = 0, most = 0 };
	flags = { tree = "axis by axis and folder by folder, each with what is there and was not chosen" };
	run = effective.with_stack(run);
};
