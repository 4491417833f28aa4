--- prosodyctl mod_stackloader env: the variables that choose and that layers read.
local again = require "stackloader.again";
local effective = require "stackloader.effective";
local telling = require "stackloader.telling";

-- The server's choices

-- The record has the grammar of .env, of which the server writes one form. That of another configuration tells nothing of this one.
local function recorded_choices(path, main_file)
	local file = path and io.open(path, "r");
	if not file then
		return nil;
	end
	local chosen = {};
	for line in file:lines() do
		local name, value = line:match("^([%w_]+)='(.*)'$");
		if name then
			chosen[name] = value;
		end
	end
	file:close();
	local other = chosen.STACKLOADER_MAIN_FILE;
	if other and main_file and other ~= main_file then
		return nil, other;
	end
	return chosen;
end

local function differences(stack, recorded)
	local list = {};
	for _, choice in ipairs(recorded and stack:choices() or {}) do
		local here = table.concat(choice.names, ",");
		local server = choice.variable and recorded[choice.variable] or "";
		if choice.variable and server ~= here then
			list[#list + 1] = { axis = choice.axis, option = choice.option, variable = choice.variable, server = server, here = here, how = choice.how };
		end
	end
	return list;
end

-- What the server chose, said as flags; nil and why where it cannot be.
local function server_flags(different)
	local flags = {};
	for _, choice in ipairs(different) do
		if choice.server == "" then
			return nil, ("the server chose nothing by %s, and here %s is chosen (%s), which no flag can undo: unset it"):format(choice.variable,
				choice.here, choice.how or "default");
		elseif choice.option then
			flags[#flags + 1] = ("--%s=%s"):format(choice.option:gsub("_", "-"), choice.server);
		end
	end
	return flags;
end

local function stack_of_server(stack, out)
	local record, main_file = stack:about().record, stack:about().main_file;
	local recorded, other = recorded_choices(record, main_file);
	if other then
		return nil, ("The record of choices (%s) is that of another configuration, %s"):format(record, other);
	elseif not recorded then
		return nil, ("The server has left no record of its choices that can be read here (%s): start it once, or ask as a user that may read it"):format(
			record or "no data folder is known");
	end
	local flags, problem = server_flags(differences(stack, recorded));
	if not flags then
		return nil, problem;
	elseif #flags == 0 then
		return stack;
	end
	local results;
	results, problem = again.load { { flags = flags } };
	local result = results and results[1];
	if not result or not result.stack then
		return nil, problem or ("With the server's choices (%s) the configuration does not load: %s"):format(table.concat(flags, " "), result.problem);
	elseif result.problem then
		out.warn(("With the server's choices (%s) the configuration does not load: %s"):format(table.concat(flags, " "), result.problem));
	end
	return result.stack;
end

-- Text

local columns = {
	{ title = "Variable", key = "name" };
	{ title = "Value", key = "value" };
	{ title = "From", key = "from" };
	{ title = "Type", key = "kind" };
	{ title = "Read by", key = "by" };
};

local function source_text(variable)
	if not variable.source then
		return "";
	elseif variable.path then
		return telling.place(variable);
	end
	return variable.source == "choice" and "what was chosen" or variable.source;
end

local function reader_text(read)
	local text = read.type == "choice" and ("the choice of %s"):format(read.axis or "the features") or telling.place(read);
	return read.default ~= nil and ("%s (default %s)"):format(text, telling.printable(read.default)) or text;
end

local function add_rows(rows, variable)
	local readers = variable.reads;
	for i = 1, math.max(1, #readers) do
		local first, read = i == 1, readers[i];
		rows[#rows + 1] = {
			name = first and telling.printable(variable.name) or "";
			value = first and (variable.value and telling.printable(variable.value) or "(not set)") or "";
			from = first and source_text(variable) or "";
			kind = read and read.type or ""; by = read and reader_text(read) or variable.read and "the choices" or "nobody";
		};
	end
end

local function show(variables, out)
	local rows, unread = {}, {};
	for _, variable in ipairs(variables) do
		add_rows(rows, variable);
		unread[#unread + 1] = variable.source and not variable.read and variable.name or nil;
	end
	if #rows == 0 then
		out.print("No variable is read, and none named PROSODY_… is set.");
		return;
	end
	telling.table(columns, rows, out);
	if #unread > 0 then
		out.print(out.style("yellow", "Set and never read: "..effective.some(unread)));
	end
end

local function warn(different, out)
	for _, choice in ipairs(different) do
		out.warn(("The server chose %s=%s when it last loaded, here it is %s (%s): see what it reads with --as-server, or put the variable into "
			..".env, where both read it"):format(choice.variable, choice.server == "" and "(nothing)" or choice.server,
			choice.here == "" and "(nothing)" or choice.here, choice.how or "default"));
	end
end

local function run(stack, opts, out)
	local different = {};
	if opts.as_server and _G.prosody.process_type == "prosodyctl" then
		local problem;
		stack, problem = stack_of_server(stack, out);
		if not stack then
			return effective.refuse(out, problem);
		end
	elseif _G.prosody.process_type == "prosodyctl" then
		different = differences(stack, (recorded_choices(stack:about().record, stack:about().main_file)));
		warn(different, out);
	end
	if opts.format == "json" then
		out.json { variables = stack:variables(), differences = different, as_server = opts.as_server and true or false };
	else
		show(stack:variables(), out);
	end
	return 0;
end

return {
	usage = "env [--as-server]";
	summary = "the variables that choose and that layers read: value, source, type, and who reads each";
	details = [[
Secrets read "(secret)". Listed are the variables that anything reads, be they set or not, all of .env and defaults.env, and those of the
process that are named PROSODY_…. prosodyctl runs without the service's environment; where it chooses otherwise than the server did, it says so.]];
	arguments = { least = 0, most = 0 };
	flags = { ["as-server"] = "with the choices that the server recorded when it last loaded" };
	run = effective.with_stack(run);
};
