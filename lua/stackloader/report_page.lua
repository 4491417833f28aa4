--- The report as a page of HTML: complete without a script, and without anything from elsewhere.
local base64 = require "util.encodings".base64;
local html = require "stackloader.report_html";
local report_style = require "stackloader.report_style";
local sha256 = require "util.hashes".sha256;
local telling = require "stackloader.telling";
local values = require "stackloader.values";

local element, id = html.element, html.id;

local severity_rank = { error = 3, warning = 2 };

-- More of them than this is left out, and the page says how to see the rest.
local most = { boxes = 60, steps = 200, parts = 300, sets = 300, layers = 400, findings = 300 };

local report_page = {};

-- Texts

local function milliseconds(seconds)
	return ("%.2f ms"):format(seconds * 1000);
end

local function shortened(text, length)
	if #text <= length then
		return text;
	end
	return text:sub(1, (utf8.offset(text, 0, length + 1) or length + 1) - 1).."…";
end

local function name_text(name)
	return values.is_name(name) and name or values.line(name);
end

-- As telling.place, but control characters become visible like everywhere on the page.
local function place_text(entry)
	local path = entry.path or entry.layer;
	return path and (entry.line and ("%s:%d"):format(path, entry.line) or path) or "the stack";
end

local function command(words)
	return element.code({ "class", "command" }, "prosodyctl mod_stackloader "..words);
end

-- While searching, a group is shown only for what is found in it.
local function section(page, anchor, title, ...)
	page.sections[#page.sections + 1] = { anchor = anchor, title = title };
	return element.section({ "id", anchor, "data-group", "", "aria-labelledby", anchor.."-title" }, element.h2({ "id", anchor.."-title" }, title), ...);
end

-- Links

local function layer_id(layer)
	return html.path_id("layer", layer);
end

local function option_id(host, option)
	return host and id("host", host, option) or id("option", option);
end

local function layer_class(page, layer)
	local known = page.layers[layer];
	return known and "layer a"..page.axis_number[known.axis] % 12 or "layer";
end

local function layer_link(page, layer)
	if not page.layers[layer] then
		return layer and element.span({ "class", "layer" }, layer);
	elseif page.untold[layer] then
		return element.a({ "class", layer_class(page, layer), "href", "#"..page.untold[layer] }, layer);
	end
	return element.a({ "class", layer_class(page, layer), "href", "#"..layer_id(layer) }, layer);
end

-- Options

-- What an assignment added to a table and took from it.
local function changes(before, after)
	local was, had = telling.entries(before);
	local is, has = telling.entries(after);
	local items = {};
	for _, text in ipairs(was) do
		items[#items + 1] = not has[text] and element.li({}, element.del({}, element.code({}, "−\u{A0}"..text))) or nil;
	end
	for _, text in ipairs(is) do
		items[#items + 1] = not had[text] and element.li({}, element.ins({}, element.code({}, "+\u{A0}"..text))) or nil;
	end
	return #items > 0 and element.ul({ "class", "changes" }, items) or "no change", #is;
end

-- Tables longer than this are told by what an assignment changed in them.
local long = 60;

local function made_of_it(before, step)
	local line = step.result == nil and "not set" or values.line(step.result);
	if step.moved ~= nil then
		return element.p({}, "moves ", element.code({}, values.line(step.moved)), " to ", element.code({}, line));
	elseif #line <= long or type(step.result) ~= "table" or type(before) ~= "table" or values.foreign(step.result) or values.foreign(before) then
		return step.value == nil or values.line(step.value) ~= line and element.p({}, "makes it ", element.code({}, shortened(line, 2000)));
	end
	local list, count = changes(before, step.result);
	return element.div({}, ("makes it %s: "):format(count == 1 and "1 entry" or ("%d entries"):format(count)), list);
end

local function what_was_said(step)
	local value = step.value ~= nil and values.line(step.value) or nil;
	local note = step.note or step.implied and "said by opening the host" or nil;
	return element.p({},
		element.span({ "class", "word" }, step.operation),
		step.level and step.level ~= "plain" and { " ", element.span({ "class", "tag "..step.level }, step.level) },
		step.key and { " of ", element.code({}, telling.key(step.key)) },
		value and { " ", element.code({}, shortened(value, 600)) },
		note and { " ", element.span({ "class", "soft" }, "("..note..")") });
end

local function step_item(page, before, step, host)
	local elsewhere = step.scope and step.scope ~= (host or "*");
	return element.li({},
		element.p({ "class", "where" }, layer_link(page, step.layer), element.span({ "class", "mono" }, place_text(step)),
			elsewhere and element.span({ "class", "soft" }, "in "..(step.scope == "*" and "the global scope" or step.scope))),
		what_was_said(step), made_of_it(before, step));
end

local function history(page, option)
	local steps = option.assignments;
	if #steps == 0 then
		return nil;
	end
	local items = {};
	local first = math.max(1, #steps - most.steps + 1);
	for i = first, #steps do
		items[#items + 1] = step_item(page, i > 1 and steps[i - 1].result or nil, steps[i], option.host);
	end
	return element.p({ "class", "label" }, "Set by, in order"),
		first > 1 and element.p({ "class", "soft" }, ("The last %d of %d; the whole history: "):format(most.steps, #steps),
			command("explain "..name_text(option.option)..(option.host and " "..option.host or ""))),
		element.ol({ "class", "steps" }, items);
end

local function part_row(page, part)
	local value = shortened(values.line(part.value), 400);
	return element.tr({},
		element.td({}, element.code({}, part.key and telling.key(part.key).." = "..value or value)),
		element.td({}, layer_link(page, part.layer), " ", element.span({ "class", "mono soft" }, place_text(part))));
end

local function parts_table(page, option)
	if type(option.value) ~= "table" or values.foreign(option.value) or #option.parts == 0 then
		return nil;
	end
	local rows = {};
	for i = 1, math.min(#option.parts, most.parts) do
		rows[i] = part_row(page, option.parts[i]);
	end
	return element.table({ "class", "stack" },
		element.caption({}, "Element by element"),
		element.thead({}, element.tr({}, element.th({ "scope", "col" }, "Element"), element.th({ "scope", "col" }, "Since"))),
		element.tbody({}, rows)),
		#rows < #option.parts and element.p({ "class", "soft" }, ("%d of %d; all of them: "):format(#rows, #option.parts),
			command("explain "..name_text(option.option)..(option.host and " "..option.host or "")));
end

-- Whose the value is, in few words.
local function owner(page, option)
	if option.set_later then
		return "main file, after the stack";
	end
	local layer, count = nil, 0;
	local seen = {};
	for _, part in ipairs(option.parts) do
		if part.layer and not seen[part.layer] then
			seen[part.layer] = true;
			layer, count = part.layer, count + 1;
		end
	end
	local last = option.assignments[#option.assignments];
	if not layer and last and last.layer then
		layer, count = last.layer, 1;
	end
	return count == 1 and element.span({ "class", layer_class(page, layer) }, layer) or count > 1 and telling.count(count, "layer") or "";
end

local function value_in_force(option)
	if option.set_later then
		return option.in_force;
	end
	return option.value;
end

-- A list of plain values is read more easily on lines that are full.
local function value_block(value)
	if type(value) ~= "table" or values.foreign(value) or #values.keys(value, #value) > 0 then
		return values.block(value, 0);
	end
	for _, part in ipairs(value) do
		if type(part) == "table" then
			return values.block(value, 0);
		end
	end
	return values.line(value);
end

local function option_details(page, option)
	local value = value_in_force(option);
	local line = value == nil and "not set" or values.line(value);
	return element.details({ "class", "option", "data-entry", "" },
		element.summary({},
			element.code({ "class", "name" }, name_text(option.option)),
			element.code({ "class", "value" }, shortened(line, 180)),
			element.span({ "class", "from" }, owner(page, option))),
		element.div({ "class", "body", "id", option_id(option.host, option.option) },
			value ~= nil and element.pre({}, element.code({}, name_text(option.option).." = "..value_block(value))),
			option.set_later and element.p({}, "The main file decided this after ", element.code({}, "stackloader.load"), "; the layers made it ",
				element.code({}, option.value == nil and "not set" or values.line(option.value)), "."),
			table.pack(history(page, option)), table.pack(parts_table(page, option))));
end

local function option_list(page, options)
	local items = {};
	for i, option in ipairs(options) do
		items[i] = option_details(page, option);
	end
	return items;
end

-- Hosts

-- There may be thousands of them, so an item is no more than its name and place.
local function host_item(host)
	return element.li({ "data-entry", "" }, element.code({}, host.name), " ", host.module and host.module.." " or "",
		host.layer or "main file", host.line and (":%d"):format(host.line));
end

local function host_items(hosts)
	local items = {};
	for i, host in ipairs(hosts) do
		items[i] = host_item(host);
	end
	return element.ul({ "class", "names" }, items);
end

local function kind_of(host)
	if not host.module then
		return "VirtualHost";
	end
	return host.module == "component" and "external component" or "component "..tostring(host.module);
end

local function host_details(page, host)
	local lone = #host.options == 0 and not host.alike;
	return element.details({ "class", "host", "data-group", not lone and "" or nil, "data-entry", lone and "" or nil, "data-host", host.name },
		element.summary({},
			element.h3({ "class", "name" }, host.name),
			element.span({ "class", "value" }, kind_of(host), ", ", telling.count(#host.options, "option"), " of its own",
				host.alike and (", and %s like it"):format(telling.count(#host.alike, "host"))),
			element.span({ "class", "from" }, host.layer and element.span({ "class", layer_class(page, host.layer) }, host.layer) or "main file")),
		element.div({ "class", "body", "id", id("host", host.name) },
			element.p({}, "Opened at ", element.span({ "class", "mono" }, host.path and place_text(host) or "the main file, after the stack"),
				host.layer and { " by ", layer_link(page, host.layer) }, ". What it does not set itself it has from the global options."),
			#host.options > 0 and element.div({ "class", "nested" }, option_list(page, host.options)),
			host.alike and { element.p({ "class", "label" }, ("%s, with the same values but for their own names"):format(telling.count(#host.alike, "host"))),
				host_items(host.alike) }));
end

local function more_hosts(data)
	if #data.more_hosts == 0 then
		return nil;
	end
	return element.details({ "class", "card more", "data-group", "" },
		element.summary({ "class", "plainsummary" }, element.span({}, ("%s, by name"):format(telling.count(#data.more_hosts, "more host")))),
		element.div({ "class", "body", "id", "more-hosts" }, host_items(data.more_hosts)));
end

local function hosts_section(page, data)
	local items = {};
	for i, host in ipairs(data.hosts) do
		items[i] = host_details(page, host);
	end
	local count = data.host_count;
	return section(page, "hosts", "Hosts and components",
		element.p({ "class", "soft" }, count == 0 and "The configuration opens none." or ("%s. Each shows what is set in its own section."):format(
			telling.count(count, "host"))),
		#data.hosts < count and element.p({}, ("That is too many to tell each in full. %s here; "):format(
			#data.hosts == 1 and "One is" or ("%d are"):format(#data.hosts)),
			"hosts that say the same, their own names apart, are named below the one that stands for them, and all others by name at the end. ",
			"One host: ", command("show HOST"), " and ", command("explain OPTION HOST"),
			"; a page with others in full: ", command("report --hosts='*.example.org,example.com' FILE.html"), "."),
		#items > 0 and element.div({ "class", "card list", "data-group", "" }, items), more_hosts(data));
end

-- Map

local function box_findings(page, layer)
	local worst = page.worst[layer.id];
	return worst and element.small({ "class", worst }, telling.count(layer.findings, "finding"));
end

local function box(page, layer, title, why)
	local anchor = page.untold[layer.id] or layer_id(layer.id);
	return element.li({}, element.a({ "class", layer.options == 0 and "box idle" or "box", "href", "#"..anchor },
		element.b({}, title),
		element.small({}, layer.broken and "broken" or ("%d set"):format(layer.options), " · ", milliseconds(layer.seconds)),
		why and element.small({}, why), layer.version and element.small({}, "version "..tostring(layer.version)), box_findings(page, layer)));
end

-- The folder of the layer below its axis: "01-transport" of stack/01-transport/tls; nothing where the axis' name says it.
local function folder_of(layer)
	local folder = layer.id:match("^[^/]*/(.*)/[^/]*$");
	return folder ~= layer.axis and folder or nil;
end

-- The reason that all layers of the axis share, or nil.
local function shared_reason(layers)
	for _, layer in ipairs(layers) do
		if layer.why ~= layers[1].why then
			return nil;
		end
	end
	return layers[1] and layers[1].why;
end

-- The axis' layers in order, those next to each other of one folder together.
local function list_groups(axis)
	local groups = {};
	for i = 1, math.min(#axis.layers, most.boxes) do
		local layer = axis.layers[i];
		local group = groups[#groups];
		if not group or group.folder ~= folder_of(layer) then
			group = { folder = folder_of(layer), layers = {} };
			groups[#groups + 1] = group;
		end
		table.insert(group.layers, layer);
	end
	return groups;
end

-- Where lines may be broken.
local function breakable(path)
	local parts = {};
	for part in path:gmatch("[^/]*/?") do
		parts[#parts + 1] = { part, element.wbr({}) };
	end
	return parts;
end

local function group_item(page, group, reason, titled)
	local items = {};
	for i, layer in ipairs(group.layers) do
		local name = layer.id:match("[^/]*$");
		items[i] = box(page, layer, breakable(group.folder and not titled and group.folder.."/"..name or name), not reason and layer.why);
	end
	return element.li({ "class", #items <= 8 and "group whole" or "group" },
		titled and group.folder and element.span({ "class", "folder" }, group.folder), element.ol({}, items));
end

local function boxes(page, axis)
	local items = {};
	local reason = shared_reason(axis.layers);
	local groups = list_groups(axis);
	for i, group in ipairs(groups) do
		items[i] = group_item(page, group, reason, #groups < #axis.layers);
	end
	local rest = #axis.layers - most.boxes;
	if rest > 0 then
		items[#items + 1] = element.li({}, element.a({ "href", "#layers" }, "and "..telling.count(rest, "more layer")));
	end
	return element.ol({ "class", "boxes" }, items);
end

local function choice_text(choice)
	local chosen = #choice.names > 0 and table.concat(choice.names, ", ") or "none";
	return chosen..(choice.how and choice.how ~= "" and " ("..choice.how..")" or "");
end

local function axis_column(page, axis, number)
	local count = math.min(#axis.layers, most.boxes);
	local width = count > 12 and " three" or count > 6 and " two" or "";
	return element.li({ "class", ("axis a%d%s"):format(number % 12, width) },
		element.h3({}, axis.name),
		element.p({ "class", "how" }, axis.choice and choice_text(axis.choice) or shared_reason(axis.layers) or " "),
		boxes(page, axis));
end

local function map_section(page, data)
	local columns = {};
	for i, axis in ipairs(page.axes) do
		columns[i] = axis_column(page, axis, i - 1);
	end
	return section(page, "map", "Map of the layers",
		element.p({ "class", "soft" }, "A column is an axis, from left to right in the order in which they load; each refines what came before it. ",
			"A box is a layer and leads to what it sets. What has no box did not load."),
		#data.layers == 0 and element.p({}, "No layer was loaded."),
		element.ol({ "class", "axes" }, columns));
end

-- Layers

local function set_item(page, set)
	local option = element.code({}, name_text(set.option));
	local told = page.told[option_id(set.host, set.option)];
	local where = set.scope ~= "*" and { " ", element.span({ "class", "soft" }, "in "..tostring(set.scope)) };
	return element.li({}, told and element.a({ "href", "#"..option_id(set.host, set.option) }, option) or option, where,
		element.span({ "class", "soft" }, " ", set.operation ~= "set" and set.operation.." " or "", set.line and ("line %d"):format(set.line) or ""),
		set.level and set.level ~= "plain" and { " ", element.span({ "class", "tag "..set.level }, set.level) },
		set.overruled and { " ", element.span({ "class", "tag lost" }, "overruled later") });
end

local function set_items(page, layer)
	local items = {};
	for _, set in ipairs(layer.sets) do
		if #items < most.sets and not set.implied then
			items[#items + 1] = set_item(page, set);
		end
	end
	return #items > 0 and element.ul({ "class", "sets" }, items);
end

local function opened_hosts(page, layer)
	if #layer.hosts == 0 then
		return nil;
	end
	local items = {};
	for i = 1, math.min(#layer.hosts, 20) do
		local anchor = id("host", layer.hosts[i]);
		local name = element.code({}, layer.hosts[i]);
		items[i] = { i > 1 and ", " or "", page.told[anchor] and element.a({ "href", "#"..anchor }, name) or name };
	end
	return element.p({}, "Opens ", items, #layer.hosts > 20 and (" and %d more"):format(#layer.hosts - 20), ".");
end

local function layer_details(page, layer, number)
	return element.details({ "data-entry", "" },
		element.summary({ "class", "wide" },
			element.span({ "class", "name "..layer_class(page, layer.id) }, layer.id),
			element.span({ "class", "value" }, layer.why or ""),
			element.span({ "class", "from" }, layer.broken and "broken" or telling.count(layer.options, "assignment"), " · ", milliseconds(layer.seconds))),
		element.div({ "class", "body", "id", layer_id(layer.id) },
			element.p({}, ("Number %d in the order of loading, axis %s"):format(number, layer.axis),
				layer.version and ", version "..tostring(layer.version), "."),
			layer.path and element.p({ "class", "mono" }, layer.path),
			opened_hosts(page, layer), set_items(page, layer) or element.p({ "class", "soft" }, "It sets no option that this page tells in full.")));
end

local function untold_layers(page, data)
	local items = {};
	for _, layer in ipairs(data.layers) do
		if page.untold[layer.id] then
			items[#items + 1] = element.li({ "data-entry", "" }, element.code({}, layer.id));
		end
	end
	if #items == 0 then
		return nil;
	end
	return element.details({ "class", "card more", "data-group", "" },
		element.summary({ "class", "plainsummary" }, element.span({},
			telling.count(#items, "more layer"), ", by name: what they say is of hosts that are not told in full")),
		element.div({ "class", "body", "id", "more-layers" }, element.ul({ "class", "names" }, items)));
end

local function layers_section(page, data)
	local items = {};
	for number, layer in ipairs(data.layers) do
		if not page.untold[layer.id] then
			items[#items + 1] = layer_details(page, layer, number);
		end
	end
	return section(page, "layers", "Layers",
		element.p({ "class", "soft" }, "In the order of loading, with why each was chosen and what it sets."),
		#items > 0 and element.div({ "class", "card list", "data-group", "" }, items), untold_layers(page, data));
end

-- Findings

local function finding_item(page, finding)
	return element.li({ "class", finding.severity, "data-entry", "" },
		element.p({}, element.span({ "class", "word" }, finding.severity, finding.code and " "..finding.code), ": ", finding.text),
		(finding.path or finding.layer) and element.p({ "class", "where" }, finding.layer and layer_link(page, finding.layer),
			finding.path and element.span({ "class", "mono" }, place_text(finding))));
end

-- Errors first, and not more than a page can hold.
local function finding_items(page, data)
	local items = {};
	for rank = 3, 1, -1 do
		for _, finding in ipairs(data.findings) do
			if (severity_rank[finding.severity] or 1) == rank and #items < most.findings then
				items[#items + 1] = finding_item(page, finding);
			end
		end
	end
	return items;
end

local function findings_section(page, data)
	local items = finding_items(page, data);
	return section(page, "findings", "Findings",
		#items < #data.findings and element.p({}, ("%d of %d, errors first; all of them: "):format(#items, #data.findings), command("check"), "."),
		#items > 0 and element.ul({ "class", "card findings" }, items) or element.p({ "class", "soft" }, "None."));
end

-- Choices, features, variables, time

local function data_table(caption, heads, rows)
	local cells = {};
	for i, head in ipairs(heads) do
		cells[i] = element.th({ "scope", "col", "class", head.number and "number" }, head.title or head);
	end
	return element.div({ "class", "card" }, element.div({ "class", "scroll" },
		element.table({ "class", "stack" }, element.caption({ "class", "unseen" }, caption), element.thead({}, element.tr({}, cells)),
			element.tbody({}, rows))));
end

local function choices_section(page, data)
	local rows = {};
	for _, choice in ipairs(data.choices) do
		if #choice.names > 0 or #(choice.available or {}) > 0 then
			local chosen = #choice.names > 0 and table.concat(choice.names, ", ") or element.span({ "class", "soft" }, "none");
			rows[#rows + 1] = element.tr({}, element.th({ "scope", "row" }, choice.axis), element.td({}, chosen),
				element.td({}, choice.how), element.td({}, choice.variable and element.code({}, choice.variable)),
				element.td({}, table.concat(choice.available or {}, ", ")));
		end
	end
	return #rows > 0 and section(page, "choices", "Choices",
		data_table("Choices", { "Axis", "Chosen", "Decided by", "Variable", "The tree has" }, rows));
end

local function features_section(page, data)
	if #data.features == 0 then
		return nil;
	end
	local rows = {};
	for i, feature in ipairs(data.features) do
		rows[i] = element.tr({ "data-entry", "" }, element.th({ "scope", "row" }, feature.name),
			element.td({ "class", "beside" }, element.span({ "class", feature.on and "tag on" or "tag off" }, feature.on and "on" or "off")),
			element.td({ "class", "beside" }, feature.why),
			element.td({}, feature.description, feature.alias_of and element.span({ "class", "soft" }, " stands for "..feature.alias_of),
				feature.depends and feature.depends[1] and element.span({ "class", "soft" }, " (needs "..table.concat(feature.depends, ", ")..")")));
	end
	return section(page, "features", "Features", data_table("Features", { "Feature", "State", "Decided by", "Description" }, rows));
end

local function readers(page, variable)
	local list = {};
	for i, read in ipairs(variable.reads or {}) do
		list[i] = { i > 1 and ", " or "", read.by and layer_link(page, read.by) or "a choice", read.line and (":%d"):format(read.line) or "" };
	end
	return list;
end

local function variables_section(page, data)
	if #data.variables == 0 then
		return nil;
	end
	local rows = {};
	for i, variable in ipairs(data.variables) do
		local value = variable.secret and variable.value and "(secret)" or variable.value;
		rows[i] = element.tr({ "data-entry", "" }, element.th({ "scope", "row" }, element.code({}, variable.name)),
			element.td({}, value and element.code({}, shortened(value, 300)) or element.span({ "class", "soft" }, "unset")),
			element.td({}, variable.source, variable.path and { " ", element.span({ "class", "mono soft" }, place_text(variable)) }),
			element.td({}, variable.read and readers(page, variable) or element.span({ "class", "tag off" }, "never read")));
	end
	return section(page, "variables", "Variables", data_table("Variables", { "Name", "Value", "Source", "Read by" }, rows));
end

local function time_row(name, seconds, whole)
	return element.tr({}, element.th({ "scope", "row" }, name), element.td({ "class", "number" }, milliseconds(seconds)),
		element.td({}, element.meter({ "min", 0, "max", ("%.9f"):format(whole), "value", ("%.9f"):format(seconds),
			"aria-label", ("%.0f %% of the load"):format(whole > 0 and seconds / whole * 100 or 0) })));
end

local function timing_section(page, data)
	local whole = 0;
	for _, step in ipairs(data.timing) do
		whole = whole + step.seconds;
	end
	local rows = {};
	for i, step in ipairs(data.timing) do
		rows[i] = time_row(step.step, step.seconds, whole);
	end
	local slowest = table.move(data.layers, 1, #data.layers, 1, {});
	table.sort(slowest, function (a, b)
		if a.seconds ~= b.seconds then
			return a.seconds > b.seconds;
		end
		return a.id < b.id;
	end);
	local slow_rows = {};
	for i = 1, math.min(5, #slowest) do
		slow_rows[i] = time_row(layer_link(page, slowest[i].id), slowest[i].seconds, whole);
	end
	return section(page, "timing", "Time of the load",
		data_table("Steps of the load", { "Step", { title = "Time", number = true }, "Share" }, rows),
		#slow_rows > 0 and { element.p({ "class", "label" }, "The slowest layers"),
			data_table("The slowest layers", { "Layer", { title = "Time", number = true }, "Share" }, slow_rows) });
end

-- The page

-- The axes in load order: those of the layers, and those chosen from for which nothing loaded.
local function list_axes(data)
	local axes, by_name = {}, {};
	local function axis(name)
		if not by_name[name] then
			by_name[name] = { name = name, layers = {} };
			axes[#axes + 1] = by_name[name];
		end
		return by_name[name];
	end
	for _, layer in ipairs(data.layers) do
		table.insert(axis(layer.axis).layers, layer);
	end
	for _, choice in ipairs(data.choices) do
		if by_name[choice.axis] then
			by_name[choice.axis].choice = choice;
		end
	end
	return axes;
end

-- Which layers are only named: where there are many, those that this page tells nothing of but their names.
local function untold_layers_of(data)
	local untold = {};
	if #data.layers > most.layers then
		for _, layer in ipairs(data.layers) do
			if #layer.sets == 0 then
				untold[layer.id] = "more-layers";
			end
		end
	end
	return untold;
end

local function told_anchors(data)
	local told = {};
	for _, option in ipairs(data.options) do
		told[option_id(nil, option.option)] = true;
	end
	for _, host in ipairs(data.hosts) do
		told[id("host", host.name)] = true;
		for _, option in ipairs(host.options) do
			told[option_id(host.name, option.option)] = true;
		end
	end
	return told;
end

local function prepare(data)
	local page = { sections = {}, axes = list_axes(data), axis_number = {}, layers = {}, worst = {} };
	page.untold, page.told = untold_layers_of(data), told_anchors(data);
	for i, axis in ipairs(page.axes) do
		page.axis_number[axis.name] = i - 1;
	end
	for _, layer in ipairs(data.layers) do
		page.layers[layer.id] = layer;
	end
	for _, finding in ipairs(data.findings) do
		local worst = page.worst[finding.layer or ""];
		if finding.layer and (severity_rank[finding.severity] or 1) > (severity_rank[worst] or 0) then
			page.worst[finding.layer] = finding.severity;
		end
	end
	return page;
end

local function count_severities(data)
	local counts = { error = 0, warning = 0 };
	for _, finding in ipairs(data.findings) do
		counts[finding.severity] = (counts[finding.severity] or 0) + 1;
	end
	return counts;
end

local function fact(title, text, class)
	return element.div({ "class", class }, element.dt({}, title), element.dd({}, text));
end

local function findings_fact(data)
	local counts = count_severities(data);
	if counts.error > 0 then
		return fact("Findings", telling.count(counts.error, "error")
			..(counts.warning > 0 and ", "..telling.count(counts.warning, "warning") or ""), "error");
	elseif counts.warning > 0 then
		return fact("Findings", telling.count(counts.warning, "warning"), "warning");
	end
	return fact("Findings", #data.findings == 0 and "none" or telling.count(#data.findings, "note"), "good");
end

local function head_of_page(data)
	local about = data.about;
	local hostname = about.environment and about.environment.hostname;
	return element.header({ "class", "top" },
		element.h1({}, "Prosody's configuration"..(hostname and " on "..hostname or "")),
		element.p({ "class", "soft" }, "As it was on ", element.time({ "datetime", data.made }, (data.made:gsub("T", " "):gsub("Z", " UTC"))), ", from ",
			element.span({ "class", "mono" }, about.main_file or table.concat(about.roots or {}, ", ")), "."),
		about.broken and element.div({ "class", "banner", "role", "status" },
			element.p({}, element.strong({}, "This configuration does not load."), " The findings say why. What follows is what could be known of it.")),
		element.dl({ "class", "facts" },
			fact("Layers", #data.layers), fact("Global options", #data.options), fact("Hosts", data.host_count), findings_fact(data),
			about.seconds and fact("Load", milliseconds(about.seconds)), about.prosody_version and fact("Prosody", about.prosody_version)));
end

local function search_form()
	return element.form({ "class", "search", "id", "find", "role", "search", "hidden", "hidden" },
		element.label({ "class", "unseen", "for", "find-text" }, "Search options, values, layers and hosts"),
		element.input({ "type", "search", "id", "find-text", "placeholder", "Search options, values, layers, hosts", "autocomplete", "off",
			"spellcheck", "false", "aria-describedby", "find-said" }),
		element.output({ "id", "find-said", "for", "find-text", "aria-live", "polite" }),
		element.button({ "type", "button", "id", "open-all" }, "Open all"),
		element.button({ "type", "button", "id", "close-all" }, "Close all"));
end

local function navigation(page)
	local items = {};
	for i, entry in ipairs(page.sections) do
		items[i] = element.li({}, element.a({ "href", "#"..entry.anchor }, entry.title));
	end
	return element.nav({ "aria-label", "Sections" }, element.ul({}, items));
end

local function options_section(page, data)
	return section(page, "options", "Global options",
		element.p({ "class", "soft" }, "The values in force. Open one for who set it, in which order, and for who set each element."),
		#data.options > 0 and element.div({ "class", "card list", "data-group", "" }, option_list(page, data.options)) or element.p({}, "None is set."));
end

-- Nothing may be fetched, and no style or script but the page's own counts.
local function policy()
	local function hash(text)
		return "'sha256-"..base64.encode(sha256(text)).."'";
	end
	return ("default-src 'none'; base-uri 'none'; form-action 'none'; style-src %s; script-src %s"):format(
		hash(report_style.css), hash(report_style.script));
end

local function html_head(data)
	local hostname = data.about.environment and data.about.environment.hostname;
	return element.head({},
		element.meta({ "charset", "utf-8" }),
		element.meta({ "name", "generator", "content", report_page.generator }),
		element.meta({ "http-equiv", "Content-Security-Policy", "content", policy() }),
		element.meta({ "name", "viewport", "content", "width=device-width, initial-scale=1" }),
		element.meta({ "name", "color-scheme", "content", "light dark" }),
		element.meta({ "name", "referrer", "content", "no-referrer" }),
		element.meta({ "name", "robots", "content", "noindex" }),
		element.title({}, "Prosody's configuration"..(hostname and " on "..hostname or "")),
		element.style({}, html.raw(report_style.css)));
end

--- By this a report is known again.
report_page.generator = "stackloader report";

--- The page of what report_data.collect gives.
function report_page.write(data)
	local page = prepare(data);
	local sections = {
		findings_section(page, data), map_section(page, data), options_section(page, data), hosts_section(page, data), layers_section(page, data),
	};
	for _, optional in ipairs { choices_section, features_section, variables_section, timing_section } do
		sections[#sections + 1] = optional(page, data);
	end
	local body = element.body({},
		element.a({ "class", "skip", "href", "#options" }, "Skip to the options"),
		element.div({ "class", "wrap" }, head_of_page(data)),
		element.div({ "class", "wrap" }, navigation(page)),
		element.div({ "class", "bar", "id", "bar" }, element.div({ "class", "wrap" }, search_form())),
		element.main({ "class", "wrap" }, sections),
		element.div({ "class", "wrap" }, element.footer({},
			element.p({}, "Written by ", command("report"), ". Secrets are left out."))),
		element.script({}, html.raw(report_style.script)));
	return "<!DOCTYPE html>\n"..element.html({ "lang", "en" }, html_head(data), body).html.."\n";
end

return report_page;
