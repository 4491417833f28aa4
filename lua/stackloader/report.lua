--- prosodyctl mod_stackloader report: one page that tells all of the configuration.
local effective = require "stackloader.effective";
local lfs = require "lfs";
local pposix = require "util.pposix";
local random_id = require "util.id".medium;
local report_data = require "stackloader.report_data";
local report_page = require "stackloader.report_page";
local telling = require "stackloader.telling";
local values = require "stackloader.values";

local json_start = '{"stackloader_report":1,';

-- What stands in the file, or as much of it as may be a report's beginning.
local function start_of(path)
	local file, problem = io.open(path, "rb");
	if not file then
		return nil, problem;
	end
	local text = file:read(512) or "";
	file:close();
	return text;
end

local function is_report(text)
	return text == "" or text:sub(1, #json_start) == json_start
		or text:find("<!DOCTYPE html>", 1, true) == 1 and text:find('content="'..report_page.generator..'"', 1, true) ~= nil;
end

-- Says why the path cannot be written to, or nothing. A slip of the hand should not cost a configuration file.
local function problem_with_target(path)
	local mode = lfs.symlinkattributes(path, "mode");
	if mode == nil then
		return nil;
	elseif mode == "directory" then
		return "this is a folder; name a file in it";
	elseif mode == "link" then
		return "this is a link; name the file that it leads to";
	elseif mode ~= "file" then
		return "this is no ordinary file; to write to standard output the name is -";
	end
	local text, problem = start_of(path);
	if not text then
		return ("this is there and cannot be read, so that it may be anything (%s); take another name"):format(problem);
	elseif not is_report(text) then
		return "this is there and is not a report, so it is left alone; remove it, or take another name";
	end
end

local function folder_of(path)
	local folder = path:match("^(.*)/[^/]*$");
	return folder == "" and "/" or folder;
end

-- prosodyctl changes its folder before a command runs; the shell's is still in PWD.
local function absolute(path)
	if path:sub(1, 1) == "/" then
		return path;
	end
	local from = _G.prosody.process_type == "prosodyctl" and os.getenv "PWD" or "";
	if from:sub(1, 1) == "/" then
		return (from.."/"..path):gsub("/%./", "/");
	end
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
		return ("prosodyctl runs as Prosody's own user, which may not write to the folder %s (%s); name another folder, or - for standard output"):format(
			folder, problem);
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

-- Under a new name first: whoever reads the old one meanwhile has it whole. A configuration is nobody else's to read.
local function write_file(path, text)
	local folder = folder_of(path);
	local new = ("%s.%s.new"):format(path, random_id());
	local umask = pposix.umask("077");
	local ok, problem = fill(new, text);
	pposix.umask(umask);
	if not ok then
		return nil, why_not_written(folder, reason(new, problem));
	end
	ok, problem = os.rename(new, path);
	if not ok then
		os.remove(new);
		return nil, reason(new, problem);
	end
	return true;
end

local function render(data, format)
	if format == "json" then
		return json_start..values.json(data):sub(2).."\n";
	end
	return report_page.write(data);
end

local function report_line(path, data, size)
	return ("%s: %s, %s, %s, %s (%d kB)"):format(telling.printable(path), telling.count(#data.layers, "layer"),
		telling.count(#data.options, "global option"), telling.count(data.host_count, "host"), telling.count(#data.findings, "finding"),
		math.max(1, size // 1000));
end

local function run(stack, opts, out)
	local path = opts[1] ~= "-" and absolute(opts[1]) or nil;
	if not path and opts[1] ~= "-" then
		return effective.refuse(out, opts[1]..": write the path in full, from / on");
	end
	local problem = path and problem_with_target(path);
	if problem then
		return effective.refuse(out, path..": "..problem);
	end
	local data = report_data.collect(stack, opts.hosts);
	if opts.hosts and #data.hosts == 0 then
		return effective.refuse(out, ("--hosts=%s means none of the hosts: %s"):format(opts.hosts, effective.some(effective.hosts(stack))));
	end
	local text = render(data, opts.format);
	if not path then
		out.print((text:gsub("\n$", "")));
		return 0;
	end
	local ok;
	ok, problem = write_file(path, text);
	if not ok then
		return effective.refuse(out, path..": "..problem);
	end
	out.print(report_line(path, data, #text));
	return 0;
end

return {
	usage = "report FILE.html";
	summary = "one page with the layers as a map, every option with its history, findings";
	details = [[
The page needs nothing but itself and no script; secrets are left out. Only its owner may read it, and prosodyctl as root makes Prosody's own user
the owner. FILE is replaced in one go where it is a report already, and left alone where it is anything else; "-" is standard output
(with prosodyctl --quiet, which leaves out the warnings that Prosody prints first). With --format=json the same as JSON.]];
	arguments = { least = 1, most = 1, missing = "FILE" };
	flags = {
		hosts = { value = "PATTERNS", text = "tell these hosts in full, however many (\"*.example.org,example.com\"), and name the others" };
	};
	run = effective.with_stack(run);
};
