--- What came of a reload, as the server leaves it in a file beside its data for prosodyctl mod_stackloader reload.
--
-- The file is { "stackloader_reload": 1, "pid", "number" (of reloads since the start), "taken" (nil before the first one), "text", "problem" }. It is
-- there from the end of the start-up on.
local file_text = require "stackloader.file_text";
local json = require "util.json";
local pposix = require "util.pposix";
local save_file = require "stackloader.save_file";

local reload_result = {};

local function path(folder)
	return folder.."/stackloader-reload.json";
end

--- Writes it, for the process that runs. result: { number, taken, text, problem }. Returns true, or nil and why not.
function reload_result.write(result)
	return save_file.write(path(_G.prosody.paths.data), json.encode {
		stackloader_reload = 1, pid = pposix.getpid(), number = result.number, taken = result.taken, text = result.text, problem = result.problem;
	});
end

--- Reads what the process of that id left in its folder of data; nil where it has left nothing yet.
function reload_result.read(pid, folder)
	local text = file_text(path(folder));
	local result = text and json.decode(text);
	return type(result) == "table" and result.stackloader_reload == 1 and result.pid == pid and result or nil;
end

return reload_result;
