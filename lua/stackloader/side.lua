--- One side of a comparison: scopes with their options, and who set them. It is a configuration of this process, or a snapshot of one.
-- { title, scopes = { "*", hosts in order }, options = function (scope) → table, host = function (name) → { module, layer, path, line },
--   history = function (scope, option) → { place, parts = { text of an element or key = place }, removed = the same of what is gone again },
--   redact, exact = are these the very values?, problem = why it does not load, taken = when }
local effective = require "stackloader.effective";
local json = require "util.json";
local telling = require "stackloader.telling";
local values = require "stackloader.values";

local side = {};

--- An element, or a key with its value, as one text.
function side.part_text(key, value)
	return key and telling.key(key).." = "..values.line(value) or values.line(value);
end

-- Adds the parts of a value as stack:explain names them: a list's elements, a map's keys to any depth.
local function add_parts(list, value, path)
	if type(value) ~= "table" or values.foreign(value) then
		list[#list + 1] = { key = path, value = value, text = side.part_text(path, value) };
		return list;
	end
	local count = 0;
	while rawget(value, count + 1) ~= nil do
		count = count + 1;
		list[#list + 1] = { key = path, value = value[count], text = side.part_text(path, value[count]) };
	end
	for _, key in ipairs(values.keys(value, count)) do
		local deeper = table.move(path or {}, 1, #(path or {}), 1, {});
		deeper[#deeper + 1] = key;
		add_parts(list, value[key], deeper);
	end
	return list;
end

--- The parts of a value in order, { key = path of keys, value, text } each.
function side.parts(value)
	return add_parts({}, value);
end

local function place_of(entry)
	return { layer = entry.layer, path = entry.path, line = entry.line };
end

-- The assignment since which the option is what it is; not the one that came last and lost.
local function deciding(assignments)
	local last = #assignments;
	local text = last > 0 and values.line(assignments[last].result) or "";
	-- One secret looks like the other.
	while last > 1 and not text:find("(secret)", 1, true) and text == values.line(assignments[last - 1].result) do
		last = last - 1;
	end
	return assignments[last];
end

-- What was there after one assignment and no longer after the next.
local function removals(assignments)
	local removed, before = {}, {};
	if #assignments < 2 then
		return removed;
	end
	for i, assignment in ipairs(assignments) do
		local after = {};
		for _, part in ipairs(assignment.result ~= nil and side.parts(assignment.result) or {}) do
			after[part.text] = true;
		end
		for text in pairs(before) do
			removed[text] = not after[text] and place_of(assignment) or removed[text];
		end
		before = i < #assignments and after or nil;
	end
	return removed;
end

-- What a host takes out of the global modules_enabled becomes its modules_disabled; the place is where it took it out.
local function place_of_removal(stack, scope, module)
	for _, assignment in ipairs(stack:explain("modules_enabled", scope).assignments) do
		local value = assignment.operation == "remove" and assignment.value;
		for _, name in ipairs(type(value) == "table" and value or { value }) do
			if name == module then
				return place_of(assignment);
			end
		end
	end
	return {};
end

local function history_of(stack, scope, name)
	local found = { parts = {}, removed = {} };
	local answer = stack:explain(name, scope ~= "*" and scope or nil);
	local last = answer and deciding(answer.assignments);
	if not last or last.scope ~= scope and answer.inherited then
		return found;
	end
	found.place, found.removed = place_of(last), removals(answer.assignments);
	if answer.inherited then   -- what the host says comes to nothing, so the parts are those of the global value
		return found;
	end
	if type(answer.value) ~= "table" and #answer.parts == 1 then
		found.place = place_of(answer.parts[1]);
		return found;
	end
	if #answer.assignments == 1 and last.layer then   -- all parts have the place of the whole
		return found;
	end
	for _, part in ipairs(answer.parts) do
		local settled = not part.layer and name == "modules_disabled" and scope ~= "*";
		found.parts[side.part_text(part.key, part.value)] = settled and place_of_removal(stack, scope, part.value) or place_of(part);
	end
	return found;
end

-- Has the main file changed the option after stackloader.load? Asks for the stack's options of one scope after the other, once each.
local function later_change(stack, options)
	local scope, made;
	return function (wanted, name)
		if scope ~= wanted then
			scope, made = wanted, stack:options(wanted ~= "*" and wanted or nil) or {};
		end
		local now = rawget(options(wanted) or {}, name);
		return not values.same(made[name], now);
	end
end

local function history_with_later(stack, options, main_file)
	local changed = later_change(stack, options);
	return function (scope, name)
		if changed(scope, name) then
			return { place = { layer = "the main file, after stackloader.load", path = main_file }, parts = {}, removed = {} };
		end
		return history_of(stack, scope, name);
	end
end

local function by_name(hosts)
	local found = {};
	for _, host in ipairs(hosts) do
		found[host.name] = host;
	end
	return found;
end

-- The stack's hosts in its order, then those that only Prosody knows.
local function scopes_of(stack, config)
	local scopes, known = { "*" }, { ["*"] = true };
	for _, host in ipairs(stack and stack:hosts() or {}) do
		scopes[#scopes + 1], known[host.name] = host.name, true;
	end
	for _, name in ipairs(values.keys(config or {})) do
		if not known[name] then
			scopes[#scopes + 1] = name;
		end
	end
	return scopes;
end

local function live(title, stack, scopes, options)
	local hosts = by_name(stack and stack:hosts() or {});
	local main_file = _G.prosody.config_file;
	return {
		title = title;
		exact = true;
		scopes = scopes;
		options = options;
		host = function (name)
			return hosts[name] or {};
		end;
		history = stack and history_with_later(stack, options, main_file) or function ()
			return { parts = {}, removed = {} };
		end;
		redact = function (value, name, scope)
			return stack and stack:redact(value, name, scope) or value;
		end;
	};
end

--- What is in force in this process.
function side.in_force(stack)
	local hosts = effective.hosts(stack);
	return live("in force", stack, table.move(hosts, 1, #hosts, 2, { "*" }), effective.options);
end

--- What stackloader.again has loaded. Where it did not load, what its layers say as far as they could be read.
function side.loaded(title, result)
	local stack, config = result.stack, result.config;
	local options;
	if config then
		options = function (scope)
			return rawget(config, scope);
		end;
	else
		local kept = {};
		options = function (scope)
			kept[scope] = kept[scope] or stack:options(scope ~= "*" and scope or nil) or {};
			return kept[scope];
		end;
	end
	local loaded = live(title, stack, scopes_of(stack, config), options);
	loaded.problem = result.problem;
	return loaded;
end

-- JSON's lists are Prosody's arrays, which are no plain tables.
local function without_metatables(value)
	if type(value) ~= "table" then
		return value;
	end
	local plain = {};
	for key, inner in next, value do
		plain[key] = without_metatables(inner);
	end
	return plain;
end

-- A snapshot knows only what JSON can hold, without secrets. The other names that options then have lead back to their own.
local function plain_scopes(from)
	local options, names = {}, {};
	return function (scope)
		local own = from.options(scope);
		if own and not options[scope] then
			options[scope], names[scope] = {}, {};
			for name, value in pairs(own) do
				local plain = values.plain(tostring(name));
				options[scope][plain], names[scope][plain] = without_metatables(values.plain(from.redact(value, name, scope))), name;
			end
		end
		return options[scope];
	end, names
end

local function plain_texts(places)
	if next(places) == nil then
		return places;
	end
	local plain = {};
	for text, place in pairs(places) do
		plain[values.plain(text)] = place;
	end
	return plain;
end

--- The side as a snapshot would hold it; a snapshot itself is.
function side.plain(from)
	if not from.exact then
		return from;
	end
	local options, names = plain_scopes(from);
	local plain = {};
	for key, value in pairs(from) do
		plain[key] = value;
	end
	plain.exact = false;
	plain.options = options;
	plain.history = function (scope, name)
		local own = options(scope) and names[scope][name];
		local history = from.history(scope, own == nil and name or own);
		return { place = history.place, parts = plain_texts(history.parts), removed = plain_texts(history.removed) };
	end;
	return plain;
end

-- Snapshots

local format = 1;

local function read_file(path)
	local file, problem = io.open(path, "rb");
	if not file then
		return nil, problem;
	end
	local content;
	content, problem = file:read("a");
	file:close();
	return content, content == nil and path..": "..problem or nil;
end

--- Does the file hold a snapshot, or something that means to be one? A configuration never begins like this.
function side.is_snapshot(path)
	local file = io.open(path, "rb");
	local start = file and file:read(4096) or "";
	if file then
		file:close();
	end
	return start:find("^%s*{") ~= nil;
end

-- The snapshot's own tables are data from a file: only what has the right shape counts.
local function table_at(container, key)
	local value = type(container) == "table" and container[key];
	return type(value) == "table" and value or {};
end

local function snapshot_place(data, place)
	if type(place) ~= "table" then
		return nil;
	end
	local file = table_at(table_at(data, "files"), place[1]);
	return { layer = file.layer, path = file.path, line = place[2] };
end

local function snapshot_history(data)
	return function (scope, name)
		local option = table_at(table_at(table_at(table_at(data, "scopes"), scope), "options"), name);
		local found = { place = snapshot_place(data, option.place) };
		for _, kind in ipairs { "parts", "removed" } do
			found[kind] = {};
			for text, place in pairs(table_at(option, kind)) do
				found[kind][text] = snapshot_place(data, place);
			end
		end
		return found;
	end
end

local function snapshot_options(data)
	local kept = {};
	return function (scope)
		local entry = table_at(data, "scopes")[scope];
		if entry and not kept[scope] then
			kept[scope] = {};
			for name, option in pairs(table_at(entry, "options")) do
				if type(option) == "table" then
					kept[scope][name] = without_metatables(option.value);
				end
			end
		end
		return kept[scope];
	end
end

--- A saved snapshot; else nil and what is wrong with the file.
function side.snapshot(path)
	local content, problem = read_file(path);
	if not content then
		return nil, problem;
	end
	local data = json.decode(content);
	if type(data) ~= "table" or type(data.stackloader_snapshot) ~= "number" then
		return nil, path..": this is not a snapshot; mod_stackloader snapshot FILE saves one";
	elseif data.stackloader_snapshot > format then
		return nil, path..": a later version of stackloader saved this snapshot; this one does not know how to read it";
	end
	return {
		title = "snapshot "..path;
		taken = type(data.taken) == "string" and data.taken or nil;
		exact = false;
		scopes = table_at(data, "order");
		options = snapshot_options(data);
		host = function (name)
			local entry = table_at(table_at(data, "scopes"), name);
			local host = snapshot_place(data, entry.place) or {};
			host.module = entry.module;
			return host;
		end;
		history = snapshot_history(data);
		redact = function (value)
			return value;
		end;
	};
end

-- Writes places as [file, line], and numbers the files that are met.
local function place_writer()
	local list, numbers = {}, {};
	return list, function (place)
		local key = (place.path or "").."\0"..(place.layer or "");
		if not numbers[key] then
			list[#list + 1] = { path = place.path, layer = place.layer };
			numbers[key] = #list;
		end
		return place.line and ("[%d,%d]"):format(numbers[key], place.line) or ("[%d]"):format(numbers[key]);
	end
end

-- For values as JSON can hold them. Prosody's encoder looks at each letter; most texts have nothing to escape.
local function json_text(text)
	return text:find('[%c"\\]') and json.encode(text) or '"'..text..'"';
end

local function json_value(value)
	if type(value) == "string" then
		return json_text(value);
	elseif type(value) ~= "table" then
		return json.encode(value);
	end
	local items = {};
	for i, item in ipairs(value) do
		items[i] = json_value(item);
	end
	if #items > 0 or next(value) == nil then
		return "["..table.concat(items, ",").."]";
	end
	for i, key in ipairs(values.keys(value)) do
		items[i] = json_text(key)..":"..json_value(value[key]);
	end
	return "{"..table.concat(items, ",").."}";
end

-- The places of parts that differ from that of the whole.
local function part_places(key, places, whole, write_place)
	local other = {};
	for _, text in ipairs(values.keys(places)) do
		local place = write_place(places[text]);
		other[#other + 1] = place ~= whole and json_text(text)..":"..place or nil;
	end
	return #other > 0 and (',"%s":{%s}'):format(key, table.concat(other, ",")) or "";
end

local function option_json(from, scope, name, value, write_place)
	local history = from.history(scope, name);
	local whole = history.place and write_place(history.place);
	local text = json_text(name)..':{"value":'..json_value(value)..(whole and ',"place":'..whole or "");
	if type(value) == "table" then
		text = text..part_places("parts", history.parts, whole, write_place)..part_places("removed", history.removed, nil, write_place);
	end
	return text.."}";
end

local function scope_json(from, scope, write_place)
	local host, options = from.host(scope), from.options(scope);
	local list = {};
	for i, name in ipairs(values.keys(options)) do
		list[i] = option_json(from, scope, name, options[name], write_place);
	end
	return json_text(scope)..":{"..(host.module and '"module":'..json_value(values.plain(host.module))..',' or "")
		..((host.path or host.layer) and '"place":'..write_place(host)..',' or "")
		..'"options":{'..table.concat(list, ",").."}}";
end

--- What a snapshot of the side holds, as JSON. `about` goes into its head.
-- Written piece by piece: as one table of tables ten thousand hosts take several times as long.
function side.save(from, about)
	local plain = side.plain(from);
	local files, write_place = place_writer();
	local head, scopes = "", {};
	for _, key in ipairs(values.keys(about)) do
		head = head..json_text(key)..":"..values.json(about[key])..",\n";
	end
	for i, scope in ipairs(from.scopes) do
		scopes[i] = scope_json(plain, scope, write_place);
	end
	return ('{"stackloader_snapshot":%d,\n%s"order":%s,\n"scopes":{\n%s},\n"files":%s}\n'):format(format, head, values.json(from.scopes),
		table.concat(scopes, ",\n"), values.json(files));
end

return side;
