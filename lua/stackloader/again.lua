--- Loads the configuration once more with other choices, or another configuration, in prosodyctl's process.
-- It goes through Prosody's own loader, so each side of a comparison is what Prosody would have in force; at the end what was in force
-- before is again. Never in a running server: there the loader's result is at once what the server runs on.
local stackloader = require "stackloader";

local configmanager = package.loaded["prosody.core.configmanager"] or require "core.configmanager";

local again = {};

--- The main file of the configuration in force, as an absolute path.
function again.main_file()
	local name = _G.prosody.config_file;
	if name:sub(1, 1) == "/" then
		return name;
	end
	-- Prosody makes this folder absolute before it leaves the one it was started in.
	return _G.prosody.paths.config.."/"..name:match("[^/]*$");
end

-- prosodyctl has taken its own word from the command line already; layers' choices are read only behind it.
local function original_words()
	return table.move(_G.arg, 1, #_G.arg, 2, { "mod_stackloader" });
end

local function load_with(words, path)
	local own = _G.arg;
	rawset(_G, "arg", words);
	local ok, loaded, _, problem = pcall(configmanager.load, path, "lua");
	rawset(_G, "arg", own);
	if not ok then
		return tostring(loaded);
	elseif not loaded then
		return tostring(problem);
	end
end

-- A configuration without layers is read as one layer, which knows the places that Prosody forgets.
local function stack_of_plain(path)
	local folder, name = path:match("^(.*)/([^/]*)$");
	local ok, stack = pcall(stackloader.load, nil, { root = folder == "" and "/" or folder, axes = { { name = "main", files = { name } } } });
	return ok and stack or nil;
end

local function first_error(stack)
	for _, finding in ipairs(stack:findings()) do
		if finding.severity == "error" then
			return (finding.path and finding.path..(finding.line and ":"..finding.line or "")..": " or "")..finding.text;
		end
	end
end

-- What did this load leave: a stack that failed, one in force, or a plain configuration?
local function take(path, problem, failed, current)
	local broken = stackloader.failed();
	if broken and broken ~= failed then
		return { stack = broken, problem = first_error(broken) or problem or "it does not load" };
	elseif problem then
		return { problem = problem };
	end
	local stack = stackloader.current();
	return { stack = stack ~= current and stack or stack_of_plain(path), config = configmanager.getconfig() };
end

local function load_one(choice)
	local path = choice.path or again.main_file();
	local words = table.move(choice.flags or {}, 1, #(choice.flags or {}), 2, { "mod_stackloader" });
	local failed, current = stackloader.failed(), stackloader.current();
	return take(path, load_with(words, path), failed, current);
end

-- With layers that take another Prosody for the one that they load in, where the choice says so.
local function load_choice(choice)
	stackloader.assume(choice.assumed);
	local ok, result = pcall(load_one, choice);
	stackloader.assume(nil);
	return ok and result or { problem = tostring(result) };
end

local function refused()
	return _G.prosody.process_type ~= "prosodyctl" and "a running server does not load other choices beside those it runs on" or nil;
end

--- Loads each of the choices: { flags = { "--environment=staging" }, path = another main file, assumed = for stackloader.assume,
-- look = function (result), called while that choice is what Prosody has in force }, all optional.
-- Returns for each { stack, config = Prosody's table of scopes, problem }: no config where it does not load, no stack where nothing
-- can be known. In place of all nil and the reason where this process cannot do it.
function again.load(choices)
	if refused() then
		return nil, refused();
	end
	local results = {};
	for i, choice in ipairs(choices) do
		results[i] = load_choice(choice);
		if choice.look then
			choice.look(results[i]);
		end
	end
	load_with(original_words(), again.main_file());
	return results;
end

--- The words of this command line that layers read.
function again.words()
	return table.move(_G.arg, 1, #_G.arg, 1, {});
end

return again;
