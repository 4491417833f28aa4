--- Writes the files that commands are asked for: in one go, and never over anything that is not such a file already.
-- A slip of the hand should not cost a configuration file. Links are not followed, and what is no ordinary file is left alone.
local lfs = require "lfs";
local pposix = require "util.pposix";
local random_id = require "util.id".medium;

local save_file = {};

-- Enough to hold any of our marks.
local head_size = 512;

local function head_of(path)
	local file, problem = io.open(path, "rb");
	if not file then
		return nil, problem;
	end
	local text = file:read(head_size) or "";
	file:close();
	return text;
end

--- Says why the path cannot be written to, or nothing. `what`: "report"; is_ours(head): is that how such a file begins?
function save_file.problem_with(path, what, is_ours)
	local mode = lfs.symlinkattributes(path, "mode");
	if mode == nil then
		return nil;
	elseif mode == "directory" then
		return "this is a folder; name a file in it";
	elseif mode == "link" then
		return "this is a link; name the file that it leads to";
	elseif mode ~= "file" then
		return "this is no ordinary file; name one, or one that is not there yet";
	end
	local head, problem = head_of(path);
	if not head then
		return ("this is there and cannot be read, so that it may be anything (%s); take another name"):format(problem);
	elseif not is_ours(head) then
		return ("this is there and is not a %s, so it is left alone; remove it, or take another name"):format(what);
	end
end

local function folder_of(path)
	local folder = path:match("^(.*)/[^/]*$");
	return folder == "" and "/" or folder or ".";
end

-- The message of io.open and the like without the path, which stands before it already.
local function reason(path, problem)
	return problem:sub(1, #path + 2) == path..": " and problem:sub(#path + 3) or problem;
end

local function why_not_written(folder, problem)
	local attributes, missing = lfs.attributes(folder);
	if attributes and attributes.mode ~= "directory" then
		return folder.." is no folder";
	elseif missing and missing:find("No such file", 1, true) then
		return ("there is no folder %s; make it first"):format(folder);
	elseif _G.prosody.switched_user and problem:find("denied", 1, true) then
		return ("prosodyctl runs as Prosody's own user, which may not write to the folder %s (%s); name another folder"):format(folder, problem);
	end
	return ("the folder %s cannot be written to (%s)"):format(folder, problem);
end

local function fill(path, text)
	local file, problem = io.open(path, "wb");
	if not file then
		return nil, problem;
	end
	local ok, failure = file:write(text);
	local closed, late_failure = file:close();
	if not (ok and closed) then
		os.remove(path);
		return nil, failure or late_failure;
	end
	return true;
end

--- Writes the text where problem_with() has nothing to say. Returns true, or nil and why not.
-- Under a new name first, which nobody can guess: whoever reads the old file meanwhile has it whole. A configuration is nobody else's to read
-- unless `mask` says so, as "022".
function save_file.write(path, text, mask)
	local new = ("%s.%s.new"):format(path, random_id());
	local umask = pposix.umask(mask or "077");
	local ok, problem = fill(new, text);
	pposix.umask(umask);
	if not ok then
		return nil, why_not_written(folder_of(path), reason(new, problem));
	end
	ok, problem = os.rename(new, path);
	if not ok then
		os.remove(new);
		return nil, reason(new, problem);
	end
	return true;
end

return save_file;
