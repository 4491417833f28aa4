local support = require "spec.support";
local tree = require "spec.tree";
local assembly = require "spec.assembly";
local stackloader = require "stackloader";

local axes = { { folder = "clients", variable = "PROSODY_CLIENT_OPTS" }, { folder = "usecases", variable = "PROSODY_USECASE" } };

--- The names of an axis: class/name.
local function names_of(axis)
	local names = {};
	for _, path in ipairs(tree.layers()) do
		names[#names + 1] = path:match("^"..axis.folder.."/(.*)%.cfg%.lua$");
	end
	return names;
end

describe("The clients and use cases of the shipped tree", function ()
	teardown(support.clean);

	local features = {};
	for _, feature in ipairs(support.discover(tree.folder, { variables = { PROSODY_DEPLOYMENT_TYPE = "manual" } }).features) do
		features[feature.name] = true;
	end

	for _, axis in ipairs(axes) do
		it("describe themselves, with features that there are: "..axis.folder, function ()
			local names = names_of(axis);
			assert.is_true(#names > 10);
			for _, name in ipairs(names) do
				local info = stackloader.info(tree.folder.."/"..axis.folder.."/"..name..".cfg.lua");
				info = info.client_info or info.usecase_info;
				assert.truthy(info.name and info.description, name);
				for _, feature in ipairs(info.features) do
					assert.is_true(features[feature], name..": "..feature);
				end
			end
		end);
	end

	it("stand in the README of their folder", function ()
		for _, axis in ipairs(axes) do
			local readme = support.read(tree.folder.."/"..axis.folder.."/README.md");
			for _, name in ipairs(names_of(axis)) do
				local class, last = name:match "^(.*)/(.*)$";
				support.has(readme:match("| `"..class:gsub("%-", "%%-").."` |[^\n]*"), "`"..last.."`");
			end
		end
	end);

	for _, prosody in ipairs(support.prosodies()) do
		local known = assembly.modules(prosody);

		it("meet each profile without a finding on Prosody "..prosody.name, function ()
			local sets = {};
			for _, axis in ipairs(axes) do
				for _, name in ipairs(names_of(axis)) do
					for _, profile in ipairs { "minimal", "standard", "enterprise" } do
						sets[#sets + 1] = { [axis.variable] = name; PROSODY_PROFILE = profile; PROSODY_DEPLOYMENT_TYPE = "manual" };
					end
				end
			end
			local wrong, modules, done = assembly.all(prosody, sets);
			assert.same({}, wrong);
			assert.equal(#sets, done);
			for name in pairs(modules) do
				assert.is_true(known[name], name);
			end
			for _, axis in ipairs(axes) do
				for _, name in ipairs(names_of(axis)) do
					local info = stackloader.info(tree.folder.."/"..axis.folder.."/"..name..".cfg.lua");
					for _, module in ipairs(info.client_info and info.client_info.modules or {}) do
						assert.is_true(known[module] or prosody.name == "0.12", name..": "..module); -- packaged for 13 alone
					end
				end
			end
		end);

		it("start without a complaint on Prosody "..prosody.name, function ()
			for _, variables in ipairs {
				{ PROSODY_CLIENT_OPTS = table.concat(names_of(axes[1]), ",") };
				{ PROSODY_USECASE = "social-networking/microblog" };
				{ PROSODY_USECASE = "social-networking/discovery" };
				{ PROSODY_USECASE = "customer-support/helpdesk" };
				{ PROSODY_USECASE = "customer-support/live-chat" };
				{ PROSODY_USECASE = "iot/telemetry" };
			} do
				variables.PROSODY_PROFILE = "enterprise";
				assert.same({}, tree.complaints(prosody, variables));
			end
		end);
	end
end);
