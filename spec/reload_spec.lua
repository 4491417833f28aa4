-- That what loads keep of earlier ones never changes a result: trees are edited at random and loaded again and again, and each time once
-- more as if for the first time. STACKLOADER_RELOADS is how many rounds, STACKLOADER_SEED the first one's seed.
local inside = require "spec.inside";
local support = require "spec.support";

-- Under sanitizers all is several times as slow.
local COUNT = tonumber(os.getenv("STACKLOADER_RELOADS")) or os.getenv("LD_PRELOAD") and 300 or 2000;
local SEED = tonumber(os.getenv("STACKLOADER_SEED")) or 1;

-- Runs beside Prosody: gives nil, or what differed in which round.
local rounds = [==[
local count, seed = ...;
local lfs = require "lfs";
math.randomseed(seed);
local random = math.random;

local function pick(list)
	return list[random(#list)];
end

-- Files that a tree may have, with what may stand in them.
local values = {
	"1", "2", '"a"', '"b"', "true", '{ "a" }', '{ "b"; "c" }', "{ k = 1 }", "{ k = { 2 } }", "1 + 1", 'stack.env.string("NAME", "none")',
	"stack.append { 'z' }"
};
local function assignments()
	local lines = {};
	for _ = 1, random(0, 3) do
		lines[#lines + 1] = pick { "x", "y", "z", "modules_enabled", "admins" }.." = "..pick(values);
	end
	return table.concat(lines, "\n").."\n";
end
local function host()
	return ('VirtualHost "%s.example"\n\t'):format(pick { "a", "b" })..assignments();
end
local function feature(depends, alias)
	return function ()
		local fields = {};
		for _ = 1, random(0, 2) do
			fields[#fields + 1] = pick { "description = 'd"..random(9).."'", "depends = { "..(depends or "").." }",
				"extra = "..tostring(random(2) == 1), "depend = 1", alias and "alias = '"..alias.."'" };
		end
		return "feature_info = { "..table.concat(fields, ", ").." }\n"..assignments();
	end
end
local function profile()
	return "profile_info = { features = { '"..pick { "web", "chat/muc", "web/upload", "chat" }.."' } }\n"..assignments();
end
local function variables()
	return pick { "NAME=dotenv", "PROSODY_DOMAIN=b.example", "PROSODY_PROFILE=small", "PROSODY_FEATURES_WEB_HTTP=true", "" }.."\n";
end
local files = {
	["core/a.cfg.lua"] = assignments, ["core/b.cfg.lua"] = assignments, ["core/sub/c.cfg.lua"] = assignments,
	["stack/01-t/tls.cfg.lua"] = assignments, ["profiles/standard/profile.cfg.lua"] = profile, ["profiles/small.cfg.lua"] = profile,
	["profiles/standard/defaults.env"] = variables, [".env"] = variables,
	["features/web/http.cfg.lua"] = feature(), ["features/web/upload.cfg.lua"] = feature("'web/http'"), ["features/chat/muc.cfg.lua"] = feature(),
	["features/chat/room.cfg.lua"] = feature(nil, "chat/muc"), ["domains/all.cfg.lua"] = host,
	["domains/tenants/one.cfg.lua"] = host, ["domains/tenants/two.cfg.lua"] = host,
	["environments/production/log.cfg.lua"] = assignments, ["policies/security/baseline.cfg.lua"] = assignments, ["local/site.cfg.lua"] = assignments,
	["unread/file.cfg.lua"] = assignments, ["core/README.md"] = assignments,
};
local paths = {};
for path in pairs(files) do
	paths[#paths + 1] = path;
end
table.sort(paths);

-- All that is written is older than the loads, and no two writes have the same time.
local time = os.time() - 10 * count - 1000;
local function touch(path)
	time = time + 1;
	lfs.touch(path, time, time);
end

local function folder_of(path)
	return path:match("^(.*)/[^/]*$");
end

local function make_folder(path)
	if path and not lfs.attributes(path) then
		make_folder(folder_of(path));
		lfs.mkdir(path);
		touch(folder_of(path));
	end
end

local function remove(path)
	if lfs.symlinkattributes(path, "mode") == "directory" then
		for name in lfs.dir(path) do
			if name ~= "." and name ~= ".." then
				remove(path.."/"..name);
			end
		end
		lfs.rmdir(path);
	else
		os.remove(path);
	end
	touch(folder_of(path));
end

local function write(path, text)
	make_folder(folder_of(path));
	local mode = lfs.symlinkattributes(path, "mode");
	if mode == "directory" or mode == "link" then
		remove(path);
	end
	local file = assert(io.open(path, "wb"));
	file:write(text);
	file:close();
	touch(path);
	touch(folder_of(path));
end

local edits = {};
function edits.change(path, make) write(path, make()); end
function edits.empty(path) write(path, ""); end
function edits.break_it(path) write(path, "x = = 1\n"); end
function edits.remove(path) if lfs.symlinkattributes(path) then remove(path); end end
function edits.remove_folder(path) if lfs.attributes(folder_of(path)) and folder_of(path) ~= root then remove(folder_of(path)); end end
function edits.touch(path) if lfs.attributes(path) then touch(path); end end
function edits.replace(path, make)   -- as editors do: another file takes its name
	write(path.."~", make());
	os.rename(path.."~", path);
	touch(path);
	touch(folder_of(path));
end
function edits.move(path)
	if lfs.attributes(path) then
		os.rename(path, folder_of(path).."/moved.cfg.lua");
		touch(folder_of(path));
	end
end
function edits.link(path)
	local there = root.."/"..pick(paths);
	if there ~= path and lfs.attributes(there, "mode") == "file" then
		make_folder(folder_of(path));
		os.remove(path);
		lfs.link(there, path, true);
		touch(folder_of(path));
	end
end
local names = { "change", "change", "change", "replace", "touch", "touch", "remove", "empty", "break_it", "remove_folder", "move", "link" };

-- Most trees load: what an edit broke is mended in the next round or the one after.
local sick = {};
local function edit(path, name)
	edits[name](root.."/"..path, files[path]);
	sick[path] = true;
end
local function heal()
	for _, path in ipairs(paths) do
		if sick[path] then
			write(root.."/"..path, files[path]());
		end
	end
	sick = {};
end

local function describe(value, met)
	if type(value) ~= "table" then
		return type(value) == "string" and ("%q"):format(value) or math.type(value) == "float" and ("%a"):format(value) or tostring(value);
	end
	local parts = {};
	for key, inner in next, value do
		if key ~= "seconds" and key ~= "kept" and key ~= "data" then
			parts[#parts + 1] = describe(key)..":"..describe(inner);
		end
	end
	table.sort(parts);
	return "{"..table.concat(parts, " ").."}";
end

local loaded, kept = 0, 0;
local function result(env, place, variables)
	local ok, stack = pcall(stackloader.load, env, { root = place, variables = variables, sysroot = "/nowhere", clock = os.time() + 3600 });
	local told = { tostring(stack) };
	if ok then
		told = { describe(stack:options()), describe(stack:layers()), describe(stack:features()), describe(stack:choices()), describe(stack:findings()) };
		for _, host_found in ipairs(stack:hosts()) do
			local name = host_found.name;
			told[#told + 1] = name..describe(stack:options(name))..describe(stack:explain("x", name));
		end
		for _, option in ipairs { "x", "modules_enabled" } do
			told[#told + 1] = describe(stack:explain(option));
		end
		for _, layer in ipairs(env and stack:layers() or {}) do
			kept = kept + (layer.kept and 1 or 0);
		end
		loaded = loaded + (env and 1 or 0);
	end
	return (table.concat(told, "\n"):gsub(place:gsub("%p", "%%%0"), "ROOT"));
end

for round = 1, count do
	if round == 1 then
		for _, path in ipairs(paths) do
			edit(path, "change");
		end
	elseif random(3) == 1 then
		heal();
	end
	for _ = 1, random(0, 2) do
		edit(pick(paths), pick(names));
	end
	local variables = { NAME = pick { "one", "two" }, PROSODY_PROFILE = pick { "standard", "small", "standard" } };
	variables.PROSODY_FEATURES_CHAT_MUC = pick { "true", "false", "" };
	-- Under a name that no load has met, nothing that was kept is found.
	local fresh = root..".fresh"..round;
	assert(lfs.link(root, fresh, true));
	local again = result({}, root, variables);
	local anew = result(nil, fresh, variables);
	os.remove(fresh);
	if again ~= anew then
		return { round = round, again = again, anew = anew };
	end
end
return { loaded = loaded, kept = kept };
]==];

describe("a reload", function ()
	teardown(support.clean);

	for _, prosody in ipairs(support.prosodies()) do
		it("gives what a first load gives, whatever was done to the files, beside Prosody "..prosody.name, function ()
			local root = support.tree {};
			local result, message = inside(prosody, root, ("return (function (...) %s end)(%d, %d)"):format(rounds, COUNT, SEED));
			assert.is_nil(message);
			assert.same(result.anew, result.again, ("round %s of seed %d"):format(result.round, SEED));
			-- Many of the trees load, and most files of those were kept.
			assert.is_true(result.loaded > COUNT / 3, result.loaded);
			assert.is_true(result.kept > 5 * result.loaded, result.kept);
		end);
	end
end);
