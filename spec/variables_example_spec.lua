local support = require "spec.support";
local tree = require "spec.tree";

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

	for _, prosody in ipairs(support.prosodies()) do
		it("uncommented gives a configuration that is silent in check config of Prosody "..prosody.name, function ()
			local folder = tree.copy();
			local text = support.read(example):gsub("\n#(PROSODY_)", "\n%1")
				:gsub("PROSODY_DATA_PATH=[^\n]*", "PROSODY_DATA_PATH="..folder.."/data");
			support.write(folder.."/.env", text);
			local output, code = tree.check(prosody, nil, folder);
			assert.equal(tree.silence, output);
			assert.equal(0, code);
		end);
	end
end);
