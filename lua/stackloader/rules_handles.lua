--- Findings about options that hold Prosody's own handle in place of a value: only what Prosody has in force shows them.
local handles = require "stackloader.handles";
local values = require "stackloader.values";

local configmanager = package.loaded["prosody.core.configmanager"] or require "core.configmanager";

-- The last line of the file that assigns the option.
local function line_in(context, path, name)
	local line;
	for _, statement in ipairs(context.file_statements(path)) do
		line = statement.kind == "option" and statement.name == name and statement.line or line;
	end
	return line;
end

local function check(context, scope, name, value)
	local of = handles.of(value);
	if not of then
		return;
	end
	local path, line, layer = context:place(scope, name);
	path = path or context.stack:about().main_file or _G.prosody.config_file;
	line = line or line_in(context, path, name);
	context:add("SL115", { path = path, line = line, layer = layer, option = name },
		(line and "" or "this file or one that it includes sets it: ")..handles.text(name, of));
	-- That the file assigns it twice follows from that.
	context.explained[(path or "")..":"..(line or 0)] = "SL033";
	context:blame(scope, name);
end

return function (context)
	if context.catalogue:generation() == "0.12" then
		return;   -- the installed Prosody has run the file, and that one stores no handles
	end
	local config = configmanager.getconfig() or {};
	for _, scope in ipairs(context.scopes.list) do
		local options = rawget(config, scope.name) or {};
		for _, name in ipairs(values.keys(options)) do
			check(context, scope.name, name, rawget(options, name));
		end
	end
end;
