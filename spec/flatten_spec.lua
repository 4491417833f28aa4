local asking = require "spec.asking";
local lfs = require "lfs";
local loaded_by = require "spec.loaded_by";
local support = require "spec.support";
local tree = require "spec.tree";

local function sample(more)
	local files = {
		["certs/README"] = "";
		["prosody.cfg.lua"] = support.main_file.."behind = 1\n";
		["core/server.cfg.lua"] = [[
modules_enabled = { "roster", "tls" }
if stack.env.secret("STORAGE_KEY", "") ~= "" then storage_key = stack.env.secret "STORAGE_KEY" end
motd_text = stack.env.string("MOTD", "hello")
local name = stack.env.string("MOTD", "hello")
contact_info = { admin = { "mailto:"..name } }
behind = 0
]];
		["core/values.cfg.lua"] = [[
tenth, whole_float, big, least, minus_zero = 0.1, 1.0, 1e300, math.mininteger, -0.0
endless, endless_below = 1/0, -1/0
text = "a\"b\\c\nd\te\0f\27[1m\r\n é\255'"
mixed = { "one", "two", named = { true, false }, ["odd word"] = 1, [10] = "ten", ["end"] = 2, [1.5] = {} }
nothing = {}
_ENV["odd-name"] = "x"
_ENV["end"] = { 1, 2 }
reader = function () return 1 end
]];
		["stack/01-transport/ports.cfg.lua"] = 'c2s_ports = { 5222 }\nmodules_enabled = { "mam" }\n';
		["domains/main.cfg.lua"] = [[
VirtualHost "example.org"
	c2s_ports = { 5322 }
VirtualHost "example.net" { ["odd option"] = 1, Include = "x", [3] = "three", archive_expires_after = "2y" }
Component "rooms.example.org" "muc"
	name = "Rooms"
Component "empty.example.org" "muc"
Component "gateway.example.org"
	load_global_modules = true
]];
	};
	for path, text in pairs(more or {}) do
		files[path] = text;
	end
	return support.tree(files);
end

asking.on_each("prosodyctl mod_stackloader flatten", function (prosody, environment, prefix)
	local ask, ask_json = asking.with(prosody, environment);

	it("writes a file that gives Prosody the values of the tree", function ()
		local root = sample();
		local flat = root.."/flat.lua";
		local output, code = ask("flatten --output="..flat, root.."/prosody.cfg.lua");
		assert.equal(0, code, output);
		support.has(output, "Wrote 5 hosts to "..flat);
		local expected = loaded_by.text(prosody, root.."/prosody.cfg.lua"):gsub('%[%*%] "reader" = function\n', "");
		assert.equal(expected, loaded_by.text(prosody, flat));
		local text = support.read(flat);
		support.has(text, 'c2s_ports = { 5222 }  -- stack/01-transport/ports:1\n');
		support.has(text, '"mam";  -- stack/01-transport/ports:2\n');
		support.has(text, "\nbehind = 1  -- the main file, after stackloader.load\n");
		support.has(text, "\n-- reader: a function that nothing reads, core/values:8\n");
		support.lacks(text, "require");
	end);

	it("leaves out where values come from on demand", function ()
		local root = sample();
		local output, code = ask("flatten --no-origins", root.."/prosody.cfg.lua");
		assert.equal(0, code, output);
		support.lacks(output, "-- stack/");
		support.lacks(output, "core/");
		support.has(output, "\nc2s_ports = { 5222 }\n");
	end);

	it("refers to the variable and to the file that a secret comes from", function ()
		local root = sample {
			["token"] = "from-the-file-9\n";
			["local/secret.cfg.lua"] = 'component_secret = stack.env.secret "GATEWAY"\n';
		};
		local flat = root.."/flat.lua";
		local variables = "STORAGE_KEY=swordfish-7 GATEWAY_FILE="..root.."/token";
		local output, code = ask("flatten --output="..flat, root.."/prosody.cfg.lua", variables);
		assert.equal(0, code, output);
		support.has(output, "It needs these variables, which an .env file no longer gives: STORAGE_KEY\n");
		local text = support.read(flat);
		support.has(text, "storage_key = ENV_STORAGE_KEY");
		support.has(text, root.."/token");
		support.lacks(text, "swordfish");
		support.lacks(text, "from-the-file");
		local expected = loaded_by.text(prosody, root.."/prosody.cfg.lua", variables):gsub('%[%*%] "reader" = function\n', "");
		assert.equal(expected, loaded_by.text(prosody, flat, "STORAGE_KEY=swordfish-7"));
	end);

	it("refers to a variable of .env, which the file's reader has to set", function ()
		local root = sample { [".env"] = "STORAGE_KEY=swordfish-8\n" };
		local answer, code = ask_json("flatten", root.."/prosody.cfg.lua");
		assert.equal(0, code);
		assert.same({ "STORAGE_KEY" }, answer.variables);
		assert.is_true(answer.equal);
		support.has(answer.text, "storage_key = ENV_STORAGE_KEY");
	end);

	it("refuses literal secrets, and secrets in longer texts, and writes nothing", function ()
		local root = sample { ["local/secret.cfg.lua"] = [[
component_secret = "open-sesame"
sql = { driver = "SQLite3", password = "open-sesame-2" }
proxy_url = "http://me:"..stack.env.secret "STORAGE_KEY".."@example.org/"
]] };
		local flat = root.."/flat.lua";
		local output, code = ask("flatten --output="..flat, root.."/prosody.cfg.lua", "STORAGE_KEY=swordfish-7");
		assert.equal(2, code, output);
		support.has(output, "component_secret (local/secret:1)");
		support.has(output, "sql (local/secret:2)");
		support.has(output, "proxy_url (local/secret:3)");
		support.lacks(output, "open-sesame");
		support.lacks(output, "swordfish");
		assert.is_nil(lfs.attributes(flat));
		output, code = ask("flatten --with-secrets --output="..flat, root.."/prosody.cfg.lua", "STORAGE_KEY=swordfish-7");
		assert.equal(0, code, output);
		support.has(support.read(flat), 'component_secret = "open-sesame"');
		assert.equal("rw-------", lfs.attributes(flat, "permissions"));
		output, code = ask("flatten --with-secrets", root.."/prosody.cfg.lua");
		assert.equal(2, code, output);
		support.has(output, "--with-secrets needs --output=FILE");
	end);

	it("keeps variables on demand", function ()
		local root = sample();
		local answer, code = ask_json("flatten --keep-variables", root.."/prosody.cfg.lua", "MOTD=welcome");
		assert.equal(0, code);
		support.has(answer.text, "motd_text = ENV_MOTD");
		support.has(answer.text, '"mailto:welcome"');
		answer = ask_json("flatten", root.."/prosody.cfg.lua", "MOTD=welcome");
		support.has(answer.text, 'motd_text = "welcome"');
	end);

	it("refuses a function that something reads, with its line", function ()
		local root = sample { ["local/odd.cfg.lua"] = "\nc2s_timeout = function () end\nlimits = setmetatable({}, { __call = print })\n" };
		local flat = root.."/flat.lua";
		local output, code = ask("flatten --output="..flat, root.."/prosody.cfg.lua");
		assert.equal(2, code, output);
		support.has(output, "c2s_timeout (local/odd:2) is a function");
		support.has(output, "limits (local/odd:3) is a table with a metatable");
		assert.is_nil(lfs.attributes(flat));
	end);

	it("refuses a configuration that does not load, with the place of the error", function ()
		local root = sample { ["local/broken.cfg.lua"] = "\nerror 'no way'\n" };
		local flat = root.."/flat.lua";
		local output, code = ask("flatten --output="..flat, root.."/prosody.cfg.lua");
		assert.equal(2, code, output);
		support.has(output, "The configuration does not load: "..root.."/local/broken.cfg.lua:2");
		assert.is_nil(lfs.attributes(flat));
	end);

	it("keeps variables where another refuses any value but a number", function ()
		local root = sample { ["local/number.cfg.lua"] = 'c2s_timeout = stack.env.number("TIMEOUT", 60)\n' };
		local answer, code = ask_json("flatten --keep-variables", root.."/prosody.cfg.lua", "MOTD=welcome TIMEOUT=30");
		assert.equal(0, code);
		support.has(answer.text, "motd_text = ENV_MOTD");
		support.has(answer.text, "c2s_timeout = 30");
		assert.same({ "MOTD" }, answer.variables);
	end);

	it("replaces a file of its own and leaves every other alone", function ()
		local root = sample { ["mine.lua"] = "x = 1\n" };
		local output, code = ask("flatten --output="..root.."/mine.lua", root.."/prosody.cfg.lua");
		assert.equal(2, code, output);
		support.has(output, "is not a flattened configuration");
		assert.equal("x = 1\n", support.read(root.."/mine.lua"));
		for _ = 1, 2 do
			output, code = ask("flatten --output="..root.."/flat.lua", root.."/prosody.cfg.lua");
			assert.equal(0, code, output);
		end
	end);

	it("flattens a plain configuration and what it wrote itself to the same values", function ()
		local root = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = 'plugin_paths = { "'..prefix.."/lib/prosody/modules"
			..'" }\nadmins = { "a@example.org" }\nVirtualHost "example.org"\n\tenabled = false\n' };
		local output, code = ask("flatten --output="..root.."/flat.lua", root.."/prosody.cfg.lua");
		assert.equal(0, code, output);
		loaded_by.assert_same(prosody, root.."/prosody.cfg.lua", root.."/flat.lua");
		ask("flatten --output="..root.."/again.lua", root.."/flat.lua");
		loaded_by.assert_same(prosody, root.."/flat.lua", root.."/again.lua");
	end);

	for _, choice in ipairs { "", "PROSODY_PROFILE=minimal", "PROSODY_PROFILE=enterprise PROSODY_DOMAIN=example.org",
			"PROSODY_ENVIRONMENT=development", "PROSODY_SECURITY_LEVEL=paranoid",
			"PROSODY_USECASE=team-collaboration/slack-like PROSODY_PERFORMANCE_TIER=large" } do
		it("flattens the shipped tree with "..(choice == "" and "no choice" or choice), function ()
			local folder = tree.copy();
			local variables = "PROSODY_DEPLOYMENT_TYPE=manual PROSODY_DATA_PATH="..folder.."/data "..choice;
			local output, code = ask("flatten --output="..folder.."/flat.lua", folder.."/prosody.cfg.lua", variables);
			assert.equal(0, code, output);
			loaded_by.assert_same(prosody, folder.."/prosody.cfg.lua", folder.."/flat.lua", variables);
		end);
	end
end);
