--- What `prosodyctl check config` says of the stack: the layers that were loaded and what is wrong with them; with --layer=ID of that one alone, with
-- what it sets and what later layers make of that.
local findings = require "stackloader.findings";
local later = require "stackloader.section_later";
local output = require "stackloader.output";
local validator = require "stackloader.validator";
local values = require "stackloader.values";

local function chosen_layer()
	for _, word in ipairs(_G.arg or {}) do
		local id = word:match("^%-%-layer=(.+)$");
		if id then
			return id;
		end
	end
end

local function show_layers(stack, out)
	local counts, order = {}, {};
	for _, layer in ipairs(stack:layers()) do
		if not counts[layer.axis] then
			counts[layer.axis] = 0;
			order[#order + 1] = layer.axis;
		end
		counts[layer.axis] = counts[layer.axis] + 1;
	end
	local parts = {};
	for i, axis in ipairs(order) do
		parts[i] = ("%s %d"):format(axis, counts[axis]);
	end
	local about = stack:about();
	out.print(("%d layers (%s), %d options in %.1f ms"):format(about.layers, table.concat(parts, ", "), about.options, about.seconds * 1000));
end

local function place(entry)
	return entry.path and (entry.line and ("%s:%d"):format(entry.path, entry.line) or entry.path) or entry.layer or "the stack";
end

-- Is all that the layer said still in the value?
local function holds(value, said)
	if type(value) ~= "table" or type(said) ~= "table" then
		return values.line(value) == values.line(said);
	end
	local elements = {};
	for _, element in ipairs(value) do
		elements[values.line(element)] = true;
	end
	for key, inner in pairs(said) do
		if math.type(key) == "integer" then
			if not elements[values.line(inner)] then
				return false;
			end
		elseif not holds(value[key], inner) then
			return false;
		end
	end
	return true;
end

-- What the layer says of the option, and what later ones change of that.
local function show_option(answer, id, prefix, out)
	local said, held;
	for _, entry in ipairs(answer.assignments) do
		local text = ("%s %s%s"):format(entry.level, entry.operation, entry.value ~= nil and " "..values.line(entry.value) or "");
		if entry.layer == id then
			said, held = entry, true;
			out.print(("  %s%s: %s"):format(prefix, answer.option, text));
		elseif said and held ~= holds(entry.result, said.value) then
			held = not held;
			out.print(("      %s at %s: %s"):format(held and "restored" or "changed", place(entry), text));
		end
	end
end

local function show_options(stack, id, out)
	local scopes = { "*" };
	for _, host in ipairs(stack:hosts()) do
		scopes[#scopes + 1] = host.name;
	end
	for _, scope in ipairs(scopes) do
		local host = scope ~= "*" and scope or nil;
		for _, option in ipairs(stack:names(host)) do
			local answer = stack:explain(option, host);
			if answer and not answer.inherited then
				show_option(answer, id, host and host..": " or "", out);
			end
		end
	end
end

-- Where no layer is of that name, that is the one finding.
local function show_layer(stack, word, list, out)
	local layers, ids = findings.layers_like(stack, word);
	if not next(layers) then
		local text = ("--layer=%s: there is no such layer; there are: %s"):format(word, table.concat(ids, ", "));
		return { { severity = "error", code = "SL010", text = text } };
	end
	for _, id in ipairs(ids) do
		if layers[id] then
			out.print(("%s sets:"):format(id));
			show_options(stack, id, out);
		end
	end
	return findings.of_layers(list, layers);
end

--- Prints the section and returns how many errors there are.
return function (stack)
	local out = output.without_secrets(output.terminal(), stack);
	out.print(out.style("bold", "Checking the layers..."));
	show_layers(stack, out);
	local list = validator.all(stack);
	local word = chosen_layer();
	if word then
		list = show_layer(stack, word, list, out);
	end
	local groups = findings.grouped(list);
	findings.show(groups, out);
	out.print("");
	later.follow();
	return #groups.error;
end;
