--- prosodyctl mod_stackloader lint: runs luacheck over layer files, with the options of Prosody and its modules as known names: those that the
-- installed ones read, and those that other versions read, since a layer may be written for several. luacheck finds unused variables, values that
-- nothing reads, shadowed names and misspelt names.
local catalogue = require "stackloader.catalogue";
local effective = require "stackloader.effective";
local elsewhere = require "stackloader.elsewhere";
local file_text = require "stackloader.file_text";
local full_path = require "stackloader.full_path";
local random_id = require "util.id".medium;
local save_file = require "stackloader.save_file";
local telling = require "stackloader.telling";
local words = require "stackloader.words";

-- What a layer may set beside options: the tables by which files describe themselves.
local described = words.set "profile_info feature_info client_info usecase_info";

-- What a layer may read: Prosody's keys and readers, and the layer language.
local readable = words.set "VirtualHost Component Include RunScript Lua FileContents FileLine FileLines Credential prosody stack";

-- Codes of luacheck for names that are set, changed or read and that it does not know.
local unknown_name = words.set "W111 W112 W113";

local function quote(word)
	return "'"..word:gsub("'", "'\\''").."'";
end

local function installed()
	return os.execute "command -v luacheck >/dev/null 2>&1" == true;
end

-- The layers and the main file, those that there are.
local function files_of(stack)
	local list, seen = {}, {};
	local function add(path)
		if path and not seen[path] and file_text(path) then
			seen[path], list[#list + 1] = true, path;
		end
	end
	add(stack:about().main_file);
	for _, layer in ipairs(stack:layers()) do
		add(layer.path);
	end
	return list;
end

local function sorted(set)
	local names = {};
	for name in pairs(set) do
		names[#names + 1] = ("%q"):format(name);
	end
	table.sort(names);
	return table.concat(names, ", ");
end

-- Variables that files read as ENV_NAME.
local function add_variables(set, files)
	for _, path in ipairs(files) do
		for name in file_text(path):gmatch "%f[%w_]ENV_[%w_]+" do
			set[name] = true;
		end
	end
end

-- The configuration of luacheck, as text.
local function settings(known, files)
	local globals, reads = {}, {};
	for _, list in ipairs { known:option_names(), elsewhere.options() } do
		for _, name in ipairs(list) do
			globals[name] = true;
		end
	end
	for name in pairs(described) do
		globals[name] = true;
	end
	for name in pairs(readable) do
		reads[name] = true;
	end
	add_variables(reads, files);
	return ("std = \"lua54\"\nmax_line_length = false\nglobals = { %s }\nread_globals = { %s }\n"):format(sorted(globals), sorted(reads));
end

-- The lines that luacheck prints, and whether it ran at all.
local function run_luacheck(text, files)
	local path = ("%s/stackloader-lint.%s"):format(os.getenv "TMPDIR" or "/tmp", random_id());
	local ok, problem = save_file.write(path, text);
	if not ok then
		return nil, problem;
	end
	local quoted = {};
	for i, file in ipairs(files) do
		quoted[i] = quote(file);
	end
	local pipe = io.popen(("luacheck --config %s --no-cache --no-color --codes --formatter plain -- %s 2>&1"):format(quote(path),
		table.concat(quoted, " ")));
	local output = pipe:read "a";
	local _, _, code = pipe:close();
	os.remove(path);
	if code > 2 then
		return nil, output;
	end
	return output;
end

local function text_of(known, code, text)
	local name = unknown_name[code] and text:match "'([^'.]+)";
	if not name then
		return text;
	end
	return ("no known Prosody reads an option %s%s; correct the name, or write local before it"):format(name,
		effective.suggestion(name, known:option_names()));
end

local function findings_in(known, output)
	local list = {};
	for line in output:gmatch "[^\n]+" do
		local path, number, column, code, text = line:match "^(.-):(%d+):(%d+): %((%w+)%) (.*)$";
		if path then
			list[#list + 1] = { path = path, line = math.tointeger(tonumber(number)), column = math.tointeger(tonumber(column)), code = code;
				text = text_of(known, code, text) };
		end
	end
	return list;
end

local function show(list, files, out)
	for _, finding in ipairs(list) do
		out.print(("%s:%d: %s [%s]"):format(telling.printable(finding.path), finding.line, telling.printable(finding.text), finding.code));
	end
	out.print(("%s in %s"):format(telling.count(#list, "finding"), telling.count(#files, "file")));
end

local function run(stack, opts, out)
	if not installed() then
		return effective.refuse(out, "luacheck is not installed: `apt install lua-check`, or `luarocks install luacheck`");
	end
	local files = {};
	for i, word in ipairs(opts) do
		files[i] = full_path(word);
		if not file_text(files[i]) then
			return effective.refuse(out, files[i]..": this file cannot be read");
		end
	end
	if #files == 0 then
		files = files_of(stack);
	end
	local known = catalogue.new(stack);
	local output, problem = run_luacheck(settings(known, files), files);
	if not output then
		return effective.refuse(out, "luacheck failed: "..problem);
	end
	local list = findings_in(known, output);
	if opts.format == "json" then
		out.json(list);
	else
		show(list, files, out);
	end
	return #list > 0 and 1 or 0;
end

return {
	usage = "lint [FILE]…";
	summary = "runs luacheck over the layers, with the options of the installed Prosody as known names";
	details = [[
Without FILE, all layers in force and the main file are looked at. luacheck has to be installed (Debian: lua-check). Exit code 0: nothing was found;
1: findings; 2: luacheck did not run. `check` judges what the configuration means, lint how it is written.]];
	arguments = { least = 0, most = 99 };
	run = effective.with_stack(run);
};
