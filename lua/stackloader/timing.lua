--- prosodyctl mod_stackloader timing: where the time of a load goes.
local effective = require "stackloader.effective";
local telling = require "stackloader.telling";

local texts = {
	environment = "finding out what the machine is";
	discover = "reading the folders and choosing";
	layers = "between the layers";
	resolve = "a value for every option";
	checks = "checks of the result";
	apply = "handing the result to Prosody";
};

-- A row a layer, and one for each step. The step of the layers keeps what no layer took, so that the rows add up to the whole.
local function rows_of(stack)
	local rows, of_layers = {}, 0;
	for _, layer in ipairs(stack:layers()) do
		rows[#rows + 1] = { kind = "layer", name = layer.id, axis = layer.axis, seconds = layer.seconds };
		of_layers = of_layers + layer.seconds;
	end
	for _, step in ipairs(stack:timing()) do
		local seconds = step.step == "layers" and math.max(0, step.seconds - of_layers) or step.seconds;
		rows[#rows + 1] = { kind = "step", name = step.step, text = texts[step.step], seconds = seconds };
	end
	return rows;
end

local function add_shares(rows)
	local total = 0;
	for i, row in ipairs(rows) do
		total = total + row.seconds;
		row.place = i;
	end
	for _, row in ipairs(rows) do
		row.share = total > 0 and row.seconds / total or 0;
	end
	table.sort(rows, function (a, b)
		if a.seconds ~= b.seconds then
			return a.seconds > b.seconds;
		end
		return a.place < b.place;
	end);
	for _, row in ipairs(rows) do
		row.place = nil;
	end
	return total;
end

local columns = {
	{ title = "Time", key = "time", align = "right" };
	{ title = "Share", key = "share", align = "right" };
	{ title = "Where", key = "where" };
};

local function show(rows, total, out)
	local lines = {};
	for i, row in ipairs(rows) do
		lines[i] = {
			time = ("%.2f ms"):format(row.seconds * 1000); share = ("%.1f %%"):format(row.share * 100);
			where = row.kind == "layer" and telling.printable(row.name) or ("(%s: %s)"):format(row.name, row.text or row.name);
		};
	end
	telling.table(columns, lines, out);
	out.print(("%.2f ms in all"):format(total * 1000));
end

local function run(stack, opts, out)
	local rows = rows_of(stack);
	local total = add_shares(rows);
	if opts.format == "json" then
		out.json { seconds = total, rows = rows };
	else
		show(rows, total, out);
	end
	return 0;
end

return {
	usage = "timing";
	summary = "where the time of the load goes, layer by layer and step by step";
	details = "What costs most comes first; the rows add up to the whole. A step stands in brackets.";
	arguments = { least = 0, most = 0 };
	run = effective.with_stack(run);
};
