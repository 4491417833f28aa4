--- prosodyctl mod_stackloader features: which features of the tree are on and off, and what decided it.
local effective = require "stackloader.effective";
local telling = require "stackloader.telling";

local columns = {
	{ title = "Feature", key = "name" };
	{ title = "State", key = "state" };
	{ title = "Because", key = "why" };
	{ title = "Needs", key = "needs" };
	{ title = "Description", key = "description" };
};

local function row(feature)
	local description = feature.description or "";
	if feature.alias_of then
		description = "another name for "..feature.alias_of;
	elseif feature.extra then
		description = (description.." (extra: only when it is asked for)"):gsub("^ ", "");
	end
	return {
		name = telling.printable(feature.name); state = feature.on and "on" or "off"; why = telling.printable(feature.why or "");
		needs = telling.printable(table.concat(feature.depends, ", ")); description = telling.printable(description);
	};
end

local function show(features, out)
	local rows, on = {}, 0;
	for i, feature in ipairs(features) do
		rows[i] = row(feature);
		on = on + (feature.on and 1 or 0);
	end
	if #rows == 0 then
		out.print("This tree has no features: there is nothing below features/.");
		return;
	end
	telling.table(columns, rows, out);
	out.print(("%d of %s on"):format(on, telling.count(#rows, "feature")));
end

local function run(stack, opts, out)
	if opts.format == "json" then
		out.json(stack:features());
	else
		show(stack:features(), out);
	end
	return 0;
end

return {
	usage = "features";
	summary = "which features are on and off, what decided it, and what they need";
	arguments = { least = 0, most = 0 };
	run = effective.with_stack(run);
};
