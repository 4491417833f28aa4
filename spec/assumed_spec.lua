--- stackloader.assume: layers load as they would for another Prosody.
local support = require "spec.support";
local stackloader = require "stackloader";

-- Rooms take over what begins with "room_", other components nothing.
local other = {
	version = "13.9.1";
	available = function (name) return name == "there"; end;
	takes_over = function (component, name) return component == "muc" and name:find "^room_" ~= nil; end;
};

local files = {
	["core/a.cfg.lua"] = 'seen = stack.prosody_version\nthere = stack.available "mod_there"\ngone = stack.available "gone"\n'
		..'modules_enabled = stack.force(stack.append { "room_logs", "ping" })\n';
	["domains/main.cfg.lua"] = 'Component "rooms.example.org" "muc"\n\tmodules_disabled = { "room_logs", "ping" }\n'
		..'Component "gateway.example.org"\n\tmodules_disabled = { "room_logs" }\n';
};

describe("stackloader.assume", function ()
	after_each(function ()
		stackloader.assume(nil);
	end);
	teardown(support.clean);

	it("gives layers the version and the modules of another Prosody, until it is taken back", function ()
		stackloader.assume(other);
		local options = support.load(files):options();
		assert.same({ "13.9.1", true, false }, { options.seen, options.there, options.gone });
		stackloader.assume(nil);
		options = support.load(files):options();
		assert.same({ nil, false, false }, { options.seen, options.there, options.gone });
	end);

	it("lets components take over what they would there", function ()
		stackloader.assume(other);
		local stack = support.load(files);
		assert.same({ "ping" }, stack:options "rooms.example.org".modules_disabled);
		assert.same({ "room_logs" }, stack:options "gateway.example.org".modules_disabled);
	end);

	it("still finds the modules of plugin_paths", function ()
		local folder = support.tree { ["mod_ours.lua"] = "" };
		stackloader.assume(other);
		local options = support.load { ["core/a.cfg.lua"] = ('plugin_paths = { %q }\n'):format(folder),
			["core/b.cfg.lua"] = 'found = stack.available "ours"\n' }:options();
		assert.is_true(options.found);
	end);

	it("passes an error of what is asked on to the layer", function ()
		stackloader.assume { version = "13.9.1", available = function () error "no answer"; end, takes_over = other.takes_over };
		local ok, problem = pcall(support.load, files);
		assert.is_false(ok);
		support.has(tostring(problem), "no answer");
	end);

	it("refuses what is no Prosody", function ()
		for _, wrong in ipairs { 13, "13.0.7", {}, { version = 13 }, { version = "13.0.7" }, { version = "13.0.7", available = other.available },
				{ version = "13.0.7", takes_over = other.takes_over } } do
			assert.has_error(function ()
				stackloader.assume(wrong);
			end);
		end
		assert.is_nil(support.load(files):options().seen);
	end);
end);
