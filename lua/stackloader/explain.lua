--- prosodyctl mod_stackloader explain: the value of an option, and each assignment on the way to it.
local effective = require "stackloader.effective";
local readers = require "stackloader.readers";
local telling = require "stackloader.telling";
local values = require "stackloader.values";

-- Lists longer than this are told by what an assignment changed in them.
local long = 100;

local function missing_from(list, set, sign)
	local missing = {};
	for _, text in ipairs(list) do
		if not set[text] then
			missing[#missing + 1] = sign.." "..text;
		end
	end
	return missing;
end

-- What an assignment made of the option: the value, or for long tables what it changed in them.
local function result_text(before, after)
	local line = after == nil and "not set" or values.line(after);
	if #line <= long or type(after) ~= "table" or type(before) ~= "table" then
		return line;
	end
	local was, had = telling.entries(before);
	local is, has = telling.entries(after);
	local changes = missing_from(is, had, "+");
	table.move(missing_from(was, has, "-"), 1, #was, #changes + 1, changes);
	return ("%d entries: %s"):format(#is, #changes > 0 and table.concat(changes, ", ") or "as before");
end

local function assignment_text(entry)
	local words = { entry.level };
	words[#words + 1] = entry.operation;
	if entry.key then
		words[#words + 1] = "of "..telling.key(entry.key);
	end
	if entry.value ~= nil then
		words[#words + 1] = values.line(entry.value);
	end
	if entry.note then
		words[#words + 1] = "("..entry.note..")";
	elseif entry.implied then
		words[#words + 1] = "(implied by opening the host)";
	end
	return table.concat(words, " ");
end

-- Named is only what did not happen in the very scope that is asked for.
local function scope_text(entry, answer)
	if not entry.scope or entry.scope == (answer.host and not answer.inherited and answer.host or "*") then
		return "";
	end
	return entry.scope == "*" and " (global)" or (" (%s)"):format(entry.scope);
end

local function show_assignments(answer, title, out)
	local before;
	out.print("");
	out.print(title);
	for _, entry in ipairs(answer.assignments) do
		out.print(("  %s%s: %s"):format(telling.place(entry), scope_text(entry, answer), assignment_text(entry)));
		if entry.moved ~= nil then
			out.print(("      moves %s to %s"):format(values.line(entry.moved), values.line(entry.result)));
		elseif entry.operation ~= "require" then
			out.print("      makes it "..result_text(before, entry.result));
		end
		before = entry.result;
	end
end

local function show_parts(answer, out)
	if type(answer.value) ~= "table" or values.foreign(answer.value) or #answer.parts == 0 then
		return;
	end
	local width = 0;
	local texts = {};
	for i, part in ipairs(answer.parts) do
		local value = values.line(part.value);
		texts[i] = part.key and telling.key(part.key).." = "..value or value;
		width = #texts[i] <= 50 and math.max(width, #texts[i]) or width;
	end
	out.print("");
	out.print("Element by element:");
	for i, part in ipairs(answer.parts) do
		out.print(("  %s%s  %s"):format(texts[i], (" "):rep(width - #texts[i]), telling.place(part)));
	end
end

local function show_history(answer, out)
	if #answer.assignments > 0 then
		show_assignments(answer, "Set by, in order:", out);
	end
	if answer.global then
		show_assignments(answer.global, "Set globally by, in order:", out);
	end
	show_parts(answer.global or answer, out);
end

local function headline(answer, out)
	local value = answer.value;
	if answer.set_later then
		value = answer.in_force;
	end
	out.print((answer.host and answer.host..": " or "")..answer.option..(value == nil and " is not set" or " = "..values.block(value, 0)));
	if answer.inherited then
		out.print(("%s has no value of its own and inherits the global one."):format(answer.host));
	end
	if answer.set_later then
		out.print(("The main file decided this after stackloader.load; the layers made it %s."):format(
			answer.value == nil and "not set" or values.line(answer.value)));
	end
end

-- The hosts that set the option themselves, in the stack or after it.
local function hosts_with(stack, option)
	local found = {};
	for _, host in ipairs(effective.hosts(stack)) do
		local own = stack:options(host);
		if rawget(effective.options(host), option) ~= nil or own and own[option] ~= nil then
			found[#found + 1] = host;
		end
	end
	return found;
end

local function show_unset(stack, answer, out)
	out.print(("No layer sets %s%s."):format(answer.option, answer.host and (" for %s, nor globally"):format(answer.host) or " globally"));
	local hosts = hosts_with(stack, answer.option);
	if #hosts > 0 then
		out.print(("It is set in: %s"):format(effective.some(hosts)));
	elseif #answer.near > 0 then
		out.print(("Set are, with a name like it: %s"):format(table.concat(answer.near, ", ")));
	end
	readers.show(answer.readers, answer.near_read, out);
end

-- What the main file did after the stack is out of the stack's sight; the configuration itself knows.
local function add_later_change(stack, answer)
	local own = answer.host and (not answer.inherited or rawget(effective.options(answer.host), answer.option) ~= nil);
	local scope = own and answer.host or "*";
	if effective.changed_later(stack, scope, answer.option) then
		answer.set_later = true;
		answer.inherited = not own and answer.inherited or nil;
		answer.in_force = stack:redact(rawget(effective.options(scope), answer.option), answer.option, scope);
	end
end

local function is_global(assignments)
	for _, entry in ipairs(assignments) do
		if entry.scope ~= "*" then
			return false;
		end
	end
	return true;
end

-- A host that the main file opened after the stack inherits what the stack made globally. Where what a host says comes to nothing,
-- such as removals alone, it inherits too, and the global history belongs to the answer.
local function ask(stack, option, host)
	local answer = stack:explain(option, host);
	if not answer then
		answer = stack:explain(option);
		answer.host, answer.inherited = host, true;
	elseif answer.inherited and not is_global(answer.assignments) then
		answer.global = stack:explain(option);
	end
	return answer;
end

local function run(stack, opts, out)
	local option = opts[1];
	local host, code = effective.asked_host(stack, opts[2] ~= "*" and opts[2] or nil, out);
	if code then
		return code;
	end
	local answer = ask(stack, option, host);
	add_later_change(stack, answer);
	local set = #answer.assignments > 0 or answer.set_later or false;
	if not set then
		answer.inherited = nil;
		answer.near = effective.near(option, effective.option_names());
		answer.readers, answer.near_read = readers.of(stack, option);
	end
	if opts.format == "json" then
		answer.set = set;
		out.json(answer);
	elseif set then
		headline(answer, out);
		show_history(answer, out);
	else
		show_unset(stack, answer, out);
	end
	return set and 0 or 1;
end

return {
	usage = "explain OPTION [HOST]";
	summary = "the value of an option, and each assignment on the way to it";
	details = [[
Shows the value in force, globally or for HOST, then in order each assignment with its place, level (plain, default, force),
operation, value and what it made of the option, then who set each element and key. Of an option that nothing sets it tells the default
in Prosody's source, and who reads it; the exit code is 1 then.]];
	arguments = { least = 1, most = 2, missing = "OPTION" };
	run = effective.with_stack(run);
};
