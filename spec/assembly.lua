--- Assembling the shipped tree many times in one process of a Prosody version.
local support = require "spec.support";
local tree = require "spec.tree";

local assembly = {};

--- Assembles the tree with each of many sets of variables in one prosodyctl of that version. Returns a list of what was
--- wrong: refusals, findings, modules that the version lacks.
function assembly.all(prosody, sets)
	local folder = tree.copy();
	local lines = {};
	for _, variables in ipairs(sets) do
		local words = {};
		for name, value in pairs(variables) do
			words[#words + 1] = name.."="..value;
		end
		lines[#lines + 1] = table.concat(words, "\t");
	end
	support.write(folder.."/sets", table.concat(lines, "\n").."\n");
	support.write(folder.."/many.cfg.lua", ([[
local lua = Lua or _G
local stackloader = lua.require "stackloader"
local wrong = {}
for line in lua.io.lines "FOLDER/sets" do
	local variables = {}
	for name, value in line:gmatch "([^\t=]+)=([^\t]*)" do variables[name] = value end
	local ok, stack = lua.pcall(stackloader.load, nil, { root = "FOLDER", variables = variables })
	if not ok then
		lua.print("WRONG", line, (lua.tostring(stack):gsub("\n", " ")))
	else
		for _, finding in lua.ipairs(stack:findings()) do
			if finding.severity ~= "note" then lua.print("WRONG", line, finding.text) end
		end
		local hosts = { "*" }
		for _, host in lua.ipairs(stack:hosts()) do hosts[#hosts + 1] = host.name end
		for _, host in lua.ipairs(hosts) do
			for _, module in lua.ipairs(stack:options(host).modules_enabled or {}) do lua.print("MODULE", module) end
		end
		lua.print "DONE"
	end
end
VirtualHost "localhost"
]]):gsub("FOLDER", folder));
	local output = tree.run(tree.environment().." "..prosody.prosodyctl.." --config "..folder.."/many.cfg.lua check config");
	local wrong, modules, done = {}, {}, 0;
	for line in output:gmatch "[^\n]+" do
		if line:match "^WRONG" then
			wrong[#wrong + 1] = line;
		elseif line == "DONE" then
			done = done + 1;
		end
		modules[line:match "^MODULE\t(.+)" or ""] = true;
	end
	assert(done > 0 or #wrong > 0, output);
	modules[""] = nil;
	return wrong, modules, done;
end

--- The names of the modules that a version has.
function assembly.modules(prosody)
	local names = {};
	for name in tree.run("find "..support.quote(prosody.source.."/modules").." -name 'mod_*.lua'"):gmatch "/mod_([%w_]+)%.lua\n" do
		names[name] = true;
	end
	return names;
end

--- What is wrong with the tree with any of these sets of variables, on that version; nothing where it is sound.
function assembly.problems(prosody, sets)
	local wrong, modules, done = assembly.all(prosody, sets);
	if #wrong == 0 and done ~= #sets then
		wrong[1] = ("%d of %d sets were assembled"):format(done, #sets);
	end
	local known = assembly.modules(prosody);
	for name in pairs(modules) do
		wrong[#wrong + 1] = not known[name] and "there is no module "..name or nil;
	end
	return wrong;
end

return assembly;
