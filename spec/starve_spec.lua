local support = require "spec.support";

--- Runs spec/starve.c over the body of a function that has the module as `stackloader`.
local function starve(body)
	local folder = support.folder();
	local program = folder.."/starve";
	local message, code = support.run(("env -u LD_PRELOAD cc -std=c11 -I/usr/include/lua5.4 -o %s %s -llua5.4")
		:format(program, support.quote(support.project.."/spec/starve.c")));
	assert.equal(0, code, message);
	support.write(folder.."/script.lua", ("package.cpath = %q\nlocal stackloader = require 'stackloader'\nreturn function ()\n%s\nend\n")
		:format(package.cpath, body));
	return support.run(program.." "..folder.."/script.lua");
end

describe("running out of memory at any allocation", function ()
	teardown(support.clean);

	it("ends stackloader.discover with Lua's error and gives everything back", function ()
		local site = support.tree { ["core/global.cfg.lua"] = ""; [".env"] = "PROSODY_FEATURES_AUTH_MODERN=true\nPROSODY_ENABLE_NOTHING=1\n" };
		local output, code = starve(([[
			stackloader.discover({ %q, %q }, {
				sysroot = "/nowhere"; variables = { PROSODY_CLIENT_OPTS = "" };
				axes = { "core", "profile", "features", { name = "environment", folder = "environments", variables = "SITE", default = "production" } };
			})
		]]):format(support.project.."/spec/trees/profile-feature-environment", site));
		assert.equal(0, code, output);
		assert.is_truthy(output:find("^survived %d%d%d"), output);
	end);

	it("ends a refusal the same way", function ()
		local output, code = starve(([[
			local ok, message = pcall(stackloader.discover, %q, { sysroot = "/nowhere"; variables = { PROSODY_ENVIRONMENT = "prodction" } });
			if not ok and message:find("not enough memory", 1, true) then
				error(message, 0);
			end
		]]):format(support.project.."/spec/trees/profile-feature-environment"));
		assert.equal(0, code, output);
		local root = support.tree { ["domains/a.example.cfg.lua"] = "x = f()\n",
			["domains/b.example.cfg.lua"] = 'VirtualHost "a.example"\n\thttp_host = "c"\n',
			["domains/c.example.cfg.lua"] = 'x = 1\nComponent "c.example"\n\tmodules_enabled = { "a/b", { 1 } }\n\tstorage = { a = "sql" }\n' };
		output, code = starve(([[
			local ok, message = pcall(stackloader.load, nil, { root = %q, sysroot = "/nowhere", variables = {},
				restrict = { domains = { modules = "mam", options = { "x" } } } });
			if not ok and message:find("not enough memory", 1, true) then
				error(message, 0);
			end
		]]):format(root));
		assert.equal(0, code, output);
	end);

	it("ends stackloader.load and the questions to its stack the same way", function ()
		local root = support.tree {
			["core/a.cfg.lua"] = [[
				modules_enabled = { "tls", "roster" }
				limits = { c2s = { rate = "10kb/s" } }
				archive_expires_after = stack.default("90d")
				VirtualHost "example.com"
				modules_enabled = { "mam" }
				Component "conf.example.com" "muc" { modules_enabled = { "muc_mam" }, name = "x" }
			]];
			["local/b.cfg.lua"] = [[
				table.insert(modules_enabled, "carbons")
				limits = { s2s = { rate = stack.force("3kb/s") } }
				archive_expires_after = stack.at_most("30d")
				stack.each("muc", { restrict = "local" })
				VirtualHost "example.com"
				modules_enabled = stack.remove { "roster" }
			]];
			["domains/tenants/a.example.cfg.lua"] = 'VirtualHost "a.example"\n\tmodules_enabled = { "mam" }\nComponent "b.a.example" "muc"\n';
		};
		local output, code = starve(([[
			local stack = stackloader.load(nil, { root = %q, sysroot = "/nowhere", variables = { PROSODY_OPTION_X = "{ 1 }" },
				restrict = { ["domains/tenants"] = { modules = { "mam", "muc" }, hosts = { "<domain>", "*.<domain>" } } } });
			stack:explain("modules_enabled", "example.com");
			stack:findings();
			stack:hosts();
			stack:options();
		]]):format(root));
		assert.equal(0, code, output);
		assert.is_truthy(output:find("^survived %d%d%d"), output);
	end);
end);
