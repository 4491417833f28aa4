--- What Prosody's configuration may hold in place of a value: its own handle of an option, and the error that stands for a credential.
--
-- Prosody 13 gives a file that reads `modules_enabled` a handle (core/configmanager: config_table, host, option_name). A file that assigns it
-- stores the handle, and nothing that reads the option finds a value. `Credential "name"` gives prosodyctl an error object, since only the
-- service has the credentials.
local handles = {};

--- The option that the value is a handle of, or nil. Its fields are read raw: it raises on all but its own methods.
function handles.of(value)
	if type(value) == "table" and rawget(value, "config_table") ~= nil and type(rawget(value, "option_name")) == "string" then
		return rawget(value, "option_name");
	end
end

--- Is the value the error that stands for a credential which only the service has?
function handles.is_credential(value)
	local text = type(value) == "table" and getmetatable(value) and rawget(value, "text");
	return type(text) == "string" and text:find("^Credential%(%) requires") ~= nil;
end

--- What stands in place of a credential that is not to be had here: a text that no check takes for a weak secret.
handles.credential = "(a credential of the service)";

local function plain(value)
	if handles.of(value) then
		return {};
	elseif handles.is_credential(value) then
		return handles.credential;
	end
	return value;
end

--- The options with an empty table in place of each handle and a text in place of each credential; the same table where there are none.
function handles.without(options)
	local copy;
	for name, value in pairs(options or {}) do
		local replaced = type(value) == "table" and plain(value) or value;
		if replaced ~= value then
			copy = copy or setmetatable({}, getmetatable(options));
			copy[name] = replaced;
		end
	end
	if not copy then
		return options;
	end
	for name, value in pairs(options) do
		if copy[name] == nil then
			copy[name] = value;
		end
	end
	return copy;
end

return handles;
