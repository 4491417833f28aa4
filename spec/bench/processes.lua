--- Starts the benchmark's processes, in turn and one at a time, and gathers what they say.
local processes = {};

local quote, json, settings;

--- settings: { build, folder, project, versions, quote, json }; each version { name, source }
function processes.setup(given)
	settings, quote, json = given, given.quote, given.json;
end

local function run(command, input)
	local log = settings.folder.."/log";
	local pipe = assert(io.popen(("%s < %s 2> %s"):format(command, quote(input or "/dev/null"), quote(log))));
	local output = pipe:read "a";
	local _, _, code = pipe:close();
	if code == 0 then
		return output;
	end
	local file = assert(io.open(log));
	local message = file:read "a";
	file:close();
	return nil, message ~= "" and message:gsub("%s+$", "") or ("ended with code "..tostring(code));
end

--- A clean environment; as many descriptors as this machine allows, since 0.12 leaves what it includes to the collector to close.
local function command_line(tree, program, words)
	local parts = { "ulimit -n \"$(ulimit -H -n)\"; exec env -i", "PATH=/usr/bin:/bin", "LUA_PATH_5_4="..quote(settings.project.."/?.lua;;") };
	for name, value in pairs(tree and tree.variables or {}) do
		parts[#parts + 1] = name.."="..quote(value);
	end
	parts[#parts + 1] = program;
	for _, word in ipairs(words) do
		parts[#parts + 1] = quote(word);
	end
	return "cd "..quote(settings.folder).." && "..table.concat(parts, " ");
end

local function load_words(tree, contender, steps)
	return { settings.project.."/spec/bench/load.lua", contender.version.source, contender.version.name, settings.build, tree.root, contender.what,
		contender.collector, steps };
end

--- What load.lua says; nil and a message where it failed. `program` is what runs it, lua5.4 unless told.
function processes.load(tree, contender, steps, program)
	local output, message = run(command_line(tree, program or "lua5.4", load_words(tree, contender, steps)), tree.edit_list);
	if not output then
		return nil, message;
	end
	return json.decode(output);
end

local function system_calls(tree, contender, steps)
	local out = settings.folder.."/calls";
	os.remove(out);
	local _, message = processes.load(tree, contender, steps, "strace -c -f -o "..quote(out).." lua5.4");
	local file = io.open(out);
	if not file or message then
		return nil, message or "strace wrote nothing";
	end
	local total;
	for line in file:lines() do
		total = line:match "total%s*$" and tonumber(line:match "^%s*%S+%s+%S+%s+%S*%s+(%d+)") or total;
	end
	file:close();
	return total;
end

--- System calls of a cold load and of a reload with nothing changed, the process around them taken off.
function processes.calls(tree, contender)
	local none = system_calls(tree, contender, "");
	local cold = none and system_calls(tree, contender, "cold");
	local both = cold and system_calls(tree, contender, "cold,same");
	return both and { cold = cold - none, same = both - cold } or {};
end

--- What load.lua says in a process that counts allocations.
function processes.allocations(tree, contender, steps)
	return processes.load(tree, contender, steps, quote(settings.folder.."/count"));
end

function processes.floor(tree)
	return json.decode(assert(run(command_line(tree, quote(settings.folder.."/floor"), { tree.floor_list }))));
end

function processes.merge(rounds, sample, wide)
	local words = { settings.project.."/spec/bench/merge.lua", settings.versions[1].source, settings.build, rounds, sample };
	for _, tree in ipairs(wide) do
		for _, word in ipairs { tree.root, tree.layers, tree.elements } do
			words[#words + 1] = word;
		end
	end
	return json.decode(assert(run(command_line(nil, "lua5.4", words))));
end

return processes;
