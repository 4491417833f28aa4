--- Runs faults of spec/faults.lua one after the other, in one process beside a Prosody; see spec/faults_spec.lua. Returns what became of each.
local root, project, configmanager, stackloader, load = ...;
local lfs = require "lfs";
local pposix = require "util.pposix";

local about = assert(loadfile(project.."/spec/faults.lua"))();
local getenv = os.getenv;

local function fill(text)
	return (text:gsub("ROOT", function () return root; end));
end

local function write(path, text)
	for position in path:gmatch "()/" do
		lfs.mkdir(root.."/"..path:sub(1, position - 1));
	end
	about.write(root.."/"..path, fill(text));
end

local function make_tree()
	os.execute(("chmod -R u+rwX %q; rm -rf %q/* %q/.env"):format(root, root, root));
	for path, text in pairs(about.tree) do
		write(path, text);
	end
	lfs.mkdir(root.."/data");
end

--- The tree as it was before the fault: what is quick to undo is undone, otherwise it is made anew.
local function mend(fault)
	if fault.make or fault.changes then
		return make_tree();
	end
	for path in pairs(fault.files or {}) do
		os.remove(root.."/"..path);
		for position in path:reverse():gmatch "()/" do
			os.remove(root.."/"..path:sub(1, -position - 1));   -- fails where the folder was there before
		end
		if about.tree[path] then
			write(path, about.tree[path]);
		end
	end
end

local picture = about.picture;

local function descriptors()
	local open = {};
	for name in lfs.dir "/proc/self/fd" do
		open[#open + 1] = name;
	end
	return #open;
end

local function set(variables, on)
	for name, value in pairs(variables or {}) do
		pposix.setenv(name, on and fill(value) or nil);
	end
end

local function texts(warnings)
	local lines = {};
	for _, warning in ipairs(type(warnings) == "table" and warnings or {}) do
		lines[#lines + 1] = tostring(warning);
	end
	for _, finding in ipairs(stackloader.current():findings()) do
		lines[#lines + 1] = ("%s:%s: %s"):format(finding.path, finding.line, finding.text);
	end
	return table.concat(lines, "\n");
end

local function try(fault)
	set(about.choices, not fault.bare);
	assert(load());
	local config, current = configmanager.getconfig(), stackloader.current();
	local before = picture(config, {});
	for path, text in pairs(fault.files or {}) do
		write(path, text);
	end
	if fault.make then
		fault.make(root);
	end
	set(fault.variables, true);
	local open, start = descriptors(), os.clock();
	local ease = fault.squeeze and fault.squeeze();
	local good, _, problem = load();
	if ease then
		ease();
	end
	local result = { good = good or false; seconds = os.clock() - start; open = descriptors() - open; given = {} };
	if good then
		result.text = texts(problem);
		for name in pairs(fault.gives or {}) do
			result.given[name] = picture(configmanager.getconfig()["*"][name], {});
		end
	else
		result.text = problem;
		result.kept = configmanager.getconfig() == config and picture(config, {}) == before and stackloader.current() == current;
	end
	result.restored = os.getenv == getenv and getmetatable(_G) == nil;
	if fault.after then
		fault.after(root);
	end
	if fault.undo then
		fault.undo();
	end
	set(fault.variables, false);
	set(about.choices, not fault.bare);
	mend(fault);
	local again, _, reason = load();
	result.again = again and picture(configmanager.getconfig(), {}) == before or reason or "another configuration";
	set(about.choices, false);
	return result;
end

make_tree();
local results = {};
for i, fault in ipairs(about.faults) do
	results[i] = try(fault);
end
return results;
