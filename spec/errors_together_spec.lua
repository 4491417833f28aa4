--- Errors of discovery and errors of layers come in one message: one that is found early hides none that is found later.
local inside = require "spec.inside";
local support = require "spec.support";
local has, lacks, quote, with_each = support.has, support.lacks, support.quote, support.with_each;

local function run(command)
	local output, code = support.run(command);
	assert.equal(0, code, output);
end

describe("one message of a load", function ()
	teardown(support.clean);

	with_each("has what discovery finds and what layers say", function (prosody)
		local root = support.tree {
			["prosody.cfg.lua"] = support.main_file; ["core/a.cfg.lua"] = "limit = 1\n"; ["stack/01-x/b.cfg.lua"] = "\nx = = 1\n";
			["local/c.cfg.lua"] = "\nerror 'no'\n"; [".env"] = "PROSODY_DOMAIN=a.example\nthis is no assignment\n";
		};
		run("mkfifo "..quote(root.."/core/fifo.cfg.lua"));
		run("ln -s loop.cfg.lua "..quote(root.."/core/loop.cfg.lua"));
		local result, message = inside(prosody, root, "local ok, _, problem = load(); return { ok = ok, problem = problem }");
		assert.is_nil(message);
		assert.falsy(result.ok);
		for _, place in ipairs { "/core/fifo.cfg.lua: ", "/core/loop.cfg.lua: ", "/stack/01-x/b.cfg.lua:2: ", "/local/c.cfg.lua:2: ", "/.env:2: " } do
			has(result.problem, root..place);
		end
		has(result.problem, "stackloader: 5 problems, and nothing of the configuration is in force:");
	end);

	it("has an unknown choice and a broken layer", function ()
		local message, root = support.refuse({ ["core/a.cfg.lua"] = "x = = 1"; ["environments/production.cfg.lua"] = "y = 1" },
			{ PROSODY_ENVIRONMENT = "prodction" });
		has(message, "PROSODY_ENVIRONMENT=prodction");
		has(message, root.."/core/a.cfg.lua:1: ");
	end);

	it("has a file that an axis lists in vain and a broken layer", function ()
		local message, root = support.refuse({ ["a.cfg.lua"] = "x = = 1" }, nil,
			{ axes = { { name = "only", files = { "a.cfg.lua", "gone.cfg.lua" } } } });
		has(message, "the axis only lists the file gone.cfg.lua, which no root has");
		has(message, root.."/a.cfg.lua:1: ");
	end);

	it("marks a layer's error that may only follow from what discovery found", function ()
		local message = support.refuse({ ["core/a.cfg.lua"] = "x = nothing.y"; ["environments/production.cfg.lua"] = "y = 1";
			["core/b.cfg.lua"] = "x = = 1" }, { PROSODY_ENVIRONMENT = "gone" });
		has(message, "attempt to index a nil value (global 'nothing') (may only follow from an error above)");
		assert.falsy(message:find("b%.cfg%.lua[^\n]*may only follow"), message);
	end);

	-- What makes the layers' answers worthless: none of them runs.
	local ran = { ["core/a.cfg.lua"] = "error 'a layer ran'" };

	it("ends before any layer where two toggles contradict each other", function ()
		local message = support.refuse({ ["core/a.cfg.lua"] = ran["core/a.cfg.lua"]; ["features/web/http.cfg.lua"] = "x = 1";
			["features/web/bosh.cfg.lua"] = "feature_info = { alias = 'web/http' }" },
			{ PROSODY_FEATURES_WEB_HTTP = "true", PROSODY_FEATURES_WEB_BOSH = "false" });
		has(message, "contradict each other");
		lacks(message, "a layer ran");
	end);

	it("ends before any layer where a root is missing", function ()
		local root = support.tree(ran);
		local good, message = pcall(require "stackloader".load, nil, { roots = { root, root.."/none" }, variables = {} });
		assert.is_false(good);
		has(message, "cannot be used as a root of the tree");
		lacks(message, "a layer ran");
	end);

	it("ends before any layer where strict refuses who can write a file", function ()
		local root = support.tree { ["core/a.cfg.lua"] = ran["core/a.cfg.lua"]; ["core/b.cfg.lua"] = "x = 1" };
		run("chmod 666 "..quote(root.."/core/b.cfg.lua"));
		local good, message = pcall(require "stackloader".load, nil, { root = root, variables = {}, strict = true });
		assert.is_false(good);
		has(message, root.."/core/b.cfg.lua");
		lacks(message, "a layer ran");
	end);
end);
