--- prosodyctl mod_stackloader deps: what layers and features depend on, and whether it is there.
local effective = require "stackloader.effective";
local telling = require "stackloader.telling";

local columns = {
	{ title = "Kind", key = "kind" };
	{ title = "Name", key = "layer" };
	{ title = "Needs", key = "needs" };
	{ title = "Met by", key = "by" };
};

local function unmet_count(list)
	local count = 0;
	for _, dependency in ipairs(list) do
		count = count + (dependency.met and 0 or 1);
	end
	return count;
end

local function show(list, out)
	local rows = {};
	for i, dependency in ipairs(list) do
		rows[i] = {
			kind = dependency.kind; layer = telling.printable(dependency.layer); needs = telling.printable(dependency.needs);
			by = dependency.met and telling.printable(dependency.by) or "nothing";
		};
	end
	if #rows == 0 then
		out.print("No layer and no feature that is on names a dependency.");
		return;
	end
	telling.table(columns, rows, out);
	local unmet = unmet_count(list);
	out.print(unmet == 0 and "All are met." or out.style("red", ("%d of %d not met"):format(unmet, #rows)));
end

-- Within quotes Graphviz knows the backslash and the quote.
local function dot_text(text)
	return '"'..telling.printable(text):gsub('[\\"]', "\\%0")..'"';
end

local function show_dot(list, out)
	local shapes = { layer = "box", feature = "ellipse" };
	local known = {};
	local function node(name, kind)
		local key = kind.." "..name;
		if not known[key] then
			known[key] = true;
			out.print(("\t%s [label=%s, shape=%s];"):format(dot_text(key), dot_text(name), shapes[kind]));
		end
		return dot_text(key);
	end
	out.print("digraph stack {");
	out.print("\trankdir=LR;");
	for _, dependency in ipairs(list) do
		local from = node(dependency.layer, dependency.kind);
		local to = node(dependency.by or dependency.needs, dependency.kind);
		out.print(("\t%s -> %s%s;"):format(from, to, dependency.met and "" or ' [color=red, style=dashed, label="not met"]'));
	end
	out.print("}");
end

local tell = effective.with_stack(function (stack, opts, out)
	local list = stack:dependencies();
	if opts.format == "json" then
		out.json(list);
	elseif opts.dot then
		show_dot(list, out);
	else
		show(list, out);
	end
	return unmet_count(list) > 0 and 1 or 0;
end);

local function run(opts, out)
	if opts.dot and opts.format == "json" then
		return effective.refuse(out, "mod_stackloader deps: --dot and --format=json exclude each other");
	end
	return tell(opts, out);
end

return {
	usage = "deps [--dot]";
	summary = "what layers and features depend on, and whether it is there";
	details = "The exit code is 1 where a dependency is not met.";
	arguments = { least = 0, most = 0 };
	flags = { dot = "as a graph in Graphviz's language: prosodyctl mod_stackloader deps --dot | dot -Tsvg" };
	run = run;
};
