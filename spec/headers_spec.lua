--- What the headers of the shipped tree's files promise, held against what the files do.
local inside = require "spec.inside";
local support = require "spec.support";
local tree = require "spec.tree";

-- The comment at the head of a file, as one line.
local function header(path)
	local lines = {};
	for line in support.read(tree.folder.."/"..path):gmatch "([^\n]*)\n" do
		if not line:find "^%-%-" then
			break;
		end
		lines[#lines + 1] = line:gsub("^%-%- ?", "");
	end
	return table.concat(lines, " ");
end

-- What becomes of every feature that a profile lists when it is switched off there: { [feature] = { tried = …, differs = … } }. Runs inside Prosody,
-- where community modules are installed.
local switching = [[
local made = {};

local function outcome(profile, variables)
	local set = { PROSODY_PROFILE = profile, PROSODY_DEPLOYMENT_TYPE = "manual", PROSODY_PLUGIN_PATHS = PLUGINS };
	for name, value in pairs(variables) do
		set[name] = value;
	end
	local ok, stack = pcall(stackloader.load, nil, { root = root, variables = set });
	if not ok then
		return nil;
	end
	local all = { ["*"] = stack:options() };
	for _, host in ipairs(stack:hosts()) do
		all[host.name] = stack:options(host.name);
	end
	return all;
end

local found = {};
for _, profile in ipairs { "minimal", "standard", "enterprise", "development" } do
	local with = outcome(profile, {});
	for _, feature in ipairs(stackloader.info(root.."/profiles/"..profile.."/profile.cfg.lua").profile_info.features) do
		local without = outcome(profile, { ["PROSODY_FEATURES_"..feature:upper():gsub("[/-]", "_")] = "false" });
		found[feature] = found[feature] or { tried = 0, differs = false };
		found[feature].tried = found[feature].tried + (without and 1 or 0);
		found[feature].differs = found[feature].differs or without ~= nil and not stackloader.equal(without, with);
	end
end
return found;
]];

describe("The header of a feature", function ()
	local effects = {};
	setup(function ()
		for _, prosody in ipairs(support.prosodies()) do
			local found, message = inside(prosody, tree.folder, (switching:gsub("PLUGINS", ("%q"):format(support.project.."/lua"))));
			assert(found, message);
			for feature, effect in pairs(found) do
				effects[feature] = effects[feature] or { tried = 0, differs = false };
				effects[feature].tried = effects[feature].tried + effect.tried;
				effects[feature].differs = effects[feature].differs or effect.differs;
			end
		end
	end);
	teardown(support.clean);

	for _, path in ipairs(tree.layers()) do
		local feature = path:match "^features/(.*)%.cfg%.lua$";
		local words = feature and header(path);
		if feature and words:find("(switch it off)", 1, true) then
			it("says the truth of switching it off: "..feature, function ()
				local effect = effects[feature];
				-- What rests on another feature goes with that one, and says so.
				assert.is_true(not effect or effect.tried == 0 or effect.differs or words:find("together with", 1, true) ~= nil, words);
			end);
		elseif feature and words:find("Switching this off changes nothing", 1, true) then
			it("says the truth of having no effect of its own: "..feature, function ()
				assert.is_true(effects[feature].tried > 0);
				assert.is_false(effects[feature].differs);
			end);
		end
	end
end);

describe("The header of a file", function ()
	teardown(support.clean);

	it("names only files and folders that there are", function ()
		local wrong = {};
		for _, path in ipairs(tree.layers()) do
			for word in header(path):gmatch "%f[%w][%l%d-]+/[%l%d/.-]+%l" do
				local axis = word:match "^[%l%d-]+";
				if support.contains({ "core", "stack", "features", "clients", "usecases", "domains", "environments", "policies", "profiles", "templates" },
						axis) then
					local found = io.open(tree.folder.."/"..word) or io.open(tree.folder.."/"..word..".cfg.lua");
					wrong[#wrong + 1] = not found and path..": "..word or nil;
					if found then
						found:close();
					end
				end
			end
		end
		assert.same({}, wrong);
	end);

	it("names only features that there are", function ()
		local wrong = {};
		for _, path in ipairs(tree.layers()) do
			for group, name in header(path):gmatch "feature[s]? ([%l-]+)/([%l%d-]+)" do
				local file = io.open(tree.folder.."/features/"..group.."/"..name..".cfg.lua");
				wrong[#wrong + 1] = not file and path..": "..group.."/"..name or nil;
				if file then
					file:close();
				end
			end
		end
		assert.same({}, wrong);
	end);

	it("names only variables that some layer reads", function ()
		local read, wrong = {}, {};
		for _, path in ipairs(tree.layers()) do
			for name in support.read(tree.folder.."/"..path):gmatch "stack%.env%.%l+%s*%(?%s*\"(PROSODY_[%u%d_]+)\"" do
				read[name] = true;
			end
		end
		-- What chooses, and what the readers of secrets and of toggles add.
		local known = { "^PROSODY_FEATURES_", "^PROSODY_ENABLE_", "_FILE$", "_$", "^PROSODY_SECURITY_LEVEL$", "^PROSODY_PERFORMANCE_TIER$",
			"^PROSODY_COMPLIANCE$", "^PROSODY_DATA_GOVERNANCE$", "^PROSODY_ENVIRONMENT$", "^PROSODY_SHARD$", "^PROSODY_DOMAIN$", "^PROSODY_PROFILE$" };
		for _, path in ipairs(tree.layers()) do
			for name in header(path):gmatch "PROSODY_[%u%d_]+" do
				local fine = read[name];
				for _, pattern in ipairs(known) do
					fine = fine or name:find(pattern) ~= nil;
				end
				wrong[#wrong + 1] = not fine and path..": "..name or nil;
			end
		end
		assert.same({}, wrong);
	end);
end);
