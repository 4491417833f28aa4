-- Discovers and loads what is in folders that the input describes: files, folders, links, pipes under names that mean something, in two roots.
local fuzz = ...;
local stackloader = require "stackloader";
local shared = dofile(fuzz.scripts.."/tell.lua");

local names = {
	"core", "stack", "profiles", "features", "clients", "usecases", "domains", "tenants", "legacy", "modules.d", "environments", "policies",
	"security", "local", "site", "a", "b", "1-a", "01-a", "10-a", "standard", "web", "production", "baseline", "defaults.env", ".env", "a.cfg.lua",
	"b.cfg.lua", "1-a.cfg.lua", "01-a.cfg.lua", "standard.cfg.lua", "profile.cfg.lua", "http.cfg.lua", "production.cfg.lua", "baseline.cfg.lua",
	"prosody.cfg.lua",
	"a.cfg.lua~", ".hidden.cfg.lua", "x\ny.cfg.lua", "\255.cfg.lua", ".cfg.lua", "A.cfg.lua", "x.example.cfg.lua", "conf.d", "README",
	("n"):rep(200), "*",
};
local contents = {
	"x = 1", "", "\n", "VirtualHost 'x.example'\ny = 1", "return {}", "error 'x'", "x = = 1", "\27Lua", "\239\187\191x = 1", "A=1\n",
	'profile_info = { features = { "web/http", "a/b", "a" } }', 'feature_info = { depends = { "web/http" }, extra = true }',
	'feature_info = { alias = "web/http" }', "feature_info = x", "Include 'a.cfg.lua'", "Include '*.cfg.lua'", "Include '../core/*'",
	"PROSODY_PROFILE=standard\n", 'feature_info = { depends = { "a/b", "web/a" } }',
};
local variables = {
	{}, { PROSODY_PROFILE = "a" }, { PROSODY_ENV = "a,b" }, { PROSODY_CLIENT_OPTS = "a/b,web/a" }, { PROSODY_SHARD = "1/2" },
	{ PROSODY_LEGACY_MODE = "on" },
	{ PROSODY_SECURITY_LEVEL = "a", PROSODY_FEATURES_WEB_ENABLED = "true" }, { PROSODY_ENABLE_A = "false", PROSODY_COMPLIANCE = "a,b" },
};

local roots = { fuzz.folder.."/one", fuzz.folder.."/two" };
local bytes, at;

local function byte()
	at = at + 1;
	return bytes:byte(at) or 0;
end

--- A path of up to three names; the folders on its way are made.
local function path()
	local how = byte();
	local made = roots[how % 2 + 1];
	for i = 1, how // 2 % 3 + 1 do
		if i > 1 then
			fuzz.make_folder(made);
		end
		made = made.."/"..names[byte() % #names + 1];
	end
	return made;
end

local function build()
	local made = {};
	for _ = 1, 40 do
		if at >= #bytes then
			break;
		end
		local what = byte();
		local here = path();
		if what < 150 then
			fuzz.write(here, contents[what % #contents + 1]);
		elseif what < 170 then
			fuzz.make_folder(here);
		elseif what < 180 then
			fuzz.make_link(here, "/dev/null");
		elseif what < 190 then
			fuzz.make_pipe(here);
		elseif what < 240 then
			fuzz.make_link(here, made[byte() % (#made + 1)] or roots[1]);
		else
			fuzz.make_link(here, names[byte() % #names + 1]);
		end
		made[#made + 1] = here;
	end
end

local function check(layers)
	local seen = {};
	for _, layer in ipairs(layers) do
		assert(not seen[layer.path], "a layer loads twice");
		seen[layer.path] = true;
		local file = assert(io.open(layer.path, "rb"));
		assert(file:read "a", "a layer is no file");
		file:close();
	end
end

return function (input)
	bytes, at = input, 0;
	assert(fuzz.clear());
	for _, root in ipairs(roots) do
		assert(fuzz.make_folder(root));
	end
	local how = byte();
	build();
	local options = { roots = how < 128 and roots or { roots[1] }, variables = variables[how % #variables + 1], sysroot = roots[2] };
	local layers, message = shared.try(stackloader.discover, nil, options);
	local again, other = shared.try(stackloader.discover, nil, options);
	shared.agree(layers, message, again, other);
	if layers then
		check(layers);
		assert(shared.same(layers, again), "the same folders give something else the second time");
		for _ = 1, 2 do
			local stack = shared.try(stackloader.load, nil, options);
			assert(not stack or #stack:layers() >= #layers, "a layer did not run");
		end
	else
		assert(not shared.try(stackloader.load, nil, options), "a tree loads that cannot be discovered");
	end
end;
