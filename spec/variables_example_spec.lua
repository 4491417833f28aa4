local support = require "spec.support";
local tree = require "spec.tree";
local stackloader = require "stackloader";

local example = tree.folder.."/.env.example";

-- What the loader itself reads to choose, beside the toggles of features.
local of_the_loader = {
	"PROSODY_STACK_PATH", "PROSODY_PROFILE", "PROSODY_ENVIRONMENT", "PROSODY_DEPLOYMENT_TYPE", "PROSODY_SECURITY_LEVEL",
	"PROSODY_PERFORMANCE_TIER", "PROSODY_COMPLIANCE", "PROSODY_DATA_GOVERNANCE", "PROSODY_CLIENT_OPTS", "PROSODY_USECASE", "PROSODY_SHARD",
	"PROSODY_LEGACY_MODE", "PROSODY_DOMAIN",
};

local function toggle(feature)
	return "PROSODY_FEATURES_"..feature:upper():gsub("[/-]", "_");
end

--- The variables that the tree's files name, and the toggles of its features that are no aliases.
local function read()
	local found = {};
	for _, name in ipairs(of_the_loader) do
		found[name] = true;
	end
	for _, path in ipairs(tree.layers()) do
		local content = support.read(tree.folder.."/"..path):gsub("%-%-[^\n]*", "");
		for _, pattern in ipairs { "stack%.env%.%a+%s*%(?%s*\"([%w_]+)\"", "getenv%s*%(?%s*\"([%w_]+)\"", "ENV_([%w_]+)" } do
			for name in content:gmatch(pattern) do
				found[name] = true;
			end
		end
		local feature = path:match "^features/(.*)%.cfg%.lua$";
		if feature and not content:find "alias%s*=" then
			found[toggle(feature)] = true;
		end
	end
	return found;
end

--- The variables of .env.example as they stand there: with one # to be uncommented, with two where they contradict others.
local function documented()
	local found = {};
	for marks, name in ("\n"..support.read(example)):gmatch "\n(##?)(PROSODY_[%w_]+)=" do
		assert.is_nil(found[name], name.." stands there twice");
		found[name] = #marks;
	end
	return found;
end

describe("config/.env.example", function ()
	teardown(support.clean);

	it("has every variable that the tree reads, and no other", function ()
		local there = documented();
		for name in pairs(read()) do
			assert.truthy(there[name], name.." is read but not documented");
		end
		for name in pairs(there) do
			assert.is_true(read()[name], name.." is documented but not read");
		end
	end);

	it("says of each what it takes and what it is without it", function ()
		local text = "";
		for line in (support.read(example).."\n"):gmatch "([^\n]*)\n" do
			local name = line:match "^##?(PROSODY_[%w_]+)=";
			if line:match "^# %S" then
				text = text.." "..line:sub(3);
			elseif name and not name:find "^PROSODY_FEATURES_" then
				assert.truthy(text:match "^ [^;.]+; default [^.]+%.", name..":"..text);
			end
			if not line:match "^# %S" then
				text = "";
			end
		end
	end);

	it("has every variable that the READMEs of the tree speak of", function ()
		local text = support.read(example);
		local toggles = {};
		for _, path in ipairs(tree.layers()) do
			local feature = path:match "^features/(.*)%.cfg%.lua$";
			toggles[feature and toggle(feature) or ""] = true;
		end
		local count = 0;
		for _, folder in ipairs(tree.folders(9)) do
			for name in support.read(folder.."/README.md"):gmatch "%f[%w_]PROSODY_[%u%d_]*[%u%d]%f[^%u%d_]" do
				local secret = name:gsub("_FILE$", ""); -- which a file can hold
				local known = text:find("%f[%w_]"..name.."%f[^%w_]") or text:find("%f[%w_]"..secret.."%f[^%w_]") or toggles[name];
				local group = name:find "^PROSODY_FEATURES_%u+_ENABLED$" or name:find "^PROSODY_ENABLE_";
				assert.truthy(known or group or name:find "^PROSODY_OPTION_", folder..": "..name);
				count = count + 1;
			end
		end
		assert.is_true(count > 100);
	end);

	-- What older setups of this kind have in their .env, as it stands there: none of it is in vain, or it stands in the example why it is.
	local older = [[
PROSODY_PROFILE=standard
PROSODY_ENVIRONMENT=production
PROSODY_DOMAIN=example.org
PROSODY_ADMINS=admin@example.org
PROSODY_ADMIN_EMAIL=admin@example.org
PROSODY_AUTH_FAST_TOKENS=true
PROSODY_AUTH_DOWNGRADE_PROTECTION=true
PROSODY_FEATURES_AUTH_SASL2=true
PROSODY_FEATURES_AUTH_MODERN=true
PROSODY_FEATURES_AUTH_EXTERNAL=false
PROSODY_FEATURES_AUTH_MFA=false
PROSODY_FEATURES_WEB_ENABLED=true
PROSODY_FEATURES_WEB_UPLOAD=true
PROSODY_FEATURES_WEB_ADMIN=false
PROSODY_FEATURES_MOBILE_PUSH=true
PROSODY_FEATURES_MOBILE_CSI=true
PROSODY_FEATURES_MOBILE_BATTERY=true
PROSODY_FEATURES_SECURITY_ENHANCED=true
PROSODY_FEATURES_SECURITY_MONITORING=true
PROSODY_FEATURES_SECURITY_COMPLIANCE=false
PROSODY_FEATURES_PERFORMANCE_CACHING=false
PROSODY_FEATURES_PERFORMANCE_CLUSTERING=false
PROSODY_FEATURES_ADMIN_SHELL=true
PROSODY_FEATURES_ADMIN_API=false
PROSODY_FEATURES_ADMIN_MONITORING=true
PROSODY_DEPLOYMENT_TYPE=docker
PROSODY_SCALE_PROFILE=small
PROSODY_RESOURCE_LIMITS=true
PROSODY_LEGACY_MODE=false
PROSODY_MIGRATION_MODE=false
PROSODY_ENABLE_MAM=true
PROSODY_USECASE=team-collaboration/slack-like
PROSODY_CLIENT_OPTS=mobile-apps/conversations,web-clients/converse
PROSODY_SECURITY_LEVEL=enhanced
PROSODY_VERSION=latest
PROSODY_MEMORY_LIMIT=256M
PROSODY_CPU_LIMIT=1.0
PROSODY_FEATURES=standard
]];

	it("takes what older setups say, or tells why not", function ()
		local folder = tree.copy();
		support.write(folder.."/.env", older);
		local stack = stackloader.load(nil, { root = folder, variables = {}, sysroot = "/nowhere" });
		assert.same({}, stack:findings());
		local not_served = support.read(example):match "\n# %-%-%- Not served.*";
		local in_vain = {};
		for _, variable in ipairs(stack:variables()) do
			in_vain[variable.name] = not variable.read;
		end
		for name in older:gmatch "(PROSODY_[%w_]+)=" do
			assert.is_true(in_vain[name] == false or not_served:find("%f[%w_]"..name.."%f[^%w_]") ~= nil, name);
		end
	end);

	for _, prosody in ipairs(support.prosodies()) do
		it("uncommented gives a configuration that is silent in check config of Prosody "..prosody.name, function ()
			local folder = tree.copy();
			local text = support.read(example):gsub("\n#(PROSODY_)", "\n%1")
				:gsub("PROSODY_DATA_PATH=[^\n]*", "PROSODY_DATA_PATH="..folder.."/data");
			tree.write_env(folder, text);
			local output, code = tree.check(prosody, nil, folder);
			assert.equal(tree.silence, output);
			assert.equal(0, code);
		end);
	end
end);
