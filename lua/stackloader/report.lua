--- prosodyctl mod_stackloader report: one page that tells all of the configuration.
local effective = require "stackloader.effective";
local report_data = require "stackloader.report_data";
local report_page = require "stackloader.report_page";
local save_file = require "stackloader.save_file";
local telling = require "stackloader.telling";
local values = require "stackloader.values";

local json_start = '{"stackloader_report":1,';

local function is_report(text)
	return text:sub(1, #json_start) == json_start
		or text:find("<!DOCTYPE html>", 1, true) == 1 and text:find('content="'..report_page.generator..'"', 1, true) ~= nil;
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
	local problem = path and save_file.problem_with(path, "report", is_report);
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
	ok, problem = save_file.write(path, text);
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
