-- prosodyctl mod_stackloader lint: luacheck over the layers, with Prosody's options as known names.
local asking = require "spec.asking";
local support = require "spec.support";

local function sample(more)
	local files = {
		["certs/README"] = "";
		["prosody.cfg.lua"] = asking.layered;
		["core/server.cfg.lua"] = 'modules_enabled = { "roster" }\nlimits = { c2s = { rate = "9kb/s" } }\nlimits.c2s.rate = ENV_RATE or "8kb/s"\n'
			..'if stack.feature "x" then tls_profile_version = "5.8" end\n';
		["domains/a.cfg.lua"] = 'VirtualHost "example.org"\n\tname = "Home"\nComponent "rooms.example.org" "muc"\n\tmuc_room_default_public = true\n';
	};
	for path, text in pairs(more or {}) do
		files[path] = text;
	end
	return support.tree(files).."/prosody.cfg.lua";
end

asking.on_each("prosodyctl mod_stackloader lint", function (prosody, environment)
	local text, json = asking.with(prosody, environment);

	it("finds nothing in layers that set options of any known Prosody", function ()
		local output, code = text("lint", sample());
		assert.equal(0, code, output);
		support.has(output, "0 findings in 3 files");
	end);

	it("finds misspelt options with the nearest name, and what luacheck finds in any Lua", function ()
		local main = sample { ["local/a.cfg.lua"] = "c2s_timout = 5\nlocal unused = 1\n" };
		local output, code = text("lint", main);
		assert.equal(1, code, output);
		support.has(output, "/local/a.cfg.lua:1: no known Prosody reads an option c2s_timout (did you mean c2s_timeout");
		support.has(output, "/local/a.cfg.lua:2: unused variable 'unused' [W211]");
		support.has(output, "2 findings in 4 files");
	end);

	it("looks at the named files alone, and gives the same as JSON", function ()
		local main = sample { ["local/a.cfg.lua"] = "c2s_timout = 5\n", ["local/it's.cfg.lua"] = "local x = 1\n" };
		local list, code = json("lint \""..main:gsub("prosody.cfg.lua$", "local/it's.cfg.lua").."\"", main);
		assert.equal(1, code);
		assert.same({ 1, "W211", 1, 7 }, { #list, list[1].code, list[1].line, list[1].column });
	end);

	it("says where a layer is no Lua, and refuses a file that is not there and a machine without luacheck", function ()
		local main = sample { ["local/a.cfg.lua"] = "this is not Lua\n" };
		local output, code = text("lint", main);
		assert.equal(1, code, output);
		support.has(output, "/local/a.cfg.lua:1: ");
		support.has(output, "[E011]");
		output, code = text("lint /no/such/file", sample());
		assert.equal(2, code, output);
		support.has(output, "/no/such/file: this file cannot be read");
		local path = support.folder();
		for _, program in ipairs { "lua5.4", "env", "sh" } do
			support.run(("ln -s $(command -v %s) %s/"):format(program, path));
		end
		output, code = text("lint", sample(), "PATH="..path);
		assert.equal(2, code, output);
		support.has(output, "luacheck is not installed: `apt install lua-check`");
	end);
end);
