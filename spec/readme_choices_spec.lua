local support = require "spec.support";
local tree = require "spec.tree";
local assembly = require "spec.assembly";
local stackloader = require "stackloader";

--- The servers that README.md and doc/choosing.md give as examples: name → text of .env, and the names in order.
local function choices()
	local pages = support.read(support.project.."/README.md")..support.read(support.project.."/doc/choosing.md");
	local texts, names = {}, {};
	for name, text in pages:gmatch "\n```sh\n# %.env of an? ([^\n]+)\n(.-)```" do
		texts[name], names[#names + 1] = text, name;
	end
	return texts, names;
end

local texts, names = choices();

-- What the text beside each says of it.
local promises = {
	["family"] = {
		allow_user_invites = true; muc_room_default_members_only = true; muc_room_default_persistent = true;
		archive_expires_after = "1y"; muc_log_expires_after = "1y"; http_file_share_expires_after = 31536000;
		smacks_hibernation_time = 7200; storage = "internal";
	};
	["team"] = {
		muc_room_default_public = true; archive_expires_after = "2y"; muc_log_expires_after = "2y"; allow_user_invites = false;
		disable_sasl_mechanisms = { "DIGEST-MD5", "PLAIN", "LOGIN" }; turn_external_host = "turn.example.org"; storage = "internal";
	};
	["company"] = {
		authentication = "ldap"; storage = "sql"; s2s_secure_auth = true; log_auth_ips = "failure"; statistics = "internal";
		sql = { driver = "PostgreSQL", database = "prosody", username = "prosody", password = "", host = "/run/postgresql" };
	};
	["public server"] = {
		allow_user_invites = true; archive_expires_after = "30d"; muc_log_expires_after = "30d"; http_file_share_expires_after = 2592000;
		allow_registration = false; storage = "sql"; sql = { driver = "SQLite3", database = "prosody.sqlite" };
	};
	["host of many domains"] = { stackloader_apply_modules = true; storage = "sql"; allow_registration = false };
};

--- A copy of the tree with that .env, and some customers.
local function written(text)
	local folder = tree.copy();
	tree.write_env(folder, text);
	local example = support.read(folder.."/domains/tenants/example.net.cfg.lua.example");
	for number = 1, 8 do
		local domain = "customer"..number..".example";
		support.write(folder.."/domains/tenants/"..domain..".cfg.lua", (example:gsub("example%.net", domain)));
	end
	return folder;
end

--- The examples of variables in the tree's READMEs: sets of lines that stand together.
local function examples()
	local sets = {};
	for _, folder in ipairs(tree.folders(9)) do
		local set;
		for line in support.read(folder.."/README.md"):gmatch "([^\n]*)\n" do
			local name, value = line:match "^    +(PROSODY_[%w_]+)=(.*)$";
			set = name and set; -- another line ends it
			if name and name ~= "PROSODY_STACK_PATH" then
				if not set then
					set = { PROSODY_DOMAIN = "example.org"; PROSODY_DEPLOYMENT_TYPE = "manual" };
					sets[#sets + 1] = set;
				end
				set[name] = value:gsub("%s+#.*$", "");
			end
		end
	end
	return sets;
end

describe("The examples in the READMEs of the tree", function ()
	teardown(support.clean);

	for _, prosody in ipairs(support.prosodies()) do
		it("are without a finding on Prosody "..prosody.name, function ()
			local sets = examples();
			assert.is_true(#sets > 20);
			local wrong, _, done = assembly.all(prosody, sets);
			assert.same({}, wrong);
			assert.equal(#sets, done);
		end);
	end
end);

describe("The servers to choose from in README.md and doc/choosing.md", function ()
	teardown(support.clean);

	it("are five", function ()
		assert.same({ "family", "team", "company", "public server", "host of many domains" }, names);
	end);

	it("need only variables that .env.example has", function ()
		local example = support.read(tree.folder.."/.env.example");
		for name, text in pairs(texts) do
			for variable in text:gmatch "(PROSODY_[%w_]+)=" do
				assert.truthy(example:find("\n#+"..variable.."=") or variable:find "^PROSODY_OPTION_", name..": "..variable);
			end
		end
	end);

	for _, name in ipairs(names) do
		it("are what the text says: "..name, function ()
			local stack = stackloader.load(nil, {
				root = written(texts[name]), variables = { PROSODY_DEPLOYMENT_TYPE = "manual" }, sysroot = "/nowhere",
			});
			local options = stack:options "*";
			for option, expected in pairs(promises[name]) do
				assert.same(expected, options[option], option);
			end
			assert.is_true(options.c2s_require_encryption and options.s2s_require_encryption and options.s2s_secure_auth);
			for _, module in ipairs { "carbons", "mam", "csi_simple", "smacks", "external_services", "websocket" } do
				assert.is_true(support.contains(options.modules_enabled, module), module);
			end
			assert.equal(name ~= "company", support.contains(options.modules_enabled, "invites_register"));
			local tenants = 0;
			for _, host in ipairs(stack:hosts()) do
				tenants = tenants + (host.name:find "^customer%d%.example$" and 1 or 0);
			end
			if name == "host of many domains" then
				assert.is_true(tenants > 0 and tenants < 8);
			else
				assert.equal(8, tenants);
			end
		end);

		-- sanitizers have nothing to add to what other specs of the tree run
		for _, prosody in ipairs(support.prosodies()) do
			it("are silent in check config of Prosody "..prosody.name..": "..name.." #install", function ()
				local output, code = tree.check(prosody, nil, written(texts[name]));
				assert.equal(tree.silence, output);
				assert.equal(0, code);
			end);
		end
	end
end);
